import type { Monitor } from '../core/index.js';
import type { Route } from './route.js';

/** Whether the server should be sent work, and why not. */
interface Readiness {
  readonly ready: boolean;
  readonly reasons: readonly string[];
}

/** `/livez`: this process turns its event loop. `/readyz`: the monitor runs, the node does not drain, no plugin fails and the server is not closing. */
export function healthRoutes(monitor: Monitor, isClosing: () => boolean): readonly Route[] {
  return [
    { path: '/livez', auth: 'none', handler: () => json(200, { live: true }) },
    {
      path: '/readyz',
      auth: 'none',
      handler: () => {
        const readiness = readinessOf(monitor, isClosing());
        return json(readiness.ready ? 200 : 503, readiness);
      },
    },
  ];
}

/** Names plugins but never quotes their errors, which may tell of the inside: everybody may ask. */
function readinessOf(monitor: Monitor, closing: boolean): Readiness {
  const { state, plugins, draining } = monitor.status();
  const reasons: string[] = [];
  if (closing) reasons.push('The server is closing.');
  if (state !== 'running') reasons.push(`The monitor is ${state}.`);
  if (draining !== null) reasons.push(`The node is draining: ${draining.reason}`);
  for (const plugin of plugins) {
    if (plugin.state === 'failed') reasons.push(`Plugin '${plugin.name}' has failed.`);
    else if (plugin.health.status === 'failing') reasons.push(`Plugin '${plugin.name}' is failing.`);
  }
  return { ready: reasons.length === 0, reasons };
}

function json(status: number, body: object): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
  });
}
