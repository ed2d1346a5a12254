import type { InterfaceCounters } from '../system-reading.js';
import { wholeNumber } from './whole-number.js';

/** Reads /proc/net/dev: the interfaces of this network namespace. A line that does not read well is left out. */
export function parseInterfaceCounters(text: string): InterfaceCounters[] {
  const found: InterfaceCounters[] = [];
  for (const line of text.split('\n')) {
    // A counter may follow the colon without a blank, and a name may hold colons itself (aliases), so the last one
    // counts.
    const colon = line.lastIndexOf(':');
    if (colon === -1) continue;
    const fields = line
      .slice(colon + 1)
      .trim()
      .split(/\s+/)
      .map(wholeNumber);
    const [bytesReceived, packetsReceived, errorsReceived, droppedReceived] = fields;
    const [bytesSent, packetsSent, errorsSent, droppedSent] = fields.slice(8);
    if (bytesReceived == null || packetsReceived == null || errorsReceived == null || droppedReceived == null) continue;
    if (bytesSent == null || packetsSent == null || errorsSent == null || droppedSent == null) continue;
    found.push({
      name: line.slice(0, colon).trim(),
      bytesReceived,
      bytesSent,
      packetsReceived,
      packetsSent,
      errorsReceived,
      errorsSent,
      droppedReceived,
      droppedSent,
    });
  }
  return found;
}
