import { optionsError, parseOptions } from '../../../core/index.js';
import { z } from 'zod';
import { compile } from '../condition/compile.js';
import { Language } from '../condition/language.js';
import { ConditionError, place } from '../condition/rule-error.js';
import { Template } from '../report/template.js';
import { SCOPES, type Scope } from '../fields/scopes.js';
import { DEFAULT_RULES } from './defaults.js';
import { durationMs } from './duration.js';
import type { ReadyRule } from './ready-rule.js';
import { canonical, type Rule, ruleSchema } from './rule.js';

/** How long an alert of an event lasts whose rule does not say. */
const EVENT_LASTS_MS = 60_000;

export interface RuleChoice {
  readonly defaults: boolean;
  readonly disabled: readonly string[];
}

const ruleList = z.array(ruleSchema).max(200);

/** Checks rules and makes them ready, all or none. */
export class RuleSet {
  readonly #languages: ReadonlyMap<Scope, Language>;
  readonly #choice: RuleChoice;
  readonly #path: string;

  /** `path` is where rules stand in the configuration. */
  constructor(cel: ConstructorParameters<typeof Language>[0], choice: RuleChoice, path: string) {
    this.#languages = new Map(SCOPES.map((scope) => [scope, new Language(cel, scope)]));
    this.#choice = choice;
    this.#path = path;
  }

  /** Parses rules from outside, then as `ready`. */
  parse(input: readonly unknown[]): readonly ReadyRule[] {
    return this.ready(parseOptions(ruleList, input, `${this.#path}.rules`));
  }

  /** The given rules and the defaults they do not replace. Throws `SFUSCOPE_OPTIONS_INVALID` with all that is wrong. */
  ready(own: readonly Rule[]): readonly ReadyRule[] {
    const problems: string[] = [...this.#nameProblems(own)];
    const names = new Set(own.map(({ name }) => name));
    const { defaults, disabled } = this.#choice;
    const shipped = DEFAULT_RULES.filter(({ name }) => defaults && !disabled.includes(name) && !names.has(name));
    const made = [
      ...own.map((rule) => this.#make(rule, false, problems)),
      ...shipped.map((rule) => this.#make(ruleSchema.parse(rule), true, problems)),
    ];
    if (problems.length > 0) throw optionsError(problems);
    return made.filter((rule) => rule !== undefined);
  }

  *#nameProblems(own: readonly Rule[]): Generator<string> {
    const seen = new Set<string>();
    for (const { name } of own) {
      if (seen.has(name)) yield `${this.#path}.rules: there are two rules of the name '${name}'`;
      seen.add(name);
    }
    for (const name of this.#choice.disabled) {
      if (DEFAULT_RULES.some((rule) => rule.name === name)) continue;
      yield `${this.#path}.disabled: there is no default rule '${name}'`;
    }
  }

  #make(rule: Rule, isDefault: boolean, problems: string[]): ReadyRule | undefined {
    const language = this.#languages.get(rule.scope);
    if (language === undefined) return undefined;
    try {
      const condition = compile(language, rule.when, rule.scope);
      if (rule.scope === 'event' && durationMs(rule.for) > 0) {
        problems.push(`${this.#path}.rules: rule '${rule.name}': an event lasts no time, so \`for\` must be 0s`);
      }
      const annotations: Record<string, Template> = {};
      for (const [name, text] of Object.entries({
        summary: `${rule.name}: {{value}}`,
        description: '',
        ...rule.annotations,
      })) {
        annotations[name] = Template.parse(text, rule.scope);
      }
      return { rule, isDefault, definition: canonical(rule), condition, timing: timingOf(rule), annotations };
    } catch (error) {
      if (!(error instanceof ConditionError)) throw error;
      const where = error.at < 0 ? '' : `, ${place(rule.when, error.at)}`;
      problems.push(`${this.#path}.rules: rule '${rule.name}'${where}: ${error.message}`);
      return undefined;
    }
  }
}

function timingOf({ scope, for: before, keepFiringFor, minSamples }: Rule): ReadyRule['timing'] {
  const kept = durationMs(keepFiringFor);
  return {
    forMs: durationMs(before),
    keepFiringForMs: scope === 'event' && kept === 0 ? EVENT_LASTS_MS : kept,
    minSamples,
  };
}
