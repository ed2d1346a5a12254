import assert from 'node:assert/strict';
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import type { Frame } from '../../../core/spool/frame.js';
import { diskFiles } from '../../../core/spool/spool-files.js';
import { SpoolLog } from '../../../core/spool/spool-log.js';
import { newRun } from '../../support/spools.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const SEGMENT = 2_000;
const MAX = 20_000;

const frame = (order: number, size = 50, at = order): Frame => ({
  order,
  at,
  kind: 'text',
  bytes: Buffer.alloc(size, String(order % 10)),
});

async function openLog(folder: string, damagedExpected?: number): Promise<SpoolLog> {
  const log = new SpoolLog({ files: diskFiles, folder, run: newRun(), maxBytes: MAX, segmentBytes: SEGMENT });
  const damaged = await log.open();
  if (damagedExpected !== undefined) assert.equal(damaged, damagedExpected);
  return log;
}

async function readAll(log: SpoolLog): Promise<{ orders: number[]; lost: number }> {
  const orders: number[] = [];
  let lost = 0;
  for (;;) {
    const slice = await log.read(700);
    lost += slice.lost;
    if (slice.frames.length === 0) return { orders, lost };
    for (const { frame } of slice.frames) orders.push(frame.order);
  }
}

const segments = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.spool'))
    .sort()
    .map((name) => join(folder, name));

type Step =
  | { readonly do: 'append'; readonly sizes: readonly number[] }
  | { readonly do: 'read' }
  | { readonly do: 'ack'; readonly share: number }
  | { readonly do: 'crash'; readonly torn: number }
  | { readonly do: 'room'; readonly bytes: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('append' as const), sizes: fc.array(fc.nat(900), { minLength: 1, maxLength: 12 }) }),
  fc.record({ do: fc.constant('read' as const) }),
  fc.record({ do: fc.constant('ack' as const), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
  fc.record({ do: fc.constant('crash' as const), torn: fc.nat(60) }),
  fc.record({ do: fc.constant('room' as const), bytes: fc.nat(MAX) }),
);

describe('the log of a spool', () => {
  it('gives back what a plain list would, over appends, acknowledgements, crashes, torn ends and overflow', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const folder = temporaryFolder();
        let log = await openLog(folder);
        /** On disk and not acknowledged, oldest first. */
        let kept: { order: number; end: { segment: number; offset: number } }[] = [];
        /** How many of them were read. */
        let read = 0;
        let order = 0;
        for (const step of steps) {
          if (step.do === 'append') {
            const frames = step.sizes.map((size) => frame(order++, size));
            const ends = await log.append(frames, false);
            for (const [i, one] of frames.entries()) kept.push({ order: one.order, end: ends[i]! });
          } else if (step.do === 'read') {
            const { frames, lost } = await log.read(700);
            assert.equal(lost, 0);
            for (const { frame } of frames) assert.equal(frame.order, kept[read++]?.order);
            assert.equal(log.unread, kept.length - read);
          } else if (step.do === 'ack') {
            const count = Math.floor(read * step.share);
            const last = kept[count - 1];
            if (last === undefined) continue;
            log.ack(last.end);
            await log.saveAck();
            kept = kept.slice(count);
            read -= count;
          } else if (step.do === 'room') {
            const lost = await log.makeRoom(step.bytes);
            assert.ok(log.bytes + step.bytes <= MAX || log.bytes === 0);
            const first = segments(folder).map((path) => Number(path.split('/').at(-1)?.split('-')[0]))[0] ?? Infinity;
            const gone = kept.filter(({ end }) => end.segment < first);
            assert.equal(lost, gone.length - Math.min(read, gone.length));
            kept = kept.slice(gone.length);
            read = Math.max(0, read - gone.length);
          } else {
            await log.seal();
            const last = segments(folder).at(-1);
            if (step.torn > 0 && last !== undefined) {
              appendFileSync(
                last,
                Buffer.from([0x9f, 0x53, 0x50, 0x4c, ...Array.from({ length: step.torn }, () => 7)]),
              );
            }
            log = await openLog(folder);
            read = 0;
            assert.equal(log.unread, kept.length);
          }
        }
        await log.seal();
        log = await openLog(folder);
        const { orders, lost } = await readAll(log);
        assert.deepEqual(
          orders,
          kept.map(({ order }) => order),
        );
        assert.equal(lost, 0);
        await log.close();
      }),
      { numRuns: 60 },
    );
  });

  it('loses one record by one changed byte, and says so', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.integer({ min: 1, max: 255 }), async (where, flip) => {
        const folder = temporaryFolder();
        const first = await openLog(folder);
        for (let i = 0; i < 40; i++) await first.append([frame(i)], false);
        await first.seal();
        const files = segments(folder);
        const file = files[where % files.length]!;
        const bytes = readFileSync(file);
        const offset = where % bytes.length;
        bytes[offset] = bytes[offset]! ^ flip;
        writeFileSync(file, bytes);

        const second = await openLog(folder, 1);
        const { orders, lost } = await readAll(second);

        assert.equal(orders.length, 39);
        assert.equal(lost, 0);
        assert.deepEqual(
          orders,
          orders.toSorted((a, b) => a - b),
        );
        await second.close();
      }),
      { numRuns: 60 },
    );
  });

  it('tells of what went bad since it was opened', async () => {
    const folder = temporaryFolder();
    const log = await openLog(folder);
    await log.append([frame(0), frame(1), frame(2)], false);
    const [file] = segments(folder);
    const bytes = readFileSync(file!);
    bytes[100] = bytes[100]! ^ 1;
    writeFileSync(file!, bytes);

    assert.deepEqual(await readAll(log), { orders: [0, 2], lost: 1 });
    await log.close();
  });

  it('drops files in which everything is too old', async () => {
    const folder = temporaryFolder();
    const log = await openLog(folder);
    for (let i = 0; i < 100; i++) await log.append([frame(i, 50, i * 1_000)], false);

    const lost = await log.expire(50_000);

    const { orders } = await readAll(log);
    assert.ok(lost > 0 && lost <= 50);
    assert.deepEqual(
      orders,
      Array.from({ length: 100 - lost }, (_, i) => i + lost),
    );
    await log.close();
  });

  it('needs no acknowledgement it can read: then it sends more again', async () => {
    const folder = temporaryFolder();
    const log = await openLog(folder);
    const ends = await log.append([frame(0), frame(1)], true);
    log.ack(ends[0]!);
    await log.saveAck();
    await log.seal();
    writeFileSync(join(folder, 'ack'), 'nonsense');

    const second = await openLog(folder, 0);

    assert.deepEqual((await readAll(second)).orders, [0, 1]);
    await second.close();
  });
});
