/**
 * The part of mediasoup that is used here, as structural types. mediasoup itself is never imported: the application hands in
 * its own module, of whatever version. What not every supported version has is optional.
 */

/** Any event emitter, whatever its event map: `Attachment` is the one place that calls these, so they take `never` here. */
export interface EmitterShape {
  on(event: never, listener: never): unknown;
  off(event: never, listener: never): unknown;
}

interface EntityShape extends EmitterShape {
  readonly closed: boolean;
  readonly appData: unknown;
  readonly observer: EmitterShape;
}

interface IdentifiedShape extends EntityShape {
  readonly id: string;
}

/** The module namespace, its default export, or just these two fields. */
export interface MediasoupShape {
  readonly observer: EmitterShape;
  readonly version?: string | undefined;
}

export interface ResourceUsageShape {
  readonly ru_utime: number;
  readonly ru_stime: number;
  readonly ru_maxrss: number;
  readonly ru_minflt: number;
  readonly ru_majflt: number;
  readonly ru_nvcsw: number;
  readonly ru_nivcsw: number;
}

export interface WorkerShape extends EntityShape {
  readonly pid: number;
  readonly died: boolean;
  readonly routersForTesting?: Iterable<RouterShape> | undefined;
  readonly webRtcServersForTesting?: Iterable<WebRtcServerShape> | undefined;
  getResourceUsage(): Promise<ResourceUsageShape>;
  dump(): Promise<unknown>;
}

export interface WebRtcServerShape extends IdentifiedShape {
  readonly webRtcTransportsForTesting?: { values(): Iterable<TransportShape> } | undefined;
  dump(): Promise<unknown>;
}

export interface RouterShape extends IdentifiedShape {
  readonly transportsForTesting?: { values(): Iterable<TransportShape> } | undefined;
  dump(): Promise<unknown>;
}

export interface TupleShape {
  /** Since 3.13.18; before it, and deprecated since, `localIp`. */
  readonly localAddress?: string | undefined;
  readonly localIp?: string | undefined;
  readonly localPort: number;
  readonly remoteIp?: string | undefined;
  readonly remotePort?: number | undefined;
  readonly protocol: 'udp' | 'tcp';
}

export interface TransportStatShape {
  readonly timestamp: number;
  readonly bytesReceived: number;
  readonly recvBitrate: number;
  readonly bytesSent: number;
  readonly sendBitrate: number;
  readonly rtpBytesReceived: number;
  readonly rtpRecvBitrate: number;
  readonly rtpBytesSent: number;
  readonly rtpSendBitrate: number;
  readonly rtxBytesReceived: number;
  readonly rtxRecvBitrate: number;
  readonly rtxBytesSent: number;
  readonly rtxSendBitrate: number;
  readonly probationBytesSent: number;
  readonly probationSendBitrate: number;
  readonly availableOutgoingBitrate?: number | undefined;
  readonly availableIncomingBitrate?: number | undefined;
  readonly maxIncomingBitrate?: number | undefined;
  readonly maxOutgoingBitrate?: number | undefined;
  readonly minOutgoingBitrate?: number | undefined;
  readonly rtpPacketLossReceived?: number | undefined;
  readonly rtpPacketLossSent?: number | undefined;
  readonly tuple?: TupleShape | undefined;
  readonly rtcpTuple?: TupleShape | undefined;
}

export interface TransportShape extends IdentifiedShape {
  /** Since 3.15; before it the class name tells. */
  readonly type?: string | undefined;
  readonly iceState?: string | undefined;
  readonly iceRole?: string | undefined;
  readonly iceSelectedTuple?: TupleShape | undefined;
  readonly dtlsState?: string | undefined;
  readonly sctpState?: string | undefined;
  readonly tuple?: TupleShape | undefined;
  readonly rtcpTuple?: TupleShape | undefined;
  getStats(): Promise<readonly unknown[]>;
  dump(): Promise<unknown>;
}

export interface RtpParametersShape {
  readonly codecs: readonly { readonly mimeType: string; readonly clockRate: number }[];
  readonly encodings?: readonly unknown[] | undefined;
}

export interface ProducerScoreShape {
  /** Since 3.8. */
  readonly encodingIdx?: number | undefined;
  readonly ssrc: number;
  readonly rid?: string | null | undefined;
  readonly score: number;
}

export interface ProducerShape extends IdentifiedShape {
  readonly kind: 'audio' | 'video';
  readonly type: string;
  readonly paused: boolean;
  readonly score: readonly ProducerScoreShape[];
  readonly rtpParameters: RtpParametersShape;
  getStats(): Promise<readonly RtpStatShape[]>;
  dump(): Promise<unknown>;
}

export interface RtpStatShape {
  readonly type: string;
  /** Monotonic time of the host in ms, not a wall time. */
  readonly timestamp: number;
  readonly ssrc: number;
  readonly rtxSsrc?: number | undefined;
  readonly rid?: string | undefined;
  readonly mimeType: string;
  readonly packetsLost: number;
  /** 0–255 of 256. */
  readonly fractionLost: number;
  /** RTP clock units; for sent streams since 3.19.10. */
  readonly jitter?: number | undefined;
  readonly packetsDiscarded: number;
  readonly packetsRetransmitted: number;
  readonly packetsRepaired: number;
  readonly nackCount: number;
  readonly nackPacketCount: number;
  readonly pliCount: number;
  readonly firCount: number;
  readonly roundTripTime?: number | undefined;
  readonly rtxPacketsDiscarded?: number | undefined;
  readonly score: number;
  readonly packetCount: number;
  readonly byteCount: number;
  readonly bitrate: number;
  readonly bitrateByLayer?: Readonly<Record<string, number>> | undefined;
}

export interface ConsumerScoreShape {
  readonly score: number;
  readonly producerScore: number;
  readonly producerScores: readonly number[];
}

export interface ConsumerLayersShape {
  readonly spatialLayer: number;
  readonly temporalLayer?: number | null | undefined;
}

export interface ConsumerShape extends IdentifiedShape {
  readonly producerId: string;
  readonly kind: 'audio' | 'video';
  readonly type: string;
  readonly paused: boolean;
  readonly producerPaused: boolean;
  readonly priority?: number | undefined;
  readonly score: ConsumerScoreShape;
  readonly preferredLayers?: ConsumerLayersShape | undefined;
  readonly currentLayers?: ConsumerLayersShape | undefined;
  readonly rtpParameters: RtpParametersShape;
  getStats(): Promise<readonly RtpStatShape[]>;
  dump(): Promise<unknown>;
}

export interface DataProducerShape extends IdentifiedShape {
  readonly type: string;
  readonly label: string;
  readonly protocol: string;
  /** Since 3.13. */
  readonly paused?: boolean | undefined;
  getStats(): Promise<readonly DataProducerStatShape[]>;
  dump(): Promise<unknown>;
}

export interface DataProducerStatShape {
  readonly timestamp: number;
  readonly messagesReceived: number;
  readonly bytesReceived: number;
}

export interface DataConsumerShape extends IdentifiedShape {
  readonly dataProducerId: string;
  readonly type: string;
  readonly label: string;
  readonly protocol: string;
  /** Since 3.13, as `dataProducerPaused`. */
  readonly paused?: boolean | undefined;
  readonly dataProducerPaused?: boolean | undefined;
  getStats(): Promise<readonly DataConsumerStatShape[]>;
  dump(): Promise<unknown>;
}

export interface DataConsumerStatShape {
  readonly timestamp: number;
  readonly messagesSent: number;
  readonly bytesSent: number;
  readonly bufferedAmount: number;
}

export interface RtpObserverShape extends IdentifiedShape {
  /** Since 3.15; before it the class name tells. */
  readonly type?: string | undefined;
  readonly paused: boolean;
}

export interface TraceShape {
  readonly type: string;
  readonly direction?: 'in' | 'out' | undefined;
  readonly info?: unknown;
}

export interface VideoOrientationShape {
  readonly camera: boolean;
  readonly flip: boolean;
  readonly rotation: number;
}
