import { parseArgs, type ParseArgsConfig } from 'node:util';
import { nearestName } from '../../../core/index.js';

type OptionsConfig = NonNullable<ParseArgsConfig['options']>;
type Values<T extends OptionsConfig> = ReturnType<typeof parseArgs<{ options: T; strict: true }>>['values'];

/** Reads the options of a program. Throws an error that names what is wrong and what is known. */
export function readOptions<T extends OptionsConfig>(
  args: readonly string[],
  options: T,
): { readonly values: Values<T>; readonly positionals: readonly string[] } {
  const { values, positionals, tokens } = parseArgs({
    args: [...args],
    options,
    allowPositionals: true,
    // What is wrong is told below, with what is allowed.
    strict: false,
    tokens: true,
  });
  const known = Object.keys(options).map((name) => `--${name}`);
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const { rawName, value } = token;
    const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
    if (option === undefined) {
      const near = nearestName(rawName, known);
      const hint = near === undefined ? '' : ` Did you mean ${near}?`;
      throw new Error(`There is no option ${rawName}.${hint} Known are: ${known.join(', ')}.`);
    }
    if (option.type === 'boolean' && value !== undefined) throw new Error(`${rawName} takes no value, not "${value}"`);
    if (option.type === 'boolean') continue;
    if (value === undefined) throw new Error(`${rawName} needs a value`);
    if (!token.inlineValue && value.startsWith('--')) throw new Error(`${rawName} needs a value, not ${value}`);
  }
  return { values: values as Values<T>, positionals };
}
