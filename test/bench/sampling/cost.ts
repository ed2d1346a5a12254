import { EventEmitter } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import * as mediasoup from 'mediasoup';
import { createMonitor, type Logger } from '../../../core/index.js';
import { SAMPLED_KINDS } from '../../../core/model/samples.js';
import { type MediaRoom, openMediaRoom } from './media-room.js';

/** What runs beside the SFU while its CPU time is measured. */
interface Mode {
  readonly name: string;
  /** Resolves when it runs; the result ends it. */
  start(room: MediaRoom, intervalMs: number): Promise<() => Promise<string>>;
}

const QUIET: Logger = {
  debug() {},
  info() {},
  warn: console.warn,
  error: console.error,
  child: () => QUIET,
};

const { values: flags } = parseArgs({
  options: {
    consumers: { type: 'string', default: '5000' },
    interval: { type: 'string', default: '5000' },
    ticks: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '3' },
    modes: { type: 'string', default: 'none,burst,public,fast' },
  },
});
const intervalMs = Number(flags.interval);
const ticks = Number(flags.ticks);

function monitored(name: string, { share, all, fast }: { share: number; all: boolean; fast: boolean }): Mode {
  return {
    name,
    async start(room) {
      const observer = new EventEmitter();
      const monitor = createMonitor({
        mediasoup: { observer, version: mediasoup.version },
        logger: QUIET,
        sampling: { intervalMs, cpuShare: share },
        attach: { fastDecode: fast },
      });
      await monitor.start();
      room.tellAgain(observer);
      const lease = all ? monitor.stats.lease({ kinds: SAMPLED_KINDS }) : null;
      return async () => {
        const { sampling, longestTurnMs, cpuShare, source } = monitor.status();
        const ok = sampling.reduce((sum, { requests }) => sum + requests.ok, 0);
        const coverage = sampling.find(({ kind }) => kind === 'consumer')?.coverage;
        lease?.release();
        await monitor.stop();
        return `ok=${ok} coverage=${coverage} turn=${longestTurnMs?.toFixed(2)} share=${cpuShare?.toFixed(4)} ${source.fastDecode?.state ?? ''}`;
      };
    },
  };
}

const MODES: readonly Mode[] = [
  { name: 'none', start: async () => async () => '' },
  {
    name: 'burst',
    async start({ consumers, producers, transports, worker }) {
      let samples = 0;
      const timer = setInterval(async () => {
        const all = [...transports, ...producers, ...consumers].map((entity) => entity.getStats());
        const answers = await Promise.all([worker.getResourceUsage(), ...all]);
        samples += answers.length;
      }, intervalMs);
      return async () => {
        clearInterval(timer);
        return `ok=${samples}`;
      };
    },
  },
  monitored('public', { share: 1, all: true, fast: false }),
  monitored('fast', { share: 1, all: true, fast: true }),
  monitored('default', { share: 0.01, all: true, fast: false }),
  monitored('idle', { share: 0.01, all: false, fast: false }),
];

const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;

const room = await openMediaRoom(Number(flags.consumers));
const modes = MODES.filter(({ name }) => flags.modes.split(',').includes(name));
const measured = new Map<string, number[]>(modes.map(({ name }) => [name, []]));
for (let round = 0; round < Number(flags.rounds); round++) {
  for (const mode of modes) {
    const end = await mode.start(room, intervalMs);
    // The first ticks run code that is not compiled yet, or was thrown away by the mode before.
    await delay(intervalMs * 1.95);
    globalThis.gc?.();
    const from = cpuMs();
    const began = performance.now();
    await delay(intervalMs * ticks);
    const share = (cpuMs() - from) / (performance.now() - began);
    measured.get(mode.name)!.push(share);
    console.log(`${round} ${mode.name} ${(share * 100).toFixed(2)} % ${await end()}`);
    await delay(300);
  }
}
const base = median(measured.get('none') ?? [0]);
const burst = median(measured.get('burst') ?? [Number.NaN]) - base;
for (const [name, shares] of measured) {
  const own = median(shares) - base;
  console.log(
    `${process.version} ${flags.consumers} ${name}: ${(own * 100).toFixed(2)} % of a core, ${(own / burst).toFixed(3)} x burst`,
  );
}
await room.close();
