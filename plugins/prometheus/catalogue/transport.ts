import { BUCKETS } from './buckets.js';
import { counter, gauge, grouped, histogram } from './metric.js';

/** Transports: states, connecting, bytes, bandwidth. */
export const TRANSPORT = {
  mediasoup_transport_ice_state_changes_total: counter(
    'ICE state changes, by the new state.',
    ['ice_state'],
    'event `transport.iceStateChanged`',
  ),
  mediasoup_transport_dtls_state_changes_total: counter(
    'DTLS state changes, by the new state.',
    ['state'],
    'event `transport.dtlsStateChanged`',
  ),
  mediasoup_transport_sctp_state_changes_total: counter(
    'SCTP state changes, by the new state.',
    ['state'],
    'event `transport.sctpStateChanged`',
  ),
  mediasoup_transports_by_state: gauge('Open transports by state.', ['protocol_layer', 'any_state'], 'graph'),
  mediasoup_transport_connect_seconds: histogram(
    'Time from opening a transport to its being connected.',
    ['phase'],
    BUCKETS.connect,
    'event `transport.connected`',
  ),
  mediasoup_transport_never_connected_total: counter(
    'Transports that closed without ever having connected.',
    ['transport'],
    'event `transport.closed`',
  ),
  mediasoup_transport_tuple_changes_total: counter(
    'Changes of the addresses media flows between.',
    ['protocol'],
    'event `transport.tupleChanged`',
  ),
  mediasoup_transports_by_protocol: gauge('Connected transports.', ['protocol', 'ip_family'], 'graph'),
  mediasoup_transport_bytes_total: grouped(
    counter('Bytes moved.', ['worker', 'transport', 'direction', 'flow'], 'transport statistics'),
  ),
  mediasoup_transport_throughput_bytes_per_second: gauge(
    'Bytes per second over the last second, all open transports together.',
    ['worker', 'transport', 'direction'],
    '`recvBitrate`, `sendBitrate`',
  ),
  mediasoup_transport_packet_loss_ratio: histogram(
    'Share of RTP packets lost, 0 to 1, once per transport and sampling interval; only with transport-cc.',
    ['direction'],
    BUCKETS.loss,
    '`rtpPacketLossReceived`, `rtpPacketLossSent`',
  ),
  mediasoup_transport_available_bandwidth_bytes_per_second: histogram(
    'Estimated bandwidth, once per transport and sampling interval.',
    ['direction'],
    BUCKETS.bytesPerSecond,
    '`availableIncomingBitrate`, `availableOutgoingBitrate`',
  ),
  mediasoup_transports_bandwidth_limited: gauge(
    'Open transports with a bandwidth estimate and at least one consumer below its preferred layers.',
    ['worker'],
    'graph and `availableOutgoingBitrate`',
  ),
  mediasoup_transports_idle: gauge('Connected transports that receive nothing.', ['worker'], 'liveness'),
} as const;
