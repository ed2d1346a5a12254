import * as os from 'node:os';
import type { HostInventory } from './host-reader.js';
import type { AskInformation, InformationCalls } from './information-calls.js';

/**
 * Reads what does not change: from Node.js what it knows, the rest from systeminformation where `ask` gets an answer.
 */
export async function readInventory(ask: AskInformation): Promise<HostInventory> {
  const osInfo = await ask('osInfo');
  const cpu = await ask('cpu');
  const system = await ask('system');
  const details = await ask('networkInterfaces');
  return {
    hostname: os.hostname(),
    platform: os.platform(),
    distro: text(joined(osInfo?.distro, osInfo?.release)),
    kernel: os.release(),
    arch: os.arch(),
    virtual: system?.virtual ?? null,
    cpuModel: text(joined(cpu?.manufacturer, cpu?.brand)),
    physicalCores: positive(cpu?.physicalCores),
    // Not `os.cpus()`, which reads a file for each core while everything waits.
    logicalCores: positive(cpu?.cores) ?? os.availableParallelism(),
    memoryTotal: os.totalmem(),
    interfaces: details === null ? interfacesOfNode() : details.map(interfaceOf),
  };
}

function interfaceOf(entry: InformationCalls['networkInterfaces'][number]): HostInventory['interfaces'][number] {
  return {
    name: entry.iface,
    speedMbps: positive(entry.speed),
    type: text(entry.type),
    virtual: entry.virtual,
    mac: text(entry.mac),
    addresses: [entry.ip4, entry.ip6].filter((address) => address !== ''),
  };
}

function interfacesOfNode(): HostInventory['interfaces'] {
  return Object.entries(os.networkInterfaces()).map(([name, addresses = []]) => ({
    name,
    speedMbps: null,
    type: null,
    virtual: null,
    mac: text(addresses[0]?.mac),
    addresses: addresses.map(({ address }) => address),
  }));
}

function joined(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join(' ');
}

/** systeminformation says '' and -1 for what it does not know. */
function text(value: string | undefined): string | null {
  return value === undefined || value.trim() === '' ? null : value.trim();
}

function positive(value: number | null | undefined): number | null {
  return value != null && value > 0 ? value : null;
}
