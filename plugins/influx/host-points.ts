import type { HostSample } from '../../core/index.js';
import { float, integer, line, type Tags } from './line.js';

/** A machine with very many interfaces (containers) must not make as many series. */
const MAX_INTERFACES = 32;

/** Lines of one reading of the machine. */
export function hostPoints(
  { cpu, memory, container, interfaces, udp, process, at }: HostSample,
  tags: Tags,
): readonly (string | null)[] {
  const host = line(
    'sfu_host',
    tags,
    {
      cpuRatio: float(cpu.ratio),
      cpuUserRatio: float(cpu.userRatio),
      cpuSystemRatio: float(cpu.systemRatio),
      cpuStealRatio: float(cpu.stealRatio),
      load1: float(cpu.load1),
      load5: float(cpu.load5),
      load15: float(cpu.load15),
      memoryTotal: integer(memory.total),
      memoryAvailable: integer(memory.available),
      swapTotal: integer(memory.swapTotal),
      swapFree: integer(memory.swapFree),
      containerCpuLimit: float(container.cpuLimit),
      containerThrottledSeconds: float(container.throttledSeconds),
      containerMemoryLimit: integer(container.memoryLimit),
      containerMemoryUsed: integer(container.memoryUsed),
      udpInDatagrams: integer(udp.inDatagrams),
      udpOutDatagrams: integer(udp.outDatagrams),
      udpInErrors: integer(udp.inErrors),
      udpReceiveBufferErrors: integer(udp.receiveBufferErrors),
      udpSendBufferErrors: integer(udp.sendBufferErrors),
      processCpuRatio: float(process.cpuRatio),
      processResidentMemory: integer(process.residentMemory),
      processHeapUsed: integer(process.heapUsed),
      eventLoopUtilization: float(process.eventLoopUtilization),
      eventLoopDelayP99Ms: float(process.eventLoopDelayP99),
      eventLoopDelayMaxMs: float(process.eventLoopDelayMax),
      gcSeconds: float(process.gcSeconds),
    },
    at,
  );
  const perInterface = interfaces.slice(0, MAX_INTERFACES).map((one) =>
    line(
      'sfu_interface',
      { ...tags, interface: one.name },
      {
        bytesReceived: integer(one.bytesReceived),
        bytesSent: integer(one.bytesSent),
        packetsReceived: integer(one.packetsReceived),
        packetsSent: integer(one.packetsSent),
        errorsReceived: integer(one.errorsReceived),
        errorsSent: integer(one.errorsSent),
        droppedReceived: integer(one.droppedReceived),
        droppedSent: integer(one.droppedSent),
        recvBitrate: float(one.recvBitrate),
        sendBitrate: float(one.sendBitrate),
      },
      at,
    ),
  );
  return [host, ...perInterface];
}
