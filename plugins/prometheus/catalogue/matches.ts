/** Whether a metric is meant by its name, or by the beginning of it and an asterisk. */
export function matches(name: string, pattern: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}
