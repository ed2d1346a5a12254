import { type CreateMonitorOptions, createMonitor, type EventType, type MonitorEvent } from '../../core/index.js';
import type { MonitorEventOf } from '../../core/model/events.js';
import type { SfuMonitor } from '../../core/sfu-monitor.js';
import { FakeSfu, type FakeRouter, type FakeTransport, type FakeWorker } from './fake-sfu.js';
import { ManualClock } from './manual-clock.js';
import { scripted, turns } from './plugins.js';
import { RecordingLogger } from './recording-logger.js';

/** A started monitor over a fake SFU in which ann and bob are in the room blue, and every event that a plugin was given. */
export interface SummaryScene {
  readonly clock: ManualClock;
  readonly monitor: SfuMonitor;
  readonly events: MonitorEvent[];
  readonly worker: FakeWorker;
  readonly router: FakeRouter;
  readonly ann: FakeTransport;
  readonly bob: FakeTransport;
}

export async function summaryScene(options: Partial<CreateMonitorOptions> = {}): Promise<SummaryScene> {
  const sfu = new FakeSfu();
  const clock = new ManualClock();
  const events: MonitorEvent[] = [];
  const recorder = scripted('recorder', { onEvents: (news) => void events.push(...news) });
  const monitor = createMonitor({
    mediasoup: sfu,
    clock,
    logger: new RecordingLogger(),
    host: { systemInformation: false },
    plugins: [recorder],
    ...options,
  }) as SfuMonitor;
  await monitor.start();
  const worker = sfu.createWorker();
  const router = worker.createRouter({ appData: { roomId: 'blue' } });
  const ann = router.createTransport({ appData: { peerId: 'ann' } });
  const bob = router.createTransport({ appData: { peerId: 'bob' } });
  await turns();
  return { clock, monitor, events, worker, router, ann, bob };
}

/** Lets time pass, with the samples of that time. */
export async function passTime(clock: ManualClock, ms: number): Promise<void> {
  await clock.advanceAsync(ms);
  await turns();
}

export function eventsOf<T extends EventType>(events: readonly MonitorEvent[], type: T): MonitorEventOf<T>[] {
  return events.filter((event) => event.type === type) as unknown as MonitorEventOf<T>[];
}
