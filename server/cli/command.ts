import type { Flag, ParsedArguments } from './arguments.js';

/** One command of the program. */
export interface Command {
  /** What follows the command's name, for example `FILE`. */
  readonly operands: string;
  readonly flags: Readonly<Record<string, Flag>>;
  /** Longer help; may be empty. */
  readonly details: string;
  /** Resolves with the exit code once the command is over. */
  run(args: ParsedArguments): Promise<number>;
}
