import type { ContainerReading } from '../system-reading.js';
import { UNKNOWN_CONTAINER } from '../system-reading.js';
import { parseBytes, parseCfsQuota, parseCpuMax, parseThrottling } from './cgroup-files.js';
import { type CgroupMembership, lineage, parseCgroupMembership } from './cgroup-membership.js';
import type { ReadText } from './file-reader.js';

const MOUNT = '/sys/fs/cgroup';

interface CpuLevel {
  readonly limit: number | null;
  readonly seconds: number | null;
  readonly periods: number | null;
}

interface MemoryLevel {
  readonly limit: number | null;
  readonly used: number | null;
}

/**
 * Limits of the control group this process is in. Every ancestor that can be seen is asked too, and the tightest limit
 * counts: in Kubernetes the pod's may be tighter than the container's. Version 1, 2 and both side by side (each
 * controller is in one).
 *
 * A container without a namespace of its own for control groups is told its path on the host, where only the last
 * folder is mounted: what does not exist is skipped, and the root of the mount is then its own group.
 */
export async function readCgroup(read: ReadText, memoryTotal: number | null): Promise<ContainerReading> {
  const membership = parseCgroupMembership((await read('/proc/self/cgroup')) ?? '');
  const unifiedRoot = await findUnifiedRoot(read, membership);
  const cpu = await folders(read, membership, 'cpu', unifiedRoot);
  const memory = await folders(read, membership, 'memory', unifiedRoot);
  if (cpu === null && memory === null) return UNKNOWN_CONTAINER;

  const cpuLevels: CpuLevel[] = [];
  for (const path of cpu?.paths ?? []) cpuLevels.push(await readCpu(read, path, cpu?.version === 'v2'));
  const memoryLevels: MemoryLevel[] = [];
  for (const path of memory?.paths ?? []) {
    memoryLevels.push(await readMemory(read, path, memory?.version === 'v2', memoryTotal ?? Number.MAX_SAFE_INTEGER));
  }
  // Usage and throttling are those of the group that sets the limit; without a limit, of the process's own group.
  const cpuLevel =
    tightest(cpuLevels) ?? cpuLevels.find(({ seconds, periods }) => seconds !== null || periods !== null);
  const memoryLevel = tightest(memoryLevels) ?? memoryLevels.find(({ used }) => used !== null);
  return {
    cgroup: (cpu ?? memory)?.version ?? null,
    cpuLimit: cpuLevel?.limit ?? null,
    throttledSeconds: cpuLevel?.seconds ?? null,
    throttledPeriods: cpuLevel?.periods ?? null,
    memoryLimit: memoryLevel?.limit ?? null,
    memoryUsed: memoryLevel?.used ?? null,
  };
}

/** Version 2 is mounted at the top, or below it next to version 1. */
async function findUnifiedRoot(read: ReadText, { unified }: CgroupMembership): Promise<string | null> {
  if (unified === null) return null;
  for (const root of [MOUNT, `${MOUNT}/unified`]) {
    if ((await read(`${root}/cgroup.controllers`)) !== null) return root;
  }
  return null;
}

/** The folders to ask about one controller, own group first. */
async function folders(
  read: ReadText,
  { unified, legacy }: CgroupMembership,
  controller: 'cpu' | 'memory',
  unifiedRoot: string | null,
): Promise<{ version: 'v1' | 'v2'; paths: string[] } | null> {
  const entry = legacy.get(controller);
  if (entry !== undefined) {
    // Controllers mounted together have one folder named after all of them; a link named after each is usual, not
    // certain.
    const probe = await read(`${MOUNT}/${controller}/cgroup.clone_children`);
    const root = `${MOUNT}/${probe === null ? entry.mounted : controller}`;
    return { version: 'v1', paths: lineage(entry.path).map((path) => `${root}${path}`) };
  }
  if (unified === null || unifiedRoot === null) return null;
  return { version: 'v2', paths: lineage(unified).map((path) => `${unifiedRoot}${path}`) };
}

async function readCpu(read: ReadText, path: string, unified: boolean): Promise<CpuLevel> {
  const limit = unified
    ? parseCpuMax(await read(`${path}/cpu.max`))
    : parseCfsQuota(await read(`${path}/cpu.cfs_quota_us`), await read(`${path}/cpu.cfs_period_us`));
  return { limit, ...parseThrottling(await read(`${path}/cpu.stat`)) };
}

async function readMemory(read: ReadText, path: string, unified: boolean, total: number): Promise<MemoryLevel> {
  const limit = parseBytes(await read(`${path}/${unified ? 'memory.max' : 'memory.limit_in_bytes'}`));
  const used = parseBytes(await read(`${path}/${unified ? 'memory.current' : 'memory.usage_in_bytes'}`));
  // Version 1 writes "no limit" as the greatest number of pages; a limit that the machine itself undercuts limits
  // nothing.
  return { limit: limit !== null && limit < total ? limit : null, used };
}

function tightest<T extends { readonly limit: number | null }>(levels: readonly T[]): T | undefined {
  let found: T | undefined;
  for (const level of levels) {
    if (level.limit !== null && level.limit < (found?.limit ?? Number.POSITIVE_INFINITY)) found = level;
  }
  return found;
}
