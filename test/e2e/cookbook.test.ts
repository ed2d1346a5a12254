import { readdir, readFile, writeFile } from 'node:fs/promises';
import * as mediasoup from 'mediasoup';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMonitor, type Monitor, use } from '../../core/index.js';
import alerts from '../../plugins/alerts/plugin.js';
import { DemoSfu } from '../../server/demo/demo-sfu.js';
import { createServer, type SfuscopeServer } from '../../server/index.js';
import { cookbookPage, type Recipe } from '../support/cookbook-page.js';
import { ask } from '../support/graphql.js';
import { serverSentEvents } from '../support/graphql-clients.js';
import { eventually } from '../support/until.js';

const FOLDER = new URL('../../docs/cookbook/', import.meta.url);
const PAGE = new URL('../../docs/cookbook.md', import.meta.url);
const README = new URL('../../README.md', import.meta.url);
/** Set by `npm run gen:cookbook`: the page is written from this run's answers instead of compared with them. */
const WRITES = process.env.SFUSCOPE_WRITE_DOCS === '1';
/** Each look is a request. */
const WITHIN = { everyMs: 200 };

const names = (await readdir(FOLDER)).filter((name) => name.endsWith('.graphql')).sort();

/** What a good answer says, by the number of the recipe; the demo below has a cause for each. */
const SAYS: Readonly<Record<string, (answer: string) => void>> = {
  '01': (answer) => expect(answer).toMatch(/"name": "room-1",\s+"quality": \{\s+"verdict": "BAD"/),
  '02': (answer) => expect(answer).toContain('"peerId": "room-1-peer-2"'),
  '03': (answer) => expect(answer).toContain('PRODUCER_STALLED'),
  '04': (answer) => expect(answer).toMatch(/"roundTripTime": [1-9]/),
  '05': (answer) => expect(answer).toContain('"verdict": "PUBLISHER"'),
  '06': (answer) => expect(answer).toContain('"encodings": 3'),
  '07': (answer) => expect(answer).toMatch(/"cpuRatio": 0\.\d/),
  '08': (answer) => expect(answer).toContain('"name": "room-1"'),
  '09': (answer) => expect(answer).toContain('PEER_JOINED'),
  '10': (answer) => expect(answer).toMatch(/"neverConnected": \{\s+"totalCount": 1,/),
  '11': (answer) => expect(answer).toMatch(/"routers": \{\s+"totalCount": 1,/),
  '12': (answer) => expect(answer).toMatch(/"name": "lo",\s+"recvBitrate": [1-9]/),
  '13': (answer) => expect(answer).toMatch(/"bitrate": [1-9]/),
  '14': (answer) => expect(answer).toMatch(/"betweenWorkers": true[\s\S]*"bitrate": [1-9]/),
  '15': (answer) => expect(answer).toContain('"kind": "CONSUMER"'),
  '16': (answer) => expect(answer).toMatch(/stalled|STALLED|sent nothing/i),
  // Nobody dies in the demo, so the answer is that none did.
  '17': (answer) => expect(answer).toMatch(/"nodes": \[\]/),
  '18': (answer) => expect(answer).toMatch(/"ratio": 0?\.?\d/),
  '19': (answer) => expect(answer).toMatch(/"name": "ProducerStalled"[\s\S]*"side": "PUBLISHER"/),
  '20': (answer) => expect(answer).toContain('"operator": "NOT_EQUAL"'),
  '21': (answer) => expect(answer).toMatch(/"name": "ProducerStalled"[\s\S]*"lastFiredAt": "2[\s\S]*"by": "local"/),
};

describe('the cookbook', () => {
  let monitor: Monitor;
  let server: SfuscopeServer;
  let sfu: DemoSfu;
  let url: string;
  let variables: Record<string, unknown>;
  const recipes: Recipe[] = [];

  beforeAll(async () => {
    monitor = createMonitor({
      mediasoup,
      // No worker hangs here, however long a busy machine makes it wait.
      sampling: { intervalMs: 1_000, cpuShare: 1, probeDeadlineMs: 300_000 },
      liveness: { stalledAfterMs: { audio: 2_000, video: 2_000 }, neverConnectedAfterMs: 2_000 },
      host: { interfaces: ['lo'], intervalMs: 1_000, systemInformation: false },
      plugins: [use(alerts)],
    });
    await monitor.start();
    server = createServer(monitor, { port: 0 });
    url = new URL('/graphql', (await server.listen()).url).href;
    sfu = await DemoSfu.start(mediasoup, { rooms: 2, peers: 3, lively: false, oddities: true });
    const [frozen] = sfu.rooms[0]?.peers ?? [];
    await eventually(() => expect(frozen?.videoSenders[0]?.sent.packets).toBeGreaterThan(20), WITHIN);
    for (const sender of frozen?.videoSenders ?? []) sender.frozen = true;
    variables = {
      room: 'room-1',
      peer: 'room-1-peer-1',
      producer: frozen?.video?.id,
      worker: String(monitor.graph.snapshot().all('worker')[0]?.id),
    };
  });

  afterAll(async () => {
    await sfu?.stop();
    await server?.close();
    await monitor?.stop();
  });

  async function answerOf(query: string): Promise<string> {
    if (!/^subscription/m.test(query)) return JSON.stringify(await ask(url, query, usedIn(query)), null, 2);
    const { results } = await serverSentEvents(url, query, { count: 3, variables: usedIn(query) });
    return JSON.stringify(results.at(-1)?.data, null, 2);
  }

  function usedIn(query: string): Record<string, unknown> {
    return Object.fromEntries(Object.entries(variables).filter(([name]) => query.includes(`$${name}:`)));
  }

  it.each(names)('%s answers its question in one operation', async (name) => {
    const text = await readFile(new URL(name, FOLDER), 'utf8');
    const number = name.slice(0, 2);
    let answer = '';

    await eventually(async () => {
      answer = await answerOf(text);
      SAYS[number]?.(answer);
    }, WITHIN);

    expect(Object.keys(SAYS)).toContain(number);
    recipes.push({ name, text, variables: usedIn(text), answer: JSON.parse(answer) });
  });

  it('is printed in docs/cookbook.md with the same operations, and answers of the same shape', async () => {
    if (WRITES) await writeFile(PAGE, cookbookPage(recipes));
    const page = await readFile(PAGE, 'utf8');

    expect(recipes).toHaveLength(names.length);
    for (const { text } of recipes) expect(page).toContain(text.trim());
    const printed = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map(([, json]) => JSON.parse(json ?? ''));
    expect(printed).toHaveLength(names.length);
    for (const [index, { answer }] of recipes.entries()) {
      // What is null or empty in one run may be an object in another.
      const live = shapeOf(answer);
      const known = (path: string): boolean =>
        live.some((leaf) => leaf === path || path.startsWith(`${leaf}.`) || path.startsWith(`${leaf}[`));
      const emptyInPrint = (path: string): boolean => live.some((leaf) => leaf.startsWith(path));
      expect(shapeOf(printed[index]).filter((path) => !known(path) && !emptyInPrint(path))).toEqual([]);
    }
  });

  it('begins in the README, with the query and an answer of the same shape', async () => {
    const readme = await readFile(README, 'utf8');
    const [, query = '', json = '{}'] = /```graphql\n([\s\S]*?)```[\s\S]*?```json\n([\s\S]*?)```/.exec(readme) ?? [];

    // What is unknown for a moment has no shape.
    await eventually(async () => {
      const live = await ask<Record<string, unknown>>(url, query);
      expect(shapeOf(JSON.parse(json))).toEqual(shapeOf(live));
    }, WITHIN);
  });
});

/** Every path to a value, with all items of a list as one. */
function shapeOf(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) {
    return value.length === 0 ? [path] : [...new Set(value.flatMap((item) => shapeOf(item, `${path}[]`)))].sort();
  }
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value)
    .flatMap(([key, item]) => shapeOf(item, `${path}.${key}`))
    .sort();
}
