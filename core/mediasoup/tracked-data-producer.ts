import type { Reading } from '../source.js';
import type { Attachment } from './attachment.js';
import { type Hook, onObserver } from './hook.js';
import { dataProducerReading } from './normalize.js';
import type { DataProducerShape } from './shapes.js';
import { CLOSE } from './tracked.js';
import { TrackedInTransport } from './tracked-in-transport.js';
import type { TrackedTransport } from './tracked-transport.js';

export class TrackedDataProducer extends TrackedInTransport<'dataProducer', DataProducerShape> {
  static readonly #HOOKS: readonly Hook[] = [
    CLOSE,
    onObserver('pause', (tracked: TrackedDataProducer) => tracked.#syncPause()),
    onObserver('resume', (tracked: TrackedDataProducer) => tracked.#syncPause()),
  ];

  #paused: boolean;

  constructor(attachment: Attachment, transport: TrackedTransport, dataProducer: DataProducerShape) {
    const { type, label, protocol, paused = false } = dataProducer;
    super(
      attachment,
      transport,
      dataProducer,
      {
        kind: 'dataProducer',
        state: { type: type === 'direct' ? 'direct' : 'sctp', label, protocol, paused },
        event: { type, label },
      },
      TrackedDataProducer.#HOOKS,
    );
    this.#paused = paused;
    this.router.dataProducers.set(dataProducer.id, this);
  }

  override reconcile(): void {
    super.reconcile();
    if (!this.entity.closed) this.#syncPause();
  }

  override async read(): Promise<Reading<'dataProducer'>> {
    return dataProducerReading((await this.entity.getStats())[0]);
  }

  protected override onClosing(): void {
    this.router.dataProducers.delete(this.entity.id);
  }

  #syncPause(): void {
    const { paused = false } = this.entity;
    if (paused === this.#paused) return;
    this.#paused = paused;
    this.change({ paused }, { type: paused ? 'dataProducer.paused' : 'dataProducer.resumed', data: {} });
  }
}
