import type { CloseReason } from '../model/entity.js';
import type { Attachment } from './attachment.js';
import type { TransportShape, WebRtcServerShape } from './shapes.js';
import { Tracked } from './tracked.js';
import { TrackedTransport } from './tracked-transport.js';
import type { TrackedWorker } from './tracked-worker.js';

export class TrackedWebRtcServer extends Tracked<'webRtcServer', WebRtcServerShape> {
  declare readonly parent: TrackedWorker;

  constructor(attachment: Attachment, worker: TrackedWorker, server: WebRtcServerShape, foundLate: boolean) {
    super(attachment, worker, server, {
      kind: 'webRtcServer',
      id: server.id,
      foundLate,
      state: {},
      event: {},
    });
    this.listenTo(server.observer, 'webrtctransporthandled', (transport: TransportShape) => this.assign(transport));
  }

  assign(transport: TransportShape): void {
    const tracked = this.attachment.byEntity(transport);
    if (tracked instanceof TrackedTransport) tracked.assignServer(this);
  }

  closeReason(): CloseReason {
    if (this.parent.entity.died) return 'workerDied';
    return this.parent.entity.closed ? 'workerClosed' : 'api';
  }

  protected override onClose(): void {
    // What dies with a worker is closed by the worker, after the death was told.
    if (!this.parent.entity.died) this.close();
  }
}
