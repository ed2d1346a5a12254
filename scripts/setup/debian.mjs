import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runCommand } from './command.mjs';
import { SetupFailure } from './failure.mjs';

/** Packages that the build of the worker needs, see scripts/worker/README.md. */
export const BUILD_PACKAGES = [
  'g++',
  'flatbuffers-compiler',
  'libflatbuffers-dev',
  'libuv1-dev',
  'libssl-dev',
  'libabsl-dev',
];

/** Stands in where Debian's source package of libsrtp2 is not to be had. */
export const SRTP_PACKAGE = 'libsrtp2-dev';

/**
 * Programs that tests start: the Debian package, the command that shows it is there (whoever installed it), and the tests that
 * need it. `service` marks a package that would start a service of the machine when it is installed.
 *
 * @typedef {{ name: string, command: string, tests: string, service?: boolean }} TestPackage
 * @type {readonly TestPackage[]}
 */
export const TEST_PACKAGES = [
  { name: 'chromium', command: 'chromium', tests: 'tests with GraphiQL and with real WebRTC clients' },
  { name: 'prometheus', command: 'prometheus', tests: 'tests of the Prometheus plugin', service: true },
  { name: 'prometheus-alertmanager', command: 'prometheus-alertmanager', tests: 'tests of the alerts', service: true },
  { name: 'rabbitmq-server', command: 'rabbitmq-server', tests: 'tests of the AMQP plugin', service: true },
  { name: 'influxdb', command: 'influxd', tests: 'tests of the InfluxDB plugin', service: true },
];

const APT_OPTIONS = ['-y', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=600', '-o', 'Acquire::Retries=3'];
/** The wait for the lock of another installation included. */
const APT_DEADLINE_MS = 1_800_000;
const LIST_LOCK_ATTEMPTS = 60;
const LIST_LOCK_PAUSE_MS = 2000;
const POLICY_FILE = '/usr/sbin/policy-rc.d';
/** Recognised when an earlier set-up was killed before it could remove it. */
const POLICY = '#!/bin/sh\n# Made by the set-up of sfuscope while it installs packages, removed after it.\nexit 101\n';

/**
 * @param {string} command
 * @param {string} [path] Directories to look in, by default those of PATH and of the system's own daemons.
 */
export function isOnPath(command, path = process.env.PATH) {
  return [...(path ?? '').split(delimiter), '/usr/sbin', '/sbin'].some((directory) => {
    try {
      accessSync(join(directory, command), constants.X_OK);
      return directory !== '';
    } catch {
      return false;
    }
  });
}

/**
 * Names from `names` that dpkg does not know as installed; all of them where there is no dpkg.
 *
 * @param {readonly string[]} names
 */
export function missingPackages(names) {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query fills this in.
  const format = '${Package} ${db:Status-Status}\n';
  const query = spawnSync('dpkg-query', ['-W', '-f', format, ...names], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const installed = new Set((query.stdout ?? '').split('\n'));
  return names.filter((name) => !installed.has(`${name} installed`));
}

/** The test packages whose command is not there. @param {string} [path] */
export function missingTestPackages(path) {
  return TEST_PACKAGES.filter(({ command }) => !isOnPath(command, path));
}

/** Whether packages can be installed here and now. */
export function canInstallPackages() {
  return process.getuid?.() === 0 && isOnPath('apt-get');
}

/**
 * What to type to get the packages, as a sentence.
 *
 * @param {readonly string[]} names
 * @param {string} [path]
 */
export function installAdvice(names, path) {
  const command = `apt-get install --no-install-recommends ${names.join(' ')}`;
  if (!isOnPath('apt-get', path)) {
    return `this machine has no apt-get: install what these Debian packages hold, then run again: ${names.join(' ')}`;
  }
  return `install the missing Debian packages, then run again: sudo ${command}`;
}

/** Installs Debian packages; the package lists are brought up to date once, before the first of them. */
export class PackageInstaller {
  #log;
  #signal;
  /** @type {Promise<void> | undefined} */
  #updated;
  /** @type {Promise<unknown>} */
  #last = Promise.resolve();

  /** @param {{ log: string, signal: AbortSignal }} options */
  constructor({ log, signal }) {
    this.#log = log;
    this.#signal = signal;
  }

  /** Brings the package lists up to date, at most once. */
  update() {
    this.#updated ??= this.#update();
    return this.#updated;
  }

  /**
   * Installs packages, after those asked for before.
   *
   * @param {readonly string[]} names
   * @param {{ service?: boolean, progress: (detail: string) => void }} options
   * @returns {Promise<void>}
   */
  install(names, { service = false, progress }) {
    const turn = this.#last.then(async () => {
      progress('updating the package lists');
      await this.update();
      const release = service ? forbidServices() : undefined;
      try {
        await this.#install(names, progress);
      } finally {
        release?.();
      }
    });
    this.#last = turn.catch(() => {});
    return turn;
  }

  async #update() {
    for (let attempt = 1; ; attempt++) {
      let locked = false;
      try {
        await this.#aptGet(['-q', '-o', 'Acquire::Retries=3', 'update'], (line) => {
          locked ||= line.includes('Could not get lock');
        });
        return;
      } catch (error) {
        // Lists that are a little old will do; the lock belongs to another set-up or to the machine's own updates.
        if (!(error instanceof SetupFailure)) throw error;
        if (!locked || attempt === LIST_LOCK_ATTEMPTS) return;
        await new Promise((resolve) => setTimeout(resolve, LIST_LOCK_PAUSE_MS));
      }
    }
  }

  /**
   * @param {readonly string[]} names
   * @param {(detail: string) => void} progress
   */
  async #install(names, progress) {
    let total = 0;
    let done = 0;
    progress('downloading');
    await this.#aptGet(['-q', ...APT_OPTIONS, 'install', ...names], (line) => {
      const planned = /(\d+) newly installed/.exec(line);
      if (planned) total = Number(planned[1]);
      if (!line.startsWith('Setting up ')) return;
      done++;
      progress(`${done} of ${total} packages`);
    }).catch((error) => {
      throw error instanceof SetupFailure ? error.advise(installAdvice(names)) : error;
    });
  }

  /**
   * @param {readonly string[]} args
   * @param {(line: string) => void} onLine
   */
  #aptGet(args, onLine) {
    return runCommand('apt-get', args, {
      name: 'apt-get',
      deadlineMs: APT_DEADLINE_MS,
      log: this.#log,
      signal: this.#signal,
      env: { DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' },
      onLine,
      gentle: true,
    });
  }
}

/**
 * Keeps packages from starting the services they bring: tests start instances of their own. Returns the way back, or undefined if
 * the machine has a policy of its own, which stays as it is.
 */
export function forbidServices(file = POLICY_FILE) {
  const own = existsSync(file) && readFileSync(file, 'utf8') === POLICY;
  if (existsSync(file) && !own) return undefined;
  writeFileSync(file, POLICY, { mode: 0o755 });
  return () => rmSync(file, { force: true });
}
