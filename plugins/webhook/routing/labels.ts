export type Labels = Readonly<Record<string, string>>;

export function isSame(one: Labels, other: Labels): boolean {
  if (one === other) return true;
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
}
