export type Direction = 'in' | 'out';

/** Bytes and messages per direction: of a meter since its session began, of a peer or room since the monitor began. */
export interface TrafficCount {
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly messagesIn: number;
  readonly messagesOut: number;
}

/**
 * Counts one peer's signalling traffic, which the SFU never sees. Keep it with the connection; it costs one addition a
 * call. Counts added before the peer or the room is known are attributed once `identify` was called. A room that was
 * never told is not known yet; an application without rooms tells `room: null`, which says that there is none.
 */
export interface TrafficMeter {
  /** One message of `bytes` bytes. Throws `RangeError` for anything but a whole number from 0. */
  add(bytes: number, direction: Direction): void;
  /**
   * Tells whose it is, or corrects it: what was counted and not yet reported goes to the new identity. A name has 1 to 256
   * characters; what is none changes nothing.
   */
  identify(identity: { readonly room?: string | null; readonly peer?: string | null }): void;
  readonly totals: TrafficCount;
  /** Reports what is pending and starts again at 0: the same peer in a new session. */
  reset(): void;
  /** Reports what is pending and forgets the meter; later calls do nothing. */
  stop(): void;
}

/** Totals by peer, signalling and data channels apart. What is counted but nobody's yet shows nowhere. */
export interface TrafficReader {
  /** `null` when nothing was ever counted for that peer. */
  peer(room: string | null, peer: string): { readonly signalling: TrafficCount; readonly data: TrafficCount } | null;
  room(room: string): { readonly signalling: TrafficCount; readonly data: TrafficCount };
}
