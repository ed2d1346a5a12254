import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { firstRoute, groupKey, groupLabels, routesFor } from '../../../../plugins/webhook/routing/route.js';
import type { RouteInput } from '../../../../plugins/webhook/options.js';
import { sampleOptions } from '../../../support/webhook/dispatch-kit.js';

const is = (label: string, value: string) => ({ label, value });

/** Receivers of the routes that an alert takes. */
function receivers(routes: readonly RouteInput[], labels: Readonly<Record<string, string>>): readonly string[] {
  return routesFor(firstRoute(sampleOptions({ routes }).route), labels).map(({ receiver }) => receiver);
}

describe('routes', () => {
  it('lead to the deepest one that matches', () => {
    const routes = [
      { matchers: [is('room', 'r1')], receiver: 'b', routes: [{ matchers: [is('peer', 'p1')], receiver: 'c' }] },
    ];

    assert.deepEqual(receivers(routes, {}), ['a']);
    assert.deepEqual(receivers(routes, { room: 'r1' }), ['b']);
    assert.deepEqual(receivers(routes, { room: 'r1', peer: 'p1' }), ['c']);
    assert.deepEqual(receivers(routes, { peer: 'p1' }), ['a']);
  });

  it('end with the first that matches, unless it says to go on', () => {
    const routes = [
      { matchers: [is('room', 'r1')], receiver: 'b', continue: true },
      { matchers: [is('room', 'r1')], receiver: 'c' },
      { receiver: 'a' },
    ] as const;

    assert.deepEqual(receivers(routes, { room: 'r1' }), ['b', 'c']);
    assert.deepEqual(receivers([{ ...routes[0], continue: false }, routes[1]], { room: 'r1' }), ['b']);
  });

  it('go by all their matchers, and a label that is missing counts as empty', () => {
    const routes = [
      { matchers: [is('room', 'r1'), { label: 'peer', operator: '!=', value: 'p1' }], receiver: 'b' },
      { matchers: [{ label: 'alertname', operator: '=~', value: 'Worker.*' }], receiver: 'c' },
    ] as const;

    assert.deepEqual(receivers(routes, { room: 'r1' }), ['b']);
    assert.deepEqual(receivers(routes, { room: 'r1', peer: 'p1' }), ['a']);
    assert.deepEqual(receivers(routes, { alertname: 'WorkerDied' }), ['c']);
  });

  it('inherit what they do not say', () => {
    const route = firstRoute(
      sampleOptions({
        groupBy: ['room'],
        groupWaitMs: 7,
        routes: [{ receiver: 'b', routes: [{ groupWaitMs: 0, repeatIntervalMs: 1_000 }] }],
      }).route,
    );
    const deepest = route.routes[0]?.routes[0];

    assert.deepEqual(
      [deepest?.receiver, deepest?.groupBy, deepest?.groupWaitMs, deepest?.groupIntervalMs, deepest?.repeatIntervalMs],
      ['b', ['room'], 0, 10_000, 1_000],
    );
  });

  it('name groups as Alertmanager does: the matchers on the way, and the labels', () => {
    const route = firstRoute(
      sampleOptions({ routes: [{ matchers: [is('severity', 'critical')], groupBy: ['worker', 'alertname', 'zone'] }] })
        .route,
    );
    const [inner] = route.routes;
    assert.ok(inner !== undefined);
    const labels = groupLabels(inner.groupBy, { worker: 'w "1"', alertname: 'X', room: 'r1' });

    assert.deepEqual(labels, { worker: 'w "1"', alertname: 'X' });
    assert.equal(groupKey(inner, labels), '{}/{severity="critical"}/0:{alertname="X", worker="w \\"1\\""}');
    assert.equal(groupKey(route, {}), '{}:{}');
  });
});

describe('options of routes', () => {
  const refusal = (route: object, others: object = {}): string => {
    try {
      sampleOptions(route, others);
      return '';
    } catch (error) {
      return String(error);
    }
  };

  it('refuse a receiver that is not there, and tell where and which there are', () => {
    const text = refusal({ routes: [{ routes: [{ receiver: 'd' }] }] });

    assert.match(text, /there is no receiver 'd'; there are: a, b, c/);
    assert.match(text, /"routes",\s+0,\s+"routes",\s+0,\s+"receiver"/);
  });

  it('refuse more than eight routes within one another', () => {
    let route: object = {};
    for (let depth = 0; depth < 9; depth++) route = { routes: [route] };

    assert.match(refusal(route), /at most 8 deep/);
  });

  it('refuse a pattern that cannot be used', () => {
    assert.match(refusal({ routes: [{ matchers: [{ label: 'room', operator: '=~', value: '(' }] }] }), /room/);
  });

  it('refuse windows that end before they begin, or mix both kinds, and time zones that do not exist', () => {
    const window = (given: object): string => refusal({}, { maintenance: [{ name: 'm', ...given }] });

    assert.match(window({ from: '2026-01-02T00:00:00Z', to: '2026-01-01T00:00:00Z' }), /must be after `from`/);
    assert.match(window({ from: '2026-01-02T00:00:00Z' }), /needs either/);
    assert.match(window({ start: '10:00', end: '11:00', timeZone: 'Mars/Olympus' }), /time zone/);
    assert.match(window({ start: '25:00', end: '11:00' }), /time of day/);
    assert.equal(window({ start: '22:00', end: '06:00', timeZone: 'Europe/Berlin' }), '');
  });

  it('refuse an address for people that has a password', () => {
    assert.match(refusal({}, { externalUrl: 'https://me:secret@sfu.example/' }), /no user and password/);
  });
});
