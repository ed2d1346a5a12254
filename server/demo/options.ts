import { z } from 'zod';

/** Options of the demo; section `demo` of a configuration file. */
export const demoOptions = z.strictObject({
  rooms: z.int().min(1).max(50).default(3).describe('Rooms; the first one is spread over two workers.'),
  peers: z.int().min(1).max(50).default(4).describe('Peers in each room, give or take one.'),
  workers: z.int().min(1).max(16).default(2).describe('mediasoup workers.'),
  seed: z.int().min(0).max(4_294_967_295).default(1).describe('Seed of everything that happens by chance.'),
});

export type DemoOptions = z.output<typeof demoOptions>;
