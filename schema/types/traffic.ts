import type { TrafficCount, TrafficTotals } from '../../core/index.js';
import { builder } from '../builder.js';
import { known } from '../known.js';

const COUNTERS = {
  bytesReceived: 'Bytes received from endpoints.',
  bytesSent: 'Bytes sent to endpoints.',
  packetsReceived: 'RTP packets into producers; unknown while producers are not sampled.',
  packetsSent: 'RTP packets out of consumers; unknown while consumers are not sampled.',
  packetsLostReceived: 'Packets lost on the way in.',
  packetsLostSent: 'Packets lost on the way out, as endpoints report.',
} as const;

export const TrafficRef = builder.objectRef<TrafficTotals>('Traffic').implement({
  description: 'What went through since the monitor began, closed entities included, and what goes through now.',
  fields: (t) => ({
    ...Object.fromEntries(
      Object.entries(COUNTERS).map(([field, description]) => [
        field,
        t.field({
          type: 'Counter',
          nullable: true,
          description,
          resolve: (totals) => known(totals[field as keyof typeof COUNTERS]),
        }),
      ]),
    ),
    recvBitrate: t.float({
      nullable: true,
      description: 'Bit rate in, over the open transports, bits/s.',
      resolve: ({ recvBitrate }) => known(recvBitrate),
    }),
    sendBitrate: t.float({
      nullable: true,
      description: 'Bit rate out, over the open transports, bits/s.',
      resolve: ({ sendBitrate }) => known(sendBitrate),
    }),
  }),
});

const TrafficCountRef = builder.objectRef<TrafficCount>('MessageTraffic').implement({
  description: 'Messages and their bytes by direction, seen from the SFU.',
  fields: (t) => ({
    bytesIn: t.expose('bytesIn', { type: 'Counter', description: 'Bytes from the peer.' }),
    bytesOut: t.expose('bytesOut', { type: 'Counter', description: 'Bytes to the peer.' }),
    messagesIn: t.expose('messagesIn', { type: 'Counter', description: 'Messages from the peer.' }),
    messagesOut: t.expose('messagesOut', { type: 'Counter', description: 'Messages to the peer.' }),
  }),
});

export interface Messages {
  readonly signalling: TrafficCount;
  readonly data: TrafficCount;
}

export const MessagesRef = builder.objectRef<Messages>('Messages').implement({
  description: 'Traffic beside the media.',
  fields: (t) => ({
    signalling: t.expose('signalling', {
      type: TrafficCountRef,
      description: 'Signalling, as the application counts it.',
    }),
    data: t.expose('data', { type: TrafficCountRef, description: 'Data channels.' }),
  }),
});
