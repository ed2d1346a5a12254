import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  forbidServices,
  installAdvice,
  isOnPath,
  missingPackages,
  missingTestPackages,
} from '../../scripts/setup/debian.mjs';
import { temporaryFolder, writeFile } from '../support/temporary-folder.js';

describe('Debian packages', () => {
  it('are advised as one command where there is apt-get, and by name elsewhere', () => {
    const folder = temporaryFolder();
    writeFile(folder, 'apt-get', '', 0o755);

    expect(installAdvice(['g++', 'libuv1-dev'], folder)).toBe(
      'install the missing Debian packages, then run again: sudo apt-get install --no-install-recommends g++ libuv1-dev',
    );
    expect(installAdvice(['g++'], join(folder, 'nothing'))).toMatch(/^this machine has no apt-get: .*: g\+\+$/);
  });

  it('of tests are missing until their command is there, whoever installed it', () => {
    const folder = temporaryFolder();
    const before = missingTestPackages(folder).map(({ name }) => name);
    writeFile(folder, 'chromium', '', 0o755);

    expect(before).toContain('chromium');
    expect(missingTestPackages(folder).map(({ name }) => name)).not.toContain('chromium');
  });

  it.runIf(isOnPath('dpkg-query'))('are missing when dpkg does not know them', () => {
    expect(missingPackages(['dpkg', 'no-such-package'])).toEqual(['no-such-package']);
  });
});

describe('services', () => {
  it('are kept from starting while packages are installed, and only then', () => {
    const policy = join(temporaryFolder(), 'policy-rc.d');
    const release = forbidServices(policy);
    const during = readFileSync(policy, 'utf8');
    release?.();

    expect(during).toContain('exit 101');
    expect(existsSync(policy)).toBe(false);
  });

  it('leave a policy of the machine as it is', () => {
    const policy = writeFile(temporaryFolder(), 'policy-rc.d', '#!/bin/sh\nexit 0\n');
    forbidServices(policy)?.();

    expect(readFileSync(policy, 'utf8')).toBe('#!/bin/sh\nexit 0\n');
  });

  it('are free again after a set-up that was killed', () => {
    const policy = join(temporaryFolder(), 'policy-rc.d');
    forbidServices(policy);
    forbidServices(policy)?.();

    expect(existsSync(policy)).toBe(false);
  });
});
