import { type AlertDraft, type AlertExample, entityId, refOf } from '../../../core/index.js';
import type { Subject } from '../engine/subject.js';
import type { Cursor } from '../fields/cursor.js';
import type { Field } from '../fields/field.js';
import type { ReadyRule } from '../rules/ready-rule.js';
import { queryOf } from './query.js';
import { readField } from './values.js';
import { verdictOf, verdictOfMany } from './verdict.js';
import { worst } from './worst.js';

/** Longest value of a label. */
const MAX_LABEL = 256;

/** Writes the alerts of one rule. */
export class AlertWriter {
  readonly #ready: ReadyRule;
  /** The first number that the condition reads. */
  readonly #value: Field | null;

  constructor(ready: ReadyRule) {
    this.#ready = ready;
    this.#value = ready.condition.mentions.find(({ field }) => field.type === 'double')?.field ?? null;
  }

  idOf(subjectKey: string): string {
    return `${this.#ready.rule.name}:${subjectKey}`;
  }

  /** The cursor is on the subject and stays there. */
  draft(subject: Subject, cursor: Cursor): AlertDraft {
    const { rule, annotations } = this.#ready;
    const labels = this.#labels(subject);
    const filling = { cursor, value: this.#value, labels };
    const value = this.#value === null ? null : readField(this.#value, cursor);
    const texts = Object.fromEntries(Object.entries(annotations).map(([name, text]) => [name, text.fill(filling)]));
    const said = {
      id: this.idOf(subject.key),
      name: rule.name,
      state: subject.track.phase === 'firing' ? ('firing' as const) : ('pending' as const),
      severity: rule.severity,
      labels,
      annotations: { summary: '', description: '', ...texts },
      entity: subject.entity,
      room: subject.room,
      peer: subject.peer,
      worker: subject.worker,
      since: subject.since,
      firingSince: subject.firingSince,
      value: typeof value === 'number' && Number.isFinite(value) ? value : null,
      query: queryOf(rule.scope, cursor),
    };
    return { ...said, ...this.#evidence(cursor) };
  }

  #labels({ entity, worker, room, peer }: Subject): Record<string, string> {
    const { rule } = this.#ready;
    const labels: Record<string, string> = {
      ...rule.labels,
      alertname: rule.name,
      severity: rule.severity,
      scope: rule.scope,
    };
    if (entity !== null) labels.entity = entity.key;
    if (worker !== null) labels.worker = worker;
    if (room !== null) labels.room = room.slice(0, MAX_LABEL);
    if (peer !== null) labels.peer = peer.slice(0, MAX_LABEL);
    return labels;
  }

  /** Who is worst off, and whose side it is. Puts the cursor back where it was. */
  #evidence(cursor: Cursor): Pick<AlertDraft, 'examples' | 'verdict'> {
    const { node, room, peer, event, columns } = cursor;
    const { rule, condition } = this.#ready;
    if (event !== null) return { examples: [], verdict: event.entity?.kind === 'worker' ? SFU : null };
    if (rule.scope === 'host') return { examples: [], verdict: SFU };
    const isWorker = node?.kind === 'worker';
    const isMeant = ({
      worker,
      router,
      ...of
    }: {
      worker: string;
      router: string | null;
      room: string | null;
      peer: string | null;
    }): boolean =>
      node !== null
        ? worker === node.key || router === node.key
        : (room === null || of.room === room) && (peer === null || of.peer === peer);
    const media =
      node === null || isWorker || node.kind === 'router' ? worst(cursor.world, condition.mentions, isMeant) : [];
    const suspects = node === null || media.length > 0 ? media : [node];
    const examples: AlertExample[] = [];
    for (const one of suspects) {
      cursor.onEntity(one);
      if (one === node) cursor.columns = columns;
      examples.push({
        entity: refOf(one),
        globalId: entityId(cursor.world.graph.runId, one),
        room: one.room,
        peer: one.peer,
        values: one === node ? this.#values(cursor) : mediaValues(cursor),
      });
    }
    const verdict = node !== null ? verdictOf(cursor.onEntity(node)) : verdictOfMany(cursor, media);
    cursor.node = node;
    cursor.room = room;
    cursor.peer = peer;
    cursor.columns = columns;
    return { examples, verdict };
  }

  /** What the condition read. */
  #values(cursor: Cursor): AlertExample['values'] {
    const { mentions } = this.#ready.condition;
    return Object.fromEntries(
      mentions.map(({ variable, name, field }) => [`${variable}.${name}`, readField(field, cursor)]),
    );
  }
}

const SFU = { side: 'sfu', reason: 'It is about the machine or a worker of the SFU.' } as const;

function mediaValues({ node, world }: Cursor): AlertExample['values'] {
  if (node?.kind !== 'producer' && node?.kind !== 'consumer') return {};
  const read = (field: 'bitrate' | 'fractionLost' | 'roundTripTime'): number | null => {
    const { stats } = world;
    const value =
      node.kind === 'producer' ? stats.value<'producer'>(node, field) : stats.value<'consumer'>(node, field);
    return Number.isNaN(value) ? null : value;
  };
  return {
    score: node.score,
    bitrate: read('bitrate'),
    fractionLost: read('fractionLost'),
    roundTripTime: read('roundTripTime'),
  };
}
