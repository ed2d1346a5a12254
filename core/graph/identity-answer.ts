import type { Identify } from '../identify.js';
import type { EntityKind, Identity } from '../model/entity.js';
import type { AppDataOwner } from '../source.js';

export const UNKNOWN: Identity = { room: null, peer: null, labels: Object.freeze({}) };

const LONGEST_NAME = 256;
const MOST_LABELS = 32;

/** What `identify` was found to do wrong; `null` when all is well. */
type Fault = { readonly message: string; readonly error?: unknown } | null;

export interface Answer {
  readonly identity: Identity;
  readonly fault: Fault;
}

interface Subject {
  readonly kind: EntityKind;
  readonly id: string;
  readonly owner: AppDataOwner;
}

/**
 * Asks `identify` and makes its answer safe: what is missing or makes no sense is inherited from the parent. `null` when the answer
 * is what is `known` already, as nearly always. Never throws.
 */
export function askIdentity(
  identify: Identify,
  subject: Subject,
  parent: Identity | null,
  known: Identity,
): Answer | null {
  const inherited = parent ?? UNKNOWN;
  let given: unknown;
  try {
    const { kind, id } = subject;
    given = identify({ kind, id, appData: record(subject.owner.appData), parent });
  } catch (error) {
    return { identity: inherited, fault: { message: 'identify threw', error } };
  }
  if (saysSame(given, inherited, known)) return null;
  if (given === null || given === undefined) return { identity: inherited, fault: null };
  if (given instanceof Promise) {
    // Nobody else will look at it, and a rejection that nobody handles ends the process.
    given.catch(() => undefined);
    return { identity: inherited, fault: { message: 'identify returned a promise; it must be synchronous' } };
  }
  if (typeof given !== 'object') {
    return { identity: inherited, fault: { message: `identify returned a ${typeof given}` } };
  }
  return checked(given, inherited);
}

export function sameIdentity(a: Identity, b: Identity): boolean {
  return a.room === b.room && a.peer === b.peer && (a.labels === b.labels || sameLabels(a.labels, b.labels));
}

function sameLabels(a: Identity['labels'], b: Identity['labels']): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}

/** Whether an answer that was not checked yet is what is known: then it has been checked, and nothing need be made of it. */
function saysSame(given: unknown, inherited: Identity, known: Identity): boolean {
  if (given === null || given === undefined) return sameIdentity(inherited, known);
  if (typeof given !== 'object') return false;
  try {
    const { room = inherited.room, peer = inherited.peer, labels = inherited.labels } = given as Partial<Identity>;
    if (room !== known.room || peer !== known.peer) return false;
    if (labels === known.labels) return !(given instanceof Promise);
    return typeof labels === 'object' && labels !== null && sameLabels(labels, known.labels);
  } catch {
    return false;
  }
}

function checked(given: object, inherited: Identity): Answer {
  let fault: Fault = null;
  const field = <T>(name: keyof Identity, accept: (value: unknown) => T | undefined, fallback: T): T => {
    let accepted: T | undefined;
    try {
      const value = (given as Record<string, unknown>)[name];
      if (value === undefined) return fallback;
      accepted = accept(value);
    } catch (error) {
      fault = { message: `identify gave a ${name} that cannot be read`, error };
      return fallback;
    }
    if (accepted !== undefined) return accepted;
    fault = { message: `identify gave a ${name} that is none` };
    return fallback;
  };
  const identity = {
    room: field('room', asName, inherited.room),
    peer: field('peer', asName, inherited.peer),
    labels: field('labels', asLabels, inherited.labels),
  };
  return { identity, fault };
}

function asName(value: unknown): string | null | undefined {
  if (value === null) return null;
  return typeof value === 'string' && value !== '' && value.length <= LONGEST_NAME ? value : undefined;
}

function asLabels(value: unknown): Readonly<Record<string, string>> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const labels: [string, string][] = [];
  for (const [name, text] of Object.entries(value)) {
    if (typeof text !== 'string' || text.length > LONGEST_NAME || name.length > LONGEST_NAME) return undefined;
    labels.push([name, text]);
  }
  return labels.length <= MOST_LABELS ? Object.freeze(Object.fromEntries(labels)) : undefined;
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
