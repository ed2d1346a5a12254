import { builder } from '../builder.js';
import { schemaError } from '../errors.js';
import { SfuRef } from '../types/sfu.js';

/** As long as the core keeps it. */
const MOST_CHARACTERS = 200;

builder.mutationFields((t) => ({
  drain: t.field({
    type: SfuRef,
    description:
      'Says that this node shall get no new work: `/readyz` answers 503, and `sfu { draining }` tells why. Nothing in the SFU ' +
      'changes. While it drains already, only the reason changes.',
    args: {
      reason: t.arg.string({ required: true, description: `Why, 1 to ${MOST_CHARACTERS} characters.` }),
    },
    resolve: (_root, { reason }, { monitor }) => {
      if (reason.trim() === '' || reason.length > MOST_CHARACTERS) {
        throw schemaError(
          'BAD_USER_INPUT',
          `reason must have 1 to ${MOST_CHARACTERS} characters, got ${reason.length}.`,
        );
      }
      monitor.drain(reason);
      return monitor.status();
    },
  }),
  resume: t.field({
    type: SfuRef,
    description: 'Says that this node takes work again. Nothing happens when it does.',
    resolve: (_root, _args, { monitor }) => {
      monitor.resume();
      return monitor.status();
    },
  }),
}));
