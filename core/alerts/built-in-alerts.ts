import { isClose } from '../graph/lifecycle-types.js';
import type { EntityKey } from '../model/entity.js';
import type { MonitorEvent } from '../model/events.js';
import type { AlertDraft } from './alert.js';
import type { AlertStore } from './alert-store.js';
import { type AlertName, ALERTS } from './built-in.js';
import { alertNews } from './built-in-news.js';

/** Raises and resolves the built-in alerts as the events that begin and end them come by. */
export class BuiltInAlerts {
  readonly #store: AlertStore;

  constructor(store: AlertStore) {
    this.#store = store;
  }

  observe(event: MonitorEvent): void {
    if (event.entity === null) return;
    const { key } = event.entity;
    if (event.type === 'entity.identified') {
      this.#identify(key, event.data);
      return;
    }
    if (isClose(event.type)) {
      for (const id of this.#store.idsOf(key)) this.#store.resolve(id);
      return;
    }
    const news = alertNews(event);
    if (news?.type === 'onset') this.#raise(news.name, news.message, event, event.entity);
    else if (news?.type === 'recovery') this.#store.resolve(idOf(news.name, key));
  }

  #raise(
    name: AlertName,
    message: string,
    { at, room, peer, ancestors }: MonitorEvent,
    entity: NonNullable<AlertDraft['entity']>,
  ): void {
    const id = idOf(name, entity.key);
    // An onset that comes twice does not begin it anew.
    if (this.#store.get(id) !== undefined) return;
    const worker = [...ancestors, entity].find(({ kind }) => kind === 'worker')?.key ?? null;
    const { severity } = ALERTS[name];
    const about = { id, name, severity, entity, room, peer, worker };
    this.#store.put({
      ...about,
      state: 'firing',
      labels: labelsOf(about),
      annotations: { summary: message, description: '' },
      since: at,
      firingSince: at,
      value: null,
      examples: [],
      verdict: null,
      query: null,
    });
  }

  /** The alert is now another's, so other silences may cover it. */
  #identify(key: EntityKey, { room, peer }: { readonly room: string | null; readonly peer: string | null }): void {
    for (const id of this.#store.idsOf(key)) {
      const alert = this.#store.get(id);
      if (alert === undefined) continue;
      const { state, severity, name, entity, worker } = alert;
      if (state !== 'resolved') {
        this.#store.put({
          ...alert,
          state,
          room,
          peer,
          labels: labelsOf({ name, severity, entity, worker, room, peer }),
        });
      }
    }
  }
}

function idOf(name: AlertName, key: EntityKey): string {
  return `${name}:${key}`;
}

function labelsOf(
  about: Pick<AlertDraft, 'name' | 'severity' | 'entity' | 'worker' | 'room' | 'peer'>,
): AlertDraft['labels'] {
  const { name, severity, entity, worker, room, peer } = about;
  return {
    alertname: name,
    severity,
    ...(entity !== null && { kind: entity.kind, entity: entity.key }),
    ...(worker !== null && { worker }),
    ...(room !== null && { room }),
    ...(peer !== null && { peer }),
  };
}
