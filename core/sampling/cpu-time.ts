type CpuUsage = () => { readonly user: number; readonly system: number };

const { threadCpuUsage } = process as { readonly threadCpuUsage?: CpuUsage };
const usage = threadCpuUsage ?? process.cpuUsage.bind(process);

/** Node.js 22.19 and 23.9 on tell the time of a thread; before, it is that of the process, V8's own threads included. */
export const TELLS_THREADS = threadCpuUsage !== undefined;

/** CPU time in ms that this thread has used, or at most a little more. A call takes about 1 µs. */
export function cpuTime(): number {
  return ms(usage());
}

/** CPU time in ms that all threads of this process have used. */
export function processCpuTime(): number {
  return ms(process.cpuUsage());
}

function ms({ user, system }: ReturnType<CpuUsage>): number {
  return (user + system) / 1_000;
}
