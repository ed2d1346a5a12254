/** Path of this process below the root of the hierarchy that each controller is in. */
export interface CgroupMembership {
  /** Version 2's single path; `null` when the system has only version 1. */
  readonly unified: string | null;
  /** By version 1 controller (`cpu`, `memory`, …): its path, and the controllers mounted together with it. */
  readonly legacy: ReadonlyMap<string, { readonly path: string; readonly mounted: string }>;
}

/** Reads /proc/self/cgroup: lines of `number:controllers:path`; number 0 without controllers is version 2. */
export function parseCgroupMembership(text: string): CgroupMembership {
  let unified: string | null = null;
  const legacy = new Map<string, { path: string; mounted: string }>();
  for (const line of text.split('\n')) {
    const match = /^(\d+):([^:]*):(\/.*)$/.exec(line);
    if (match === null) continue;
    const [, number, mounted = '', path = '/'] = match;
    if (number === '0' && mounted === '') unified = path;
    else for (const controller of mounted.split(',')) legacy.set(controller, { path, mounted });
  }
  return { unified, legacy };
}

/** The path itself, then each of its ancestors up to `/`. A limit of any of them holds for the process. */
export function lineage(path: string): string[] {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.' && part !== '..');
  return Array.from(
    { length: parts.length + 1 },
    (_, dropped) => `/${parts.slice(0, parts.length - dropped).join('/')}`,
  );
}
