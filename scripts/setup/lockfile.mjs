/**
 * @typedef {object} LockedPackage
 * @property {string} [version]
 * @property {string} [integrity]
 * @property {boolean} [dev]
 * @property {boolean} [optional]
 * @property {boolean} [devOptional]
 * @property {string[]} [os]
 * @property {string[]} [cpu]
 * @property {string[]} [libc]
 * @property {Record<string, string>} [optionalDependencies]
 */

/** @typedef {{ packages: Record<string, LockedPackage> }} Lockfile The part of a lock file, version 3, that set-up reads. */

const SYSTEM = 'aix|android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|win32';
const PROCESSOR = 'arm64|arm|ia32|loong64|mips64el|ppc64|riscv64|s390x|x64';
const PLATFORM_NAME = new RegExp(`(${SYSTEM})-(${PROCESSOR})(?:-(\\w+))?$`);
const EXACT_VERSION = /^\d+\.\d+\.\d+/;

/**
 * Adds the packages of other platforms that npm has left out of a lock file, and returns their places in the tree.
 *
 * npm leaves an optional package out when the registry it asks does not offer it, as a partial mirror does, and when it makes the lock
 * file from an installed tree. `npm ci` then refuses the file as incomplete, on every platform. What such an entry must say is in the
 * package's name; it has no checksum, for npm has not seen the package.
 *
 * @param {Lockfile} lock Is changed.
 */
export function completeLockfile(lock) {
  /** @type {string[]} */
  const added = [];
  for (const { owner, name, version } of missingOptional(lock)) {
    const platform = PLATFORM_NAME.exec(name);
    if (!platform || !EXACT_VERSION.test(version)) continue;
    const [, os = '', cpu = '', flavour] = platform;
    const key = `node_modules/${name}` in lock.packages ? `${owner}/node_modules/${name}` : `node_modules/${name}`;
    const dev = lock.packages[owner]?.dev;
    lock.packages[key] = {
      version,
      cpu: [cpu],
      ...(dev ? { dev } : {}),
      ...(os === 'linux' && flavour ? { libc: [flavour.startsWith('musl') ? 'musl' : 'glibc'] } : {}),
      optional: true,
      os: [os],
    };
    added.push(key);
  }
  lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en')));
  return added;
}

/**
 * Optional dependencies that a lock file names but does not hold.
 *
 * @param {Lockfile} lock
 */
export function missingOptional(lock) {
  return Object.entries(lock.packages).flatMap(([owner, { optionalDependencies = {} }]) =>
    Object.entries(optionalDependencies)
      .filter(([name]) => !resolve(lock, owner, name))
      .map(([name, version]) => ({ owner, name, version })),
  );
}

/**
 * Looks a package up as Node does, from the folder of its owner upwards.
 *
 * @param {Lockfile} lock
 * @param {string} owner
 * @param {string} name
 */
function resolve(lock, owner, name) {
  for (let folder = owner; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    const found = lock.packages[folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`];
    if (found || folder === '') return found;
  }
}

/**
 * Packages that an installed tree lacks or has in another version than the lock file says. An optional package may be absent: most of
 * them belong to other platforms.
 *
 * @param {Lockfile} lock package-lock.json
 * @param {Lockfile} installed node_modules/.package-lock.json, which npm writes at the end of an installation.
 */
export function stalePackages(lock, installed) {
  return Object.entries(lock.packages)
    .filter(([place, { version, optional, devOptional }]) => {
      if (place === '') return false;
      const present = installed.packages[place];
      return present ? present.version !== version : !(optional || devOptional);
    })
    .map(([place]) => place);
}

/**
 * Places in a tree where a package of this name stands.
 *
 * @param {Lockfile} lock
 * @param {string} name
 */
export function copiesOf(lock, name) {
  return Object.keys(lock.packages).filter((place) => place.endsWith(`node_modules/${name}`));
}
