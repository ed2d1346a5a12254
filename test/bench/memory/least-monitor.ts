import type { EventEmitter } from 'node:events';
import type { types } from 'mediasoup';

/** What is remembered of a consumer, and so shown of it. */
interface Node {
  readonly id: string;
  readonly producerId: string;
  readonly kind: string;
  readonly type: string;
  readonly transport: string;
  readonly openedAt: number;
  paused: boolean;
  producerPaused: boolean;
  score: unknown;
}

interface Occurrence {
  readonly type: 'created' | 'closed';
  readonly at: number;
  readonly node: Node;
}

/** Events that are kept. */
const KEPT = 256;

/**
 * The least that may be called a monitor of consumers, to measure others against: three listeners, one place in a map, what is
 * known of each with its score, and an event of its opening and of its close. It knows no identities, no samples, no errors, no followers.
 */
export class LeastMonitor {
  readonly #nodes = new Map<object, { readonly consumer: types.Consumer; readonly node: Node }>();
  readonly #events: Occurrence[] = [];
  #at = 0;

  constructor(observer: EventEmitter) {
    observer.on('newworker', (worker: types.Worker) => {
      worker.observer.on('newrouter', (router) => {
        router.observer.on('newtransport', (transport) => {
          transport.observer.on('newconsumer', (consumer) => this.#open(transport.id, consumer));
        });
      });
    });
    const close = (consumer: object): void => this.#close(consumer);
    const sync = (consumer: object): void => this.#sync(consumer);
    const nodes = this.#nodes;
    this.#onClose = function (this: object) {
      close(this);
    };
    this.#onPause = function (this: object) {
      sync(this);
    };
    this.#onScore = function (this: object, score: unknown) {
      const known = nodes.get(this);
      if (known !== undefined) known.node.score = score;
    };
  }

  readonly #onClose: (this: object) => void;
  readonly #onPause: (this: object) => void;
  readonly #onScore: (this: object, score: unknown) => void;

  #open(transport: string, consumer: types.Consumer): void {
    const { id, producerId, kind, type, paused, producerPaused, score, observer } = consumer;
    const openedAt = Date.now();
    const node: Node = { id, producerId, kind, type, transport, openedAt, paused, producerPaused, score };
    this.#nodes.set(observer, { consumer, node });
    observer.on('close', this.#onClose);
    observer.on('pause', this.#onPause);
    observer.on('score', this.#onScore);
    this.#tell('created', node);
  }

  #close(observer: object): void {
    const known = this.#nodes.get(observer);
    if (known === undefined) return;
    this.#nodes.delete(observer);
    const emitter = known.consumer.observer;
    emitter.off('close', this.#onClose);
    emitter.off('pause', this.#onPause);
    emitter.off('score', this.#onScore);
    this.#tell('closed', known.node);
  }

  #sync(observer: object): void {
    const known = this.#nodes.get(observer);
    if (known === undefined) return;
    known.node.paused = known.consumer.paused;
    known.node.producerPaused = known.consumer.producerPaused;
  }

  #tell(type: Occurrence['type'], node: Node): void {
    this.#events[this.#at] = { type, at: Date.now(), node };
    this.#at = (this.#at + 1) % KEPT;
  }
}
