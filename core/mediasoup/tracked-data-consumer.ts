import type { Reading } from '../source.js';
import { type Hook, onEntity, onObserver } from './hook.js';
import { dataConsumerReading } from './normalize.js';
import type { RouterScope } from './router-scope.js';
import type { DataConsumerShape } from './shapes.js';
import { CLOSE } from './tracked.js';
import { TrackedInTransport, type TransportParent } from './tracked-in-transport.js';

export class TrackedDataConsumer extends TrackedInTransport<'dataConsumer', DataConsumerShape> {
  static readonly #HOOKS: readonly Hook[] = [
    CLOSE,
    onEntity('dataproducerclose', (tracked: TrackedDataConsumer) => tracked.#onProducerClose()),
    onEntity('dataproducerpause', (tracked: TrackedDataConsumer) => tracked.#syncPause()),
    onEntity('dataproducerresume', (tracked: TrackedDataConsumer) => tracked.#syncPause()),
    onEntity('sctpsendbufferfull', (tracked: TrackedDataConsumer) => tracked.#onSendBufferFull()),
    onEntity('bufferedamountlow', (tracked: TrackedDataConsumer, amount: number) =>
      tracked.#onBufferedAmountLow(amount),
    ),
    onObserver('pause', (tracked: TrackedDataConsumer) => tracked.#syncPause()),
    onObserver('resume', (tracked: TrackedDataConsumer) => tracked.#syncPause()),
  ];

  /** The data producer it consumes went first. */
  #producerClosed = false;
  #paused: boolean;
  #dataProducerPaused: boolean;

  constructor(scope: RouterScope, transport: TransportParent, dataConsumer: DataConsumerShape) {
    const { type, label, protocol, dataProducerId, paused = false, dataProducerPaused = false } = dataConsumer;
    super(
      scope,
      transport,
      dataConsumer,
      'dataConsumer',
      {
        state: {
          dataProducer: scope.dataProducers.get(dataProducerId) ?? null,
          type: type === 'direct' ? 'direct' : 'sctp',
          label,
          protocol,
          paused,
          dataProducerPaused,
        },
        event: { type, label, dataProducerId },
      },
      TrackedDataConsumer.#HOOKS,
    );
    this.#paused = paused;
    this.#dataProducerPaused = dataProducerPaused;
  }

  get kind(): 'dataConsumer' {
    return 'dataConsumer';
  }

  get hooks(): readonly Hook[] {
    return TrackedDataConsumer.#HOOKS;
  }

  /** Told right before the close. */
  #onProducerClose(): void {
    this.#producerClosed = true;
  }

  protected override get lostProducer(): boolean {
    return this.#producerClosed;
  }

  override reconcile(): void {
    super.reconcile();
    if (!this.entity.closed) this.#syncPause();
  }

  override async read(): Promise<Reading<'dataConsumer'>> {
    return dataConsumerReading((await this.entity.getStats())[0]);
  }

  /** As with consumers, the observer's events do not tell whose pause it is. */
  #syncPause(): void {
    const { paused = false, dataProducerPaused = false } = this.entity;
    if (dataProducerPaused !== this.#dataProducerPaused) {
      this.#dataProducerPaused = dataProducerPaused;
      this.change(
        { dataProducerPaused },
        {
          type: dataProducerPaused ? 'dataConsumer.dataProducerPaused' : 'dataConsumer.dataProducerResumed',
          data: {},
        },
      );
    }
    if (paused !== this.#paused) {
      this.#paused = paused;
      this.change({ paused }, { type: paused ? 'dataConsumer.paused' : 'dataConsumer.resumed', data: {} });
    }
  }

  #onSendBufferFull(): void {
    this.emit({ type: 'dataConsumer.sendBufferFilled', data: {} });
  }

  #onBufferedAmountLow(bufferedAmount: number): void {
    this.emit({ type: 'dataConsumer.bufferedAmountLowered', data: { bufferedAmount } });
  }
}
