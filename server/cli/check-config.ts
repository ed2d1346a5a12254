import { checkComposition } from '../compose.js';
import { readConfig } from '../config.js';
import type { Command } from './command.js';

export const checkConfigCommand: Command = {
  operands: 'FILE',
  flags: {},
  details: 'Every wrong key is named with what was expected. Exit code 0 when the file is right, 1 when it is not.',
  async run({ operands }) {
    const [path] = operands;
    if (path === undefined) throw new Error('which file? Usage: sfuscope check-config FILE');
    await checkComposition(readConfig(path));
    process.stdout.write(`${path} is right.\n`);
    return 0;
  },
};
