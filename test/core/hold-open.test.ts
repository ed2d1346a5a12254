import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'vitest';

const MODULE = new URL('../../core/hold-open.ts', import.meta.url);

/** Ends with code 13 when the process has nothing left to wait with. */
function run(script: string): { readonly status: number | null; readonly stdout: string } {
  return spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
}

const WAIT = 'await new Promise((resolve) => setTimeout(resolve, 50).unref())';

describe('work that is held open', () => {
  it('is done although no timer of it keeps the process alive, and does not keep it alive afterwards', async () => {
    const { transformWithOxc } = await import('vite');
    const { readFile } = await import('node:fs/promises');
    const { code } = await transformWithOxc(await readFile(MODULE, 'utf8'), MODULE.pathname, { lang: 'ts' });
    const body = code.replace('export ', '');

    const without = run(`${WAIT}; console.log('done')`);
    const held = run(`${body}\nawait holdOpen(async () => { ${WAIT}; }); console.log('done')`);

    assert.deepEqual([without.status, without.stdout], [13, '']);
    assert.deepEqual([held.status, held.stdout], [0, 'done\n']);
  });
});
