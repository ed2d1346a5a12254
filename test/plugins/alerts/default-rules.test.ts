import { parse, validate } from 'graphql';
import { beforeEach, describe, expect, it } from 'vitest';
import type { EntityKey } from '../../../core/index.js';
import { DEFAULT_RULES } from '../../../plugins/alerts/rules/defaults.js';
import { buildSchema } from '../../../schema/index.js';
import { AlertsKit, wellHost, wellPlugin } from '../../support/alerts-kit.js';

const BLAST = { routers: 2, transports: 4, producers: 4, consumers: 8, rooms: ['blue'], peers: [] };

let kit: AlertsKit;
let worker: EntityKey;
let router: EntityKey;
let transport: EntityKey;
let producers: EntityKey[];
let consumers: EntityKey[];

/** A room of six peers that all send and receive well, on a machine and in a monitor that fare well. */
beforeEach(async () => {
  kit = new AlertsKit();
  worker = kit.open.worker(4711);
  router = kit.open.router(worker, 'router');
  transport = kit.open.transport(
    router,
    't',
    { roomId: 'blue', peerId: 'ann' },
    { iceState: 'completed', dtlsState: 'connected' },
  );
  producers = Array.from({ length: 6 }, (_, index) => kit.open.producer(transport, `p${index}`));
  consumers = producers.map((producer, index) => kit.open.consumer(transport, `c${index}`, producer, { score: 10 }));
  for (const producer of producers) kit.change('producer', producer, { score: 10 });
  kit.open.graph.reidentify();
  kit.status = { plugins: [wellPlugin()] };
  await kit.start({});
  await kit.readHost(wellHost(0));
  await beat();
});

/** Samples and a host reading, as they come every 5 s. */
async function beat(given: Given = {}): Promise<void> {
  const { media = {}, one = {}, worker: ofWorker = {}, host = {} } = given;
  kit.sample('worker', new Map([[worker, { cpuRatio: 0.3, probeMs: 2, ...ofWorker }]]));
  kit.sample(
    'producer',
    new Map(
      producers.map((key, index) => [key, { fractionLost: 0, plisPerSecond: 0, ...media, ...(index === 0 && one) }]),
    ),
  );
  kit.sample('consumer', new Map(consumers.map((key) => [key, { fractionLost: 0, ...media }])));
  await kit.readHost(wellHost(kit.open.clock.now(), host));
  await kit.pass(5_000, 2_500);
}

interface Given {
  readonly media?: Readonly<Record<string, number>>;
  /** Of the first producer alone. */
  readonly one?: Readonly<Record<string, number>>;
  readonly worker?: Readonly<Record<string, number>>;
  readonly host?: Parameters<typeof wellHost>[1];
}

async function beats(count: number, given: (beat: number) => Given = () => ({})): Promise<void> {
  for (let index = 0; index < count; index++) await beat(given(index));
}

/** A beat, and another after so many ms in which nothing comes. */
async function later(ms: number): Promise<void> {
  await beat();
  await kit.pass(ms, ms);
  await beat();
}

const emit = (key: EntityKey, event: Parameters<typeof kit.open.graph.emit>[1]): void =>
  kit.open.graph.emit(key, event);

/** How each fault is brought about, and how it ends. */
const FAULTS: Record<
  string,
  { readonly begin: () => Promise<void> | void; readonly end?: () => Promise<void> | void }
> = {
  WorkerDied: {
    begin: () =>
      emit(worker, {
        type: 'worker.died',
        data: { pid: 1, uptimeMs: 1, signal: 'SIGKILL', exitCode: null, message: '', blastRadius: BLAST },
      }),
    end: () => kit.pass(300_000, 50_000),
  },
  WorkerHung: {
    begin: () => kit.change('worker', worker, { hungSince: 1 }),
    end: () => kit.change('worker', worker, { hungSince: null }),
  },
  WorkerCpuHigh: { begin: () => beats(26, () => ({ worker: { cpuRatio: 0.85 } })), end: () => beats(15) },
  WorkerStressed: { begin: () => beats(8, () => ({ worker: { probeMs: 400 } })), end: () => beats(15) },
  IceFailures: {
    begin: async () => {
      for (let index = 0; index < 3; index++)
        emit(transport, { type: 'transport.iceStateChanged', data: { from: 'connected', to: 'disconnected' } });
      await beats(1);
    },
    end: () => beats(75),
  },
  DtlsFailures: {
    begin: async () => {
      for (let index = 0; index < 3; index++)
        emit(transport, { type: 'transport.dtlsStateChanged', data: { from: 'connecting', to: 'failed' } });
      await beats(1);
    },
    end: () => beats(75),
  },
  NeverConnected: {
    begin: async () => {
      for (let index = 0; index < 3; index++) {
        const late = kit.open.transport(router, `late${index}`);
        emit(late, { type: 'transport.neverConnected', data: { afterMs: 30_000 } });
      }
      await beats(1);
    },
    end: async () => {
      await later(900_000);
      await later(60_000);
    },
  },
  ProducerStalled: {
    begin: () => kit.change('producer', producers[0]!, { stalledSince: 1 }),
    end: async () => {
      kit.change('producer', producers[0]!, { stalledSince: null });
      await kit.pass(5_000);
    },
  },
  ConsumersStarved: {
    begin: async () => {
      kit.change('consumer', consumers[0]!, { starvedSince: 1 });
      await beats(8);
    },
    end: async () => {
      kit.change('consumer', consumers[0]!, { starvedSince: null });
      await beats(8);
    },
  },
  ConsumerScoreLow: {
    begin: async () => {
      kit.change('consumer', consumers[0]!, { score: 3 });
      await beats(26);
    },
    end: async () => {
      kit.change('consumer', consumers[0]!, { score: 9 });
      await beats(15);
    },
  },
  UplinkLossHigh: { begin: () => beats(14, () => ({ media: { fractionLost: 0.15 } })), end: () => beats(15) },
  DownlinkLossHigh: { begin: () => beats(14, () => ({ media: { fractionLost: 0.15 } })), end: () => beats(15) },
  KeyFrameStorm: { begin: () => beats(14, () => ({ one: { plisPerSecond: 3 } })), end: () => beats(8) },
  RouterUnused: {
    begin: async () => {
      kit.open.router(worker, 'unused');
      await later(900_000);
      await later(900_000);
    },
    end: () => kit.open.graph.close('unused' as EntityKey, 'api'),
  },
  UdpReceiveBufferErrors: {
    begin: () => beats(4, (index) => ({ host: { udp: { receiveBufferErrors: 10 * (index + 1) } } })),
    end: () => beats(16, () => ({ host: { udp: { receiveBufferErrors: 40 } } })),
  },
  EventLoopDelayHigh: {
    begin: () => beats(14, () => ({ host: { process: { eventLoopDelayP99: 150 } } })),
    end: () => beats(15),
  },
  PluginQueueFull: {
    begin: async () => {
      kit.status = { plugins: [wellPlugin({ queueRatio: 0.9 })] };
      await beats(4);
    },
    end: async () => {
      kit.status = { plugins: [wellPlugin()] };
      await beats(15);
    },
  },
  PluginDown: {
    begin: async () => {
      kit.status = { plugins: [wellPlugin({ state: 'failed' })] };
      await beats(14);
    },
    end: async () => {
      kit.status = { plugins: [wellPlugin()] };
      await beats(15);
    },
  },
  MonitorOverrun: {
    begin: () =>
      beats(66, () => {
        kit.open.graph.emit(null, { type: 'monitor.tickSkipped', data: { worker, reason: 'running' } });
        return {};
      }),
    end: () => beats(80),
  },
};

describe('the default rules', () => {
  it('say nothing about an SFU on which all is well', async () => {
    await beats(100);

    expect(kit.events.filter(({ type }) => type.startsWith('alert.'))).toEqual([]);
    expect(kit.active()).toEqual([]);
  });

  it('each have a fault here', () => {
    expect(Object.keys(FAULTS)).toEqual(DEFAULT_RULES.map(({ name }) => name));
  });

  it.each(Object.keys(FAULTS))(
    '%s fires on its fault once, with texts and a query that can be asked, and ends once',
    async (name) => {
      const { begin, end } = FAULTS[name]!;
      await begin();
      await kit.settle();

      expect(kit.news().filter((line) => line === `fired ${name}`)).toHaveLength(1);
      const { annotations, query } = kit.alert(name);
      expect(annotations.summary).toMatch(/^[A-Z0-9][^{}]*\.$/);
      expect(annotations.summary).not.toContain('unknown');
      expect(annotations.description).toMatch(/^[A-Z][^{}]*\.$/);
      expect(validate(buildSchema(), parse(query!))).toEqual([]);

      await end?.();
      await kit.settle();
      expect(kit.news().filter((line) => line.endsWith(` ${name}`) || line.includes(`resolved ${name} `))).toEqual([
        `fired ${name}`,
        expect.stringContaining(`resolved ${name}`),
      ]);
    },
  );
});
