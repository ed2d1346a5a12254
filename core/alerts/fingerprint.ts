import { createHash } from 'node:crypto';

/** 16 hexadecimal digits of SHA-256 over the labels sorted by name: the same labels give the same text in every process. */
export function fingerprint(labels: Readonly<Record<string, string>>): string {
  const sorted = Object.keys(labels)
    .toSorted()
    .map((name) => [name, labels[name]]);
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex').slice(0, 16);
}
