import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { execute, parse } from 'graphql';
import { createYoga } from 'graphql-yoga';
import type { EntityKey, EntityNode } from '../../../core/index.js';
import { buildSchema, CompiledExecutor, createContext } from '../../../schema/index.js';
import { createServer } from '../../../server/index.js';
import { SchemaKit } from '../../support/schema-kit.js';
import { StubStats } from '../../support/stub-stats.js';
import { HttpClient } from '../support/http-client.js';

const TRANSPORTS = 20;
const CONSUMERS = 499;
const FIELDS = `id key nativeId mediaKind type paused score priority openedAt ageMs
  currentLayers { spatialLayer } stats { bitrate lossRatio }`;

/** What is asked for. The first is as much as one answer may have: 10,000 items. The last shows what any request costs. */
export const QUERIES = {
  '10,000 entities': `{ transports(first: ${TRANSPORTS}) { nodes { ... on WebRtcTransport {
    consumers(first: 500) { nodes { ${FIELDS} } } } } } }`,
  'a page of 500': `{ consumers(first: 500) { nodes { ${FIELDS} } } }`,
  'next to nothing': '{ __typename }',
} as const;

const COLUMNS = ['bitrate', 'lossRatio'];

/** Statistics by slot, as the sampler keeps them: a subject of each entity, and its numbers in rows. */
class SlottedStats extends StubStats {
  readonly #subjects: { readonly key: EntityKey; readonly at: number }[] = [];
  readonly #rows = new Float64Array(TRANSPORTS * CONSUMERS * COLUMNS.length);

  fill({ slot, key }: EntityNode, numbers: readonly number[]): void {
    this.#subjects[slot] = { key, at: 1_000 };
    this.#rows.set(numbers, slot * COLUMNS.length);
  }

  override value({ slot, key }: EntityNode, field: string): number {
    if (this.#subjects[slot]?.key !== key) return Number.NaN;
    return this.#rows[slot * COLUMNS.length + COLUMNS.indexOf(field)] ?? Number.NaN;
  }

  override sampledAt({ slot, key }: EntityNode): number | null {
    const subject = this.#subjects[slot];
    return subject?.key === key ? subject.at : null;
  }
}

/** 9,980 consumers with ids as the real ones are. */
function kitOfConsumers(): SchemaKit {
  const stats = new SlottedStats();
  const kit = new SchemaKit(stats);
  const router = kit.kit.router(kit.kit.worker(), randomUUID());
  for (let t = 0; t < TRANSPORTS; t++) {
    const transport = kit.kit.transport(router, randomUUID());
    for (let c = 0; c < CONSUMERS; c++) {
      const currentLayers = { spatialLayer: 2, temporalLayer: 2 };
      const key = kit.kit.consumer(transport, randomUUID(), null, { score: 10, currentLayers });
      stats.fill(kit.kit.graph.get(key)!, [300_000 + c * 1.5, c / 100_000]);
    }
  }
  return kit;
}

/** One way of answering. `answer` does it once; `stop` leaves nothing behind. */
export interface Mode {
  readonly answer: (query: string) => Promise<void>;
  readonly stop: () => unknown;
}

async function overHttp(listener: (query: string) => RequestListener): Promise<Mode> {
  const client = new HttpClient();
  let handle: RequestListener = () => undefined;
  const server = createHttpServer((request, response) => handle(request, response));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
  let query = '';
  const answer = async (asked: string): Promise<void> => {
    if (asked !== query) {
      query = asked;
      handle = listener(query);
    }
    await ask(client, url, query);
  };
  const stop = (): void => {
    client.stop();
    server.close();
  };
  return { answer, stop };
}

async function ask(client: HttpClient, url: string, query: string): Promise<void> {
  const { status, start } = await client.ask(url, JSON.stringify({ query }));
  if (status !== 200 || !start.startsWith('{"data":')) throw new Error(`${status} ${start}`);
}

const schema = buildSchema();

/** The answer as graphql-js makes it, all at once. */
async function plainResult(kit: SchemaKit, query: string): Promise<object> {
  const contextValue = createContext(kit.monitor, { maxTurnMs: Infinity });
  return await execute({ schema, document: parse(query), contextValue });
}

/** Each mode is measured in a process of its own. */
export const MODES = {
  'floor: JSON.stringify of the answer': async (): Promise<Mode> => {
    const kit = kitOfConsumers();
    const results = new Map<string, object>();
    const answer = async (query: string): Promise<void> => {
      const result = results.get(query) ?? (await plainResult(kit, query));
      results.set(query, result);
      JSON.stringify(result);
    };
    return { answer, stop: () => undefined };
  },

  'floor: bare HTTP server, ready bytes': async (): Promise<Mode> => {
    const kit = kitOfConsumers();
    const results = new Map<string, Buffer>();
    const mode = await overHttp((query) => (request, response) => {
      request.resume();
      response.setHeader('content-type', 'application/json');
      response.end(results.get(query));
    });
    const answer = async (query: string): Promise<void> => {
      if (!results.has(query)) results.set(query, Buffer.from(JSON.stringify(await plainResult(kit, query))));
      await mode.answer(query);
    };
    return { ...mode, answer };
  },

  'graphql-js and JSON.stringify': async (): Promise<Mode> => {
    const kit = kitOfConsumers();
    const answer = async (query: string): Promise<void> => {
      JSON.stringify(await plainResult(kit, query));
    };
    return { answer, stop: () => undefined };
  },

  compiled: async (): Promise<Mode> => {
    const kit = kitOfConsumers();
    const executor = new CompiledExecutor(schema);
    const documents = new Map(Object.values(QUERIES).map((query) => [query as string, parse(query)]));
    const answer = async (query: string): Promise<void> => {
      const document = documents.get(query)!;
      const contextValue = createContext(kit.monitor);
      const result = await executor.execute({ schema, document, contextValue }, () => {
        throw new Error('It was not compiled.');
      });
      // As the server does when it is sent.
      if ('release' in result) result.release();
    };
    return { answer, stop: () => undefined };
  },

  'stock Yoga over HTTP': async (): Promise<Mode> => {
    const kit = kitOfConsumers();
    const yoga = createYoga({ schema, context: () => createContext(kit.monitor, { maxTurnMs: Infinity }) });
    return await overHttp(() => (request, response) => void yoga(request, response));
  },

  'sfuscope over HTTP': async (): Promise<Mode> => {
    const kit = kitOfConsumers();
    const client = new HttpClient();
    const server = createServer(kit.monitor, { port: 0 });
    const { url } = await server.listen();
    const stop = async (): Promise<void> => {
      client.stop();
      await server.close();
    };
    return { answer: (query) => ask(client, url, query), stop };
  },
} as const;
