import type { DtlsState, EntityKey, IceState, SctpState, TransportNode, TransportType } from '../../core/index.js';
import { builder } from '../builder.js';
import { ListKind } from '../connection.js';
import type { SchemaContext } from '../context.js';
import { isConnected } from '../derive/connected.js';
import { known } from '../known.js';
import { requireKind } from '../lookup.js';
import { TransportInterface } from '../refs.js';
import { DtlsStateEnum, IceStateEnum, ProtocolEnum, SctpStateEnum, TransportTypeEnum } from '../types/enums.js';
import { type CommonFilter, commonConditions } from './conditions.js';
import { commonFields, ENTITY_KEYS, OPENED_AT } from './filter-fields.js';

export interface TransportFilterShape extends CommonFilter {
  readonly types?: readonly TransportType[] | null;
  readonly protocol?: 'udp' | 'tcp' | null;
  readonly iceStates?: readonly IceState[] | null;
  readonly dtlsStates?: readonly DtlsState[] | null;
  readonly sctpStates?: readonly SctpState[] | null;
  readonly connected?: boolean | null;
  readonly neverConnected?: boolean | null;
  readonly idle?: boolean | null;
  readonly webRtcServer?: string | null;
  readonly troubled?: boolean | null;
}

const TransportFilter = builder.inputRef<TransportFilterShape>('TransportFilter').implement({
  description: 'Conditions on transports; all given ones must hold.',
  fields: (t) => ({
    ...commonFields(t),
    types: t.field({ type: [TransportTypeEnum], description: 'Any of these types.' }),
    protocol: t.field({
      type: ProtocolEnum,
      description: 'Protocol of the selected path; unknown paths do not match.',
    }),
    iceStates: t.field({ type: [IceStateEnum], description: 'Any of these states of ICE.' }),
    dtlsStates: t.field({ type: [DtlsStateEnum], description: 'Any of these states of DTLS.' }),
    sctpStates: t.field({ type: [SctpStateEnum], description: 'Any of these states of SCTP.' }),
    connected: t.boolean({ description: 'Whether media can flow.' }),
    neverConnected: t.boolean({ description: 'Whether it has not connected within the threshold after opening.' }),
    idle: t.boolean({ description: 'Whether it is connected and has received nothing for the threshold.' }),
    webRtcServer: t.id({ description: "The WebRTC server it listens on: id, key or the SFU's own id." }),
    troubled: t.boolean({
      description: 'Whether it never connected, failed (ICE disconnected or DTLS failed), is idle, or runs over TCP.',
    }),
  }),
});

function isTroubled(node: TransportNode): boolean {
  return (
    node.neverConnectedSince !== null ||
    node.idleSince !== null ||
    node.iceState === 'disconnected' ||
    node.dtlsState === 'failed' ||
    node.tuple?.protocol === 'tcp'
  );
}

const value =
  (field: 'sendBitrate' | 'recvBitrate' | 'availableOutgoingBitrate') =>
  (node: TransportNode, { monitor }: SchemaContext): number | null =>
    known(monitor.stats.value<'transport'>(node, field));

export const transportList = new ListKind<TransportNode, TransportFilterShape>({
  name: 'Transport',
  plural: 'transports',
  type: TransportInterface,
  filter: TransportFilter,
  matches: (filter, context) => {
    const conditions = commonConditions<TransportNode>(filter, context);
    if (filter.webRtcServer) {
      const { key } = requireKind(context, 'webRtcServer', filter.webRtcServer);
      conditions.add(key, (node, wanted: EntityKey) => node.webRtcServer === wanted);
    }
    return conditions
      .add(filter.types, (node, types) => types.includes(node.type))
      .add(filter.protocol, (node, protocol) => node.tuple?.protocol === protocol)
      .add(filter.iceStates, (node, states) => node.iceState !== null && states.includes(node.iceState))
      .add(filter.dtlsStates, (node, states) => node.dtlsState !== null && states.includes(node.dtlsState))
      .add(filter.sctpStates, (node, states) => node.sctpState !== null && states.includes(node.sctpState))
      .add(filter.connected, (node, connected) => isConnected(node) === connected)
      .add(filter.neverConnected, (node, never) => (node.neverConnectedSince !== null) === never)
      .add(filter.idle, (node, idle) => (node.idleSince !== null) === idle)
      .add(filter.troubled, (node, troubled) => isTroubled(node) === troubled).matches;
  },
  orders: {
    SEND_BITRATE: {
      description: 'Bit rate towards the endpoint, bits/s.',
      direction: 'desc',
      value: value('sendBitrate'),
    },
    RECV_BITRATE: {
      description: 'Bit rate from the endpoint, bits/s.',
      direction: 'desc',
      value: value('recvBitrate'),
    },
    AVAILABLE_OUTGOING_BITRATE: {
      description: 'Estimated bandwidth towards the endpoint, bits/s.',
      direction: 'asc',
      value: value('availableOutgoingBitrate'),
    },
    ICE_CONNECT_TIME: {
      description: 'Time from opening to the first connection of ICE, ms.',
      direction: 'desc',
      value: (node) => node.iceConnectMs,
    },
    OPENED_AT,
  },
  ...ENTITY_KEYS,
});
