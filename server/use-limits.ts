import { EnvelopArmorPlugin } from '@escape.tech/graphql-armor';
import type { Plugin } from 'graphql-yoga';
import type { ServerSettings } from './options.js';

/** Refuses documents that are too deep or too long, with a message that names the limit. Applies to every transport. */
export function useLimits(limits: ServerSettings['limits']): Plugin {
  return EnvelopArmorPlugin({
    maxDepth: { n: limits.depth, flattenFragments: true },
    maxAliases: { n: limits.aliases },
    maxDirectives: { n: limits.directives },
    maxTokens: { n: limits.tokens },
    // Its pattern misses the suggestions of enum values.
    blockFieldSuggestion: { enabled: false },
    // The schema prices its own fields, lists by their page size.
    costLimit: { enabled: false },
  }) as Plugin;
}
