import { EVENT_SEVERITIES } from '../model/event-severity.js';
import { SAMPLED_KINDS } from '../model/samples.js';
import { nearestName } from '../nearest-name.js';

type Loose = Readonly<Record<string, unknown>>;

const EVENT_TYPES = Object.keys(EVENT_SEVERITIES);
const START_POLICIES: readonly unknown[] = ['fail', 'retry', 'disable'];

/** What keeps the given list from being plugin uses, one sentence per problem with its path. Types tell, but not plain JavaScript. */
export function pluginProblems(uses: unknown): readonly string[] {
  if (!Array.isArray(uses)) return [`plugins: expected a list, found ${named(uses)}`];
  return uses.flatMap((use: unknown, index) => useProblems(use, `plugins[${index}]`));
}

function useProblems(use: unknown, path: string): readonly string[] {
  if (!isObject(use)) return [`${path}: expected use(plugin, options), found ${named(use)}`];
  if (!('definition' in use)) return [`${path}: expected use(plugin, options), found ${wordsFor(use)}`];
  const { definition, as } = use;
  if (typeof as !== 'string') return [`${path}.as: expected a name, found ${named(as)}`];
  if (!isObject(definition)) return [`${path}.definition: expected a plugin definition, found ${named(definition)}`];
  return definitionProblems(definition, `plugins.${as}`);
}

function definitionProblems({ options, interest, plugin, onStartError, startsAfter }: Loose, path: string): string[] {
  const problems: string[] = [];
  const expect = (right: boolean, field: string, expected: string, found: unknown): void => {
    if (!right) problems.push(`${path}: its definition's ${field}: expected ${expected}, found ${named(found)}`);
  };
  expect(isObject(options) && typeof options.safeParse === 'function', 'options', 'a zod schema', options);
  expect(typeof plugin === 'function', 'plugin', 'a class', plugin);
  expect(isObject(interest), 'interest', 'an object', interest);
  if (onStartError !== undefined) {
    expect(START_POLICIES.includes(onStartError), 'onStartError', 'fail, retry or disable', onStartError);
  }
  if (startsAfter !== undefined) expect(Array.isArray(startsAfter), 'startsAfter', 'a list of names', startsAfter);
  if (isObject(interest)) {
    problems.push(...interestProblems(interest.events, EVENT_TYPES, `${path}: interest.events`));
    problems.push(...interestProblems(interest.samples, SAMPLED_KINDS, `${path}: interest.samples`));
  }
  return problems;
}

function interestProblems(given: unknown, known: readonly string[], path: string): readonly string[] {
  if (given === undefined || given === 'all') return [];
  if (!Array.isArray(given)) return [`${path}: expected a list or "all", found ${named(given)}`];
  return given
    .filter((name: unknown) => typeof name !== 'string' || !known.includes(name))
    .map((name: unknown) => {
      const near = typeof name === 'string' ? nearestName(name, known) : undefined;
      return `${path}: there is no ${named(name)}${near === undefined ? '' : `; did you mean "${near}"?`}`;
    });
}

function isObject(value: unknown): value is Loose {
  return typeof value === 'object' && value !== null;
}

function wordsFor(use: Loose): string {
  return 'plugin' in use && 'interest' in use ? 'the plugin itself' : 'an object that is none';
}

function named(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 60));
  if (typeof value === 'object') return Array.isArray(value) ? 'a list' : 'an object';
  return typeof value === 'function' ? 'a function' : `${value as number | boolean}`;
}
