import { randomUUID } from 'node:crypto';
import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createYoga } from 'graphql-yoga';
import { execute, parse } from 'graphql';
import { buildSchema, CompiledExecutor, createContext } from '../../../schema/index.js';
import { createServer } from '../../../server/index.js';
import { SchemaKit } from '../../support/schema-kit.js';
import { HttpClient } from '../support/http-client.js';
import { medianCost } from '../support/turns.js';

const TRANSPORTS = 20;
const CONSUMERS = 499;
const FIELDS = `id key nativeId mediaKind type paused score priority openedAt ageMs
  currentLayers { spatialLayer } stats { bitrate lossRatio }`;
/** As much as one answer may have: 10,000 items. */
const SNAPSHOT = `{ transports(first: ${TRANSPORTS}) { nodes { ... on WebRtcTransport {
  consumers(first: 500) { nodes { ${FIELDS} } } } } } }`;
const PAGE = `{ consumers(first: 500) { nodes { ${FIELDS} } } }`;

/** 9,980 consumers with ids as the real ones are. */
function kitOfConsumers(): SchemaKit {
  const kit = new SchemaKit();
  const router = kit.kit.router(kit.kit.worker(), randomUUID());
  for (let t = 0; t < TRANSPORTS; t++) {
    const transport = kit.kit.transport(router, randomUUID());
    for (let c = 0; c < CONSUMERS; c++) {
      const currentLayers = { spatialLayer: 2, temporalLayer: 2 };
      const key = kit.kit.consumer(transport, randomUUID(), null, { score: 10, currentLayers });
      kit.stats.set(key, { bitrate: 300_000 + c * 1.5, lossRatio: c / 100_000 });
    }
  }
  return kit;
}

const kit = kitOfConsumers();
const client = new HttpClient();
const server = createServer(kit.monitor, { port: 0 });
const { url } = await server.listen();
const schema = buildSchema();
const yoga = createYoga({ schema, context: () => createContext(kit.monitor, { maxTurnMs: Infinity }) });
const stock = createHttpServer((request, response) => void yoga(request, response));
await new Promise<void>((resolve) => stock.listen(0, '127.0.0.1', resolve));
const stockUrl = `http://127.0.0.1:${(stock.address() as AddressInfo).port}/graphql`;

const rows: object[] = [];

async function measure(name: string, work: () => Promise<unknown>): Promise<void> {
  const { cpuMs, longestTurnMs } = await medianCost(work);
  rows.push({ name, cpuMs: Number(cpuMs.toFixed(2)), longestTurnMs: Number(longestTurnMs.toFixed(2)) });
}

async function ask(at: string, query: string): Promise<void> {
  const { status, start, bytes } = await client.ask(at, JSON.stringify({ query }));
  if (status !== 200 || !start.startsWith('{"data":') || bytes < 10_000) throw new Error(`${status} ${start}`);
}

const executor = new CompiledExecutor(schema);
for (const [name, query] of [
  ['10,000 entities', SNAPSHOT],
  ['a page of 500', PAGE],
] as const) {
  const document = parse(query);
  const context = () => createContext(kit.monitor);
  await measure(`${name}: graphql-js and JSON, nothing else`, async () => {
    const contextValue = createContext(kit.monitor, { maxTurnMs: Infinity });
    JSON.stringify(await execute({ schema, document, contextValue }));
  });
  await measure(`${name}: compiled, nothing else`, async () => {
    const result = await executor.execute({ schema, document, contextValue: context() }, () => {
      throw new Error('It was not compiled.');
    });
    (result as { stringify(): string }).stringify();
  });
  await measure(`${name}: stock Yoga over HTTP`, () => ask(stockUrl, query));
  await measure(`${name}: sfuscope over HTTP`, () => ask(url, query));
}
console.table(rows);

client.stop();
stock.close();
await server.close();
