import type { CloseReason } from '../model/entity.js';
import { NO_BLAST_RADIUS } from '../model/events.js';
import type { Reading } from '../source.js';
import type { Attachment } from './attachment.js';
import { type Hook, onEntity, onObserver } from './hook.js';
import { workerReading } from './normalize.js';
import type { RequestPipe } from './request-pipe.js';
import type { RouterShape, WebRtcServerShape, WorkerShape } from './shapes.js';
import { CLOSE, Tracked } from './tracked.js';
import { TrackedRouter } from './tracked-router.js';
import { TrackedWebRtcServer } from './tracked-webrtc-server.js';

/** mediasoup tells both in the text of the error only. */
const EXIT = /code:(\w+), signal:(\w+)/;

export class TrackedWorker extends Tracked<'worker', WorkerShape> {
  static readonly #HOOKS: readonly Hook[] = [
    CLOSE,
    onEntity('died', (tracked: TrackedWorker, error: Error | undefined) => tracked.#onDied(error)),
    onObserver('newrouter', (tracked: TrackedWorker, router: RouterShape) => tracked.openRouter(router)),
    onObserver('newwebrtcserver', (tracked: TrackedWorker, server: WebRtcServerShape) =>
      tracked.openWebRtcServer(server),
    ),
  ];

  /** The way of its requests; `null` when it was not found. */
  readonly pipe: RequestPipe | null;
  protected readonly attachment: Attachment;
  readonly #openedAt: number;
  #deathTold = false;

  constructor(attachment: Attachment, worker: WorkerShape, foundLate: boolean) {
    super(
      attachment,
      null,
      worker,
      'worker',
      {
        id: String(worker.pid),
        foundLate,
        state: { pid: worker.pid, hungSince: null },
        event: { pid: worker.pid },
      },
      TrackedWorker.#HOOKS,
    );
    this.pipe = attachment.pipes.take(worker.pid);
    this.attachment = attachment;
    this.#openedAt = attachment.clock.monotonic();
  }

  get kind(): 'worker' {
    return 'worker';
  }

  get hooks(): readonly Hook[] {
    return TrackedWorker.#HOOKS;
  }

  openRouter(router: RouterShape, foundLate = false): TrackedRouter | null {
    if (router.closed || this.attachment.byEntity(router) !== undefined) return null;
    return new TrackedRouter(this.attachment, this, router, foundLate);
  }

  openWebRtcServer(server: WebRtcServerShape, foundLate = false): TrackedWebRtcServer | null {
    if (server.closed || this.attachment.byEntity(server) !== undefined) return null;
    return new TrackedWebRtcServer(this.attachment, this, server, foundLate);
  }

  closeReason(): CloseReason {
    return this.entity.died ? 'workerDied' : 'workerClosed';
  }

  override async read(): Promise<Reading<'worker'>> {
    const { clock, traits } = this.attachment;
    const asked = clock.monotonic();
    const usage = await this.entity.getResourceUsage();
    const answered = clock.monotonic();
    return workerReading(usage, { timestamp: answered, probeMs: answered - asked }, traits);
  }

  /** mediasoup closes what is in a dead worker first and tells "died" after it; here the death is told first. */
  override onClose(): void {
    if (this.entity.died) this.#onDied(undefined);
    else this.close();
  }

  #onDied(error: Error | undefined): void {
    if (this.#deathTold) return;
    this.#deathTold = true;
    const message = error?.message ?? 'the worker died';
    const [, code = 'null', signal = 'null'] = EXIT.exec(message) ?? [];
    const exitCode = code === 'null' ? null : Number(code);
    const exitSignal = signal === 'null' ? null : signal;
    if (this.attachment.traits.tellsDiedOnShutdown && isShutdown(exitCode, exitSignal)) {
      this.close('workerClosed');
      return;
    }
    this.emit({
      type: 'worker.died',
      data: {
        pid: this.entity.pid,
        uptimeMs: Math.round(this.attachment.clock.monotonic() - this.#openedAt),
        signal: exitSignal,
        exitCode,
        message,
        blastRadius: NO_BLAST_RADIUS,
      },
    });
    this.close('workerDied');
  }
}

function isShutdown(exitCode: number | null, signal: string | null): boolean {
  return exitCode === 0 || signal === 'SIGINT' || signal === 'SIGTERM';
}
