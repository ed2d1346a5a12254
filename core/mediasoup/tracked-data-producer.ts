import type { Reading } from '../source.js';
import { type Hook, onObserver } from './hook.js';
import { dataProducerReading } from './normalize.js';
import type { RouterScope } from './router-scope.js';
import type { DataProducerShape } from './shapes.js';
import { CLOSE } from './tracked.js';
import { TrackedInTransport, type TransportParent } from './tracked-in-transport.js';

export class TrackedDataProducer extends TrackedInTransport<'dataProducer', DataProducerShape> {
  static readonly #HOOKS: readonly Hook[] = [
    CLOSE,
    onObserver('pause', (tracked: TrackedDataProducer) => tracked.#syncPause()),
    onObserver('resume', (tracked: TrackedDataProducer) => tracked.#syncPause()),
  ];

  #paused: boolean;

  constructor(scope: RouterScope, transport: TransportParent, dataProducer: DataProducerShape) {
    const { type, label, protocol, paused = false } = dataProducer;
    super(
      scope,
      transport,
      dataProducer,
      'dataProducer',
      {
        state: { type: type === 'direct' ? 'direct' : 'sctp', label, protocol, paused },
        event: { type, label },
      },
      TrackedDataProducer.#HOOKS,
    );
    this.#paused = paused;
    this.scope.dataProducers.set(dataProducer.id, this.key);
  }

  get kind(): 'dataProducer' {
    return 'dataProducer';
  }

  get hooks(): readonly Hook[] {
    return TrackedDataProducer.#HOOKS;
  }

  override reconcile(): void {
    super.reconcile();
    if (!this.entity.closed) this.#syncPause();
  }

  override async read(): Promise<Reading<'dataProducer'>> {
    return dataProducerReading((await this.entity.getStats())[0]);
  }

  protected override onClosing(): void {
    this.scope.dataProducers.delete(this.entity.id);
  }

  #syncPause(): void {
    const { paused = false } = this.entity;
    if (paused === this.#paused) return;
    this.#paused = paused;
    this.change({ paused }, { type: paused ? 'dataProducer.paused' : 'dataProducer.resumed', data: {} });
  }
}
