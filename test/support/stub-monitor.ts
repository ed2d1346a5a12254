import type { Monitor, MonitorStatus } from '../../core/index.js';

/** As much of a monitor as a server asks for by itself: its state and a lease. */
export function stubMonitor(status: Partial<MonitorStatus> = {}): Monitor & { leases: number } {
  const monitor = {
    leases: 0,
    status: () => ({ state: 'running', plugins: [], ...status }),
    stats: {
      lease: () => {
        monitor.leases++;
        return { release: () => monitor.leases-- };
      },
    },
  };
  return monitor as unknown as Monitor & { leases: number };
}
