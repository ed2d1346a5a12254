import { BUCKETS } from './buckets.js';
import { counter, gauge, histogram } from './metric.js';

/** Data channels, rooms, speech, pipes and what looks wrong. */
export const ROOMS = {
  mediasoup_data_messages_total: counter('Messages of data channels.', ['direction', 'type'], 'data statistics'),
  mediasoup_data_bytes_total: counter('Bytes of data channel messages.', ['direction', 'type'], 'data statistics'),
  mediasoup_data_consumer_buffered_bytes: histogram(
    'Bytes that wait to be sent, once per data consumer and sampling interval.',
    [],
    BUCKETS.buffered,
    '`bufferedAmount`',
  ),
  mediasoup_data_consumer_send_buffer_full_total: counter(
    'Times a send buffer was full.',
    [],
    'event `dataConsumer.sendBufferFilled`',
  ),
  mediasoup_data_consumer_buffered_amount_low_total: counter(
    'Times a send buffer fell below its threshold.',
    [],
    'event `dataConsumer.bufferedAmountLowered`',
  ),
  sfu_rooms: gauge('Rooms with at least one entity.', [], 'graph, `identify`'),
  sfu_peers: gauge('Peers with at least one entity.', [], 'graph, `identify`'),
  sfu_peer_traffic_bytes_total: counter(
    'Bytes of signalling and of data channels that were attributed to peers.',
    ['source', 'direction'],
    'event `peer.trafficReported`',
  ),
  sfu_peer_traffic_messages_total: counter(
    'Messages of signalling and of data channels that were attributed to peers.',
    ['source', 'direction'],
    'event `peer.trafficReported`',
  ),
  mediasoup_router_size: histogram(
    'What a router holds, once per router and sampling interval.',
    ['dimension'],
    BUCKETS.routerSize,
    'graph',
  ),
  mediasoup_router_largest: gauge('The most that one router holds.', ['dimension'], 'graph'),
  mediasoup_active_speaker_changes_total: counter(
    'Changes of the dominant speaker.',
    [],
    'event `rtpObserver.dominantSpeakerChanged`',
  ),
  mediasoup_audio_silence_total: counter(
    'Times an audio level observer found silence.',
    [],
    'event `rtpObserver.silenceDetected`',
  ),
  mediasoup_pipe_links: gauge('Pipes between routers; a pipe inside this SFU counts once.', ['scope'], 'graph'),
  mediasoup_pipe_bytes_total: counter(
    'Bytes moved by pipe transports; a pipe inside this SFU counts at both ends.',
    ['direction'],
    'transport statistics',
  ),
  mediasoup_suspected_leaks: gauge(
    'Routers left without a transport, and transports that never connected, for longer than they should.',
    ['entity'],
    'graph, option `leakAfterSeconds`',
  ),
} as const;

/** Added by option `rooms`. */
export const PER_ROOM = {
  sfu_room_peers: gauge('Peers of the room.', ['room'], 'graph'),
  sfu_room_producers: gauge('Producers of the room.', ['room'], 'graph'),
  sfu_room_consumers: gauge('Consumers of the room.', ['room'], 'graph'),
  sfu_room_worst_score: gauge('Lowest score of an unpaused consumer of the room, 0 to 10.', ['room'], 'graph'),
  sfu_room_bytes_total: counter('Bytes moved by the transports of the room.', ['room', 'direction'], 'totals'),
} as const;
