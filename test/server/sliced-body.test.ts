import { randomBytes } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Holdings } from '../../server/holdings.js';
import { SlicedBody } from '../../server/sliced-body.js';

const PARTS = 40;
const PART = 65_536;

/** Parts of numbered lines: text as that of answers, which gets a great deal shorter. */
function partsOf(count = PARTS): Buffer[] {
  return Array.from({ length: count }, (_, n) => Buffer.alloc(PART, `${n} ${randomBytes(4).toString('hex')} of some `));
}

/** What it hands on when it is asked for a part. */
async function readOne(body: SlicedBody): Promise<Buffer> {
  for (;;) {
    const bytes = body.read(PART) as Buffer | null;
    if (bytes !== null) return bytes;
    await turn();
  }
}

async function settled(): Promise<void> {
  for (let n = 0; n < PARTS; n++) await turn();
}

it('a body that is told to take less memory takes a part of it, and hands on the same bytes', async () => {
  const parts = partsOf();
  const holdings = new Holdings();
  let released = 0;
  const body = new SlicedBody(parts, { holdings, release: () => released++ });
  expect(await readOne(body)).toEqual(parts[0]);
  // It stands in memory that is used again as a whole.
  expect(holdings.bytes).toBe(PARTS * PART);

  holdings.shrink();
  holdings.shrink();
  await settled();

  expect(holdings.bytes).toBeLessThan((PARTS * PART) / 5);
  for (const part of parts.slice(1)) expect((await readOne(body)).equals(part)).toBe(true);
  expect(body.read()).toBeNull();
  body.finished();
  expect(released).toBe(0);
});

it('a body that nobody told so gives its memory back once, when all of it was sent', async () => {
  let released = 0;
  const body = new SlicedBody(partsOf(), { release: () => released++ });
  for (let n = 0; n < PARTS; n++) await readOne(body);

  body.finished();
  body.finished();

  expect(released).toBe(1);
});

it('a body that is given up while it takes less memory holds nothing', async () => {
  const holdings = new Holdings();
  const body = new SlicedBody(partsOf(), { holdings });
  holdings.shrink();
  await turn();

  holdings.release();
  await settled();

  expect([body.heldBytes, holdings.bytes, body.destroyed]).toEqual([0, 0, true]);
});

it('a body hands on the same bytes whenever it is told to take less', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(12), fc.nat(12), fc.nat(3), async (count, before, turns) => {
      const parts = partsOf(count);
      const body = new SlicedBody(parts);
      const read: Buffer[] = [];
      for (let n = 0; n < count; n++) {
        if (n === before) {
          body.shrink();
          for (let waited = 0; waited < turns; waited++) await turn();
        }
        read.push(await readOne(body));
      }
      expect(Buffer.concat(read).equals(Buffer.concat(parts))).toBe(true);
    }),
    { numRuns: 50 },
  );
});
