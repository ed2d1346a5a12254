import type { CloseReason } from '../model/entity.js';
import type { Attachment } from './attachment.js';
import { type Hook, onObserver } from './hook.js';
import type { TransportShape, WebRtcServerShape, WorkerShape } from './shapes.js';
import { CLOSE, Tracked } from './tracked.js';
import { TrackedTransport } from './tracked-transport.js';

export class TrackedWebRtcServer extends Tracked<'webRtcServer', WebRtcServerShape> {
  static readonly #HOOKS: readonly Hook[] = [
    CLOSE,
    onObserver('webrtctransporthandled', (tracked: TrackedWebRtcServer, transport: TransportShape) =>
      tracked.assign(transport),
    ),
  ];

  declare readonly parent: Tracked<'worker', WorkerShape>;
  protected readonly attachment: Attachment;

  constructor(
    attachment: Attachment,
    worker: Tracked<'worker', WorkerShape>,
    server: WebRtcServerShape,
    foundLate: boolean,
  ) {
    super(
      attachment,
      worker,
      server,
      'webRtcServer',
      {
        id: server.id,
        foundLate,
        state: {},
        event: {},
      },
      TrackedWebRtcServer.#HOOKS,
    );
    this.attachment = attachment;
  }

  get kind(): 'webRtcServer' {
    return 'webRtcServer';
  }

  get hooks(): readonly Hook[] {
    return TrackedWebRtcServer.#HOOKS;
  }

  assign(transport: TransportShape): void {
    const tracked = this.attachment.byEntity(transport);
    if (tracked instanceof TrackedTransport) tracked.assignServer(this);
  }

  closeReason(): CloseReason {
    if (this.parent.entity.died) return 'workerDied';
    return this.parent.entity.closed ? 'workerClosed' : 'api';
  }

  override onClose(): void {
    // What dies with a worker is closed by the worker, after the death was told.
    if (!this.parent.entity.died) this.close();
  }
}
