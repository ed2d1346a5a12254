/** Values of the labels of option `groupBy`; empty where the application told none. */
export function groupValues(
  groupBy: readonly string[],
  node: { readonly labels: Readonly<Record<string, string>> },
): readonly string[] {
  return groupBy.length === 0 ? groupBy : groupBy.map((label) => node.labels[label] ?? '');
}
