import type { TransportNode } from '../../core/index.js';

/**
 * Whether media can flow: WebRTC needs ICE and DTLS, plain and pipe a known remote address, direct nothing.
 */
export function isConnected(transport: TransportNode): boolean {
  switch (transport.type) {
    case 'webrtc':
      return isIceUp(transport) && transport.dtlsState === 'connected';
    case 'plain':
    case 'pipe':
      return transport.tuple?.remotePort != null;
    case 'direct':
      return true;
  }
}

export function isIceUp(transport: TransportNode): boolean {
  return transport.iceState === 'connected' || transport.iceState === 'completed';
}
