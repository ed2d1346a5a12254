import { describe, expect, it } from 'vitest';
import type { IdentifyResult } from '../../../core/identify.js';
import { identifyByAppData } from '../../../core/identify.js';
import { withAppDataLabels } from '../../../core/record/app-data-labels.js';
import { NODE_NAME, nodeName } from '../../../core/record/node-name.js';
import { recordOptions } from '../../../core/record/options.js';
import { GraphKit, turn } from '../../support/graph-kit.js';

describe('the name of a node', () => {
  it.each([
    ['sfu-1', 'sfu-1'],
    ['sfu-1.media.example.org', 'sfu-1-media-example-org'],
    ['-_x*#.', 'x'],
    ['...', 'sfu'],
    ['', 'sfu'],
    ['x'.repeat(200), 'x'.repeat(63)],
  ])('of host %j is %j', (host, name) => {
    expect(nodeName(host)).toBe(name);
    expect(nodeName(host)).toMatch(NODE_NAME);
  });

  it.each(['a.b', '', '*', '#', 'a b', 'x'.repeat(64)])('may not be %j', (node) => {
    expect(recordOptions.safeParse({ node }).success).toBe(false);
  });
});

describe('allow-listed keys of appData', () => {
  const entity = (appData: Readonly<Record<string, unknown>>) =>
    ({ kind: 'producer', id: 'p', appData, parent: { room: null, peer: null, labels: { zone: 'eu' } } }) as const;
  const label = (
    given: IdentifyResult | null,
    appData: Readonly<Record<string, unknown>>,
    keys = ['device', 'tries'],
  ) => withAppDataLabels(() => given, keys)(entity(appData));

  it('become labels beside those that are inherited or given, which win', () => {
    expect(label(null, { device: 'phone', tries: 2, secret: 's' })?.labels).toEqual({
      zone: 'eu',
      device: 'phone',
      tries: '2',
    });
    expect(label({ room: 'blue', labels: { device: 'mine' } }, { device: 'phone' })).toEqual({
      room: 'blue',
      labels: { device: 'mine' },
    });
  });

  it('are cut, and left out when they are no short value', () => {
    expect(label(null, { device: 'x'.repeat(500) })?.labels?.device).toHaveLength(128);
    expect(label(null, { device: { deep: 1 }, tries: Number.NaN })).toBeNull();
    expect(label(null, {}, ['toString', '__proto__'])).toBeNull();
  });

  it('never make more labels than an entity may have', () => {
    const labels = Object.fromEntries(Array.from({ length: 31 }, (_, i) => [`l${i}`, 'x']));

    expect(Object.keys(label({ labels }, { device: 'phone', tries: 2 })?.labels ?? {})).toHaveLength(32);
  });

  it('come with the events of the entity and of what is in it', async () => {
    const kit = new GraphKit({ identify: withAppDataLabels(identifyByAppData, ['device']) });
    const transport = kit.transport(kit.router(kit.worker(), 'r'), 't', { device: 'phone' });
    await turn();
    const producer = kit.producer(transport, 'p');
    kit.graph.close(producer, 'api');

    expect(kit.events.find(({ type }) => type === 'producer.closed')?.labels).toEqual({ device: 'phone' });
    expect(kit.events.find(({ type }) => type === 'router.created')?.labels).toEqual({});
  });
});
