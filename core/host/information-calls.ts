import type { Systeminformation as Si } from 'systeminformation';

/** What each call of systeminformation that is used gives. */
export interface InformationCalls {
  osInfo: Si.OsData;
  cpu: Si.CpuData;
  system: Si.SystemData;
  networkInterfaces: Si.NetworkInterfacesData[];
  fsSize: Si.FsSizeData[];
  fsStats: Si.FsStatsData;
  cpuTemperature: Si.CpuTemperatureData;
  mem: Si.MemData;
  networkStats: Si.NetworkStatsData[];
}

export type InformationCall = keyof InformationCalls;

/**
 * Arguments of each call. They are fixed here: systeminformation builds command lines, so no text from outside may
 * reach it.
 */
export const CALL_ARGUMENTS: Readonly<Record<InformationCall, readonly string[]>> = {
  osInfo: [],
  cpu: [],
  system: [],
  networkInterfaces: [],
  fsSize: [],
  fsStats: [],
  cpuTemperature: [],
  mem: [],
  networkStats: ['*'],
};

/** Asks one question; `null` when there is no answer. Never rejects. */
export type AskInformation = <C extends InformationCall>(call: C) => Promise<InformationCalls[C] | null>;
