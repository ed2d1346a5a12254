import { type Fields, flagField, numberField, textField } from './field.js';
import type { Cursor } from './cursor.js';

function inData(cursor: Cursor, name: string): unknown {
  const data = cursor.event?.data as Readonly<Record<string, unknown>> | undefined;
  return data?.[name];
}

const text = (name: string, help: string): Fields => ({
  [name]: textField(help, (c) => {
    const value = inData(c, name);
    return typeof value === 'string' ? value : null;
  }),
});

const number = (name: string, unit: string, help: string): Fields => ({
  [name]: numberField(unit, help, (c) => {
    const value = inData(c, name);
    return typeof value === 'number' ? value : null;
  }),
});

const lost = (name: 'routers' | 'transports' | 'producers' | 'consumers', help: string): Fields => ({
  [`lost${name[0]!.toUpperCase()}${name.slice(1)}`]: numberField('count', help, ({ event }) =>
    event?.type === 'worker.died' ? event.data.blastRadius[name] : null,
  ),
});

/** What events tell. A field that an event does not have is unknown, and so is a condition on it. */
export const EVENT_FIELDS: Fields = {
  type: textField('For example `worker.died`; docs/events.md lists them.', ({ event }) => event?.type),
  severity: textField('`debug`, `info`, `warning` or `error`.', ({ event }) => event?.severity),
  kind: textField('Kind of its entity.', ({ event }) => event?.entity?.kind),
  room: textField('Its room.', ({ event }) => event?.room),
  peer: textField('Its peer.', ({ event }) => event?.peer),
  ...text('from', 'State before.'),
  ...text('to', 'State after.'),
  ...text('reason', 'Of a close, a suspension, a skipped tick, a drain.'),
  ...text('cause', 'Of starvation: `noLayers` or `noPackets`.'),
  ...text('signal', 'That ended a worker, for example `SIGKILL`.'),
  ...text('message', 'Of a dead worker or a failed plugin.'),
  ...text('plugin', 'Its name.'),
  ...number('pid', '', 'Of a worker.'),
  ...number('exitCode', '', 'Of a dead worker.'),
  ...number('uptimeMs', 'ms', 'Of a dead worker.'),
  ...number('lifetimeMs', 'ms', 'Of what closed.'),
  ...number('deadlineMs', 'ms', 'That a worker missed.'),
  ...number('hungMs', 'ms', 'How long a worker did not answer.'),
  ...number('afterMs', 'ms', 'Age of a transport that never connected.'),
  ...number('idleMs', 'ms', 'How long nothing was received.'),
  ...number('silentMs', 'ms', 'How long nothing was sent.'),
  ...number('stalledMs', 'ms', 'How long a producer had stalled.'),
  ...number('starvedMs', 'ms', 'How long a consumer had starved.'),
  ...number('firstMediaMs', 'ms', 'From opening to the first media.'),
  ...number('score', 'score', 'New score, 0–10.'),
  ...number('bufferedAmount', 'bytes', 'Bytes that wait.'),
  ...number('missedEvents', 'count', 'Events a plugin missed.'),
  ...lost('routers', 'Routers that went with a worker.'),
  ...lost('transports', 'Transports that went with a worker.'),
  ...lost('producers', 'Producers that went with a worker.'),
  ...lost('consumers', 'Consumers that went with a worker.'),
  everConnected: flagField('Whether a closed transport had connected.', (c) => {
    const value = inData(c, 'everConnected');
    return typeof value === 'boolean' ? value : null;
  }),
};
