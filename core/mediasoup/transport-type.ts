import type { TransportType } from '../model/entity.js';
import type { RtpObserverShape, TransportShape } from './shapes.js';

const TYPES: Readonly<Record<string, TransportType>> = {
  webrtc: 'webrtc',
  plain: 'plain',
  pipe: 'pipe',
  direct: 'direct',
};

/** `type` since 3.15; before it, what the four types do not have in common. Class names would not survive a bundler. */
export function transportTypeOf(transport: TransportShape): TransportType {
  const told = TYPES[transport.type ?? ''];
  if (told !== undefined) return told;
  if (typeof transport.iceState === 'string') return 'webrtc';
  if (transport.tuple === undefined) return 'direct';
  return 'rtcpTuple' in transport ? 'plain' : 'pipe';
}

/** `type` since 3.15; before it only the class name tells. */
export function rtpObserverTypeOf(observer: RtpObserverShape): 'activespeaker' | 'audiolevel' {
  const told = observer.type ?? observer.constructor.name;
  return /^activespeaker/i.test(told) ? 'activespeaker' : 'audiolevel';
}
