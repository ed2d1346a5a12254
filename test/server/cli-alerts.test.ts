import { afterEach, describe, expect, it, vi } from 'vitest';
import type { RuleStatus } from '../../core/index.js';
import { alertsCommand } from '../../server/cli/alerts.js';
import { realServer } from '../support/real-server.js';

const TOKEN = 'a-token-for-reading';

const RULE: RuleStatus = {
  name: 'WorkerCpuHigh',
  scope: 'worker',
  when: 'worker.cpuRatio > 0.8',
  severity: 'warning',
  forMs: 120_000,
  keepFiringForMs: 0,
  minSamples: 1,
  labels: {},
  annotations: { summary: 'Busy.' },
  isDefault: true,
  disabledBecause: null,
  pending: 0,
  firing: 1,
  suppressed: 0,
  evaluatedAt: null,
};

async function served(rules: readonly RuleStatus[]): Promise<string> {
  const { kit, url } = await realServer({ token: TOKEN });
  kit.alerts.ruleStatuses.push(...rules);
  return new URL('/graphql', url).href;
}

async function printed(flags: Record<string, string | boolean>): Promise<string> {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  expect(await alertsCommand.run({ flags, operands: [] })).toBe(0);
  return write.mock.calls.map(([text]) => String(text)).join('');
}

afterEach(() => vi.restoreAllMocks());

describe('sfuscope alerts', () => {
  it('prints a line for each rule', async () => {
    const rules = [RULE, { ...RULE, name: 'Broken', disabledBecause: 'it threw' }];

    expect(await printed({ url: await served(rules), token: TOKEN })).toBe(
      'WorkerCpuHigh (warning, worker): worker.cpuRatio > 0.8 [1 firing, 0 pending]\n' +
        'Broken (warning, worker): worker.cpuRatio > 0.8 [disabled: it threw]\n',
    );
  });

  it('prints a rule file of Prometheus with --export-prometheus', async () => {
    const rules = [RULE, { ...RULE, name: 'RoomBad', scope: 'room', when: 'room.stalledProducers > 3' }];

    const text = await printed({ url: await served(rules), token: TOKEN, 'export-prometheus': true });

    expect(text).toContain('# - RoomBad cannot be expressed: no metric tells a single room');
    expect(text).toContain('alert: WorkerCpuHigh');
    expect(text).toContain('for: 120000ms');
    expect(text).toContain('severity: warning');
  });

  it('says what is missing: the server, a token or the plugin', async () => {
    const run = (flags: Record<string, string>) => alertsCommand.run({ flags, operands: [] });

    await expect(run({ url: 'http://127.0.0.1:1/graphql' })).rejects.toThrow('Nothing answers at');
    await expect(run({ url: await served([RULE]) })).rejects.toThrow('Is a token needed?');
    await expect(run({ url: await served([]), token: TOKEN })).rejects.toThrow('is the plugin alerts switched on?');
  });
});
