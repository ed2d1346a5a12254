import type { ModeName } from './modes.js';

/** One size of SFU, and what is measured beside it. */
export interface Scenario {
  readonly name: string;
  /** For the head of its table. */
  readonly title: string;
  readonly consumers: number;
  readonly workers: number;
  /** A program that answers in place of mediasoup's worker. */
  readonly standIn: boolean;
  /** Consumers that leave and join again each second, in every mode. */
  readonly joinsPerSecond: number;
  /** Measured in every round. */
  readonly modes: readonly ModeName[];
  /** Measured in the first round only. */
  readonly once: readonly ModeName[];
  readonly rounds: number;
  /** On the Node.js that runs the benchmarks, in place of the one that they prefer. */
  readonly ownNode: boolean;
}

const CORE: readonly ModeName[] = ['none', 'burst', 'full', 'fast', 'default'];
const PLUGINS: readonly ModeName[] = ['prometheus', 'alerts', 'webhook', 'stdout', 'amqp', 'loki', 'influx'];
const BASE = { workers: 1, standIn: false, joinsPerSecond: 10, modes: CORE, once: [], rounds: 2, ownNode: false };

export const SCENARIOS: readonly Scenario[] = [
  { ...BASE, name: '500', title: '500 consumers, one worker', consumers: 500, once: ['idle', ...PLUGINS] },
  { ...BASE, name: '5000', title: '5,000 consumers, one worker', consumers: 5_000 },
  {
    ...BASE,
    name: '10000',
    title: '10,000 consumers, one worker',
    consumers: 10_000,
    modes: ['none', 'burst', 'spurts', 'default', 'full', 'fast'],
    once: ['idle', 'prometheus', 'exporter'],
  },
  {
    ...BASE,
    name: 'still',
    title: '10,000 consumers, one worker, nobody comes or goes',
    consumers: 10_000,
    joinsPerSecond: 0,
    modes: ['none', 'burst', 'spurts', 'few', 'default', 'full', 'fast', 'unread'],
    once: ['paced', 'requests', 'idle'],
  },
  {
    ...BASE,
    name: '5000x4',
    title: '5,000 consumers, four workers',
    consumers: 5_000,
    workers: 4,
  },
  {
    ...BASE,
    name: '50000',
    title: '50,000 consumers, four stand-ins for workers',
    consumers: 50_000,
    workers: 4,
    standIn: true,
  },
  {
    ...BASE,
    name: 'own-node',
    title: '10,000 consumers, one worker, on the Node.js that runs the tests',
    consumers: 10_000,
    modes: ['none', 'burst', 'full'],
    ownNode: true,
  },
];

/** The same as a rough measure. */
export const QUICK: readonly Scenario[] = SCENARIOS.map((scenario) => ({
  ...scenario,
  rounds: 1,
  once: [],
}));

/** Of `QUICK`, what runs when no name is given: what fits into three minutes. */
export const QUICK_NAMES = ['10000'];
