import { describe, expect, it } from 'vitest';
import { ALERT_BOOK, type Alert, type AlertChange, Conflated, type RuleStatus } from '../../../core/index.js';
import { sampleAlert } from '../../../core/testing/index.js';
import { PrometheusKit } from '../../support/prometheus-kit.js';

const changes = new Conflated<AlertChange>();

async function kitWith(alerts: readonly Alert[], rules: readonly Pick<RuleStatus, 'name' | 'severity'>[]) {
  return new PrometheusKit({}, (scope) => {
    scope.registerInstance(ALERT_BOOK, {
      ...scope.resolve(ALERT_BOOK),
      active: () => alerts,
      rules: () => rules as readonly RuleStatus[],
      subscribe: (signal?: AbortSignal) => changes.subscribe(signal),
    });
  }).start();
}

const lines = async (kit: PrometheusKit): Promise<string[]> =>
  (await kit.text()).split('\n').filter((line) => line.startsWith('sfu_monitor_alerts_active{'));

describe('the gauge of alerts', () => {
  it('counts them by rule, severity and state, and is 0 for rules that are quiet', async () => {
    const kit = await kitWith(
      [
        sampleAlert({ id: 'a', name: 'ProducerStalled' }),
        sampleAlert({ id: 'b', name: 'ProducerStalled' }),
        sampleAlert({ id: 'c', name: 'ProducerStalled', state: 'pending' }),
      ],
      [
        { name: 'ProducerStalled', severity: 'warning' },
        { name: 'WorkerHung', severity: 'critical' },
      ],
    );

    expect(await lines(kit)).toEqual([
      'sfu_monitor_alerts_active{rule="ProducerStalled",severity="warning",state="firing"} 2',
      'sfu_monitor_alerts_active{rule="WorkerHung",severity="critical",state="firing"} 0',
      'sfu_monitor_alerts_active{rule="ProducerStalled",severity="warning",state="pending"} 1',
    ]);
    await kit.plugin.stop();
  });

  it('has the conditions that are built in where no rules are in use', async () => {
    const kit = await kitWith([], []);

    expect(await lines(kit)).toContain(
      'sfu_monitor_alerts_active{rule="workerHung",severity="critical",state="firing"} 0',
    );
    await kit.plugin.stop();
  });

  it('is bounded by the number of rules, whatever names come', async () => {
    const kit = await kitWith(
      Array.from({ length: 1_000 }, (_, i) => sampleAlert({ id: `${i}`, name: `Rule${i}` })),
      [],
    );

    expect((await lines(kit)).length).toBeLessThanOrEqual(257);
    await kit.plugin.stop();
  });
});
