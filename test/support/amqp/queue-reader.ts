import { type ChannelModel, type ConsumeMessage, connect } from 'amqplib';

/** A consumer of its own, beside the plugin under test. */
export class QueueReader {
  readonly messages: ConsumeMessage[] = [];
  readonly #model: ChannelModel;

  private constructor(model: ChannelModel) {
    this.#model = model;
    model.on('error', () => undefined);
  }

  /** Binds a new queue of its own to a topic exchange, which is made if it is missing, and collects what comes. */
  static async bound(url: string, exchange: string, key = '#'): Promise<QueueReader> {
    const reader = new QueueReader(await connect(url));
    const channel = await reader.#model.createChannel();
    await channel.assertExchange(exchange, 'topic', { durable: true });
    const { queue } = await channel.assertQueue('', { exclusive: true });
    await channel.bindQueue(queue, exchange, key);
    await channel.consume(queue, (message) => reader.#take(message), { noAck: true });
    return reader;
  }

  /** Empties a queue that exists: takes what is in it and waits for more until `isDone`, asked after each message, or the deadline. */
  static async drain(
    url: string,
    queue: string,
    isDone: (count: number) => boolean,
    timeoutMs: number,
  ): Promise<QueueReader> {
    const reader = new QueueReader(await connect(url));
    const channel = await reader.#model.createChannel();
    await channel.prefetch(500);
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(resolve, timeoutMs);
      const end = (): void => {
        clearTimeout(timer);
        resolve();
      };
      channel
        .consume(queue, (message) => {
          reader.#take(message);
          if (message !== null) channel.ack(message);
          if (isDone(reader.messages.length)) end();
        })
        .catch(reject);
    });
    return reader;
  }

  /** What came, by id, in the order in which it came; what came twice stands there twice. */
  get ids(): string[] {
    return this.messages.map(({ properties }) => properties.messageId as string);
  }

  /** The bodies, parsed. */
  get records(): unknown[] {
    return this.messages.map(({ content }) => JSON.parse(content.toString()) as unknown);
  }

  async close(): Promise<void> {
    await this.#model.close().catch(() => undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #take(message: ConsumeMessage | null): void {
    if (message !== null) this.messages.push(message);
  }
}
