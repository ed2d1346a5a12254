import type { InputRef } from '@pothos/core';
import { checkMatcher, type LabelMatcher, type Silence } from '../../core/index.js';
import { builder } from '../builder.js';
import { schemaError } from '../errors.js';

const MatchOperatorEnum = builder.enumType('MatchOperator', {
  description: 'How the value of a label is compared, as in Alertmanager.',
  values: {
    EQUAL: { value: '=', description: 'It is this text.' },
    NOT_EQUAL: { value: '!=', description: 'It is another text.' },
    MATCHES: { value: '=~', description: 'The regular expression matches the whole of it.' },
    MATCHES_NOT: { value: '!~', description: 'The regular expression does not match the whole of it.' },
  } as const satisfies Record<string, { value: LabelMatcher['operator']; description: string }>,
});

const LabelMatcherRef = builder.objectRef<LabelMatcher>('LabelMatcher').implement({
  description: 'A condition on one label of alerts.',
  fields: (t) => ({
    label: t.exposeString('label', { description: 'Name of the label.' }),
    operator: t.field({
      type: MatchOperatorEnum,
      description: 'How its value is compared.',
      resolve: ({ operator }) => operator,
    }),
    value: t.exposeString('value', { description: 'What it is compared with.' }),
  }),
});

interface LabelMatcherShape {
  readonly label: string;
  readonly operator?: LabelMatcher['operator'] | null | undefined;
  readonly value: string;
}

export const LabelMatcherInput: InputRef<LabelMatcherShape> = builder
  .inputRef<LabelMatcherShape>('LabelMatcherInput')
  .implement({
    description: 'A condition on one label of alerts. A label that an alert has not counts as the empty text.',
    fields: (t) => ({
      label: t.string({ required: true, description: 'Name of the label, for example `alertname` or `severity`.' }),
      operator: t.field({ type: MatchOperatorEnum, description: 'How its value is compared; left out, `EQUAL`.' }),
      value: t.string({
        required: true,
        description:
          'A text, or a regular expression that takes linear time: literals, `.`, `|`, `(…)`, `[…]`, `* + ? {n,m}`, `\\d \\w \\s`.',
      }),
    }),
  });

/** What a caller gave, checked. Throws BAD_USER_INPUT that tells what is wrong with which label. */
export function labelMatchers(given: readonly LabelMatcherShape[] | null | undefined): readonly LabelMatcher[] {
  return (given ?? []).map(({ label, operator, value }) => {
    const matcher: LabelMatcher = { label, operator: operator ?? '=', value };
    try {
      checkMatcher(matcher);
    } catch (error) {
      throw schemaError('BAD_USER_INPUT', error instanceof Error ? error.message : String(error));
    }
    return matcher;
  });
}

export const SilenceRef = builder.objectRef<Silence>('Silence').implement({
  description: 'Alerts that match it are marked as silent for a while. It does not outlive the process.',
  fields: (t) => ({
    silenceId: t.exposeID('id', { description: 'For `expireSilence`; unique in this run.' }),
    name: t.string({
      nullable: true,
      description: 'Alerts of this name only; `null`: of any.',
      resolve: ({ matcher }) => matcher.name ?? null,
    }),
    entityKey: t.string({
      nullable: true,
      description: 'Alerts of the entity of this key only; `null`: of any.',
      resolve: ({ matcher }) => matcher.entity ?? null,
    }),
    room: t.string({
      nullable: true,
      description: 'Alerts of this room only; `null`: of any.',
      resolve: ({ matcher }) => matcher.room ?? null,
    }),
    peer: t.string({
      nullable: true,
      description: 'Alerts of this peer only; `null`: of any.',
      resolve: ({ matcher }) => matcher.peer ?? null,
    }),
    labels: t.field({
      type: [LabelMatcherRef],
      description: 'Conditions on labels, which must all hold; may be empty.',
      resolve: ({ matcher }) => matcher.labels ?? [],
    }),
    until: t.expose('until', { type: 'DateTime', description: 'When it ends.' }),
    by: t.exposeString('by', { description: 'Who silenced.' }),
    comment: t.exposeString('comment', { description: 'Why.' }),
  }),
});
