import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import type { JsonValue, SfuRecord } from '../../../core/index.js';
import { fitted } from '../../../plugins/loki/bytes.js';
import { EntryMaker, type EntryOptions, entryTime, pushBody } from '../../../plugins/loki/entry.js';
import { Stamps } from '../../../plugins/loki/stamps.js';
import { aRecord } from '../../support/loki-kit.js';
import { LOKI_DEFAULTS, lineProblem, parsePush, streamProblem } from '../../support/loki-rules.js';

const LIMITS: EntryOptions = {
  node: 'sfu-1',
  labels: { job: 'sfuscope' },
  line: 'text',
  lineBytes: LOKI_DEFAULTS.lineBytes,
  metadataBytes: LOKI_DEFAULTS.metadataBytes,
  metadataEntries: LOKI_DEFAULTS.metadataEntries,
};

/** What Loki reads of it: one stream with one line. */
function read(entry: string) {
  const [stream] = parsePush(Buffer.from(pushBody([entry])), 'application/json', undefined);
  const [line] = stream?.lines ?? [];
  assert.ok(stream !== undefined && line !== undefined);
  return { labels: stream.labels, ...line };
}

const readRecord = (fields: Partial<SfuRecord>, options: Partial<EntryOptions> = {}) =>
  read(new EntryMaker({ ...LIMITS, ...options }).ofEvent(aRecord(fields)));

describe('a line for Loki', () => {
  it('has four labels, and the ids as structured metadata', () => {
    const { labels, line, metadata, ns } = readRecord({ data: { type: 'simulcast', firstMediaMs: 12, score: null } });

    assert.deepEqual(labels, { job: 'sfuscope', node: 'sfu-1', level: 'info', kind: 'producer' });
    assert.equal(line, 'A producer was created.');
    assert.equal(ns, 1_700_000_060_000n * 1_000_000n);
    assert.deepEqual(metadata, {
      id: 'run-1/1',
      type: 'producer.created',
      runId: 'run-1',
      seq: '1',
      room: 'blue',
      peer: 'ann',
      entity: 'p-1',
      entityKind: 'producer',
      worker: '42',
      router: 'r-1',
      data_type: 'simulcast',
      data_firstMediaMs: '12',
    });
  });

  it('flattens what is nested, and keeps lists as JSON', () => {
    const { metadata } = readRecord({
      data: { loss: { ratio: 0.5, 'p 95': 1 }, layers: [1, 2] },
      appData: { plan: 'gold' },
    });

    assert.equal(metadata.data_loss_ratio, '0.5');
    assert.equal(metadata.data_loss_p_95, '1');
    assert.equal(metadata.data_layers, '[1,2]');
    assert.equal(metadata.app_plan, 'gold');
  });

  it('is the record itself on demand', () => {
    const record = aRecord({ data: { a: 1 } });

    const { line, metadata } = read(new EntryMaker({ ...LIMITS, line: 'json' }).ofEvent(record));

    assert.deepEqual(JSON.parse(line), record);
    assert.deepEqual(metadata, { id: record.id });
  });

  it('says what was cut, and counts it', () => {
    const maker = new EntryMaker({ ...LIMITS, metadataEntries: 16 });
    const data = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`field${index}`, index]));

    const { metadata } = read(maker.ofEvent(aRecord({ data })));

    assert.equal(Object.keys(metadata).length, 16);
    assert.equal(metadata.id, 'run-1/1');
    assert.equal(metadata.truncated, 'true');
    assert.equal(maker.truncated, 1);
  });

  it('keeps its envelope when it is too long as JSON', () => {
    const { line } = readRecord({ data: { text: 'x'.repeat(10_000) } }, { line: 'json', lineBytes: 1_000 });

    assert.deepEqual((JSON.parse(line) as SfuRecord).data, { truncated: true });
    assert.equal((JSON.parse(line) as SfuRecord).id, 'run-1/1');
  });

  it('comes in parts when samples would make too long a line', () => {
    const rows = Array.from({ length: 1_000 }, (_, index) => [`producer-${index}`, index, index * 2]);
    const maker = new EntryMaker({ ...LIMITS, lineBytes: 8_192 });
    const record = aRecord({ type: 'producer.sampled', level: 'DEBUG', data: { fields: ['a', 'b'], rows } });

    const lines = maker.ofSamples(record).map(read);

    assert.ok(lines.length > 1);
    assert.ok(lines.every(({ line }) => Buffer.byteLength(line) <= 8_192));
    assert.deepEqual(
      lines.flatMap(({ line }) => (JSON.parse(line) as { data: { rows: unknown[] } }).data.rows),
      rows,
    );
    assert.deepEqual(new Set(lines.map(({ labels }) => labels.kind)), new Set(['samples']));
    assert.equal(new Set(lines.map(({ ns }) => ns)).size, lines.length);
  });

  it('stays within all limits, whatever a record holds', () => {
    const json = fc.jsonValue({ maxDepth: 3, stringUnit: 'binary' }) as fc.Arbitrary<JsonValue>;
    const limits = { ...LOKI_DEFAULTS, lineBytes: 500, metadataBytes: 2_000, metadataEntries: 20 };
    const { lineBytes, metadataBytes, metadataEntries } = limits;
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.string({ unit: 'binary', maxLength: 6 }).map((part) => part.repeat(400)),
    );

    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), json, { maxKeys: 25 }),
        text,
        text,
        fc.constantFrom('text' as const, 'json' as const),
        (data, message, node, line) => {
          const fields = { data, message, node, room: message, id: node };
          const got = readRecord(fields, { lineBytes, metadataBytes, metadataEntries, line });
          assert.equal(lineProblem(got, '', 1_700_000_060_000, limits), null);
          assert.equal(streamProblem(got.labels, limits), null);
          for (const name of Object.keys(got.metadata)) assert.match(name, /^[a-zA-Z_][a-zA-Z0-9_]*$/);
        },
      ),
      { numRuns: 20 },
    );
  });

  it('knows its time', () => {
    const maker = new EntryMaker(LIMITS);

    assert.equal(entryTime(maker.ofEvent(aRecord())), 1_700_000_060_000);
    assert.ok(Number.isNaN(entryTime('what another version has left on disk')));
  });
});

describe('a text that is too long', () => {
  it('is cut between characters, to fit with its ellipsis', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 0, max: 60 }), (text, limit) => {
        const cut = fitted(text, limit);
        assert.ok(Buffer.byteLength(cut) <= limit);
        assert.ok(cut === text || cut === '' || Buffer.from(text).toString().startsWith(cut.slice(0, -1)));
      }),
    );
    assert.equal(fitted('grüße', 6), 'gr…');
  });
});

describe('the times of a stream', () => {
  it('rise with every line, also within a millisecond and when the clock is set back a little', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -5, max: 5 })), (steps) => {
        const stamps = new Stamps();
        let ms = 1_700_000_000_000;
        let last = 0n;
        for (const step of steps) {
          ms += step;
          const ns = BigInt(stamps.next('a', ms));
          assert.ok(ns > last);
          last = ns;
        }
      }),
    );
  });

  it('follow the clock when it is set back far, for a wrong time in future would be refused', () => {
    const stamps = new Stamps();
    stamps.next('a', 2_000_000_000_000);

    assert.equal(stamps.next('a', 1_700_000_000_000), '1700000000000000000');
  });

  it('are those of each stream alone', () => {
    const stamps = new Stamps();
    stamps.next('a', 5);

    assert.equal(stamps.next('b', 5), '5000000');
    assert.equal(stamps.next('a', 5), '5000001');
  });
});
