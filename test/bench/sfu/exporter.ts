import { once } from 'node:events';
import { createRequire } from 'node:module';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Attach } from './attached.js';

/** The npm package of that name, scraped every interval. It asks for statistics only then. */
export const mediasoupExporter: Attach = async ({ config: { peers, warmUpMs } }) => {
  if (peers === null) throw new Error('the package mediasoup-exporter is not there');
  const start = createRequire(join(peers, 'index.js'))('mediasoup-exporter') as (options: { port: number }) => unknown;
  let complaints = 0;
  const complain = (): void => {
    complaints++;
  };
  console.error = complain;
  console.warn = complain;
  console.log = complain;
  const port = await freePort();
  await start({ port });
  return {
    begin: async (_room, joins) => void (await Promise.all([delay(warmUpMs), joins])),
    samples: () => 0,
    longestTurnMs: () => null,
    scrapeUrl: () => `http://127.0.0.1:${port}/metrics`,
    note: ({ answered, failed, series, longestMs }) =>
      `${answered} scrapes answered in at most ${Math.round(longestMs)} ms with ${series} series, ${failed} failed; ` +
      `${complaints} lines on the console`,
  };
};

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
