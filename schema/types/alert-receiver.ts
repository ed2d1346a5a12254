import type { ReceiverStatus, ReceiverTest } from '../../core/index.js';
import { builder } from '../builder.js';
import { HealthEnum } from './monitor-status.js';

export const AlertReceiverRef = builder.objectRef<ReceiverStatus>('AlertReceiver').implement({
  description: 'Where notifications go. Secrets and whole addresses are not shown. Counters since the start.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Its name, for `testReceiver`.' }),
    kind: t.exposeString('kind', { description: 'What it speaks: `webhook`, `slack`, `alertmanager` and so on.' }),
    health: t.field({ type: HealthEnum, description: 'How it does.', resolve: ({ health }) => health.status }),
    healthReason: t.string({
      nullable: true,
      description: 'Why it is not well; `null` when it is.',
      resolve: ({ health }) => (health.status === 'ok' ? null : health.reason),
    }),
    queued: t.exposeInt('queued', { description: 'Notifications that wait.' }),
    delivered: t.expose('delivered', { type: 'Counter', description: 'Notifications it took.' }),
    retried: t.expose('retried', { type: 'Counter', description: 'Attempts that were made again.' }),
    failed: t.expose('failed', { type: 'Counter', description: 'Notifications it refused, or that were given up.' }),
    dropped: t.expose('dropped', { type: 'Counter', description: 'Notifications lost for want of room.' }),
    deliveredAt: t.expose('deliveredAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it last took one; `null` before the first.',
    }),
    lastError: t.exposeString('lastError', {
      nullable: true,
      description: 'What last went wrong; `null` when nothing has.',
    }),
  }),
});

export const ReceiverTestRef = builder.objectRef<ReceiverTest>('ReceiverTest').implement({
  description: 'What became of a test notification.',
  fields: (t) => ({
    ok: t.exposeBoolean('ok', { description: 'Whether the receiver took it.' }),
    detail: t.exposeString('detail', { description: 'What it answered, or what went wrong.' }),
    durationMs: t.exposeFloat('durationMs', { description: 'How long that took, ms.' }),
  }),
});
