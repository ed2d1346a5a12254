import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const EXECUTABLES = [
  process.env.CHROMIUM_BIN,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

/** Path of a Chromium on this machine; undefined when there is none. */
export const chromiumPath = EXECUTABLES.find((path): path is string => path !== undefined && existsSync(path));

/** Quiet flags: nothing of the browser itself goes to the network; cameras and microphones are fake; loopback is a network. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  '--allow-loopback-in-peer-connection',
];

/** Starts a headless Chromium. Throws, saying what to do, when there is none. */
export async function launchChromium(): Promise<Browser> {
  if (chromiumPath === undefined) {
    throw new Error('No Chromium found. Install Debian\'s "chromium" package or set CHROMIUM_BIN.');
  }
  return chromium.launch({ executablePath: chromiumPath, headless: true, args: FLAGS, timeout: 120_000 });
}
