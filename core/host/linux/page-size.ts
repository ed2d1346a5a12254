/** The entry of the auxiliary vector that holds the page size. */
const AT_PAGESZ = 6n;
const DEFAULT_PAGE_SIZE = 4096;

/**
 * Reads /proc/self/auxv: bytes in a memory page, which some ARM systems set to 16 or 64 KiB. 4,096 when it is not told.
 */
export function parsePageSize(vector: Buffer | null): number {
  for (let at = 0; vector !== null && at + 16 <= vector.length; at += 16) {
    if (vector.readBigUInt64LE(at) === AT_PAGESZ) return Number(vector.readBigUInt64LE(at + 8));
  }
  return DEFAULT_PAGE_SIZE;
}
