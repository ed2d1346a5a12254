import type {
  DataConsumerStatShape,
  DataProducerStatShape,
  ResourceUsageShape,
  RtpStatShape,
  TransportStatShape,
} from '../../core/mediasoup/shapes.js';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export type FakeUsage = Mutable<ResourceUsageShape>;
export type FakeRtpStat = Mutable<RtpStatShape>;
export type FakeTransportStat = Mutable<TransportStatShape>;
export type FakeDataProducerStat = Mutable<DataProducerStatShape>;
export type FakeDataConsumerStat = Mutable<DataConsumerStatShape>;

export function fakeUsage(): FakeUsage {
  return { ru_utime: 0, ru_stime: 0, ru_maxrss: 20_000, ru_minflt: 0, ru_majflt: 0, ru_nvcsw: 0, ru_nivcsw: 0 };
}

export function fakeRtpStat(type: 'inbound-rtp' | 'outbound-rtp', given: Partial<FakeRtpStat> = {}): FakeRtpStat {
  return {
    type,
    timestamp: 0,
    ssrc: 1111,
    mimeType: 'audio/opus',
    packetsLost: 0,
    fractionLost: 0,
    jitter: 0,
    packetsDiscarded: 0,
    packetsRetransmitted: 0,
    packetsRepaired: 0,
    nackCount: 0,
    nackPacketCount: 0,
    pliCount: 0,
    firCount: 0,
    roundTripTime: 0,
    score: 10,
    packetCount: 0,
    byteCount: 0,
    bitrate: 0,
    ...given,
  };
}

export function fakeTransportStat(): FakeTransportStat {
  return {
    timestamp: 0,
    bytesReceived: 0,
    recvBitrate: 0,
    bytesSent: 0,
    sendBitrate: 0,
    rtpBytesReceived: 0,
    rtpRecvBitrate: 0,
    rtpBytesSent: 0,
    rtpSendBitrate: 0,
    rtxBytesReceived: 0,
    rtxRecvBitrate: 0,
    rtxBytesSent: 0,
    rtxSendBitrate: 0,
    probationBytesSent: 0,
    probationSendBitrate: 0,
  };
}
