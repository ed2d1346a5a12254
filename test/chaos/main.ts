import { parseArgs } from 'node:util';
import { Rabbitmq } from '../support/amqp/rabbitmq.js';
import { FAULTS, type Fault, type FaultReport, runFault } from './fault-run.js';

const HELP = `Usage: npm run chaos -- [options]

Publishes records through the AMQP plugin to a real RabbitMQ under faults, and checks that none is lost.

  --runs N         Runs in all; each takes the next of the faults (default 50).
  --seed N         Seed of the first run; each run adds 1 (default 1).
  --fault NAME     Only this fault: ${FAULTS.join(', ')}. May be given again.
  --records N      Records in each run (default 20000).
  --rate N         Records per second (default 2000).
  --outage S       Seconds for which the broker is away (default 20).
  --help           This text.

Lost: records that never came. After a SIGKILL of the publishing process, those that were neither confirmed nor on disk yet are
listed apart (at kill), with the time for which the first of them had been waiting for the disk (window, goal 200 ms).
Needs Debian's rabbitmq-server, and dist/ as built by npm run build. Ends with code 1 when a promise was broken.
`;

/** Runs the program; resolves with its exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      runs: { type: 'string', default: '50' },
      seed: { type: 'string', default: '1' },
      fault: { type: 'string', multiple: true, default: [...FAULTS] },
      records: { type: 'string', default: '20000' },
      rate: { type: 'string', default: '2000' },
      outage: { type: 'string', default: '20' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const faults = values.fault.map(faultOf);
  const [runs, seed, records, perSecond, outage] = (['runs', 'seed', 'records', 'rate', 'outage'] as const).map(
    (name) => wholeNumber(name, values[name]),
  ) as [number, number, number, number, number];
  const reports: FaultReport[] = [];
  process.stderr.write('starting RabbitMQ\n');
  let broker = await Rabbitmq.start();
  try {
    process.stdout.write(HEAD);
    for (let run = 0; run < runs; run++) {
      const fault = faults[run % faults.length] ?? 'stop';
      const plan = { seed: seed + run, fault, records, perSecond, outageMs: outage * 1_000 };
      process.stderr.write(`run ${run + 1} of ${runs}: ${fault}, seed ${plan.seed}\n`);
      try {
        const report = await runFault(broker, plan);
        reports.push(report);
        process.stdout.write(row(report));
      } catch (error) {
        process.stdout.write(
          `| ${plan.seed} | ${fault} | failed: ${error instanceof Error ? error.message : String(error)} |\n`,
        );
        reports.push({ ...FAILED, ...plan });
        await broker.remove();
        broker = await Rabbitmq.start();
      }
    }
  } finally {
    await broker.remove();
  }
  process.stdout.write(summary(reports));
  return reports.every(({ broken }) => broken.length === 0) ? 0 : 1;
}

const FAILED = {
  received: 0,
  lost: 0,
  lostAtKill: 0,
  duplicates: 0,
  firstLost: null,
  killWindowMs: null,
  changed: 0,
  misordered: 0,
  reconnects: 0,
  heldMiB: 0,
  delayP99Ms: 0,
  delayMaxMs: 0,
  seconds: 0,
  broken: ['the run failed'],
} satisfies Partial<FaultReport>;

const HEAD = `
| seed | fault | received | lost | at kill | window ms | duplicates | reconnects | misordered | held MiB | loop p99 ms | loop max ms | s | broken |
| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |
`;

function row(report: FaultReport): string {
  const { seed, fault, received, lost, lostAtKill, duplicates, reconnects, misordered, broken } = report;
  const { heldMiB, delayP99Ms, delayMaxMs, seconds, killWindowMs } = report;
  const figures = [heldMiB, delayP99Ms, delayMaxMs, seconds].map((value) => value.toFixed(1));
  const cells = [
    seed,
    fault,
    received,
    lost,
    lostAtKill,
    killWindowMs ?? '-',
    duplicates,
    reconnects,
    misordered,
    ...figures,
  ];
  return `| ${[...cells, broken.join(', ') || '-'].join(' | ')} |\n`;
}

function summary(reports: readonly FaultReport[]): string {
  const lines = FAULTS.map((fault) => reports.filter((report) => report.fault === fault))
    .filter((of) => of.length > 0)
    .map((of) => {
      const sum = (field: 'received' | 'lost' | 'lostAtKill' | 'duplicates' | 'reconnects'): number =>
        of.reduce((total, report) => total + report[field], 0);
      const most = (field: 'heldMiB' | 'delayMaxMs'): string =>
        Math.max(...of.map((report) => report[field])).toFixed(1);
      const held = of.filter(({ broken }) => broken.length === 0).length;
      return `${of[0]?.fault}: ${held} of ${of.length} runs kept every promise; ${sum('received')} received, ${sum('lost')} lost, ${sum(
        'lostAtKill',
      )} lost at a kill (window at most ${Math.max(0, ...of.map(({ killWindowMs }) => killWindowMs ?? 0))} ms), ${sum('duplicates')} duplicates in ${sum('reconnects')} reconnects; at most ${most(
        'heldMiB',
      )} MiB held, loop delayed by at most ${most('delayMaxMs')} ms`;
    });
  return `\n${lines.join('\n')}\n`;
}

function faultOf(name: string): Fault {
  const fault = FAULTS.find((one) => one === name);
  if (fault === undefined) throw new Error(`--fault ${name}: there is ${FAULTS.join(', ')}`);
  return fault;
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new Error(`--${name} ${text}: must be a whole number`);
  return value;
}
