/** Number of worker threads this process has, unreferenced ones included, from Node.js's own diagnostic report. */
export function countWorkerThreads(): number {
  const report: unknown = process.report.getReport();
  if (typeof report !== 'object' || report === null || !('workers' in report) || !Array.isArray(report.workers)) {
    throw new Error('the diagnostic report of this Node.js lists no workers');
  }
  return report.workers.length;
}
