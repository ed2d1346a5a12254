// Makes a fresh clone ready: `npm start` and `npm test` run this before everything else. See docs/setup.md.
//
// This file and node-version.mjs keep to syntax that old versions of Node understand, so that those get a message instead of a
// syntax error.
import { nodeVersionProblem } from './setup/node-version.mjs';

const problem = nodeVersionProblem(process.versions.node);
if (problem) {
  console.error(`setup: ${problem}`);
  process.exitCode = 1;
} else {
  void import('./setup/main.mjs').then(({ main }) => main(process.argv.slice(2)));
}
