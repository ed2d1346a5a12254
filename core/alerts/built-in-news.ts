import type { MonitorEvent } from '../model/events.js';
import { type AlertName, ALERTS } from './built-in.js';

/** What an event says of alerts: one begins, or one ends. */
export type AlertNews =
  | { readonly type: 'onset'; readonly name: AlertName; readonly message: string }
  | { readonly type: 'recovery'; readonly name: AlertName };

const ALERT_NAMES = Object.keys(ALERTS) as readonly AlertName[];

const RECOVERIES = new Map<string, AlertName>(ALERT_NAMES.map((name) => [ALERTS[name].recovery, name]));

/** `undefined` when the event begins and ends none. */
export function alertNews(event: MonitorEvent): AlertNews | undefined {
  const recovered = RECOVERIES.get(event.type);
  if (recovered !== undefined) return { type: 'recovery', name: recovered };
  const id = event.entity?.id ?? '';
  switch (event.type) {
    case 'worker.hung': {
      const { pid, deadlineMs } = event.data;
      return onset('workerHung', `Worker ${pid} does not answer: a probe got no reply within ${seconds(deadlineMs)}.`);
    }
    case 'transport.neverConnected':
      return onset(
        'transportNeverConnected',
        `Transport ${id} has not connected in the ${seconds(event.data.afterMs)} since it was opened.`,
      );
    case 'transport.idled':
      return onset(
        'transportIdle',
        `Transport ${id} is connected and has received nothing for ${seconds(event.data.idleMs)}.`,
      );
    case 'producer.stalled':
      return onset(
        'producerStalled',
        `Producer ${id} is not paused and has sent nothing for ${seconds(event.data.silentMs)}.`,
      );
    case 'consumer.starved': {
      const { cause, silentMs } = event.data;
      const why = cause === 'noLayers' ? 'no layer of its producer is selected' : 'no packets are forwarded';
      return onset(
        'consumerStarved',
        `Consumer ${id} has got nothing for ${seconds(silentMs)} while its producer flows: ${why}.`,
      );
    }
    default:
      return undefined;
  }
}

function onset(name: AlertName, message: string): AlertNews {
  return { type: 'onset', name, message };
}

/** To a tenth of a second. */
function seconds(ms: number): string {
  return `${Math.round(ms / 100) / 10} s`;
}
