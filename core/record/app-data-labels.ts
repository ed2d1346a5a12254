import type { Identify } from '../identify.js';

const LONGEST_VALUE = 128;
/** As many labels as an entity may have. */
const MOST_LABELS = 32;

/**
 * Adds the allow-listed keys of appData to the labels that `identify` gives; its own win. What is neither a text nor a number
 * nor a boolean is left out.
 */
export function withAppDataLabels(identify: Identify, keys: readonly string[]): Identify {
  if (keys.length === 0) return identify;
  return (entity) => {
    const given = identify(entity);
    if (given instanceof Promise) return given;
    const picked = pick(entity.appData, keys);
    if (picked.length === 0) return given;
    const own = given?.labels ?? entity.parent?.labels ?? {};
    const room = MOST_LABELS - Object.keys(own).length;
    const added = picked.filter(([key]) => !Object.hasOwn(given?.labels ?? {}, key)).slice(0, Math.max(0, room));
    return { ...given, labels: { ...own, ...Object.fromEntries(added) } };
  };
}

function pick(appData: Readonly<Record<string, unknown>>, keys: readonly string[]): readonly [string, string][] {
  const picked: [string, string][] = [];
  for (const key of keys) {
    const value = Object.hasOwn(appData, key) ? appData[key] : undefined;
    if (typeof value === 'string') picked.push([key, value.slice(0, LONGEST_VALUE)]);
    else if (typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))) {
      picked.push([key, String(value)]);
    }
  }
  return picked;
}
