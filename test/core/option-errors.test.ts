import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { z } from 'zod';
import { MonitorError } from '../../core/errors.js';
import { nearestName } from '../../core/nearest-name.js';
import { checkOptions, parseOptions } from '../../core/option-errors.js';
import { describeOptions } from '../../core/option-rows.js';
import { maskSecrets, redact, secretValues } from '../../core/secrets.js';

const schema = z.strictObject({
  url: z.url().describe('Where to send.'),
  token: z.string().min(8).meta({ secret: true }).optional().describe('Bearer token.'),
  port: z.int().min(1).max(65535).default(80).describe('TCP port.'),
  mode: z.enum(['fast', 'careful']).default('fast').describe('How.'),
  share: z.number().gt(0).lt(1).default(0.1).describe('Share of a core.'),
  retry: z
    .strictObject({ initialMs: z.int().min(1).default(100).describe('First wait in ms.') })
    .prefault({})
    .describe('Retries.'),
  kinds: z
    .union([z.literal('all'), z.array(z.string())])
    .default('all')
    .describe('Kinds.'),
  limits: z.record(z.string(), z.number()).default({}).describe('Limits by name.'),
  rules: z
    .array(
      z.strictObject({
        name: z.string().min(1).describe('Name.'),
        password: z.string().meta({ secret: true }).optional(),
      }),
    )
    .max(3)
    .default([])
    .describe('Rules.'),
  target: z
    .discriminatedUnion('type', [
      z.strictObject({ type: z.literal('file'), path: z.string() }),
      z.strictObject({ type: z.literal('tcp'), host: z.string() }),
    ])
    .optional()
    .describe('Target.'),
  hook: z
    .custom<() => void>((value) => typeof value === 'function', 'must be a function')
    .optional()
    .describe('Hook.'),
});

function problemsOf(input: unknown): readonly string[] {
  const checked = checkOptions(schema, input, 'plugins.webhook');
  return checked.ok ? [] : checked.problems;
}

const url = 'https://example.org/hook';

describe('parseOptions', () => {
  it('gives the parsed options with their defaults', () => {
    const options = parseOptions(schema, { url }, 'plugins.webhook');

    assert.equal(options.port, 80);
    assert.deepEqual(options.retry, { initialMs: 100 });
  });

  it('throws one error that lists every problem', () => {
    assert.throws(
      () => parseOptions(schema, { urll: url, port: 'x', retry: { initialMs: 0 } }, 'plugins.webhook'),
      (error: unknown) => {
        assert.ok(error instanceof MonitorError);
        assert.equal(error.code, 'SFUSCOPE_OPTIONS_INVALID');
        assert.match(error.message, /^4 options are wrong:\n/);
        assert.match(error.message, /\n- plugins\.webhook\.url: expected a URL, found nothing\n/);
        assert.match(error.message, /\n- plugins\.webhook\.urll: unknown option; did you mean "url"\?\n/);
        assert.match(error.message, /\n- plugins\.webhook\.port: expected a whole number from 1 to 65535, found "x"\n/);
        assert.match(error.message, /retry\.initialMs: expected a whole number from 1, found 0\n/);
        assert.match(error.message, /Correct what is named\.$/);
        return true;
      },
    );
  });

  const cases: readonly [string, unknown, readonly string[]][] = [
    ['a value out of range', { url, port: 70000 }, ['port: expected a whole number from 1 to 65535, found 70000']],
    ['a fraction', { url, port: 1.5 }, ['port: expected a whole number from 1 to 65535, found 1.5']],
    ['open bounds', { url, share: 1 }, ['share: expected a number above 0 and below 1, found 1']],
    [
      'a wrong word',
      { url, mode: 'carefull' },
      ['mode: expected one of "fast", "careful" (did you mean "careful"?), found "carefull"'],
    ],
    ['a union', { url, kinds: 5 }, ['kinds: expected "all" or a list, each text, found 5']],
    ['the inside of the branch that was meant', { url, kinds: ['a', 3] }, ['kinds[1]: expected text, found 3']],
    ['a group of names', { url, limits: { 'a b': 'x' } }, ['limits["a b"]: expected a number, found "x"']],
    [
      'a long list',
      { url, rules: [1, 2, 3, 4].map((n) => ({ name: `${n}` })) },
      ['rules: expected a list of at most 3 items, each a group of options, found a list of 4'],
    ],
    [
      'an empty text',
      { url, rules: [{ name: '' }] },
      ['rules[0].name: expected text of at least 1 characters, found ""'],
    ],
    [
      'a wrong discriminator',
      { url, target: { type: 'fil' } },
      ['target.type: expected "file" or "tcp" (did you mean "file"?), found "fil"'],
    ],
    ['a missing field of one branch', { url, target: { type: 'tcp' } }, ['target.host: expected text, found nothing']],
    ['an own check', { url, hook: 'x' }, ['hook: must be a function, found "x"']],
    ['null', { url: null }, ['url: expected a URL, found null']],
    ['a group in place of a text', { url: {} }, ['url: expected a URL, found a group of options']],
    [
      'a name that is near none',
      { url, zebra: 1 },
      ['zebra: unknown option; known here: url, token, port, mode, share, retry, kinds, limits, rules, target, hook'],
    ],
    [
      'an unknown name of a group',
      { url, retry: { initalMs: 1 } },
      ['retry.initalMs: unknown option; did you mean "initialMs"?'],
    ],
  ];
  for (const [what, input, expected] of cases) {
    it(`explains ${what}`, () => {
      assert.deepEqual(
        problemsOf(input),
        expected.map((problem) => `plugins.webhook.${problem}`),
      );
    });
  }

  it('names the options as a whole when they are no group', () => {
    const checked = checkOptions(schema, 'text', '');

    assert.deepEqual(checked, {
      ok: false,
      problems: ['options: expected a group of options, found a string that is not shown'],
    });
  });

  it('never shows a secret, wherever it stands', () => {
    const problems = problemsOf({
      url: 'tcp//x http://me:hunter2@host',
      token: 'hunter2',
      tokken: 'hunter2',
      rules: [{ name: 'a', password: ['hunter2'] }, 'hunter2'],
    });

    assert.equal(problems.length, 5);
    assert.ok(!problems.join('\n').includes('hunter2'), problems.join('\n'));
    assert.ok(
      problems.includes(
        'plugins.webhook.token: expected text of at least 8 characters, found a string that is not shown',
      ),
    );
  });

  it('does not let an own check tell a secret', () => {
    const own = z.strictObject({
      token: z
        .string()
        .refine(() => false, { error: ({ input }) => `${String(input)} is bad` })
        .meta({ secret: true }),
    });

    const checked = checkOptions(own, { token: 'hunter2' }, '');

    assert.deepEqual(checked, { ok: false, problems: ['token: not valid, found a string that is not shown'] });
  });
});

describe('maskSecrets', () => {
  it('masks secrets, unknown keys, credentials in URLs and functions', () => {
    const masked = maskSecrets(schema, {
      url: 'https://me:hunter2@example.org/',
      token: 'hunter2hunter2',
      tokken: 'hunter2',
      port: 80,
      hook: () => undefined,
      rules: [{ name: 'a', password: 'hunter2' }],
    });

    assert.deepEqual(masked, {
      url: 'https://***@example.org/',
      token: '***',
      tokken: '***',
      port: 80,
      hook: '[function]',
      rules: [{ name: 'a', password: '***' }],
    });
  });

  it('finds every secret text, so that it can be taken out of a message', () => {
    const secrets = secretValues(schema, { url, token: 'topsecret', rules: [{ name: 'a', password: 'topsecret2' }] });

    assert.deepEqual(secrets, ['topsecret2', 'topsecret']);
    assert.equal(redact('topsecret2 at amqp://a:b@c refused', secrets), '*** at amqp://***@c refused');
  });

  it('keeps secrecy through every wrapper', () => {
    const wrapped = z.strictObject({
      a: z.string().meta({ secret: true }).default('defaulted'),
      b: z.string().optional().meta({ secret: true }).describe('After.'),
      c: z.string().meta({ secret: true }).nullable().readonly(),
      d: z.union([z.string().meta({ secret: true }), z.strictObject({ file: z.string() })]),
      e: z.record(z.string(), z.string()).meta({ secret: true }),
    });
    const value = { a: 'aaaa', b: 'bbbb', c: 'cccc', d: 'dddd', e: { x: 'eeee' } };

    assert.deepEqual(maskSecrets(wrapped, value), { a: '***', b: '***', c: '***', d: '***', e: '***' });
    assert.equal(secretValues(wrapped, value).length, 5);
  });
});

describe('describeOptions', () => {
  it('tells every option with its type, default and description', () => {
    const rows = describeOptions(schema);

    assert.deepEqual(
      rows.map((row) => row.path),
      [
        'url',
        'token',
        'port',
        'mode',
        'share',
        'retry.initialMs',
        'kinds',
        'limits',
        'rules[].name',
        'rules[].password',
        'target',
        'hook',
      ],
    );
    assert.deepEqual(rows[0], {
      path: 'url',
      type: 'a URL',
      default: null,
      required: true,
      description: 'Where to send.',
      secret: false,
    });
    assert.deepEqual(rows[1]?.secret, true);
    assert.deepEqual(rows[2]?.default, '80');
  });
});

describe('nearestName', () => {
  it('forgives small slips and nothing more', () => {
    const names = ['capacity', 'maxBatch', 'url'];

    assert.equal(nearestName('capcity', names), 'capacity');
    assert.equal(nearestName('capacitiy', names), 'capacity');
    assert.equal(nearestName('acpacity', names), 'capacity');
    assert.equal(nearestName('maxbatch', names), 'maxBatch');
    assert.equal(nearestName('ulr', names), 'url');
    assert.equal(nearestName('batch', names), undefined);
    assert.equal(nearestName('x', names), undefined);
  });
});
