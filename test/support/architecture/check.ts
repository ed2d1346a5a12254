import { posix } from 'node:path';
import { isBuiltin } from 'node:module';
import { type ImportStatement, readImports } from './imports.js';
import { LAYERS, type LayerRule, MAX_LINES, REACH } from './rules.js';

/** A file's imports of other files of the project, and of packages. */
interface Module {
  readonly path: string;
  readonly files: readonly { readonly path: string; readonly how: ImportStatement['how'] }[];
  readonly packages: readonly ImportStatement[];
}

type Modules = ReadonlyMap<string, Module>;

/**
 * Holds sources against the rules of the house and returns one sentence for each breach, sorted.
 *
 * @param sources Path from the root of the project, with forward slashes, to text.
 */
export function checkArchitecture(sources: ReadonlyMap<string, string>): string[] {
  const modules = new Map([...sources].map(([path, text]) => [path, readModule(path, text)]));
  return [
    ...[...sources].flatMap(([path, text]) => checkLength(path, text)),
    ...[...modules.values()].flatMap((module) => checkLayer(module, modules)),
    ...checkCycles(modules),
    ...checkReach(modules),
  ].sort();
}

function readModule(path: string, text: string): Module {
  const imports = readImports(path, text);
  return {
    path,
    files: imports
      .filter(({ specifier }) => specifier.startsWith('.'))
      .map(({ specifier, how }) => ({ path: resolve(path, specifier), how })),
    packages: imports.filter(({ specifier }) => !specifier.startsWith('.') && !isBuiltin(specifier)),
  };
}

function resolve(from: string, specifier: string): string {
  return posix.join(posix.dirname(from), specifier).replace(/\.js$/, '.ts');
}

function checkLength(path: string, text: string): string[] {
  const lines = text.trimEnd().split('\n').length;
  return lines > MAX_LINES ? [`${path} has ${lines} lines, ${MAX_LINES} are allowed`] : [];
}

function checkLayer(module: Module, modules: Modules): string[] {
  const layer = LAYERS.find(({ files }) => files.test(module.path));
  if (!layer) return [`${module.path} belongs to no layer`];
  return [
    ...module.files.flatMap(({ path }) => {
      if (!modules.has(path)) return [`${module.path} imports ${path}, which does not exist`];
      return mayImport(layer, module.path, path) ? [] : [`${module.path} must not import ${path} (${layer.name})`];
    }),
    ...module.packages.flatMap(({ specifier, how }) =>
      layer.packages.some((rule) => rule.package.test(specifier) && rule.how.includes(how))
        ? []
        : [`${module.path} must not import ${specifier} by a ${how} import (${layer.name})`],
    ),
  ];
}

function mayImport(layer: LayerRule, from: string, to: string): boolean {
  return layer.mayImport.some((pattern) => pattern.test(to)) || isSamePlugin(from, to);
}

function isSamePlugin(from: string, to: string): boolean {
  const folder = /^plugins\/[^/]+\//.exec(from)?.[0];
  return folder !== undefined && to.startsWith(folder);
}

/** One sentence for each ring of files, whichever way they import each other. */
function checkCycles(modules: Modules): string[] {
  const rings: string[] = [];
  const finished = new Set<string>();
  const follow = (path: string, way: readonly string[]): void => {
    const start = way.indexOf(path);
    if (start >= 0) {
      rings.push(`cycle: ${[...way.slice(start), path].join(' -> ')}`);
      return;
    }
    if (finished.has(path)) return;
    for (const next of modules.get(path)?.files ?? []) follow(next.path, [...way, path]);
    finished.add(path);
  };
  for (const path of modules.keys()) follow(path, []);
  return rings;
}

function checkReach(modules: Modules): string[] {
  return REACH.flatMap(({ name, from, never }) =>
    [...modules.keys()]
      .filter((path) => from.test(path))
      .flatMap((path) => {
        const way = wayTo(never, path, modules);
        return way ? [`${name}: ${way.join(' -> ')} -> ${never}`] : [];
      }),
  );
}

/** The shortest way by which loading `start` loads a package, or undefined. */
function wayTo(name: string, start: string, modules: Modules): string[] | undefined {
  const ways: string[][] = [[start]];
  const seen = new Set([start]);
  for (const way of ways) {
    const module = modules.get(way.at(-1) ?? '');
    if (!module) continue;
    if (module.packages.some(({ specifier, how }) => loads(how) && packageOf(specifier) === name)) return way;
    for (const { path, how } of module.files) {
      if (!loads(how) || seen.has(path)) continue;
      seen.add(path);
      ways.push([...way, path]);
    }
  }
  return undefined;
}

function loads(how: ImportStatement['how']): boolean {
  return how === 'static' || how === 'dynamic';
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
