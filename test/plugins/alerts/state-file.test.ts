import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EntityKey } from '../../../core/index.js';
import { AlertsKit, A_ROUND } from '../../support/alerts-kit.js';
import { temporaryFolder, writeFile } from '../../support/temporary-folder.js';

const ROOM = { name: 'Crowded', scope: 'room', when: 'room.producers >= 1', keepFiringFor: '30s' } as const;
const SLOW = { name: 'Slow', scope: 'producer', when: 'producer.bitrate < 30000' } as const;

let path: string;

const kits: AlertsKit[] = [];

afterEach(async () => {
  for (const kit of kits.splice(0)) await kit.plugin.stop();
});

beforeEach(() => {
  path = join(temporaryFolder(), 'state', 'alerts.json');
});

/** A process with one room, or without; alerts as the state file of the last process says. */
async function begin(
  rules: readonly (typeof ROOM | typeof SLOW)[],
  withRoom = true,
): Promise<{ kit: AlertsKit; producer: EntityKey }> {
  const kit = new AlertsKit();
  kits.push(kit);
  const router = kit.open.router(kit.open.worker(), 'router');
  const transport = kit.open.transport(router, 't', withRoom ? { roomId: 'blue' } : {});
  const producer = kit.open.producer(transport, 'p');
  kit.open.graph.reidentify();
  await kit.start({ defaults: false, rules: [...rules], stateFile: path });
  await kit.pass(A_ROUND);
  return { kit, producer };
}

describe('over a restart', () => {
  it('an alert that goes on is not told of again, and is told of once when it ends', async () => {
    const before = await begin([ROOM]);
    const { since, firingSince } = before.kit.alert('Crowded');
    before.kit.register.acknowledge('Crowded:room/blue', 'ann', 'on it');
    expect(before.kit.news()).toEqual(['fired Crowded']);
    await before.kit.stop();

    const { kit, producer } = await begin([ROOM]);
    expect(kit.alert('Crowded')).toMatchObject({ state: 'firing', since, firingSince, acknowledged: { by: 'ann' } });
    await kit.pass(120_000, 10_000);
    expect(kit.news()).toEqual([]);

    kit.open.graph.close(producer, 'api');
    await kit.pass(60_000, 10_000);
    expect(kit.news()).toEqual(['resolved Crowded recovered']);
  });

  it('an alert of an entity ends, for the entity is gone', async () => {
    const before = await begin([SLOW]);
    before.kit.sample('producer', new Map([[before.producer, { bitrate: 1 }]]));
    await before.kit.settle();
    await before.kit.stop();

    const { kit } = await begin([SLOW]);
    expect(kit.news()).toEqual(['resolved Slow vanished']);
    expect(kit.active()).toEqual([]);
  });

  it('an alert whose rule changed ends', async () => {
    const before = await begin([ROOM]);
    await before.kit.stop();

    const { kit } = await begin([]);
    expect(kit.news()).toEqual(['resolved Crowded ruleChanged']);
  });

  it('an alert that nothing confirms ends after a while, not at once', async () => {
    const before = await begin([ROOM]);
    await before.kit.stop();

    const { kit } = await begin([ROOM], false);
    await kit.pass(30_000, 10_000);
    expect(kit.active()).toEqual(['Crowded firing']);
    await kit.pass(30_000, 10_000);
    expect(kit.news()).toEqual(['resolved Crowded vanished']);
  });

  it('a process that was killed is taken up from what it had written last', async () => {
    const before = await begin([ROOM]);
    // Written soon after the change, without a stop.
    await before.kit.pass(1_000);
    await expect.poll(() => readFileSync(path, 'utf8'), { timeout: 30_000 }).toContain('Crowded');

    const { kit } = await begin([ROOM]);
    expect(kit.active()).toEqual(['Crowded firing']);
    expect(kit.news()).toEqual([]);
    await before.kit.stop();
  });
});

describe('the file', () => {
  it('stays as it was when the plugin is stopped twice, or when it did not start', async () => {
    const { kit } = await begin([ROOM]);
    await kit.stop();
    await kit.plugin.stop();
    const failed = new AlertsKit();
    await expect(
      failed.start({ defaults: false, stateFile: path, rules: [{ ...ROOM, when: 'room.nothing > 1' }] }),
    ).rejects.toThrow("no field 'nothing'");
    await failed.stop();

    expect(readFileSync(path, 'utf8')).toContain('Crowded');
  });

  it('can be read by its owner only, and holds what fires', async () => {
    const { kit } = await begin([ROOM]);
    await kit.stop();

    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({
      version: 1,
      firing: [{ alert: { name: 'Crowded' } }],
    });
  });

  it.each(['', '{"version":1', '{"version":2,"firing":[]}', '{"version":1,"runId":"x","firing":[{}]}'])(
    'that is damaged is said and left out: %s',
    async (text) => {
      path = writeFile(temporaryFolder(), 'alerts.json', text);
      const { kit } = await begin([ROOM]);

      expect(kit.open.logger.messages('warn')).toEqual([expect.stringContaining('damaged')]);
      expect(kit.news()).toEqual(['fired Crowded']);
    },
  );

  it('that cannot be written is said once, and the plugin says so', async () => {
    path = join(writeFile(temporaryFolder(), 'file', ''), 'alerts.json');
    const { kit } = await begin([ROOM]);
    await kit.plugin.flush();
    await kit.plugin.flush();

    expect(kit.open.logger.messages('error')).toEqual([expect.stringContaining('cannot be written')]);
    expect(kit.plugin.health()).toMatchObject({ status: 'degraded' });
  });
});
