import type { Attachment } from './attachment.js';
import type { WorkerShape } from './shapes.js';
import { TrackedWorker } from './tracked-worker.js';

/** What was there before the monitor, and could be reached. */
interface LateFinds {
  /** Workers of a version that does not list what is in them. */
  closedBooks: number;
  routers: number;
  transports: number;
}

/**
 * Opens workers that existed before the attach, and what they list. The lists are meant for mediasoup's own tests, so each of
 * them may be missing. Nothing lists what is in a transport, nor RTP observers, short of private fields.
 */
export function findLate(attachment: Attachment, workers: readonly WorkerShape[]): LateFinds {
  const found: LateFinds = { closedBooks: 0, routers: 0, transports: 0 };
  for (const worker of workers) {
    try {
      if (!worker.closed && attachment.byEntity(worker) === undefined) walk(attachment, worker, found);
    } catch (error) {
      attachment.failed(error);
    }
  }
  return found;
}

function walk(attachment: Attachment, shape: WorkerShape, found: LateFinds): void {
  const worker = new TrackedWorker(attachment, shape, true);
  if (shape.routersForTesting === undefined) found.closedBooks += 1;
  for (const router of shape.routersForTesting ?? []) {
    const tracked = worker.openRouter(router, true);
    if (tracked === null) continue;
    found.routers += 1;
    for (const transport of router.transportsForTesting?.values() ?? []) {
      if (tracked.openTransport(transport, true) !== null) found.transports += 1;
    }
  }
  for (const server of shape.webRtcServersForTesting ?? []) {
    const tracked = worker.openWebRtcServer(server, true);
    for (const transport of server.webRtcTransportsForTesting?.values() ?? []) tracked?.assign(transport);
  }
}

export function blindSpotsOf({ closedBooks, routers, transports }: LateFinds): readonly string[] {
  const spots: string[] = [];
  if (closedBooks > 0) {
    spots.push(`${existed(closedBooks, 'worker')}, and this mediasoup does not list what is in them.`);
  }
  if (routers > 0) spots.push(`${existed(routers, 'router')}: RTP observers in them cannot be listed.`);
  if (transports > 0) {
    spots.push(`${existed(transports, 'transport')}: producers and consumers on them cannot be listed.`);
  }
  return spots;
}

function existed(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'} existed before the monitor`;
}
