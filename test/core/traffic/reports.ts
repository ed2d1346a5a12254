import type { EventMap } from '../../../core/model/events.js';
import type { EventInput } from '../../../core/source.js';

export type Report = EventMap['peer.trafficReported'] & { readonly room: string | null; readonly peer: string | null };

/** Keeps reports with the peer they are of. */
export function recordReports(
  reports: Report[],
): (event: EventInput, whose: { readonly room: string | null; readonly peer: string | null }) => void {
  return (event, whose) => {
    if (event.type !== 'peer.trafficReported') throw new Error(`the ledger published ${event.type}`);
    reports.push({ ...event.data, ...whose });
  };
}
