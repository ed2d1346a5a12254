import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';

const CORE = new URL('../../dist/core/index.js', import.meta.url);

/**
 * Pushes numbered items for ever, and delivers none of them until 3,000 are on disk; then into the file `delivered`, 64 at a time. Says
 * after every turn how many are on disk.
 */
const SCRIPT = `
import { appendFileSync, writeSync } from 'node:fs';
import { consoleLogger, createSink, systemClock } from ${JSON.stringify(CORE.href)};
const [directory, delivered] = process.argv.slice(1);
let works = false;
const sink = createSink({
  clock: systemClock, logger: consoleLogger('silent'), name: 'test', maxAgeMs: 10, maxBatch: 64, inFlight: 4,
  retry: { initialMs: 10, maxMs: 20 }, spool: { directory },
  write: async (batch) => {
    if (!works) throw new Error('refused');
    await new Promise((resolve) => setTimeout(resolve, 5));
    batch.items.forEach((item, i) => {
      appendFileSync(delivered, batch.ids[i] + ' ' + item + '\\n');
      batch.ack(i);
    });
  },
});
let pushed = 0;
setInterval(() => {
  for (let i = 0; i < 20; i++) sink.push(String(pushed++));
  const { spoolRecords, delivered } = sink.stats();
  works ||= spoolRecords >= 3000;
  writeSync(1, pushed + ' ' + (spoolRecords + delivered) + ' ' + delivered + '\\n');
}, 10);
`;

/** Runs a sink in a process of its own and kills it as soon as it has delivered so many; resolves with the last it said. */
export async function killedSink(
  directory: string,
  file: string,
  killAt: number,
): Promise<{ readonly pushed: number; readonly safe: number }> {
  if (!existsSync(CORE)) throw new Error('dist/ is not built: npm run build');
  const child = spawn(process.execPath, ['--input-type=module', '-e', SCRIPT, directory, file]);
  const exit = once(child, 'close');
  let output = '';
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    const said = output.slice(0, output.lastIndexOf('\n')).split('\n').at(-1)?.split(' ') ?? [];
    if (Number(said[2]) >= killAt) child.kill('SIGKILL');
  });
  await exit;
  const [pushed, safe] = output.slice(0, output.lastIndexOf('\n')).split('\n').at(-1)?.split(' ').map(Number) ?? [];
  if (pushed === undefined || safe === undefined) throw new Error(`the sink said nothing: ${errors}`);
  return { pushed, safe };
}
