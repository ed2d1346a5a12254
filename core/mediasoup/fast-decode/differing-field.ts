import type { Reading, StreamReading } from '../../source.js';

/** Names the first field in which two readings of one answer differ, with both values; `null` when they are the same. */
export function differingField(ours: Reading, theirs: Reading): string | null {
  if (ours.streams.length !== theirs.streams.length) {
    return differs('streams', ours.streams.length, theirs.streams.length);
  }
  // Without a stream the answer tells no time, and each reading has its own.
  const timed = ours.streams.length > 0 || Object.keys(theirs.values).length > 0;
  if (timed && ours.timestamp !== theirs.timestamp) return differs('timestamp', ours.timestamp, theirs.timestamp);
  for (const [i, stream] of theirs.streams.entries()) {
    const found = differingIn(ours.streams[i]!, stream);
    if (found !== null) return found;
  }
  return differingIn(ours.values, theirs.values);
}

function differingIn(
  ours: StreamReading | Reading['values'],
  theirs: StreamReading | Reading['values'],
): string | null {
  for (const name of new Set([...Object.keys(ours), ...Object.keys(theirs)])) {
    const [our, their] = [ours, theirs].map((holder) => (holder as unknown as Record<string, unknown>)[name]);
    const [ourText, theirText] = [textOf(our), textOf(their)];
    if (ourText !== theirText) return `${name} is ${ourText}, mediasoup says ${theirText}`;
  }
  return null;
}

/** `NaN` and what is left out are the same: unknown. The keys of an object are in order of the answer in both. */
function textOf(value: unknown): string {
  if (value === undefined || Number.isNaN(value)) return 'unknown';
  return JSON.stringify(value);
}

function differs(name: string, ours: number, theirs: number): string {
  return `${name} is ${ours}, mediasoup says ${theirs}`;
}
