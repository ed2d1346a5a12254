import { EnvelopArmorPlugin } from '@escape.tech/graphql-armor';
import type { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { ServerSettings } from './options.js';

/** The library calls these errors of syntax, which they are not. */
const onReject = [
  (_context: unknown, error: GraphQLError): void => {
    error.message = error.message.replace(/^Syntax Error: /, '');
    error.extensions.code = 'LIMIT';
  },
];

/** Refuses documents that are too deep or too long, with a message that names the limit. Applies to every transport. */
export function useLimits(limits: ServerSettings['limits']): Plugin {
  return EnvelopArmorPlugin({
    maxDepth: { n: limits.depth, flattenFragments: true, onReject },
    maxAliases: { n: limits.aliases, onReject },
    maxDirectives: { n: limits.directives, onReject },
    maxTokens: { n: limits.tokens, onReject },
    // Its pattern misses the suggestions of enum values.
    blockFieldSuggestion: { enabled: false },
    // The schema prices its own fields, lists by their page size.
    costLimit: { enabled: false },
  }) as Plugin;
}
