const NAME = '[A-Za-z_:][\\w:.-]*';
const ATTRIBUTE = `\\s+${NAME}\\s*=\\s*(?:"[^"<]*"|'[^'<]*')`;
const TAG = new RegExp(`^<(/?)(${NAME})((?:${ATTRIBUTE})*)\\s*(/?)>$`);
/** An ampersand that begins no reference. */
const BARE_AMPERSAND = /&(?!(?:\w+|#\d+|#x[\da-fA-F]+);)/;

/**
 * What keeps a text from being well-formed XML, as far as plain documents need it: tags that match, attributes in quotes that are not
 * there twice, one root, no bare ampersand. `null` when it is well-formed. Comments, declarations and CDATA are not understood.
 */
export function xmlProblem(text: string): string | null {
  if (BARE_AMPERSAND.test(text)) return 'a bare ampersand';
  const open: string[] = [];
  let roots = 0;
  let end = 0;
  for (const { 0: tag, index } of text.matchAll(/<[^>]*>/g)) {
    const between = text.slice(end, index);
    end = index + tag.length;
    if (/[<>]/.test(between)) return `a bare bracket before ${tag}`;
    if (open.length === 0 && between.trim() !== '') return `text outside of the root before ${tag}`;
    const parts = TAG.exec(tag);
    if (parts === null) return `no tag: ${tag}`;
    const [, closing, name = '', attributes = '', empty] = parts;
    const names = [...attributes.matchAll(new RegExp(`(${NAME})\\s*=`, 'g'))].map(([, attribute]) => attribute);
    if (new Set(names).size < names.length) return `an attribute twice: ${tag}`;
    if (closing === '/') {
      if (open.pop() !== name) return `${tag} closes nothing`;
      continue;
    }
    if (open.length === 0) roots++;
    if (empty !== '/') open.push(name);
  }
  if (open.length > 0) return `<${open.at(-1)}> is not closed`;
  if (text.slice(end).trim() !== '') return 'text after the root';
  return roots === 1 ? null : `${roots} roots`;
}
