import { EventEmitter } from 'node:events';
import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises';
import { liveBytes } from '../../support/memory.js';
import { attach, type Part } from './attached.js';
import { openRoom } from './room.js';

const WARM_CONSUMERS = 500;

async function settledBytes(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    await turn();
    liveBytes();
  }
  return liveBytes();
}

/** Runs the same once beside a few stand-ins: what the engine notes of code that runs for the first time is no entity's. */
async function warmUp(part: Part): Promise<void> {
  const few = await openRoom('fake', WARM_CONSUMERS);
  const observer = new EventEmitter();
  const attached = await attach(part, observer);
  few.tellAgain(observer);
  await attached.settled(few.entities);
  few.close();
  await attached.stop();
}

const [part = 'nothing', kind = 'fake', consumers = '10000'] = process.argv.slice(2);
await warmUp(part as Part);
const room = await openRoom(kind as 'real' | 'fake', Number(consumers));
const observer = new EventEmitter();
const attached = await attach(part as Part, observer);
await delay(200);
const before = await settledBytes();
room.tellAgain(observer);
await attached.settled(room.entities);
const bytes = (await settledBytes()) - before;
process.send?.({ bytes, entities: room.entities });
await attached.stop();
room.close();
process.disconnect?.();
