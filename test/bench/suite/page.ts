/** Comments in Markdown between which a part of a page is made by a program. */
const begin = (name: string): string => `<!-- bench:${name} -->`;
const end = (name: string): string => `<!-- /bench:${name} -->`;

/** The page with another text between the marks of a name. Throws when the page has no such marks, or has them twice. */
export function replaceSection(page: string, name: string, text: string): string {
  const before = page.split(begin(name));
  const after = before[1]?.split(end(name));
  if (before.length !== 2 || after?.length !== 2) {
    throw new Error(
      `docs/performance.md has no place for "${name}": it needs ${begin(name)} and ${end(name)}, once each`,
    );
  }
  return `${before[0]}${begin(name)}\n${text.trim()}\n${end(name)}${after[1]}`;
}

/** Names of all marks at which a section begins. */
export function sectionNames(page: string): readonly string[] {
  return [...page.matchAll(/^<!-- bench:(\S+) -->$/gm)].map(([, name]) => name!);
}
