import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { median } from '../suite/statistics.js';
import { type Part, PARTS } from './attached.js';

export interface MemoryFigures {
  /** Live bytes, buffers included, that all entities together have added; mediasoup's own are not in it. */
  readonly bytes: number;
  readonly entities: number;
}

export interface AttachFigures {
  /** CPU of the process in us for each consumer that is told to be there and to have closed. */
  readonly us: number;
  /** The same in the cheapest round: without collections. */
  readonly leastUs: number;
  /** CPU of the process in us for each consumer that really opens and closes in the same rounds, with nothing attached to it. */
  readonly realUs: number;
  /** Bytes that were allocated for each; most of them are garbage at once. */
  readonly bytes: number;
}

/** Attaches one part to an SFU of that many consumers, in a process of its own. */
export async function measureMemory(part: Part, kind: 'real' | 'fake', consumers: number): Promise<MemoryFigures> {
  return (await inProcess('part.js', [part, kind, String(consumers)])) as MemoryFigures;
}

/** Tells one part of consumers of a real worker that come and go, in a process of its own. */
export async function measureAttach(part: Part, rounds = 15): Promise<AttachFigures> {
  return (await inProcess('attach-cost.js', [part, String(rounds)])) as AttachFigures;
}

/** All figures, line by line: bytes of heap an entity with a real worker, how they grow with the stand-in, and the cost of attaching. */
async function main(): Promise<void> {
  for (const part of PARTS) {
    const real = await measureMemory(part, 'real', 10_000);
    const [small, large] = [await measureMemory(part, 'fake', 10_000), await measureMemory(part, 'fake', 20_000)];
    const slope = (large.bytes - small.bytes) / (large.entities - small.entities);
    console.log(
      `${part}: ${Math.round(real.bytes / real.entities)} B an entity, ${Math.round(slope)} B for each further one`,
    );
  }
  for (const part of ['nothing', 'least', 'listening', 'graph', 'monitor'] as const) {
    const runs: AttachFigures[] = [];
    for (let run = 0; run < 5; run++) runs.push(await measureAttach(part));
    const us = median(runs.map((run) => run.us)).toFixed(1);
    const least = Math.min(...runs.map(({ leastUs }) => leastUs)).toFixed(1);
    const real = median(runs.map((run) => run.realUs)).toFixed(0);
    const bytes = median(runs.map((run) => run.bytes)).toFixed(0);
    console.log(
      `${part}: ${us} us a consumer that comes and goes, ${least} at least (really opening and closing it: ${real}), ${bytes} bytes made`,
    );
  }
}

async function inProcess(file: string, args: readonly string[]): Promise<unknown> {
  const path = fileURLToPath(new URL(`./${file}`, import.meta.url));
  const child = fork(path, args, { execArgv: ['--expose-gc'] });
  const told = once(child, 'message') as Promise<unknown[]>;
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`measuring '${args.join(' ')}' ended with ${code}`);
  return (await told)[0];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
