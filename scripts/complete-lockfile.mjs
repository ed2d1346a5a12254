// Completes package-lock.json after `npm install`, see completeLockfile for why. Run it as `npm run lockfile`.
import { readFileSync, writeFileSync } from 'node:fs';
import { completeLockfile } from './setup/lockfile.mjs';

const file = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(file, 'utf8'));
const added = completeLockfile(lock);
if (added.length > 0) writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`package-lock.json: ${added.length} packages of other platforms added`);
