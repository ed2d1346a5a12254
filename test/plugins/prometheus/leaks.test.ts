import { describe, expect, it } from 'vitest';
import type { GraphSnapshot, TransportNode } from '../../../core/index.js';
import { sampleEvent, sampleNode, sampleSnapshot, snapshotRows } from '../../../core/testing/index.js';
import { GRAPH } from '../../../core/tokens.js';
import { nodeWith, PrometheusKit } from '../../support/prometheus-kit.js';

const ROUTERS = 'mediasoup_suspected_leaks{entity="router"}';
const TRANSPORTS = 'mediasoup_suspected_leaks{entity="transport"}';
const AFTER_S = 60;

/** The plugin over a router with this transport, or none, opened at the beginning of the clock's time. */
function kitWith(transport: TransportNode | null): PrometheusKit {
  return new PrometheusKit({ leakAfterSeconds: AFTER_S }, (scope) => {
    const plain = sampleSnapshot('sample-run');
    const snapshot: GraphSnapshot = {
      ...plain,
      all: (kind) => (kind === 'transport' ? ((transport === null ? [] : [transport]) as never) : plain.all(kind)),
    };
    scope.registerInstance(GRAPH, {
      ...scope.resolve(GRAPH),
      snapshot: () => snapshot,
      rows: snapshotRows(() => snapshot),
    });
  });
}

describe('suspected leaks', () => {
  it('are transports that have not connected for longer than the option allows, and not before', async () => {
    const kit = await kitWith(nodeWith('transport', { neverConnectedSince: 1_700_000_030_000 })).start();

    kit.clock.advance(AFTER_S * 1_000);
    expect(await kit.value(TRANSPORTS)).toBe(0);
    kit.clock.advance(1);
    expect(await kit.value(TRANSPORTS)).toBe(1);
  });

  it('are no transports that connected', async () => {
    const kit = await kitWith(sampleNode('transport')).start();

    kit.clock.advance(AFTER_S * 2_000);

    expect(await kit.value(TRANSPORTS)).toBe(0);
    expect(await kit.value(ROUTERS)).toBe(0);
  });

  it('are routers that never had a transport', async () => {
    const kit = await kitWith(null).start();

    kit.clock.advance(AFTER_S * 1_000 + 1);

    expect(await kit.value(ROUTERS)).toBe(1);
  });

  it('are routers since their last transport closed, not since they opened', async () => {
    const kit = await kitWith(sampleNode('transport')).start();

    kit.clock.advance(AFTER_S * 10_000);
    kit.plugin.onEvents([{ ...sampleEvent('transport.closed'), seq: 100, at: kit.clock.now() }]);
    kit.clock.advance(AFTER_S * 1_000);
    expect(await kit.value(ROUTERS)).toBe(0);
    kit.clock.advance(1);
    expect(await kit.value(ROUTERS)).toBe(1);
  });
});
