import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bench, describe } from 'vitest';
import { diskFiles } from '../../core/spool/spool-files.js';
import { SpoolLog } from '../../core/spool/spool-log.js';
import { newRun } from '../support/spools.js';

const RECORDS = 100;
const record = Buffer.alloc(500, 'x');
const folder = mkdtempSync(join(tmpdir(), 'sfuscope-bench-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

const log = new SpoolLog({
  files: diskFiles,
  folder: join(folder, 'log'),
  run: newRun(),
  maxBytes: 67_108_864,
  segmentBytes: 8_388_608,
});
await diskFiles.makeFolder(join(folder, 'log'));
await log.open();
const bare = await open(join(folder, 'bare'), 'w');

let sqlite: { insert(): void } | null = null;
try {
  // Only in newer Node.js.
  const { DatabaseSync } = await import('node:sqlite' as string);
  const base = new DatabaseSync(join(folder, 'sqlite'));
  base.exec(
    'PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE spool (id INTEGER PRIMARY KEY, bytes BLOB)',
  );
  const insert = base.prepare('INSERT INTO spool (bytes) VALUES (?)');
  sqlite = {
    insert: () => {
      base.exec('BEGIN');
      for (let i = 0; i < RECORDS; i++) insert.run(record);
      base.exec('COMMIT');
    },
  };
} catch {
  // Without it there is nothing to compare with.
}

const options = { time: 1_000, iterations: 20, warmupTime: 100 };
let order = 0;

describe(`${RECORDS} records of 500 bytes, lasting`, () => {
  bench(
    'spool',
    async () => {
      const frames = Array.from({ length: RECORDS }, () => ({
        order: ++order,
        at: 0,
        kind: 'bytes' as const,
        bytes: record,
      }));
      await log.makeRoom(RECORDS * 600);
      await log.append(frames, true);
      await log.sync();
    },
    options,
  );

  bench(
    'bare file: one write, one fdatasync',
    async () => {
      await bare.write(Buffer.concat(Array.from({ length: RECORDS }, () => record)));
      await bare.datasync();
    },
    options,
  );

  bench(
    'bare file: a write per record, no sync',
    () => {
      for (let i = 0; i < RECORDS; i++) appendFileSync(join(folder, 'each'), record);
    },
    options,
  );

  bench.skipIf(sqlite === null)('node:sqlite, WAL, synchronous=FULL', () => sqlite?.insert(), options);
});
