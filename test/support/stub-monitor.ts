import type { Monitor, MonitorStatus } from '../../core/index.js';
import { RouteTable } from '../../core/routes.js';

/** As much of a monitor as a server asks for by itself: its state, routes and a lease. */
export function stubMonitor(status: Partial<MonitorStatus> = {}): Monitor & { leases: number; routes: RouteTable } {
  const monitor = {
    leases: 0,
    routes: new RouteTable(),
    status: () => ({ state: 'running', plugins: [], draining: null, ...status }),
    stats: {
      lease: () => {
        monitor.leases++;
        return { release: () => monitor.leases-- };
      },
    },
  };
  return monitor as unknown as Monitor & { leases: number; routes: RouteTable };
}
