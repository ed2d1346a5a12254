/** A routing key is a short string of AMQP: at most 255 bytes. Every other word of ours is far shorter than this. */
const LONGEST_WORD = 100;
/** Far more than there are types of records on one node. */
const MOST_KEPT = 1_000;

/** One word of a routing key: dots part words, `*` and `#` stand for words in bindings, so none of these may be in one. */
function routingWord(text: string): string {
  return text.replace(/[^\w-]/g, '_').slice(0, LONGEST_WORD) || '_';
}

/** Makes the keys `<prefix>.<node>.<kind>.<event>`, each of them once. */
export class RoutingKeys {
  readonly #prefix: string;
  readonly #known = new Map<string, string>();

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** `type` is that of a record: `producer.closed` of node `sfu-1` goes to `sfu.sfu-1.producer.closed`. */
  of(node: string, type: string): string {
    const name = `${node}\n${type}`;
    let key = this.#known.get(name);
    if (key === undefined) {
      const [kind = '', event = ''] = type.split('.', 2);
      key = [this.#prefix, ...[node, kind, event].map(routingWord)].join('.');
      if (this.#known.size >= MOST_KEPT) this.#known.clear();
      this.#known.set(name, key);
    }
    return key;
  }
}
