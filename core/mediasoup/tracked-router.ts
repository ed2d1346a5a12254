import type { CloseReason } from '../model/entity.js';
import type { Attachment } from './attachment.js';
import { type Hook, onObserver } from './hook.js';
import { RouterScope } from './router-scope.js';
import type { RouterShape, RtpObserverShape, TransportShape, WorkerShape } from './shapes.js';
import { CLOSE, Tracked } from './tracked.js';
import { TrackedRtpObserver } from './tracked-rtp-observer.js';
import { TrackedTransport } from './tracked-transport.js';

export class TrackedRouter extends Tracked<'router', RouterShape> {
  static readonly #HOOKS: readonly Hook[] = [
    CLOSE,
    onObserver('newtransport', (tracked: TrackedRouter, transport: TransportShape) => tracked.openTransport(transport)),
    onObserver('newrtpobserver', (tracked: TrackedRouter, observer: RtpObserverShape) =>
      tracked.#openRtpObserver(observer),
    ),
  ];

  declare readonly parent: Tracked<'worker', WorkerShape>;
  protected readonly attachment: Attachment;
  readonly #scope: RouterScope;

  constructor(attachment: Attachment, worker: Tracked<'worker', WorkerShape>, router: RouterShape, foundLate: boolean) {
    super(
      attachment,
      worker,
      router,
      'router',
      { id: router.id, foundLate, state: {}, event: {} },
      TrackedRouter.#HOOKS,
    );
    this.attachment = attachment;
    this.#scope = new RouterScope(attachment, this.key, router, worker.entity);
  }

  get kind(): 'router' {
    return 'router';
  }

  get hooks(): readonly Hook[] {
    return TrackedRouter.#HOOKS;
  }

  openTransport(transport: TransportShape, foundLate = false): TrackedTransport | null {
    if (transport.closed || this.attachment.byEntity(transport) !== undefined) return null;
    return new TrackedTransport(this.#scope, this, transport, foundLate);
  }

  closeReason(): CloseReason {
    const reason = this.#scope.closeReason();
    return reason === null || reason === 'router' ? 'api' : reason;
  }

  override onClose(): void {
    if (!this.#scope.workerDied) this.close();
  }

  #openRtpObserver(observer: RtpObserverShape): void {
    if (observer.closed || this.attachment.byEntity(observer) !== undefined) return;
    new TrackedRtpObserver(this.#scope, this, observer);
  }
}
