import { accessSync, constants } from 'node:fs';
import type { MediasoupModule } from './demo-sfu.js';

/** The module as the monitor and the demo need it. */
export type LoadedMediasoup = MediasoupModule & { readonly observer: unknown; readonly workerBin: string };

/** How long a worker of the right version takes at most to come up, in ms. */
const WORKER_START_MS = 10_000;

/**
 * Loads mediasoup, and makes sure that its worker can run. Throws an error that says what to do when the package or the worker
 * is missing, or the worker does not understand this version of the package.
 */
export async function loadMediasoup(): Promise<LoadedMediasoup> {
  const mediasoup = await importMediasoup();
  try {
    accessSync(mediasoup.workerBin, constants.X_OK);
  } catch {
    throw new Error(
      `There is no mediasoup worker at ${mediasoup.workerBin}. ` +
        'Run `npm start`, which gets one, or set MEDIASOUP_WORKER_BIN to the path of a worker.',
    );
  }
  await tryWorker(mediasoup);
  return mediasoup;
}

async function importMediasoup(): Promise<LoadedMediasoup> {
  try {
    return await import('mediasoup');
  } catch (error) {
    throw new Error('The demo needs the package mediasoup: npm install mediasoup', { cause: error });
  }
}

/** A worker of another version neither answers nor exits, so only a deadline tells. */
async function tryWorker(mediasoup: LoadedMediasoup): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const advice = `Is ${mediasoup.workerBin} a worker of mediasoup ${mediasoup.version}?`;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`The mediasoup worker did not start within 10 s. ${advice}`)),
      WORKER_START_MS,
    );
  });
  const usable = async (): Promise<void> => {
    const worker = await mediasoup.createWorker({ logLevel: 'error' });
    try {
      await (await worker.createRouter()).createDirectTransport();
    } finally {
      worker.close();
    }
  };
  try {
    await Promise.race([usable(), deadline]);
  } catch (error) {
    if (error instanceof Error && error.message.includes(advice)) throw error;
    throw new Error(`The mediasoup worker does not work. ${advice}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}
