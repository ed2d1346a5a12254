import { fork } from 'node:child_process';
import { once } from 'node:events';

/** What is attached while memory is measured; each holds what the one before it holds. */
export const MEMORY_PARTS = ['nothing', 'listening', 'graph', 'monitor', 'sampled', 'scraped'] as const;

export type MemoryPart = (typeof MEMORY_PARTS)[number];

export interface MemoryFigures {
  /** Live bytes, buffers included, that all entities together have added. */
  readonly bytes: number;
  readonly entities: number;
}

/** Attaches one part to an SFU of that many consumers, in a process of its own. */
export async function measureMemory(
  part: MemoryPart,
  sfu: { readonly kind: 'real' | 'fake'; readonly consumers: number },
): Promise<MemoryFigures> {
  const file = new URL('./part.js', import.meta.url);
  const child = fork(file, [part, sfu.kind, String(sfu.consumers)], { execArgv: ['--expose-gc'] });
  const figures = once(child, 'message');
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`measuring '${part}' ended with ${code}`);
  const [told] = await figures;
  return told as MemoryFigures;
}
