import type { UdpCounters } from '../system-reading.js';
import { wholeNumber } from './whole-number.js';

/**
 * Reads the `Udp` lines of /proc/net/snmp: a line of names, then a line of values. Which names there are depends on the
 * kernel.
 */
export function parseUdpCounters(text: string): UdpCounters {
  const [names = [], values = []] = text
    .split('\n')
    .filter((line) => line.startsWith('Udp: '))
    .map((line) => line.trim().split(/\s+/));
  const value = (name: string): number | null => {
    const column = names.indexOf(name);
    return column === -1 ? null : wholeNumber(values[column]);
  };
  return {
    inDatagrams: value('InDatagrams'),
    outDatagrams: value('OutDatagrams'),
    noPorts: value('NoPorts'),
    inErrors: value('InErrors'),
    receiveBufferErrors: value('RcvbufErrors'),
    sendBufferErrors: value('SndbufErrors'),
  };
}
