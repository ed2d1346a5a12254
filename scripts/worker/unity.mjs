// Writes a few C++ files that together include every source of mediasoup-worker, so that the headers, which are most of the work of
// compiling them one by one, are read only a few times.
//
//   node unity.mjs WORKER_DIR OUTPUT_DIR [NUMBER_OF_FILES]
//
// The lists of sources are those of upstream's own meson.build files.
import * as fs from 'node:fs';
import * as path from 'node:path';

/** @typedef {{ file: string, size: number, names: Set<string>, specializes: boolean }} Source */

/** The sources of one file to write, and the names that they keep to themselves. */
class Group {
  size = 0;
  /** @type {Source[]} */
  members = [];
  /** @type {Set<string>} */
  #names = new Set();

  /** @param {Source} source */
  fits(source) {
    return [...source.names].every((name) => !this.#names.has(name));
  }

  /** @param {Source} source */
  put(source) {
    this.members.push(source);
    this.size += source.size;
    for (const name of source.names) this.#names.add(name);
  }
}

const [workerDir, outDir, count = '6'] = process.argv.slice(2);
if (!workerDir || !outDir) throw new Error('usage: unity.mjs WORKER_DIR OUTPUT_DIR [NUMBER_OF_FILES]');

const sources = [
  ...sourceList('meson.build', 'common_sources = ['),
  ...sourceList('meson.build', 'common_sources += ['),
  'src/main.cpp',
  ...sourceList('deps/libwebrtc/meson.build', 'libwebrtc_sources = [').map((file) => `deps/libwebrtc/${file}`),
].map(readSource);
const groups = distribute(sources, Number(count));

fs.mkdirSync(outDir, { recursive: true });
for (const [index, { members }] of groups.entries()) {
  members.sort((a, b) => Number(b.specializes) - Number(a.specializes));
  fs.writeFileSync(
    path.join(outDir, `unity${index}.cpp`),
    members.map(({ file }) => `#include "${file}"\n#undef MS_CLASS\n`).join(''),
  );
}
console.log(`${sources.length} sources in ${groups.length} files`);

/**
 * @param {string} mesonFile
 * @param {string} opening
 * @returns {string[]}
 */
function sourceList(mesonFile, opening) {
  const text = fs.readFileSync(path.join(workerDir ?? '', mesonFile), 'utf8');
  const at = text.indexOf(opening);
  if (at === -1) throw new Error(`${mesonFile}: "${opening}" not found`);
  return [...text.slice(at, text.indexOf(']', at)).matchAll(/'([^']+)'/g)].map(([, file = '']) => file);
}

/**
 * @param {string} file
 * @returns {Source}
 */
function readSource(file) {
  const text = fs.readFileSync(path.join(workerDir ?? '', file), 'utf8');
  return {
    file,
    size: text.length,
    names: privateNames(text),
    // A template must be specialized before it is used for the first time.
    specializes: /^\s*template<>/m.test(text),
  };
}

/**
 * Names that a source defines for itself alone (static, constexpr and the like). Two sources with such a name in common cannot be in
 * the same file.
 *
 * @param {string} text
 * @returns {Set<string>}
 */
function privateNames(text) {
  /** @type {Set<string>} */
  const names = new Set();
  const depth = (text.match(/^\t*namespace \w+\s*$/gm) ?? []).length;
  const local = new RegExp(`^\\t{0,${depth}}(?:alignas\\(\\w+\\) )?(?:inline )?(?:static|constexpr)\\b([^=({;]*)`);
  for (const line of text.split('\n')) {
    const match = local.exec(line) ?? /^const\b([^=({;:]*)[=({;]/.exec(line) ?? /^enum \{ *(\w+)/.exec(line);
    const name = match && /(\w+)\s*(?:\[[^\]]*\]\s*)?$/.exec(match[1] ?? '');
    if (name?.[1]) names.add(name[1]);
  }
  return names;
}

/**
 * Fills groups of about the same size in the given order, so that sources of one topic, which share headers, stay together.
 *
 * @param {readonly Source[]} all
 * @param {number} number
 * @returns {Group[]}
 */
function distribute(all, number) {
  const filled = Array.from({ length: number }, () => new Group());
  const share = all.reduce((sum, { size }) => sum + size, 0) / number;
  /** @type {Source[]} */
  const others = [];
  let rest = filled;
  for (const source of all) {
    while (rest.length > 1 && (rest[0]?.size ?? 0) >= share) rest = rest.slice(1);
    const [group] = rest;
    if (group?.fits(source)) group.put(source);
    else others.push(source);
  }
  for (const source of others) {
    let [group] = filled.filter((candidate) => candidate.fits(source)).sort((a, b) => a.size - b.size);
    if (!group) {
      group = new Group();
      filled.push(group);
    }
    group.put(source);
  }
  return filled;
}
