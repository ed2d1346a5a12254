import * as cel from '@marcbachmann/cel-js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compile } from '../../../plugins/alerts/condition/compile.js';
import { Language } from '../../../plugins/alerts/condition/language.js';
import { FALSE, TRUE, type Truth, UNKNOWN } from '../../../plugins/alerts/condition/truth.js';
import { scanRows } from '../../../plugins/alerts/engine/rows.js';
import { Cursor } from '../../../plugins/alerts/fields/cursor.js';
import { sampleEvent } from '../../../core/testing/index.js';
import { AlertsKit } from '../../support/alerts-kit.js';

const kit = new AlertsKit();
const { open } = kit;
const producer = open.producer(open.transport(open.router(open.worker(), 'r'), 't'), 'p');

/** Reads what the test set; nothing else of the world is looked at. */
const cursor = new Cursor({
  graph: open.graph,
  stats: kit.stats,
} as unknown as ConstructorParameters<typeof Cursor>[0]);
const language = new Language(cel, 'producer');

const scansOf = (text: string) => compile(language, text, 'producer').scans;

interface Values {
  readonly bitrate?: number;
  readonly jitter?: number;
  readonly mimeType?: string;
  readonly paused: boolean;
}

function compiled(text: string, { bitrate = Number.NaN, jitter = Number.NaN, mimeType, paused }: Values): Truth {
  kit.stats.set(producer, { bitrate, jitter });
  cursor.onEntity({ ...kit.node('producer', producer), mimeType: mimeType ?? null, paused });
  return compile(language, text, 'producer').test(cursor);
}

/** What CEL itself says: a field that is unknown is not there, and an error is unknown. */
function plain(text: string, values: Values): Truth {
  try {
    return language.evaluate(text, { producer: { ...values } }) === true ? TRUE : FALSE;
  } catch {
    return UNKNOWN;
  }
}

const number: fc.Arbitrary<string> = fc.letrec<{ number: string }>((tie) => ({
  number: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom('producer.bitrate', 'producer.jitter', '5', '0', '0.5', '3.0', '(7 / 2)'),
    fc
      .tuple(tie('number'), fc.constantFrom('+', '-', '*'), fc.constantFrom('producer.jitter', '1.5'))
      .map((parts) => `(${parts.join(' ')})`),
    fc.constantFrom('-producer.bitrate', '(producer.bitrate / 2)', '(producer.bitrate / producer.jitter)'),
  ),
})).number;

const text: fc.Arbitrary<string> = fc.letrec<{ truth: string }>((tie) => ({
  truth: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc
      .tuple(
        fc.constantFrom('producer.bitrate', 'producer.jitter', '-producer.bitrate'),
        fc.constantFrom('<', '<=', '>', '>=', '==', '!='),
        number,
      )
      .map((parts) => parts.join(' ')),
    fc.constantFrom(
      'producer.paused',
      'true',
      'producer.mimeType == "video/VP8"',
      'producer.mimeType != "audio/opus"',
      'producer.mimeType.startsWith("video/")',
      'producer.mimeType.contains("opus")',
      'producer.mimeType in ["video/VP8", "video/H264"]',
      'producer.bitrate in [5, 0, 3]',
      'has(producer.bitrate)',
      'has(producer.mimeType)',
      'producer.paused == false',
    ),
    tie('truth').map((inner) => `!(${inner})`),
    fc.tuple(tie('truth'), fc.constantFrom('&&', '||'), tie('truth')).map(([a, op, b]) => `(${a} ${op} ${b})`),
    fc.tuple(tie('truth'), tie('truth'), tie('truth')).map(([a, b, c]) => `(${a} ? ${b} : ${c})`),
  ),
})).truth;

const some = fc.constantFrom(0, 0.5, 3, 5, 7, -5);
// Never 0, by which is divided: NaN made of known numbers (0 / 0) is a value to CEL and unknown here.
const divisor = fc.constantFrom(0.5, 3, 5, -5);
const values: fc.Arbitrary<Values> = fc.record(
  { bitrate: some, jitter: divisor, mimeType: fc.constantFrom('video/VP8', 'audio/opus'), paused: fc.boolean() },
  { requiredKeys: ['paused'] },
);

describe('a compiled condition', () => {
  it('says what CEL itself says, also of what is unknown', () => {
    fc.assert(
      fc.property(text, values, (condition, given) => {
        expect(compiled(condition, given), condition).toBe(plain(condition, given));
      }),
      { numRuns: 400 },
    );
  });

  it('is looked for in columns wherever it may hold', () => {
    fc.assert(
      fc.property(text, values, (condition, given) => {
        const { bitrate = Number.NaN, jitter = Number.NaN } = given;
        const columns = { bitrate: Float64Array.of(bitrate), jitter: Float64Array.of(jitter) };
        const found = scanRows(columns, scansOf(condition), 0, 1, new Uint32Array(1));
        expect(found !== 0 || compiled(condition, given) !== TRUE, condition).toBe(true);
      }),
      { numRuns: 400 },
    );
  });

  it.each<[string, Values, Truth]>([
    ['producer.bitrate < 30000', { paused: false }, UNKNOWN],
    ['producer.bitrate < 30000 && !producer.paused', { paused: true }, FALSE],
    ['producer.bitrate < 30000 || producer.paused', { paused: true }, TRUE],
    ['!(producer.bitrate < 30000)', { paused: false }, UNKNOWN],
    ['producer.bitrate + 1 == 6', { bitrate: 5, paused: false }, TRUE],
  ])('%s of %j is %d', (condition, given, truth) => {
    expect(compiled(condition, given)).toBe(truth);
  });

  it('tells what it reads, what can be looked for in columns, and which events it is about', () => {
    const { mentions, scans } = compile(
      language,
      'producer.bitrate < 5 * 1000 && worker.cpuRatio > 0.8 && producer.score < 3',
      'producer',
    );
    const { eventTypes } = compile(
      new Language(cel, 'event'),
      'event.type in ["worker.died", "worker.hung"] && event.pid > 1',
      'event',
    );

    expect(mentions.map(({ variable, name }) => `${variable}.${name}`)).toEqual([
      'producer.bitrate',
      'worker.cpuRatio',
      'producer.score',
    ]);
    expect(scans).toEqual([{ column: 'bitrate', operator: '<', threshold: 5_000 }]);
    expect(scansOf('producer.bitrate < 1 || producer.jitter >= 2').map(({ column }) => column)).toEqual([
      'bitrate',
      'jitter',
    ]);
    expect(scansOf('producer.bitrate < 1 || producer.paused')).toEqual([]);
    expect(scansOf('!(producer.bitrate < 1)')).toEqual([]);
    expect(eventTypes).toEqual(['worker.died', 'worker.hung']);
  });

  it('reads what an event tells, and of others nothing', () => {
    const { test } = compile(
      new Language(cel, 'event'),
      'event.signal == "SIGSEGV" && event.lostRouters >= 1',
      'event',
    );

    expect(test(cursor.onEvent(sampleEvent('worker.died')))).toBe(TRUE);
    expect(test(cursor.onEvent(sampleEvent('worker.hung')))).toBe(UNKNOWN);
  });
});
