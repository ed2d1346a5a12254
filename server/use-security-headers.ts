import type { Plugin } from 'graphql-yoga';

const DEFAULTS = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  'cross-origin-resource-policy': 'same-origin',
} as const;

/** Sets what every answer should say about itself, unless it says otherwise. */
export function useSecurityHeaders(): Plugin {
  return {
    onResponse({ response }) {
      for (const [name, value] of Object.entries(DEFAULTS)) {
        if (!response.headers.has(name)) response.headers.set(name, value);
      }
    },
  };
}
