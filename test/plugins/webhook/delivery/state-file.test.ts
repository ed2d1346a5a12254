import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { ManualClock, RecordingLogger } from '../../../../core/testing/index.js';
import type { KeptState } from '../../../../plugins/webhook/delivery/kept-state.js';
import { StateFile } from '../../../../plugins/webhook/delivery/state-file.js';
import { temporaryFolder } from '../../../support/temporary-folder.js';
import { until } from '../../../support/until.js';
import { sampleNotification, sampleNotified } from '../../../support/webhook/sample-notification.js';

const LONG_MS = 20_000;

function sampleState(alerts: number): KeptState {
  const members = Array.from({ length: alerts }, (_, i) => ({
    id: `X${i}`,
    told: i % 2 === 0,
    silencedUntil: null,
    inhibited: false,
    acknowledged: false,
    notified: sampleNotified({ labels: { alertname: `X${i}` } }),
  }));
  const group = { key: '{}:{}', routeKey: '{}', receiver: 'a', toldAt: 5, count: 2, members };
  return { groups: [group, { ...group, key: 'other', toldAt: null }], waiting: [sampleNotification()] };
}

class Kit {
  readonly clock = new ManualClock();
  readonly logger = new RecordingLogger();
  readonly file: string;
  state = sampleState(3);
  made = 0;

  constructor(file = join(temporaryFolder(), 'state')) {
    this.file = file;
  }

  open(): StateFile {
    const { clock, logger, file } = this;
    const state = (): KeptState => {
      this.made++;
      return this.state;
    };
    return new StateFile({ file, clock, logger, state });
  }
}

describe('the state file', () => {
  it('brings back what was written, and is for its owner alone', async () => {
    const kit = new Kit();
    const file = kit.open();
    file.touch();
    await file.flush();

    assert.deepEqual(await kit.open().read(), kit.state);
    assert.equal(statSync(kit.file).mode & 0o777, 0o600);
    assert.equal(kit.clock.pending, 0);
  });

  it('is nothing where there is none', async () => {
    assert.deepEqual(await new Kit().open().read(), { groups: [], waiting: [] });
  });

  it('is written once for changes that come close together', async () => {
    const kit = new Kit();
    const file = kit.open();
    for (let i = 0; i < 50; i++) file.touch();
    kit.clock.advance(100);
    await file.flush();

    assert.equal(kit.made, 1);
  });

  it('is written again for a change that came while it was written', async () => {
    const kit = new Kit();
    const file = kit.open();
    file.touch();
    kit.clock.advance(100);
    file.touch();
    await file.flush();

    assert.equal(kit.made, 2);
  });

  it('is refused when it is something else, and left as it is', async () => {
    const kit = new Kit();
    writeFileSync(kit.file, 'server:\n  port: 4400\n');

    await assert.rejects(kit.open().read(), /is no state of notifications: name another file, or move this one away/);
    assert.equal(readFileSync(kit.file, 'utf8'), 'server:\n  port: 4400\n');
  });

  it('is refused when it is a folder', async () => {
    const kit = new Kit();
    mkdirSync(kit.file);

    await assert.rejects(kit.open().read(), /stateFile .* cannot be read/);
  });

  it.each([
    ['cut off', (text: string) => text.slice(0, -20)],
    ['of other fields', (text: string) => text.replace('"told":true', '"told":7')],
    ['overwritten', (text: string) => text.replace('"receiver"', '\u0000\u0000')],
  ])('is put aside when a line is %s, and the others are taken', async (_, damage) => {
    const kit = new Kit();
    const file = kit.open();
    file.touch();
    await file.flush();
    const damaged = damage(readFileSync(kit.file, 'utf8'));
    writeFileSync(kit.file, damaged);
    const { groups } = await kit.open().read();

    assert.ok(groups.length >= 1);
    assert.equal(readFileSync(`${kit.file}.damaged`, 'utf8'), damaged);
    assert.match(kit.logger.messages('error').join(), /stateFile is damaged/);
    assert.match(String(kit.logger.lines[0]?.fields.first), /^line \d+: /);
  });

  it('says once that it cannot be written, tries again later, and says so in `problem`', async () => {
    const folder = join(temporaryFolder(), 'later');
    const kit = new Kit(join(folder, 'state'));
    const file = kit.open();
    file.touch();
    kit.clock.advance(100);
    await until(() => assert.match(file.problem ?? '', /cannot be written.*ENOENT/), LONG_MS);
    await kit.clock.advanceAsync(10_000);
    await until(() => assert.equal(kit.made, 2), LONG_MS);
    assert.equal(kit.logger.messages('error').length, 1);
    mkdirSync(folder);
    await until(() => {
      kit.clock.advance(10_000);
      assert.equal(file.problem, null);
    }, LONG_MS);
    await file.flush();

    assert.deepEqual(await kit.open().read(), kit.state);
  });

  it.skipIf(!existsSync('/dev/full'))('bears a full disk', async () => {
    const kit = new Kit('/dev/full/state');
    const file = kit.open();
    file.touch();
    await file.flush();

    assert.match(file.problem ?? '', /cannot be written/);
    assert.equal(kit.clock.pending, 0);
  });

  it('leaves the file of before as it is when a write fails', async () => {
    const kit = new Kit();
    const file = kit.open();
    file.touch();
    await file.flush();
    const before = readFileSync(kit.file, 'utf8');
    mkdirSync(`${kit.file}.new`);
    kit.state = sampleState(1);
    file.touch();
    await file.flush();

    assert.match(file.problem ?? '', /EISDIR/);
    assert.equal(readFileSync(kit.file, 'utf8'), before);
  });

  it('makes and reads 10,000 alerts in slices of many turns', async () => {
    const kit = new Kit();
    kit.state = sampleState(10_000);
    const file = kit.open();
    const made = mostInOneTurn('stringify');
    file.touch();
    await file.flush();
    const mostMade = made();
    const read = mostInOneTurn('parse');
    const state = await kit.open().read();
    const mostRead = read();

    assert.deepEqual(state, kit.state);
    assert.ok(mostMade < 1_000 && mostRead < 1_000, `${mostMade} lines made, ${mostRead} read in one turn`);
  });
});

/** Counts the calls of a function of JSON; what it returns ends that, and tells the most that came in one turn of the event loop. */
function mostInOneTurn(name: 'parse' | 'stringify'): () => number {
  const original = JSON[name];
  let [calls, most] = [0, 0];
  let turn: NodeJS.Immediate | undefined;
  const next = (): void => {
    calls = 0;
    turn = undefined;
  };
  Object.assign(JSON, {
    [name]: (...args: Parameters<typeof original>): unknown => {
      turn ??= setImmediate(next);
      most = Math.max(most, ++calls);
      return Reflect.apply(original, JSON, args);
    },
  });
  return () => {
    Object.assign(JSON, { [name]: original });
    clearImmediate(turn);
    return most;
  };
}
