import { BUCKETS } from './buckets.js';
import { counter, gauge, grouped, histogram } from './metric.js';

const ONCE = 'one observation per stream and sampling interval';
const FIRST = 'event of the first media';

/** Producers and consumers of endpoints; what goes through pipes is counted by `mediasoup_pipe_bytes_total` alone. */
export const MEDIA = {
  mediasoup_producer_bytes_total: grouped(
    counter(
      'RTP bytes received, retransmissions not included, pipes not counted again.',
      ['worker', 'kind', 'codec'],
      '`byteCount`',
    ),
  ),
  mediasoup_producer_packets_total: grouped(
    counter('RTP packets received, pipes not counted again.', ['worker', 'kind', 'codec'], '`packetCount`'),
  ),
  mediasoup_producer_packets_lost_total: counter('Packets lost on the way in.', ['kind'], '`packetsLost`, rises only'),
  mediasoup_producer_packets_discarded_total: counter(
    'Packets that came too late or twice.',
    ['kind'],
    '`packetsDiscarded`',
  ),
  mediasoup_producer_packets_retransmitted_total: counter(
    'Packets that endpoints sent again.',
    ['kind'],
    '`packetsRetransmitted`',
  ),
  mediasoup_producer_packets_repaired_total: counter(
    'Lost packets that a retransmission replaced.',
    ['kind'],
    '`packetsRepaired`',
  ),
  mediasoup_producer_rtx_packets_discarded_total: counter(
    'Retransmissions that came too late or twice.',
    ['kind'],
    '`rtxPacketsDiscarded`',
  ),
  mediasoup_producer_nacks_total: counter('NACK messages sent to endpoints.', ['kind'], '`nackCount`'),
  mediasoup_producer_nacked_packets_total: counter('Packets asked for again.', ['kind'], '`nackPacketCount`'),
  mediasoup_producer_plis_total: counter('Picture loss indications sent to endpoints.', ['kind'], '`pliCount`'),
  mediasoup_producer_firs_total: counter('Full intra requests sent to endpoints.', ['kind'], '`firCount`'),
  mediasoup_producer_throughput_bytes_per_second: histogram(
    'Bytes per second of a producer over the last 2.5 s, all its encodings together.',
    ['kind'],
    BUCKETS.bytesPerSecond,
    `\`bitrate\`, ${ONCE}`,
  ),
  mediasoup_producer_layer_throughput_bytes_per_second: gauge(
    'Bytes per second of video by spatial layer, all producers together.',
    ['spatial_layer'],
    '`bitrateByLayer`, or the encoding where that is not told',
  ),
  mediasoup_producer_jitter_seconds: histogram(
    'Interarrival jitter; the worst encoding of a producer.',
    ['kind'],
    BUCKETS.jitter,
    `\`jitter\` by the clock rate, ${ONCE}`,
  ),
  mediasoup_producer_round_trip_time_seconds: histogram(
    'Round trip time to the sending endpoint, where it is known.',
    ['kind'],
    BUCKETS.roundTrip,
    `\`roundTripTime\`, ${ONCE}`,
  ),
  mediasoup_producer_score: grouped(
    histogram(
      'Score, 0 to 10; the best encoding of a producer.',
      ['kind', 'type'],
      BUCKETS.score,
      `\`score\`, ${ONCE}`,
    ),
  ),
  mediasoup_producers_stalled: gauge('Producers that send nothing though unpaused.', ['worker', 'kind'], 'liveness'),
  mediasoup_producers_unconsumed: gauge('Producers that nobody receives.', ['worker', 'kind'], 'graph'),
  mediasoup_producer_first_media_seconds: histogram(
    'Time from opening a producer to its first RTP.',
    ['kind'],
    BUCKETS.connect,
    FIRST,
  ),
  mediasoup_producer_video_orientation_changes_total: counter(
    'Changes of the orientation of a camera.',
    [],
    'event `producer.videoOrientationChanged`',
  ),
  mediasoup_consumer_bytes_total: grouped(
    counter(
      'RTP bytes sent, retransmissions not included, pipes not counted.',
      ['worker', 'kind', 'codec'],
      '`byteCount` of the outbound stream',
    ),
  ),
  mediasoup_consumer_packets_total: grouped(
    counter('RTP packets sent, pipes not counted.', ['worker', 'kind', 'codec'], '`packetCount`'),
  ),
  mediasoup_consumer_packets_lost_total: counter('Packets lost on the way out.', ['kind'], '`packetsLost`, rises only'),
  mediasoup_consumer_packets_retransmitted_total: counter('Packets sent again.', ['kind'], '`packetsRetransmitted`'),
  mediasoup_consumer_nacks_total: counter('NACK messages received.', ['kind'], '`nackCount`'),
  mediasoup_consumer_nacked_packets_total: counter('Packets asked for again.', ['kind'], '`nackPacketCount`'),
  mediasoup_consumer_plis_total: counter('Picture loss indications received.', ['kind'], '`pliCount`'),
  mediasoup_consumer_firs_total: counter('Full intra requests received.', ['kind'], '`firCount`'),
  mediasoup_consumer_round_trip_time_seconds: histogram(
    'Round trip time to the receiving endpoint, where it is known.',
    ['kind'],
    BUCKETS.roundTrip,
    `\`roundTripTime\`, ${ONCE}`,
  ),
  mediasoup_consumer_fraction_lost_ratio: histogram(
    'Share of packets lost in the last RTCP interval, 0 to 1.',
    ['kind'],
    BUCKETS.loss,
    `\`fractionLost\` by 256, ${ONCE}`,
  ),
  mediasoup_consumer_jitter_seconds: histogram(
    'Interarrival jitter as the receiving endpoint reports it; mediasoup tells it from 3.19.10 on.',
    ['kind'],
    BUCKETS.jitter,
    `\`jitter\` by the clock rate, ${ONCE}`,
  ),
  mediasoup_consumer_score: grouped(
    histogram('Score, 0 to 10; pipes have none.', ['kind', 'type'], BUCKETS.score, `\`score\`, ${ONCE}`),
  ),
  mediasoup_consumers_by_current_layer: gauge(
    'Unpaused simulcast and SVC consumers by the layer they forward.',
    ['layer'],
    'graph',
  ),
  mediasoup_consumers_below_preferred_layer: gauge(
    'Unpaused consumers that forward less than they prefer.',
    ['worker'],
    'graph',
  ),
  mediasoup_consumers_starved: gauge(
    'Unpaused consumers that forward nothing though their producer sends.',
    ['worker', 'kind'],
    'liveness',
  ),
  mediasoup_consumer_layer_changes_total: counter(
    'Changes of the forwarded layers.',
    ['change'],
    'event `consumer.layersChanged`',
  ),
  mediasoup_consumer_first_media_seconds: histogram(
    'Time from opening a consumer to its first RTP.',
    ['kind'],
    BUCKETS.connect,
    FIRST,
  ),
} as const;
