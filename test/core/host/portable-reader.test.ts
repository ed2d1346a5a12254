import * as os from 'node:os';
import { expect, it } from 'vitest';
import { systemClock } from '../../../core/clock.js';
import { InformationThread } from '../../../core/host/information-thread.js';
import { PortableReader } from '../../../core/host/portable-reader.js';
import { RecordingLogger } from '../../support/recording-logger.js';

it('reads CPU, memory and interfaces without /proc, and says what it does not know', async () => {
  const thread = new InformationThread({ clock: systemClock, logger: new RecordingLogger(), callTimeoutMs: 10_000 });

  const reading = await new PortableReader((call) => thread.ask(call)).read();
  await thread.stop();

  expect(reading.cpu?.cores.size).toBe(os.cpus().length);
  expect(reading.cpu?.all.user).toBeGreaterThan(0);
  expect(reading.cpu?.all.steal).toBeNull();
  expect(reading.memory.total).toBeCloseTo(os.totalmem(), -8);
  expect(reading.interfaces.find(({ name }) => name === 'lo')?.bytesReceived).toBeGreaterThanOrEqual(0);
  expect(reading.interfaces[0]?.packetsReceived).toBeNaN();
  expect(reading.udp.receiveBufferErrors).toBeNull();
});

it('knows what Node.js knows when there is no answer', async () => {
  const reading = await new PortableReader(() => Promise.resolve(null)).read();

  expect(reading.cpu).not.toBeNull();
  expect(reading.memory.total).toBeNull();
  expect(reading.interfaces).toEqual([]);
});
