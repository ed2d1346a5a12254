import type { HostExtras, HostInventory, HostReader, HostSample, NetworkInterfaceSample } from '../../core/index.js';
import { builder, type Types } from '../builder.js';
import { known } from '../known.js';
import { maskAddress } from '../mask.js';

/** The host at one moment. */
export interface HostView {
  readonly sample: HostSample | null;
  readonly inventory: HostInventory | null;
  readonly extras: HostExtras | null;
}

export function hostView({ latest, inventory, extras }: HostReader): HostView {
  return { sample: latest, inventory, extras };
}

type Numeric<T> = { [K in keyof T]-?: T[K] extends number | null ? K : never }[keyof T] & string;
type Help<T> = Partial<Readonly<Record<Numeric<T>, string>>>;

/** Fields of plain numbers: a name and a sentence for each. */
function gauges<T>(t: PothosSchemaTypes.ObjectFieldBuilder<Types, T>, help: Help<T>) {
  return numbers(t, help, 'Float');
}

function counters<T>(t: PothosSchemaTypes.ObjectFieldBuilder<Types, T>, help: Help<T>) {
  return numbers(t, help, 'Counter');
}

function numbers<T>(t: PothosSchemaTypes.ObjectFieldBuilder<Types, T>, help: Help<T>, type: 'Float' | 'Counter') {
  return Object.fromEntries(
    Object.entries<string | undefined>(help).map(([field, description]) => [
      field,
      t.field({
        type,
        nullable: true,
        ...(description !== undefined && { description }),
        resolve: (source) => {
          const value = (source as Readonly<Record<string, number | null>>)[field] ?? null;
          return value === null ? null : known(value);
        },
      }),
    ]),
  );
}

const CpuRef = builder.objectRef<HostSample['cpu']>('HostCpu').implement({
  description: 'The processor of the host.',
  fields: (t) => ({
    ...gauges(t, {
      ratio: 'Busy share of all cores, 0–1.',
      userRatio: 'Share in user mode, 0–1.',
      systemRatio: 'Share in kernel mode, 0–1.',
      ioWaitRatio: 'Share that waited for disks, 0–1.',
      stealRatio: 'Share the hypervisor gave to others, 0–1. Much of it makes media late.',
      load1: 'Runnable tasks, mean of one minute.',
      load5: 'Runnable tasks, mean of five minutes.',
      load15: 'Runnable tasks, mean of fifteen minutes.',
    }),
    perCore: t.exposeFloatList('perCore', { description: 'Busy share of each core, 0–1; empty when unknown.' }),
  }),
});

const MemoryRef = builder.objectRef<HostSample['memory']>('HostMemory').implement({
  description: 'The memory of the host, bytes.',
  fields: (t) =>
    gauges(t, {
      total: 'All of it, bytes.',
      available: 'What programs can still get, bytes.',
      swapTotal: 'Swap space, bytes.',
      swapFree: 'Unused swap space, bytes.',
    }),
});

const CgroupEnum = builder.enumType('CgroupVersion', {
  description: 'Version of control groups.',
  values: {
    V1: { value: 'v1', description: 'The older one.' },
    V2: { value: 'v2', description: 'The unified one.' },
  } as const,
});

const ContainerRef = builder.objectRef<HostSample['container']>('HostContainer').implement({
  description: 'Limits of the container this process runs in; `null` where there is none.',
  fields: (t) => ({
    cgroup: t.field({
      type: CgroupEnum,
      nullable: true,
      description: 'What sets the limits.',
      resolve: ({ cgroup }) => cgroup,
    }),
    ...gauges(t, {
      cpuLimit: 'Cores the quota allows.',
      memoryLimit: 'Memory it may use, bytes.',
      memoryUsed: 'Memory it uses, bytes.',
    }),
    ...counters(t, {
      throttledSeconds: 'Time it was held back for its quota, s. While it grows, media is late.',
      throttledPeriods: 'Periods in which it was held back.',
    }),
  }),
});

const InterfaceRef = builder.objectRef<NetworkInterfaceSample>('NetworkInterface').implement({
  description: 'One network interface. Counters since boot.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Its name.' }),
    ...gauges(t, { recvBitrate: 'Bit rate in, bits/s.', sendBitrate: 'Bit rate out, bits/s.' }),
    ...counters(t, {
      bytesReceived: 'Bytes in.',
      bytesSent: 'Bytes out.',
      packetsReceived: 'Packets in.',
      packetsSent: 'Packets out.',
      errorsReceived: 'Packets in with errors.',
      errorsSent: 'Packets out with errors.',
      droppedReceived: 'Packets in that were dropped.',
      droppedSent: 'Packets out that were dropped.',
    }),
  }),
});

const UdpRef = builder.objectRef<HostSample['udp']>('HostUdp').implement({
  description: 'UDP sockets of the network namespace. Media travels over them: errors here are media lost in the host.',
  fields: (t) =>
    counters(t, {
      inDatagrams: 'Datagrams received.',
      outDatagrams: 'Datagrams sent.',
      noPorts: 'Datagrams to a port nobody listens on.',
      inErrors: 'Datagrams that could not be received.',
      receiveBufferErrors: 'Datagrams lost because a receive buffer was full.',
      sendBufferErrors: 'Datagrams lost because a send buffer was full.',
    }),
});

const ProcessRef = builder.objectRef<HostSample['process']>('HostProcess').implement({
  description: 'The Node.js process of the SFU.',
  fields: (t) => ({
    ...gauges(t, {
      cpuRatio: 'CPU used, as a share of one core; above 1 when several threads work.',
      residentMemory: 'Resident memory, bytes.',
      heapUsed: 'JavaScript heap in use, bytes.',
      heapTotal: 'JavaScript heap, bytes.',
      eventLoopUtilization: 'Share of the time the event loop was busy, 0–1.',
      eventLoopDelayP50: 'Delay of the event loop, median, ms.',
      eventLoopDelayP99: 'Delay of the event loop, 99th percentile, ms.',
      eventLoopDelayMax: 'Longest delay of the event loop, ms.',
    }),
    ...counters(t, { gcSeconds: 'Time spent in garbage collections, s.', gcCount: 'Garbage collections.' }),
  }),
});

const HostWorkerRef = builder.objectRef<HostSample['workers'][number]>('HostWorkerProcess').implement({
  description: 'A worker process as the operating system sees it.',
  fields: (t) => ({
    pid: t.exposeInt('pid', { description: 'Process id.' }),
    ...gauges(t, {
      cpuRatio: 'CPU used, as a share of one core.',
      residentMemory: 'Resident memory, bytes.',
      threads: 'Number of threads.',
    }),
  }),
});

const InventoryInterfaceRef = builder
  .objectRef<HostInventory['interfaces'][number]>('HostInterfaceInventory')
  .implement({
    description: 'What a network interface is.',
    fields: (t) => ({
      name: t.exposeString('name', { description: 'Its name.' }),
      speedMbps: t.exposeFloat('speedMbps', { nullable: true, description: 'Speed, Mbit/s.' }),
      type: t.exposeString('type', { nullable: true, description: 'For example wired or wireless.' }),
      virtual: t.exposeBoolean('virtual', { nullable: true, description: 'Whether it is virtual.' }),
      mac: t.string({
        nullable: true,
        description: 'Hardware address; `null` when addresses are masked.',
        resolve: ({ mac }, _args, { exposure }) => (exposure.addresses === 'masked' ? null : mac),
      }),
      addresses: t.stringList({
        description: 'IP addresses; the last half may be masked.',
        resolve: ({ addresses }, _args, { exposure }) => addresses.map((address) => maskAddress(address, exposure)),
      }),
    }),
  });

const InventoryRef = builder.objectRef<HostInventory>('HostInventory').implement({
  description: 'What the host is. It does not change while the process runs.',
  fields: (t) => ({
    hostname: t.exposeString('hostname', { description: 'Its name.' }),
    platform: t.exposeString('platform', { description: 'Operating system, for example `linux`.' }),
    distro: t.exposeString('distro', { nullable: true, description: 'Distribution.' }),
    kernel: t.exposeString('kernel', { nullable: true, description: 'Version of the kernel.' }),
    arch: t.exposeString('arch', { description: 'Architecture, for example `x64`.' }),
    virtual: t.exposeBoolean('virtual', { nullable: true, description: 'Whether it is a virtual machine.' }),
    cpuModel: t.exposeString('cpuModel', { nullable: true, description: 'Model of the processor.' }),
    physicalCores: t.exposeInt('physicalCores', { nullable: true, description: 'Cores.' }),
    logicalCores: t.exposeInt('logicalCores', {
      description: 'Cores as the system counts them, hyper-threads included.',
    }),
    ...gauges(t, { memoryTotal: 'Memory, bytes.' }),
    interfaces: t.field({
      type: [InventoryInterfaceRef],
      description: 'Network interfaces.',
      resolve: ({ interfaces }) => interfaces,
    }),
  }),
});

const FileSystemRef = builder.objectRef<HostExtras['fileSystems'][number]>('HostFileSystem').implement({
  description: 'One mounted file system.',
  fields: (t) => ({
    mount: t.exposeString('mount', { description: 'Where it is mounted.' }),
    type: t.exposeString('type', { description: 'For example `ext4`.' }),
    ...gauges(t, { size: 'Size, bytes.', used: 'In use, bytes.' }),
  }),
});

const DisksRef = builder.objectRef<HostExtras['disks']>('HostDisks').implement({
  description: 'All file systems together.',
  fields: (t) => gauges(t, { readPerSecond: 'Read, bytes/s.', writePerSecond: 'Written, bytes/s.' }),
});

const ExtrasRef = builder.objectRef<HostExtras>('HostExtras').implement({
  description: 'What is read more seldom, as it is dear to read.',
  fields: (t) => ({
    at: t.expose('at', { type: 'DateTime', description: 'When it was read.' }),
    fileSystems: t.field({
      type: [FileSystemRef],
      description: 'Mounted file systems.',
      resolve: ({ fileSystems }) => fileSystems,
    }),
    disks: t.expose('disks', { type: DisksRef, description: 'How busy the disks are.' }),
    ...gauges(t, { cpuTemperature: 'Temperature of the processor, °C; `null` where there is no sensor.' }),
  }),
});

export const HostRef = builder.objectRef<HostView>('Host').implement({
  description: 'The machine the SFU runs on. A part is `null` before its first reading.',
  fields: (t) => ({
    at: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the parts below were read, `inventory` and `extras` apart.',
      resolve: ({ sample }) => sample?.at ?? null,
    }),
    cpu: t.field({ type: CpuRef, nullable: true, description: 'Processor.', resolve: ({ sample }) => sample?.cpu }),
    memory: t.field({
      type: MemoryRef,
      nullable: true,
      description: 'Memory.',
      resolve: ({ sample }) => sample?.memory,
    }),
    container: t.field({
      type: ContainerRef,
      nullable: true,
      description: 'Limits of the container.',
      resolve: ({ sample }) => sample?.container,
    }),
    interfaces: t.field({
      type: [InterfaceRef],
      description: 'Network interfaces: bandwidth in and out of this host.',
      resolve: ({ sample }) => sample?.interfaces ?? [],
    }),
    udp: t.field({ type: UdpRef, nullable: true, description: 'UDP sockets.', resolve: ({ sample }) => sample?.udp }),
    process: t.field({
      type: ProcessRef,
      nullable: true,
      description: 'The Node.js process of the SFU.',
      resolve: ({ sample }) => sample?.process,
    }),
    workers: t.field({
      type: [HostWorkerRef],
      description: 'The worker processes.',
      resolve: ({ sample }) => sample?.workers ?? [],
    }),
    inventory: t.expose('inventory', { type: InventoryRef, nullable: true, description: 'What the host is.' }),
    extras: t.expose('extras', { type: ExtrasRef, nullable: true, description: 'Disks and temperature.' }),
  }),
});
