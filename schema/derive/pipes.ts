import type { ConsumerNode, GraphSnapshot, ProducerNode, TransportNode } from '../../core/index.js';

/** A pair of pipe transports that joins two routers. */
export interface Pipe {
  /** The end that was opened first. */
  readonly a: TransportNode;
  /** `null` when the other end is in a process this monitor does not see, or not known yet. */
  readonly b: TransportNode | null;
}

/** One medium that flows through a pipe. */
export interface PipedMedia {
  /** What leaves the one router. */
  readonly consumer: ConsumerNode;
  /** What arrives in the other; `null` where that is not seen. */
  readonly producer: ProducerNode | null;
  /** The original, in the router it comes from. */
  readonly origin: ProducerNode | null;
  readonly direction: 'aToB' | 'bToA';
}

/** Every pipe once, in order of opening. */
export function pipes(snapshot: GraphSnapshot): readonly Pipe[] {
  const seen = new Set<string>();
  const found: Pipe[] = [];
  for (const transport of snapshot.all('transport')) {
    if (transport.type !== 'pipe' || seen.has(transport.key)) continue;
    const other = snapshot.find('transport', transport.pipePeer) ?? null;
    if (other !== null) seen.add(other.key);
    found.push({ a: transport, b: other });
  }
  return found;
}

/** What flows through a pipe, both ways. */
export function pipedMedia(snapshot: GraphSnapshot, { a, b }: Pipe): readonly PipedMedia[] {
  const sent = (end: TransportNode | null, direction: PipedMedia['direction']): PipedMedia[] =>
    end === null
      ? []
      : snapshot.children(end.key, 'consumer').map((consumer) => ({
          consumer,
          producer: snapshot.find('producer', consumer.pipeTarget) ?? null,
          origin: snapshot.find('producer', consumer.producer) ?? null,
          direction,
        }));
  return [...sent(a, 'aToB'), ...sent(b, 'bToA')];
}
