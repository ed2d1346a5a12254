import type { Alert } from '../alerts/alert.js';
import { fingerprint } from '../alerts/fingerprint.js';
import { refOf } from '../model/entity.js';
import { sampleNode } from './sample-nodes.js';

/** A believable alert that fires, with the given differences. The fingerprint is that of its labels. */
export function sampleAlert(differences: Partial<Alert> = {}): Alert {
  const { key, kind, id, room, peer, worker } = sampleNode('producer');
  const entity = refOf({ key, kind, id });
  const { name = 'producerStalled', severity = 'warning' } = differences;
  const labels = differences.labels ?? {
    alertname: name,
    severity,
    kind,
    entity: key,
    worker,
    ...(room !== null && { room }),
    ...(peer !== null && { peer }),
  };
  return {
    id: `${name}:${key}`,
    name,
    state: 'firing',
    severity,
    labels,
    fingerprint: fingerprint(labels),
    annotations: { summary: `Producer ${id} sends nothing.`, description: 'Look at its network.' },
    entity,
    room,
    peer,
    worker,
    since: 1_700_000_000_000,
    firingSince: 1_700_000_010_000,
    resolvedAt: null,
    value: 0,
    examples: [{ entity, globalId: 'c2FtcGxl', room, peer, values: { bitrate: 0 } }],
    verdict: { side: 'publisher', reason: 'Nothing of it arrives at the SFU.' },
    query: '{ node(id: "c2FtcGxl") { id } }',
    acknowledged: null,
    silencedUntil: null,
    inhibitedBy: null,
    ...differences,
  };
}
