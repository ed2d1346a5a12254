import { execFileSync } from 'node:child_process';

/** What pages cost, each way in a process of its own: garbage of one would otherwise be paid for by the next. */
const WAYS = [
  ['10,000 series', '--consumers 1250 --warm 40'],
  ['10,000 series, nothing lost and scores the same', '--consumers 1250 --warm 40 --calm'],
  ['10,000 series, tight loop', '--mode tight --consumers 1250 --warm 40'],
  ['10,000 series, prom-client', '--mode prom-client --consumers 1250 --scrapes 5'],
  ['100,000 series', '--consumers 12500'],
  ['100,000 series, nothing lost and scores the same', '--consumers 12500 --calm'],
  ['100,000 series, a fifth changed', '--consumers 12500 --nth 5'],
  ['100,000 series, 100 joins and leaves a second', '--consumers 12500 --churn 1500'],
  ['100,000 series, tight loop', '--mode tight --consumers 12500'],
  ['100,000 series, prom-client', '--mode prom-client --consumers 12500 --scrapes 3 --warm 2'],
  ['100,000 series, gzip', '--consumers 12500 --gzip'],
  ['100,000 series over HTTP', '--consumers 12500 --http'],
  ['17.4 MB of copies over HTTP', '--mode copy --bytes 17400000 --http'],
  ['default catalogue, 10,000 consumers', '--consumers 10000 --by none --warm 40'],
] as const;

const script = new URL('measure.js', import.meta.url).pathname;
for (const [name, flags] of WAYS) {
  console.log(name, execFileSync(process.execPath, [script, ...flags.split(' ')], { encoding: 'utf8' }).trim());
}
