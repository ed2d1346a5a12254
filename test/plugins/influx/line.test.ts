import assert from 'node:assert/strict';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { boolean, float, integer, line, tagValue, text } from '../../../plugins/influx/line.js';
import { InfluxServer } from '../../support/influxdb.js';

const T = 1_700_000_000_000;

describe('a line', () => {
  it('sorts and escapes its tags, and leaves empty ones and unknown fields out', () => {
    const tags = { node: 'sfu 1', a: 'x,y=z', empty: '', none: null };
    const fields = {
      'a b': integer(5),
      c: float(0.5),
      d: boolean(true),
      e: text('say "hi" \\ bye'),
      f: float(Number.NaN),
    };

    assert.equal(
      line('sfu host', tags, fields, T),
      'sfu\\ host,a=x\\,y\\=z,node=sfu\\ 1 a\\ b=5i,c=0.5,d=true,e="say \\"hi\\" \\\\ bye" 1700000000000000',
    );
  });

  it('is none when nothing is known', () => {
    assert.equal(
      line('m', {}, { a: float(Number.NaN), b: integer(null), c: float(Number.POSITIVE_INFINITY) }, T),
      null,
    );
  });

  it('keeps integers in their 64 bits', () => {
    assert.equal(integer(2 ** 62), '4611686018427387904i');
    assert.equal(integer(2 ** 63), null);
    assert.equal(integer(-(2 ** 63)), '-9223372036854775808i');
    assert.equal(integer(1.9), '1i');
  });
});

describe('what a real InfluxDB reads back', () => {
  let server: InfluxServer;
  beforeAll(async () => {
    server = await InfluxServer.start();
    await server.query('CREATE DATABASE lines');
  });
  afterAll(() => server.stop());

  async function write(lines: readonly (string | null)[]): Promise<void> {
    const body = lines.join('\n');
    const answer = await fetch(`${server.url}/write?db=lines&precision=u`, { method: 'POST', body });
    assert.equal(answer.status, 204, await answer.text());
  }

  it('is what was written, whatever stands in tags and texts', async () => {
    const awkward = fc.string({
      unit: fc.constantFrom('a', 'ü', '💡', '\\', '"', ',', '=', ' ', '\n', '\t', '#', "'", '0', '\ud800'),
    });
    const values = [...fc.sample(awkward, 800), ...fc.sample(fc.string({ unit: 'binary' }), 200)];

    await write(
      values.map((value, index) =>
        line('m,= x', { 't,= k': value, always: 'x' }, { 'f,= k': text(value), number: integer(index) }, T + index),
      ),
    );

    const rows = (await server.query('SELECT * FROM "m,= x"', 'lines')).flatMap((series) => series.rows);
    assert.equal(rows.length, values.length);
    for (const [index, value] of values.entries()) {
      const row = rows[index];
      assert.equal(row?.number, index, JSON.stringify(value));
      assert.equal(row?.['t,= k'] ?? '', tagValue(value), JSON.stringify(value));
      const wellFormed = Buffer.from(value).toString();
      assert.equal(row?.['f,= k'], wellFormed.replace(/\p{Cc}+/gu, ' '), JSON.stringify(value));
    }
  });

  it('is every number to its last digit', async () => {
    const floats = fc.sample(fc.double({ noNaN: true, noDefaultInfinity: true }), 500);
    const integers = fc.sample(fc.maxSafeInteger(), 500);

    await write(
      floats.map((value, index) => line('numbers', {}, { f: float(value), i: integer(integers[index]) }, T + index)),
    );

    const rows = await server.rows('lines', 'numbers');
    assert.deepEqual(
      rows.map(({ f, i }) => [f, i]),
      floats.map((value, index) => [value === 0 ? 0 : value, integers[index]]),
    );
  });
});
