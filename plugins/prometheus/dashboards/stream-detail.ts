import { dashboard } from './dashboard.js';
import { heatmap, type Query, timeSeries } from './panels.js';
import { buckets, quantile, rate, scoreQuantile, series, sum } from './promql.js';
import type { MetricNameOf } from '../catalogue/catalogue.js';

/** Half, most and nearly all of what was observed. */
function quantiles(name: MetricNameOf<'histogram'>, ...by: readonly string[]): Query[] {
  const labels = by.map((label) => ` {{${label}}}`).join('');
  return [0.5, 0.95, 0.99].map((q) => ({
    expr: quantile(q, name, ...by),
    legend: `p${q * 100}${labels}`,
    exemplar: true,
  }));
}

function scores(name: 'mediasoup_producer_score' | 'mediasoup_consumer_score'): Query[] {
  return [0.01, 0.1, 0.5].map((q) => ({ expr: scoreQuantile(q, name, 'kind'), legend: `p${q * 100} {{kind}}` }));
}

/** How good are the streams, how are they spread, and what is done to repair them? */
export const streamDetail = dashboard({
  uid: 'sfuscope-streams',
  title: 'Stream detail',
  description:
    'How quality is spread over producers and consumers: scores, loss, round trip time, jitter, bit rates, layers.',
  choices: ['worker', 'kind'],
  chapters: [
    {
      title: 'Scores',
      panels: [
        heatmap({
          title: 'Scores of consumers',
          description: 'What endpoints get: one observation per consumer and sampling interval, 10 is best.',
          unit: 'none',
          expr: buckets('mediasoup_consumer_score'),
        }),
        heatmap({
          title: 'Scores of producers',
          description: 'What endpoints send: one observation per producer and sampling interval, 10 is best.',
          unit: 'none',
          expr: buckets('mediasoup_producer_score'),
        }),
        timeSeries({
          title: 'Low scores of consumers',
          description: 'p10: a tenth of the consumers has this score or a lower one.',
          unit: 'none',
          min: 0,
          max: 10,
          queries: scores('mediasoup_consumer_score'),
        }),
        timeSeries({
          title: 'Low scores of producers',
          description: 'p10: a tenth of the producers has this score or a lower one.',
          unit: 'none',
          min: 0,
          max: 10,
          queries: scores('mediasoup_producer_score'),
        }),
        timeSeries({
          title: 'Time to the first media',
          description: 'From opening a stream to its first packet, for the slowest twentieth.',
          unit: 's',
          min: 0,
          queries: [
            { expr: quantile(0.95, 'mediasoup_producer_first_media_seconds', 'kind'), legend: 'producers {{kind}}' },
            { expr: quantile(0.95, 'mediasoup_consumer_first_media_seconds', 'kind'), legend: 'consumers {{kind}}' },
          ],
        }),
        timeSeries({
          title: 'Streams by kind and type',
          description: 'Open producers and consumers, those of pipes too.',
          unit: 'short',
          min: 0,
          queries: [
            { expr: sum(series('mediasoup_producers'), 'kind', 'type'), legend: 'producers {{kind}} {{type}}' },
            { expr: sum(series('mediasoup_consumers'), 'kind', 'type'), legend: 'consumers {{kind}} {{type}}' },
          ],
        }),
      ],
    },
    {
      title: 'Loss and its repair',
      panels: [
        heatmap({
          title: 'Loss on the way out',
          description: 'Share of packets that an endpoint reported lost, one observation per consumer and interval.',
          unit: 'percentunit',
          expr: buckets('mediasoup_consumer_fraction_lost_ratio'),
        }),
        timeSeries({
          title: 'Loss on the way out, quantiles',
          description: 'p95: a twentieth of the consumers loses this share or more.',
          unit: 'percentunit',
          min: 0,
          queries: quantiles('mediasoup_consumer_fraction_lost_ratio', 'kind'),
        }),
        timeSeries({
          title: 'Loss of transports, quantiles',
          description:
            'p95 of the share of packets lost; only transports with transport-wide congestion control tell it.',
          unit: 'percentunit',
          min: 0,
          queries: quantiles('mediasoup_transport_packet_loss_ratio', 'direction'),
        }),
        timeSeries({
          title: 'Packets lost',
          description: 'Packets lost in a second, on the way in and on the way out.',
          unit: 'pps',
          min: 0,
          queries: [
            { expr: sum(rate('mediasoup_producer_packets_lost_total'), 'kind'), legend: 'in {{kind}}' },
            { expr: sum(rate('mediasoup_consumer_packets_lost_total'), 'kind'), legend: 'out {{kind}}' },
          ],
        }),
        timeSeries({
          title: 'Repair',
          description:
            'Packets in a second: sent again by endpoints and the SFU, come in place of a lost one, come for nothing.',
          unit: 'pps',
          min: 0,
          queries: [
            { expr: sum(rate('mediasoup_producer_packets_retransmitted_total')), legend: 'in: sent again' },
            { expr: sum(rate('mediasoup_producer_packets_repaired_total')), legend: 'in: repaired' },
            { expr: sum(rate('mediasoup_producer_packets_discarded_total')), legend: 'in: discarded' },
            { expr: sum(rate('mediasoup_producer_rtx_packets_discarded_total')), legend: 'in: again for nothing' },
            { expr: sum(rate('mediasoup_consumer_packets_retransmitted_total')), legend: 'out: sent again' },
          ],
        }),
        timeSeries({
          title: 'Requests for repair',
          description:
            'NACKs ask for packets, PLIs and FIRs for a key frame. Many PLIs: somebody keeps joining or losing.',
          unit: 'cps',
          min: 0,
          queries: [
            { expr: sum(rate('mediasoup_producer_nacked_packets_total')), legend: 'packets we ask for' },
            { expr: sum(rate('mediasoup_producer_plis_total')), legend: 'PLIs we send' },
            { expr: sum(rate('mediasoup_producer_firs_total')), legend: 'FIRs we send' },
            { expr: sum(rate('mediasoup_consumer_nacked_packets_total')), legend: 'packets asked of us' },
            { expr: sum(rate('mediasoup_consumer_plis_total')), legend: 'PLIs we get' },
            { expr: sum(rate('mediasoup_consumer_firs_total')), legend: 'FIRs we get' },
          ],
        }),
      ],
    },
    {
      title: 'Round trip time and jitter',
      panels: [
        heatmap({
          title: 'Round trip time of consumers',
          description: 'To the receiving endpoint, one observation per consumer and sampling interval.',
          unit: 's',
          expr: buckets('mediasoup_consumer_round_trip_time_seconds'),
        }),
        timeSeries({
          title: 'Round trip time of consumers, quantiles',
          description: 'p95: a twentieth of the consumers has this round trip time or a longer one.',
          unit: 's',
          min: 0,
          queries: quantiles('mediasoup_consumer_round_trip_time_seconds'),
        }),
        timeSeries({
          title: 'Round trip time of producers, quantiles',
          description: 'To the sending endpoint, where it is known.',
          unit: 's',
          min: 0,
          queries: quantiles('mediasoup_producer_round_trip_time_seconds'),
        }),
        heatmap({
          title: 'Jitter of producers',
          description: 'Interarrival jitter of what endpoints send, the worst encoding of each producer.',
          unit: 's',
          expr: buckets('mediasoup_producer_jitter_seconds'),
        }),
        timeSeries({
          title: 'Jitter of producers, quantiles',
          description: 'Above 30 ms receivers must delay playing, and audio begins to break.',
          unit: 's',
          min: 0,
          queries: quantiles('mediasoup_producer_jitter_seconds', 'kind'),
        }),
        timeSeries({
          title: 'Jitter of consumers, quantiles',
          description: 'As receiving endpoints report it; mediasoup tells it from 3.19.10 on.',
          unit: 's',
          min: 0,
          queries: quantiles('mediasoup_consumer_jitter_seconds', 'kind'),
        }),
      ],
    },
    {
      title: 'Bit rates',
      panels: [
        heatmap({
          title: 'Throughput of producers',
          description: 'All encodings of a producer together, one observation per producer and sampling interval.',
          unit: 'Bps',
          expr: buckets('mediasoup_producer_throughput_bytes_per_second'),
        }),
        timeSeries({
          title: 'Media received by codec',
          description: 'RTP received from endpoints, retransmissions not included.',
          unit: 'bps',
          min: 0,
          stacked: true,
          queries: [
            {
              expr: `8 * ${sum(rate('mediasoup_producer_bytes_total'), 'kind', 'codec')}`,
              legend: '{{kind}} {{codec}}',
            },
          ],
        }),
        timeSeries({
          title: 'Media sent by codec',
          description: 'RTP sent to endpoints, retransmissions not included.',
          unit: 'bps',
          min: 0,
          stacked: true,
          queries: [
            {
              expr: `8 * ${sum(rate('mediasoup_consumer_bytes_total'), 'kind', 'codec')}`,
              legend: '{{kind}} {{codec}}',
            },
          ],
        }),
        timeSeries({
          title: 'Packets',
          description: 'RTP packets in a second: what the CPU of the workers goes with.',
          unit: 'pps',
          min: 0,
          queries: [
            { expr: sum(rate('mediasoup_producer_packets_total'), 'kind'), legend: 'in {{kind}}' },
            { expr: sum(rate('mediasoup_consumer_packets_total'), 'kind'), legend: 'out {{kind}}' },
          ],
        }),
        timeSeries({
          title: 'Estimated bandwidth, the poorest',
          description: 'A tenth of the transports has this estimate or a lower one; only with congestion control.',
          unit: 'bps',
          min: 0,
          queries: [
            {
              expr: `8 * ${quantile(0.1, 'mediasoup_transport_available_bandwidth_bytes_per_second', 'direction')}`,
              legend: '{{direction}}',
              exemplar: true,
            },
          ],
        }),
        timeSeries({
          title: 'What transports carry',
          description: 'Everything, and within it media, retransmissions and probation.',
          unit: 'bps',
          min: 0,
          queries: [
            {
              expr: `8 * ${sum(rate('mediasoup_transport_bytes_total'), 'direction', 'flow')}`,
              legend: '{{direction}} {{flow}}',
            },
          ],
        }),
      ],
    },
    {
      title: 'Layers',
      panels: [
        timeSeries({
          title: 'Consumers by the layer they forward',
          description: 'Unpaused simulcast and SVC consumers; `none` forwards nothing at all.',
          unit: 'short',
          min: 0,
          stacked: true,
          queries: [{ expr: sum(series('mediasoup_consumers_by_current_layer'), 'layer'), legend: 'layer {{layer}}' }],
        }),
        timeSeries({
          title: 'Below the preferred layer',
          description: 'Unpaused consumers that forward less than they prefer, and transports short of bandwidth.',
          unit: 'short',
          min: 0,
          queries: [
            { expr: sum(series('mediasoup_consumers_below_preferred_layer')), legend: 'consumers' },
            { expr: sum(series('mediasoup_transports_bandwidth_limited')), legend: 'transports' },
          ],
        }),
        timeSeries({
          title: 'Changes of layers',
          description: 'Up, down, and off: nothing is forwarded any more. Many of all: a bandwidth that swings.',
          unit: 'cps',
          min: 0,
          queries: [
            { expr: sum(rate('mediasoup_consumer_layer_changes_total'), 'direction'), legend: '{{direction}}' },
          ],
        }),
        timeSeries({
          title: 'Bit rate by spatial layer',
          description: 'What endpoints send, all producers together.',
          unit: 'bps',
          min: 0,
          stacked: true,
          queries: [
            {
              expr: `8 * ${sum(series('mediasoup_producer_layer_throughput_bytes_per_second'), 'layer')}`,
              legend: 'layer {{layer}}',
            },
          ],
        }),
        timeSeries({
          title: 'Producers without a consumer',
          description: 'Producers that nobody receives cost their endpoint bandwidth for nothing.',
          unit: 'short',
          min: 0,
          queries: [{ expr: sum(series('mediasoup_producers_unconsumed'), 'kind'), legend: '{{kind}}' }],
        }),
        timeSeries({
          title: 'Data channels',
          description: 'Messages in a second, and how often a send buffer was full.',
          unit: 'cps',
          min: 0,
          queries: [
            { expr: sum(rate('mediasoup_data_messages_total'), 'direction'), legend: 'messages {{direction}}' },
            { expr: sum(rate('mediasoup_data_consumer_send_buffer_full_total')), legend: 'send buffer full' },
          ],
        }),
      ],
    },
  ],
});
