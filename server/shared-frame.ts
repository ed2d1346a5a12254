/**
 * Puts a payload's ready-made JSON into a graphql-ws message without parsing or making it again. JSON cannot embed text, so
 * the payload leaves a mark in the message and `fill` puts the text in its place.
 */
export class SharedFrames {
  #text: string | undefined;

  /**
   * An object that stands for the text in the next message that is stringified, once. Then it lets go of the text, which graphql-ws would
   * keep until the message was taken, beside the message itself.
   */
  payload(text: string): Record<string, unknown> {
    let left: string | undefined = text;
    return {
      toJSON: () => {
        this.#text = left;
        left = undefined;
        return null;
      },
    };
  }

  /** The message as it goes out. Must be called right after it was stringified, before another one is. */
  fill(message: string): string {
    const text = this.#text;
    if (text === undefined) return message;
    this.#text = undefined;
    // graphql-ws writes the payload last.
    if (!message.endsWith('"payload":null}')) throw new Error('A message does not end with its payload.');
    return `${message.slice(0, -'null}'.length)}${text}}`;
  }
}
