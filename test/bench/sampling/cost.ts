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
  /** Resolves when it runs. */
  start(room: MediaRoom): Promise<Running>;
}

interface Running {
  /** Answers so far. */
  samples(): number;
  /** What it says of itself. */
  end(): Promise<string>;
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
    window: { type: 'string', default: '64' },
    modes: { type: 'string', default: 'none,burst,paced,public,fast' },
  },
});
/** Share of an interval over which the sampler spreads its requests. */
const SPREAD = 0.6;
/** Short at first, to have all code compiled as in a process that has run for long. */
let intervalMs = 1_000;
const WARM_UP_MS = 8_000;
const ticks = Number(flags.ticks);

function monitored(name: string, { share, all, fast }: { share: number; all: boolean; fast: boolean }): Mode {
  return {
    name,
    async start(room) {
      const observer = new EventEmitter();
      const monitor = createMonitor({
        mediasoup: { observer, version: mediasoup.version },
        logger: QUIET,
        sampling: { intervalMs, cpuShare: share, maxInFlight: Number(flags.window) },
        attach: { fastDecode: fast },
      });
      await monitor.start();
      room.tellAgain(observer);
      const lease = all ? monitor.stats.lease({ kinds: SAMPLED_KINDS }) : null;
      const samples = (): number => monitor.status().sampling.reduce((sum, { requests }) => sum + requests.ok, 0);
      return {
        samples,
        async end() {
          const { sampling, longestTurnMs, cpuShare, source } = monitor.status();
          const coverage = sampling.find(({ kind }) => kind === 'consumer')?.coverage;
          lease?.release();
          await monitor.stop();
          return `coverage ${coverage}, longest turn ${longestTurnMs?.toFixed(2)} ms, share by its own count ${cpuShare?.toFixed(4)} ${source.fastDecode?.state ?? ''}`;
        },
      };
    },
  };
}

/** Bare `getStats()` of everything in each interval: at once, or as `window` at a time spread over the same part of it as here. */
function bare(name: string, window: number): Mode {
  return {
    name,
    async start({ consumers, producers, transports }) {
      let samples = 0;
      let ended = false;
      const count = (): void => {
        samples++;
      };
      const entities = [...transports, ...producers, ...consumers];
      const sweep = async (): Promise<void> => {
        const pause = (SPREAD * intervalMs * window) / entities.length;
        for (let first = 0; first < entities.length && !ended; first += window) {
          for (const entity of entities.slice(first, first + window)) entity.getStats().then(count, count);
          if (first + window < entities.length) await delay(pause);
        }
      };
      const timer = setInterval(() => void sweep(), intervalMs);
      return {
        samples: () => samples,
        async end() {
          ended = true;
          clearInterval(timer);
          return '';
        },
      };
    },
  };
}

const MODES: readonly Mode[] = [
  { name: 'none', start: async () => ({ samples: () => 0, end: async () => '' }) },
  bare('burst', Number.MAX_SAFE_INTEGER),
  bare('paced', Number(flags.window)),
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

interface Measured {
  /** Of one core. */
  readonly share: number;
  readonly samplesPerMs: number;
}

const room = await openMediaRoom(Number(flags.consumers));
const modes = MODES.filter(({ name }) => flags.modes.split(',').includes(name));
const measured = new Map<string, Measured[]>(modes.map(({ name }) => [name, []]));
for (const mode of modes) {
  const running = await mode.start(room);
  await delay(WARM_UP_MS);
  await running.end();
}
intervalMs = Number(flags.interval);
for (let round = 0; round < Number(flags.rounds); round++) {
  for (const mode of modes) {
    const running = await mode.start(room);
    // The first ticks run code that is not compiled yet, or was thrown away after the mode before.
    await delay(intervalMs * 1.95);
    const [cpu, began, samples] = [cpuMs(), performance.now(), running.samples()];
    await delay(intervalMs * ticks);
    const elapsed = performance.now() - began;
    const found = { share: (cpuMs() - cpu) / elapsed, samplesPerMs: (running.samples() - samples) / elapsed };
    measured.get(mode.name)!.push(found);
    const samplesInAll = Math.round(found.samplesPerMs * elapsed);
    console.log(
      `${round} ${mode.name}: ${(found.share * 100).toFixed(2)} %, ${samplesInAll} samples ${await running.end()}`,
    );
    await delay(300);
  }
}
const base = median((measured.get('none') ?? []).map(({ share }) => share));
const usPerSample = (name: string): number =>
  median((measured.get(name) ?? []).map(({ share, samplesPerMs }) => ((share - base) / samplesPerMs) * 1_000));
for (const [name, runs] of measured) {
  const own = median(runs.map(({ share }) => share)) - base;
  const cost = usPerSample(name);
  console.log(
    `${process.version} ${flags.consumers} ${name}: ${(own * 100).toFixed(2)} % of a core, ` +
      `${cost.toFixed(1)} us a sample, ${(cost / usPerSample('burst')).toFixed(2)} of burst`,
  );
}
room.close();
