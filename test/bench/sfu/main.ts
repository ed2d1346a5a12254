import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { isModeName } from '../suite/modes.js';
import { Meter } from './meter.js';
import { ATTACH } from './modes.js';
import type { FromProbe, RunConfig, RunResult, ToProbe } from './protocol.js';
import { BenchRoom } from './room.js';

/** So that the code of a join is compiled, as in an SFU that has run for some minutes: interpreted, it costs several times as much. */
const WARM_JOINS = 4_000;

/** One run: an SFU, one mode beside it, one window. Told by its first argument, answers by a message to its parent, then ends. */
async function main(config: RunConfig): Promise<RunResult> {
  const { mode } = config;
  if (!isModeName(mode)) throw new Error(`unknown mode ${mode}`);
  const probe = fork(new URL('probe.js', import.meta.url), { execArgv: [] });
  const answer = async <T extends FromProbe['type']>(type: T): Promise<FromProbe & { type: T }> => {
    for (;;) {
      const [message] = (await once(probe, 'message')) as [FromProbe];
      if (message.type === type) return message as FromProbe & { type: T };
    }
  };
  const tell = (message: ToProbe): void => void probe.send(message);
  const { rtpPort, sinkUrl } = await answer('ready');

  const attached = await ATTACH[mode]({ config, sinkUrl });
  const room = await BenchRoom.open(config, rtpPort);
  if (room.probePort !== 0) {
    tell({ type: 'start', target: room.probePort, ssrc: room.probeSsrc });
  }
  await attached.begin(room, room.replaceMany(WARM_JOINS));
  if (config.joinsPerSecond > 0) setInterval(() => void room.replaceOne(), 1_000 / config.joinsPerSecond);
  const scrapeUrl = attached.scrapeUrl();
  if (scrapeUrl !== null) tell({ type: 'scrape', url: scrapeUrl, everyMs: config.intervalMs });
  await delay(config.settleMs);

  const meter = new Meter(config.standIn ? [] : room.workers);
  await meter.start();
  tell({ type: 'window' });
  const samples = attached.samples();
  await delay(config.windowMs);
  const sampled = attached.samples() - samples;
  const longestTurnMs = attached.longestTurnMs();
  const measured = await meter.end();
  tell({ type: 'report' });
  const { rtp, scrapes } = await answer('report');
  return {
    ...measured,
    node: process.version,
    entities: room.entities,
    samples: sampled,
    longestTurnMs,
    rtp,
    note: attached.note(scrapes, (sampled * config.intervalMs) / (room.entities * measured.windowMs)),
  };
}

// Whoever started this is gone: nobody reads what it would measure.
process.once('disconnect', () => process.exit(1));
const result = await main(JSON.parse(process.argv[2] ?? '{}') as RunConfig);
process.send?.(result, () => process.exit());
