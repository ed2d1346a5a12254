import { EventEmitter } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import type { types } from 'mediasoup';
import { openMediaRoom } from '../sampling/media-room.js';
import { median } from '../support/turns.js';
import { attach, type Part } from './attached.js';

/** Consumers that are open all the while. */
const OPEN = 500;
/** Opened and closed at once, as often as `TIMES` in each round. */
const AT_ONCE = 20;
const TIMES = 10;
const WARM_UP_ROUNDS = 15;

/** What the producers of the room send. */
const CAPABILITIES: types.RtpCapabilities = {
  codecs: [
    { kind: 'audio', mimeType: 'audio/opus', preferredPayloadType: 100, clockRate: 48_000, channels: 2 },
    { kind: 'video', mimeType: 'video/VP8', preferredPayloadType: 101, clockRate: 90_000 },
  ],
};

const [part = 'listening', rounds = '40'] = process.argv.slice(2);
const room = await openMediaRoom(OPEN);
const observer = new EventEmitter();
const attached = await attach(part as Part, observer);
const [, bare, told] = room.transports as [unknown, types.Transport, types.Transport];
room.tellAgain(observer);
await attached.settled(OPEN);
// From here on nobody hears of this one, whatever is made on it; of the other one everything is told.
bare.observer.removeAllListeners('newconsumer');

/** CPU of this process in us for each consumer that was opened and closed. */
async function round(transport: types.Transport): Promise<number> {
  const before = process.cpuUsage();
  for (let time = 0; time < TIMES; time++) {
    const consumers = await Promise.all(
      Array.from({ length: AT_ONCE }, (_, i) =>
        transport.consume({
          producerId: room.producers[i % room.producers.length]!.id,
          rtpCapabilities: CAPABILITIES,
        }),
      ),
    );
    await turn();
    for (const consumer of consumers) consumer.close();
    await turn();
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / (TIMES * AT_ONCE);
}

const costs = { bare: [] as number[], more: [] as number[] };
for (let i = 0; i < WARM_UP_ROUNDS + Number(rounds); i++) {
  // Neither always comes first.
  const first = i % 2 === 0 ? bare : told;
  const ofFirst = await round(first);
  const ofSecond = await round(first === bare ? told : bare);
  if (i < WARM_UP_ROUNDS) continue;
  const [ofBare, ofTold] = first === bare ? [ofFirst, ofSecond] : [ofSecond, ofFirst];
  costs.bare.push(ofBare);
  costs.more.push(ofTold - ofBare);
}
process.send?.({ bareUs: median(costs.bare), moreUs: median(costs.more) });
if (process.send === undefined) console.log(part, median(costs.bare).toFixed(1), median(costs.more).toFixed(1));
await attached.stop();
room.close();
process.disconnect?.();
