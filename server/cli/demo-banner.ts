import type { DemoOptions } from '../demo/options.js';

export interface DemoBanner {
  readonly url: string;
  readonly demo: DemoOptions;
  /** Of mediasoup. */
  readonly version: string;
  readonly quiet: boolean;
  /** Whether the plugin prometheus offers its page. */
  readonly metrics: boolean;
}

/** What to open, once the demo runs. */
export function demoBanner({ url, demo, version, quiet, metrics }: DemoBanner): string {
  const root = new URL('/', url).href;
  if (quiet) return `${root}graphql\n`;
  return `
sfuscope watches a mediasoup ${version} SFU: ${demo.workers} workers, ${demo.rooms} rooms of about ${demo.peers} peers, seed ${demo.seed}

  GraphiQL   ${root}graphql
${metrics ? `  Prometheus ${root}metrics\n` : ''}  liveness   ${root}livez
  readiness  ${root}readyz

Ctrl-C stops it.
`;
}
