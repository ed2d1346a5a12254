import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** The parsed `sample.yaml` of a plugin of this repository. */
export function pluginSample(name: string): unknown {
  return parse(readFileSync(new URL(`../../plugins/${name}/sample.yaml`, import.meta.url), 'utf8'));
}
