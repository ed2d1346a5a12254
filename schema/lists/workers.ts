import type { RouterNode, WebRtcServerNode, WorkerNode } from '../../core/index.js';
import { builder } from '../builder.js';
import { ListKind } from '../connection.js';
import { isEmptyRouter } from '../derive/empty-router.js';
import { known } from '../known.js';
import { RouterRef, WebRtcServerRef, WorkerRef } from '../refs.js';
import { type CommonFilter, commonConditions } from './conditions.js';
import { commonFields, ENTITY_KEYS, OPENED_AT } from './filter-fields.js';

interface WorkerFilterShape {
  readonly text?: string | null;
  readonly hung?: boolean | null;
}

const WorkerFilter = builder.inputRef<WorkerFilterShape>('WorkerFilter').implement({
  description: 'Conditions on workers; all given ones must hold.',
  fields: (t) => ({
    text: t.string({ description: 'Part of the pid, key or a label.' }),
    hung: t.boolean({ description: 'Whether it has stopped answering.' }),
  }),
});

export const workerList = new ListKind<WorkerNode, WorkerFilterShape>({
  name: 'Worker',
  plural: 'workers',
  type: WorkerRef,
  filter: WorkerFilter,
  matches: (filter, context) =>
    commonConditions<WorkerNode>({ text: filter.text ?? null }, context).add(
      filter.hung,
      (node, hung) => (node.hungSince !== null) === hung,
    ).matches,
  orders: {
    CPU: {
      description: 'CPU time used lately, as a share of one core.',
      direction: 'desc',
      value: (node, { monitor }) => known(monitor.stats.value<'worker'>(node, 'cpuRatio')),
    },
    CONSUMERS: {
      description: 'Number of open consumers.',
      direction: 'desc',
      value: (node, { pin }) => pin.snapshot.within(node.key, 'consumer').length,
    },
    MEMORY: {
      description: 'Resident memory, bytes.',
      direction: 'desc',
      value: (node, { monitor }) => known(monitor.stats.value<'worker'>(node, 'residentMemory')),
    },
    PROBE: {
      description: 'Time to answer the last probe, ms.',
      direction: 'desc',
      value: (node, { monitor }) => known(monitor.stats.value<'worker'>(node, 'probeMs')),
    },
    OPENED_AT,
  },
  ...ENTITY_KEYS,
});

const WebRtcServerFilter = builder.inputRef<CommonFilter>('WebRtcServerFilter').implement({
  description: 'Conditions on WebRTC servers; all given ones must hold.',
  fields: commonFields,
});

export const webRtcServerList = new ListKind<WebRtcServerNode, CommonFilter>({
  name: 'WebRtcServer',
  plural: 'WebRTC servers',
  type: WebRtcServerRef,
  filter: WebRtcServerFilter,
  matches: (filter, context) => commonConditions<WebRtcServerNode>(filter, context).matches,
  orders: { OPENED_AT },
  ...ENTITY_KEYS,
});

interface RouterFilterShape extends CommonFilter {
  readonly empty?: boolean | null;
}

const RouterFilter = builder.inputRef<RouterFilterShape>('RouterFilter').implement({
  description: 'Conditions on routers; all given ones must hold.',
  fields: (t) => ({
    ...commonFields(t),
    empty: t.boolean({ description: 'Whether it has no transport but pipes: one that stays so is probably a leak.' }),
  }),
});

export const routerList = new ListKind<RouterNode, RouterFilterShape>({
  name: 'Router',
  plural: 'routers',
  type: RouterRef,
  filter: RouterFilter,
  matches: (filter, context) =>
    commonConditions<RouterNode>(filter, context).add(
      filter.empty,
      (node, empty) => isEmptyRouter(context.pin.snapshot, node) === empty,
    ).matches,
  orders: {
    CONSUMERS: {
      description: 'Number of open consumers.',
      direction: 'desc',
      value: (node, { pin }) => pin.snapshot.within(node.key, 'consumer').length,
    },
    TRANSPORTS: {
      description: 'Number of open transports.',
      direction: 'desc',
      value: (node, { pin }) => pin.snapshot.children(node.key, 'transport').length,
    },
    OPENED_AT,
  },
  ...ENTITY_KEYS,
});
