import { parseArgs } from 'node:util';
import { slowed } from './slow-clock.js';
import { OwnPort } from '../../../plugins/prometheus/expose/own-port.js';
import { RecordingLogger } from '../../support/recording-logger.js';
import { HttpClient } from '../support/http-client.js';
import { median } from '../suite/statistics.js';
import { cpuOf, cpuTurnsOf, longest, turnsOf } from '../support/turns.js';
import { copyMode, type Mode, ownMode, promClientMode, tightMode } from './modes.js';

/** One way of making pages in a process of its own; tells what it measured as one line of JSON. */

const { values: flags } = parseArgs({
  options: {
    mode: { type: 'string', default: 'own' },
    consumers: { type: 'string', default: '1250' },
    bytes: { type: 'string', default: '17400000' },
    by: { type: 'string', default: 'id' },
    nth: { type: 'string', default: '1' },
    churn: { type: 'string', default: '0' },
    calm: { type: 'boolean', default: false },
    pending: { type: 'boolean', default: false },
    http: { type: 'boolean', default: false },
    gzip: { type: 'boolean', default: false },
    'first-cpu': { type: 'boolean', default: false },
    slow: { type: 'string', default: '1' },
    litter: { type: 'boolean', default: false },
    scrapes: { type: 'string', default: '21' },
    warm: { type: 'string', default: '12' },
  },
});

const slow = Number(flags.slow);
const clock = slowed(slow);

function modeOf(): Promise<Mode> {
  const consumers = Number(flags.consumers);
  if (flags.mode === 'prom-client') return promClientMode(consumers);
  if (flags.mode === 'tight') return tightMode(consumers);
  if (flags.mode === 'copy') return copyMode(Number(flags.bytes));
  const how = { byId: flags.by === 'id', everyNth: Number(flags.nth), churn: Number(flags.churn), calm: flags.calm };
  return ownMode(consumers, how, clock);
}

const mode = await modeOf();
const headers: Record<string, string> = flags.gzip ? { 'accept-encoding': 'gzip' } : {};
let bytes = 0;

/** Makes the page and lets it be: what is measured is the making. */
async function make(): Promise<void> {
  const response = await mode.answer(new Request('http://localhost/metrics', { headers }));
  bytes = Number(response.headers.get('content-length') ?? 0);
  if (flags.mode === 'copy') for await (const _ of response.body!);
  else await response.body?.cancel();
}

let page: () => Promise<void> = make;
let end = async (): Promise<void> => {};
if (flags.http) {
  const client = new HttpClient();
  await client.ready();
  const port = new OwnPort(
    new Map([['/metrics', async (request) => await mode.answer(request)]]),
    clock,
    new RecordingLogger(),
    false,
  );
  const url = `http://127.0.0.1:${await port.listen('127.0.0.1', 0)}/metrics`;
  page = async () => {
    ({ bytes } = await client.ask(url, undefined, headers));
  };
  end = async () => {
    client.stop();
    await port.close();
  };
}

/** Turns in which what the sampling of all values has left to do is done. */
const TURNS_OF_REST = 20;

/**
 * Makes all values new ones, and lets sampling come to rest unless `--pending` is set: a page pauses, and what others do in the turns
 * between would be counted as its own, some 0.3 ms after a sweep.
 */
async function prepare(): Promise<void> {
  await mode.prepare();
  if (!flags.pending) await rest();
}

async function rest(): Promise<void> {
  for (let i = 0; i < TURNS_OF_REST; i++) await new Promise((resolve) => setImmediate(resolve));
}

/** Bytes of new objects between two collections of young garbage, at most; and of one object. */
const YOUNG_BYTES = 16e6;
const OBJECT_BYTES = 64;

/** Makes garbage by chance, so that collections of it fall on the first page as often as that makes garbage, and not always or never. */
async function litter(): Promise<void> {
  const end = (Math.random() * YOUNG_BYTES) / OBJECT_BYTES;
  let kept: readonly number[] = [];
  for (let i = 0; i < end; i++) kept = [i, i, i, i, i];
  if (kept.length > 0) await rest();
}

// The first page is to be that of a plugin that started a while ago; and what measures is not to be compiled in its turns.
const firstTurnsOf = flags['first-cpu'] ? cpuTurnsOf : turnsOf;
await firstTurnsOf(rest);
if (flags.litter) await litter();
let firstTurns: readonly number[] = [];
const firstCpuMs = await cpuOf(async () => {
  firstTurns = await firstTurnsOf(page);
});
for (let i = 0; i < Number(flags.warm); i++) {
  await prepare();
  await page();
}
const cpu: number[] = [];
const longestTurns: number[] = [];
const longestCpuTurns: number[] = [];
const all: number[] = [];
for (let i = 0; i < Number(flags.scrapes); i++) {
  await prepare();
  cpu.push(await cpuOf(page));
  await prepare();
  const turns = await turnsOf(page);
  longestTurns.push(longest(turns));
  await prepare();
  longestCpuTurns.push(longest(await cpuTurnsOf(page)));
  // A loop without work turns in microseconds: those say nothing.
  all.push(...turns.filter((ms) => ms > 0.1));
}
await end();
const sorted = all.toSorted((a, b) => a - b);
const round = (value: number): number => Number((value * slow).toFixed(2));
console.log(
  JSON.stringify({
    bytes,
    cpuMs: round(median(cpu)),
    meanCpuMs: round(cpu.reduce((sum, one) => sum + one, 0) / cpu.length),
    leastCpuMs: round(Math.min(...cpu)),
    longestMs: round(median(longestTurns)),
    worstMs: round(Math.max(...longestTurns)),
    longestCpuTurnMs: round(median(longestCpuTurns)),
    worstCpuTurnMs: round(Math.max(...longestCpuTurns)),
    p99Ms: round(sorted[Math.floor(sorted.length * 0.99)] ?? 0),
    firstCpuMs: round(firstCpuMs),
    firstTurnMs: round(longest(firstTurns)),
  }),
);
process.exit(0);
