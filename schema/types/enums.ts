import { builder } from '../builder.js';

// The values are the core's own words; GraphQL shows the upper-case names.
export const EntityKindEnum = builder.enumType('EntityKind', {
  description: 'What an entity is.',
  values: {
    WORKER: { value: 'worker', description: 'A worker process: one core, owns routers.' },
    WEB_RTC_SERVER: { value: 'webRtcServer', description: 'Listening ports of a worker, shared by WebRTC transports.' },
    ROUTER: { value: 'router', description: 'A routing domain; often one for each room.' },
    TRANSPORT: { value: 'transport', description: 'A connection of an endpoint to a router.' },
    PRODUCER: { value: 'producer', description: 'Media into a router.' },
    CONSUMER: { value: 'consumer', description: 'Media out of a router.' },
    DATA_PRODUCER: { value: 'dataProducer', description: 'Data messages into a router.' },
    DATA_CONSUMER: { value: 'dataConsumer', description: 'Data messages out of a router.' },
    RTP_OBSERVER: { value: 'rtpObserver', description: 'Listens to producers and tells who speaks.' },
  } as const,
});

export const TransportTypeEnum = builder.enumType('TransportType', {
  description: 'How an endpoint is connected.',
  values: {
    WEBRTC: { value: 'webrtc', description: 'A browser or other WebRTC endpoint: ICE and DTLS.' },
    PLAIN: { value: 'plain', description: 'Plain RTP or SRTP, for example of FFmpeg or a recorder.' },
    PIPE: { value: 'pipe', description: 'Joins two routers.' },
    DIRECT: { value: 'direct', description: "The SFU's own process, without a network." },
  } as const,
});

export const IceStateEnum = builder.enumType('IceState', {
  description: 'State of ICE, the search for a path between the endpoint and the SFU.',
  values: {
    NEW: { value: 'new', description: 'No valid request of the endpoint has come yet.' },
    CONNECTED: { value: 'connected', description: 'A path was found; a better one may follow.' },
    COMPLETED: { value: 'completed', description: 'The endpoint chose its path.' },
    DISCONNECTED: { value: 'disconnected', description: 'The endpoint went silent or its path was lost.' },
    CLOSED: { value: 'closed', description: 'The transport is closed.' },
  } as const,
});

export const DtlsStateEnum = builder.enumType('DtlsState', {
  description: 'State of DTLS, the exchange of keys. No media flows before `CONNECTED`.',
  values: {
    NEW: { value: 'new', description: 'Not begun.' },
    CONNECTING: { value: 'connecting', description: 'The handshake runs.' },
    CONNECTED: { value: 'connected', description: 'Keys are exchanged.' },
    FAILED: { value: 'failed', description: 'The handshake failed, for example for a wrong fingerprint.' },
    CLOSED: { value: 'closed', description: 'The endpoint closed it, or the transport is closed.' },
  } as const,
});

export const SctpStateEnum = builder.enumType('SctpState', {
  description: 'State of SCTP, which carries data channels.',
  values: {
    NEW: { value: 'new', description: 'Not begun.' },
    CONNECTING: { value: 'connecting', description: 'The association is being made.' },
    CONNECTED: { value: 'connected', description: 'Data can flow.' },
    FAILED: { value: 'failed', description: 'The association could not be made.' },
    CLOSED: { value: 'closed', description: 'The association ended.' },
  } as const,
});

export const IceRoleEnum = builder.enumType('IceRole', {
  description: 'Who decides on the path in ICE. The SFU is controlled unless it was told otherwise.',
  values: {
    CONTROLLED: { value: 'controlled', description: 'The endpoint decides.' },
    CONTROLLING: { value: 'controlling', description: 'The SFU decides.' },
  } as const,
});

export const ProtocolEnum = builder.enumType('Protocol', {
  description: 'Transport protocol under the media.',
  values: {
    UDP: { value: 'udp', description: 'The usual one.' },
    TCP: { value: 'tcp', description: 'A fallback where UDP is blocked; loss then shows as delay.' },
  } as const,
});

export const MediaKindEnum = builder.enumType('MediaKind', {
  description: 'What a producer or consumer carries.',
  values: {
    AUDIO: { value: 'audio', description: 'Sound.' },
    VIDEO: { value: 'video', description: 'Moving pictures: a camera or a screen.' },
  } as const,
});

export const RtpTypeEnum = builder.enumType('RtpType', {
  description: 'How many streams and layers the media has.',
  values: {
    SIMPLE: { value: 'simple', description: 'One stream.' },
    SIMULCAST: { value: 'simulcast', description: 'Several encodings of the same picture, sent side by side.' },
    SVC: { value: 'svc', description: 'One stream with several layers in it.' },
    PIPE: { value: 'pipe', description: 'Everything, unchanged, to another router.' },
  } as const,
});

export const DataTypeEnum = builder.enumType('DataType', {
  description: 'How data messages travel.',
  values: {
    SCTP: { value: 'sctp', description: 'Over SCTP, as a data channel.' },
    DIRECT: { value: 'direct', description: "From or to the SFU's own process." },
  } as const,
});

export const SeverityEnum = builder.enumType('Severity', {
  description: 'How much it matters, from least to most.',
  values: {
    DEBUG: { value: 'debug', description: 'Detail that comes often.' },
    INFO: { value: 'info', description: 'Lifecycle.' },
    WARNING: { value: 'warning', description: 'May soon need a person.' },
    ERROR: { value: 'error', description: 'Needs a person.' },
  } as const,
});

export const DirectionEnum = builder.enumType('OrderDirection', {
  description: 'Direction of an order. Unknown values come last in both.',
  values: {
    ASC: { value: 'asc', description: 'Smallest, oldest or first in the alphabet first.' },
    DESC: { value: 'desc', description: 'Largest or newest first.' },
  } as const,
});
