import type { Plugin } from 'graphql-yoga';
import { SECURITY_HEADERS } from './security-headers.js';

/** Sets what every answer should say about itself, unless it says otherwise. */
export function useSecurityHeaders(): Plugin {
  return {
    onResponse({ response }) {
      for (const [name, value] of SECURITY_HEADERS) {
        if (!response.headers.has(name)) response.headers.set(name, value);
      }
    },
  };
}
