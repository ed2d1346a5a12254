import { beforeEach, describe, expect, it } from 'vitest';
import { type Alert, MonitorError, type ReceiverStatus, type RuleStatus } from '../../core/index.js';
import { sampleAlert } from '../../core/testing/index.js';
import { RoomScene } from '../support/room-scene.js';
import { SchemaKit } from '../support/schema-kit.js';

let schema: SchemaKit;
let scene: RoomScene;

beforeEach(async () => {
  schema = new SchemaKit();
  scene = await RoomScene.open(schema, 'blue', ['ann']);
});

const RULE: RuleStatus = {
  name: 'ProducerStalled',
  scope: 'producer',
  when: 'producer.stalled',
  severity: 'warning',
  forMs: 10_000,
  keepFiringForMs: 5_000,
  minSamples: 1,
  labels: { team: 'media' },
  annotations: { summary: 'It sends nothing.' },
  isDefault: true,
  disabledBecause: null,
  pending: 0,
  firing: 1,
  suppressed: 0,
  evaluatedAt: null,
};

const RECEIVER: ReceiverStatus = {
  name: 'pager',
  kind: 'pagerduty',
  health: { status: 'degraded', reason: 'it is slow' },
  queued: 1,
  delivered: 2,
  retried: 3,
  failed: 4,
  dropped: 5,
  deliveredAt: 1_000,
  lastError: 'HTTP 500',
};

describe('alerts', () => {
  const alert = sampleAlert({ since: 1_000, firingSince: 2_000, room: 'blue', peer: 'ann' });

  it('can be listed, filtered and sorted', async () => {
    schema.alerts.alerts.push(
      alert,
      sampleAlert({ id: 'workerHung:w1', name: 'workerHung', severity: 'critical', since: 2_000 }),
    );

    const { all, errors } = await schema.ask(`{
      all: alerts(orderBy: { field: SINCE }) { nodes { name since entity { key } entityRef { nativeId } } }
      errors: alerts(filter: { minSeverity: CRITICAL, acknowledged: false, silenced: false }) { nodes { alertId } }
    }`);

    expect(all!.nodes).toEqual([
      { name: 'workerHung', since: '1970-01-01T00:00:02.000Z', entity: null, entityRef: { nativeId: 'producer-1' } },
      {
        name: 'producerStalled',
        since: '1970-01-01T00:00:01.000Z',
        entity: null,
        entityRef: { nativeId: 'producer-1' },
      },
    ]);
    expect(errors!.nodes).toEqual([{ alertId: 'workerHung:w1' }]);
  });

  it('tell all there is of them: labels, examples, verdict, rule, and what explains them', async () => {
    const video = { kind: 'producer', key: scene.peer('ann').video, id: 'ann-video' } as const;
    const dead = sampleAlert({ id: 'WorkerDied:w9', name: 'WorkerDied' });
    schema.alerts.ruleStatuses.push(RULE);
    schema.alerts.alerts.push(
      sampleAlert({
        ...alert,
        name: 'ProducerStalled',
        entity: video,
        worker: scene.worker,
        labels: { alertname: 'ProducerStalled', room: 'blue' },
        value: Number.NaN,
        inhibitedBy: dead.id,
        examples: [
          { entity: video, globalId: 'x', room: 'blue', peer: 'ann', values: { bitrate: Number.NaN, paused: false } },
        ],
      }),
      dead,
    );

    const { alerts } = await schema.ask(`{ alerts(first: 1) { nodes {
      fingerprint state firingSince resolvedAt value description query labels { name value } rule { when }
      workerKey worker { key } verdict { side reason } inhibitedById inhibitedBy { name }
      examples { entityRef { nativeId } entity { key } room peer values { field value } }
    } } }`);

    expect(alerts!.nodes![0]).toEqual({
      fingerprint: alert.fingerprint,
      state: 'FIRING',
      firingSince: '1970-01-01T00:00:02.000Z',
      resolvedAt: null,
      value: null,
      description: 'Look at its network.',
      query: '{ node(id: "c2FtcGxl") { id } }',
      labels: [
        { name: 'alertname', value: 'ProducerStalled' },
        { name: 'room', value: 'blue' },
      ],
      rule: { when: 'producer.stalled' },
      workerKey: scene.worker,
      worker: { key: scene.worker },
      verdict: { side: 'PUBLISHER', reason: 'Nothing of it arrives at the SFU.' },
      inhibitedById: 'WorkerDied:w9',
      inhibitedBy: { name: 'WorkerDied' },
      examples: [
        {
          entityRef: { nativeId: 'ann-video' },
          entity: { key: video.key },
          room: 'blue',
          peer: 'ann',
          values: [
            { field: 'bitrate', value: null },
            { field: 'paused', value: false },
          ],
        },
      ],
    });
  });

  it.each([
    ['state: PENDING', ['pending']],
    ['severity: INFO', ['info']],
    ['inhibited: true', ['inhibited']],
    ['silenced: true', ['silenced']],
    ['worker: "w9"', ['of-w9']],
    ['worker: "100"', ['of-open']],
    ['labels: [{ label: "team", operator: MATCHES, value: "me.*" }, { label: "room", value: "" }]', ['labelled']],
    ['name: "other", inhibited: false', ['other']],
  ])('are found by %s', async (filter, ids) => {
    const elsewhere = (differences: Partial<Alert>): Alert => sampleAlert({ worker: null, ...differences });
    schema.alerts.alerts.push(
      elsewhere({ id: 'pending', state: 'pending' }),
      elsewhere({ id: 'info', severity: 'info' }),
      elsewhere({ id: 'inhibited', inhibitedBy: 'x' }),
      elsewhere({ id: 'silenced', silencedUntil: 9_000 }),
      elsewhere({ id: 'of-w9', worker: 'w9' as typeof scene.worker }),
      sampleAlert({ id: 'of-open', worker: scene.worker }),
      elsewhere({ id: 'labelled', labels: { team: 'media' } }),
      elsewhere({ id: 'other', name: 'other' }),
    );

    const { alerts } = await schema.ask(`{ alerts(filter: { ${filter} }) { nodes { alertId } } }`);

    expect(alerts!.nodes).toEqual(ids.map((alertId) => ({ alertId })));
  });

  it('can be acknowledged by who acts', async () => {
    schema.alerts.alerts.push(alert);

    const { acknowledge } = await schema.ask(
      'mutation ($id: ID!) { acknowledge(alertId: $id, comment: "mine") { acknowledged { by comment } } }',
      { id: alert.id },
      { actor: 'eve' },
    );

    expect(acknowledge!.acknowledged).toEqual({ by: 'eve', comment: 'mine' });
  });

  it('cannot be acknowledged once they are over', async () => {
    const error = await schema.refusal('mutation { acknowledge(alertId: "gone") { message } }');

    expect(error.extensions.code).toBe('NOT_FOUND');
  });

  it('are counted in the SFU while they fire', async () => {
    schema.alerts.alerts.push(alert, sampleAlert({ id: 'pending', state: 'pending', firingSince: null }));

    expect((await schema.ask('{ sfu { alerts } }')).sfu).toEqual({ alerts: 1 });
  });
});

describe('silences', () => {
  it('can be made, listed and ended', async () => {
    const { silence } = await schema.ask(
      `mutation { silence(name: "producerStalled", entity: "ann-video", seconds: 60,
        labels: [{ label: "team", operator: MATCHES_NOT, value: "me.*" }, { label: "severity", value: "info" }]) {
        name entityKey room until labels { label operator value }
      } }`,
    );
    const { silences } = await schema.ask('{ silences { silenceId by } }');

    expect(silence).toEqual({
      name: 'producerStalled',
      entityKey: scene.peer('ann').video,
      room: null,
      until: '1970-01-01T00:01:00.000Z',
      labels: [
        { label: 'team', operator: 'MATCHES_NOT', value: 'me.*' },
        { label: 'severity', operator: 'EQUAL', value: 'info' },
      ],
    });
    expect(silences).toEqual([{ silenceId: 'silence-1', by: 'api' }]);

    const { expireSilence } = await schema.ask('mutation { expireSilence(silenceId: "silence-1") { silenceId } }');
    expect(expireSilence).toEqual({ silenceId: 'silence-1' });
    expect(schema.alerts.silenced).toEqual([]);
    const error = await schema.refusal('mutation { expireSilence(silenceId: "silence-1") { silenceId } }');
    expect(error.extensions.code).toBe('NOT_FOUND');
  });

  it.each([
    ['silence(seconds: 60)', 'at least one of'],
    ['silence(labels: [], seconds: 60)', 'at least one of'],
    ['silence(room: "blue", seconds: 604801)', 'within 1 and 604800'],
    [`silence(room: "blue", seconds: 1, comment: "${'x'.repeat(1001)}")`, 'at most 1000 characters'],
    [
      'silence(labels: [{ label: "room", operator: MATCHES, value: "(" }], seconds: 60)',
      'label room: the regular expression',
    ],
    ['silence(labels: [{ label: "room-1", value: "a" }], seconds: 60)', "got 'room-1'"],
  ])('cannot be made by %.80s', async (call, text) => {
    const error = await schema.refusal(`mutation { ${call} { by } }`);

    expect(error.extensions.code).toBe('BAD_USER_INPUT');
    expect(error.message).toContain(text);
    expect(schema.alerts.silenced).toEqual([]);
  });
});

describe('rules of alerts', () => {
  it('are shown with their alerts and the time they last fired', async () => {
    schema.alerts.ruleStatuses.push(RULE, { ...RULE, name: 'Quiet', disabledBecause: 'it threw' });
    schema.alerts.alerts.push(sampleAlert({ name: 'ProducerStalled', firingSince: 1_000 }));
    const data = { alert: 'x', rule: 'ProducerStalled', severity: 'warning', summary: '' } as const;
    schema.kit.clock.advance(5_000);
    schema.kit.graph.emit(null, { type: 'alert.fired', data });

    const { alertRules } = await schema.ask(`{ alertRules {
      name scope when forMs isDefault disabledBecause firing suppressed labels { name value } lastFiredAt
      alerts { totalCount }
    } }`);

    expect(alertRules).toEqual([
      {
        name: 'ProducerStalled',
        scope: 'producer',
        when: 'producer.stalled',
        forMs: 10_000,
        isDefault: true,
        disabledBecause: null,
        firing: 1,
        suppressed: 0,
        labels: [{ name: 'team', value: 'media' }],
        lastFiredAt: new Date(schema.kit.clock.now()).toISOString(),
        alerts: { totalCount: 1 },
      },
      expect.objectContaining({
        name: 'Quiet',
        disabledBecause: 'it threw',
        lastFiredAt: null,
        alerts: { totalCount: 0 },
      }),
    ]);
  });

  const REPLACE = 'mutation ($rules: [JSON!]!) { replaceAlertRules(rules: $rules) { name } }';

  it('can be replaced', async () => {
    schema.alerts.ruleStatuses.push(RULE);
    const rules = [{ name: 'A', scope: 'sfu', when: 'sfu.rooms > 10.0' }];

    const { replaceAlertRules } = await schema.ask(REPLACE, { rules });

    expect(schema.alerts.replaced).toEqual([rules]);
    expect(replaceAlertRules).toEqual([{ name: 'ProducerStalled' }]);
  });

  it.each(['SFUSCOPE_OPTIONS_INVALID', 'SFUSCOPE_ALERTS'] as const)(
    'are refused with all that is wrong: %s',
    async (code) => {
      schema.alerts.replaceRules = () => {
        throw new MonitorError(code, 'There are 2 problems: this, and that.');
      };

      const error = await schema.refusal(REPLACE, { rules: [{}] });

      expect(error.extensions.code).toBe('BAD_USER_INPUT');
      expect(error.message).toContain('this, and that');
    },
  );
});

describe('receivers of alerts', () => {
  it('are shown and can be tested', async () => {
    schema.alerts.receiverStatuses.push(RECEIVER);

    const { alertReceivers } = await schema.ask(
      '{ alertReceivers { name kind health healthReason queued delivered retried failed dropped deliveredAt lastError } }',
    );
    const { testReceiver } = await schema.ask('mutation { testReceiver(name: "pager") { ok detail durationMs } }');

    expect(alertReceivers).toEqual([
      {
        ...RECEIVER,
        health: 'DEGRADED',
        healthReason: 'it is slow',
        deliveredAt: '1970-01-01T00:00:01.000Z',
      },
    ]);
    expect(testReceiver).toEqual({ ok: true, detail: 'answered 200', durationMs: 12 });
  });

  it('that do not exist cannot be tested', async () => {
    schema.alerts.receiverStatuses.push(RECEIVER);

    const error = await schema.refusal('mutation { testReceiver(name: "pagr") { ok } }');

    expect(error.extensions.code).toBe('NOT_FOUND');
    expect(error.message).toContain('There are: pager.');
  });
});

describe('draining', () => {
  it('is said with a reason, shown, and ended', async () => {
    const { drain } = await schema.ask('mutation { drain(reason: "kernel update") { draining { reason } } }');
    const { sfu } = await schema.ask('{ sfu { draining { since reason } } }');
    const { resume } = await schema.ask('mutation { resume { draining { reason } } }');

    expect(drain).toEqual({ draining: { reason: 'kernel update' } });
    expect(sfu!.draining).toEqual({ since: new Date(schema.kit.clock.now()).toISOString(), reason: 'kernel update' });
    expect(resume).toEqual({ draining: null });
  });

  it.each(['', '  ', 'x'.repeat(201)])('needs a reason of a fair length: %.5j', async (reason) => {
    const error = await schema.refusal('mutation ($reason: String!) { drain(reason: $reason) { name } }', { reason });

    expect(error.extensions.code).toBe('BAD_USER_INPUT');
    expect(schema.monitor.status().draining).toBeNull();
  });
});

describe('whoever may only read', () => {
  it.each([
    'silence(room: "a", seconds: 1) { by }',
    'expireSilence(silenceId: "a") { by }',
    'acknowledge(alertId: "a") { name }',
    'testReceiver(name: "a") { ok }',
    'replaceAlertRules(rules: []) { name }',
    'drain(reason: "a") { name }',
    'resume { name }',
  ])('is refused %s', async (call) => {
    const error = await schema.refusal(`mutation { ${call} }`, {}, { scopes: ['read'] });

    expect(error.extensions.code).toBe('FORBIDDEN');
  });

  it('sees alerts, rules, silences and receivers', async () => {
    const seen =
      '{ alerts { totalCount } alertRules { name } silences { by } alertReceivers { name } sfu { draining { reason } } }';

    expect(await schema.ask(seen, {}, { scopes: ['read'] })).toMatchObject({ alertRules: [] });
  });
});
