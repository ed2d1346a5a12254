import { labelMatches } from '../../../core/index.js';
import type { MaintenanceOptions } from '../options.js';
import type { Labels } from './labels.js';

const DAYS: readonly string[] = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const DAY_MINUTES = 1_440;

/** At `now`, wall time in ms: says whether an alert with these labels falls into a window of maintenance. */
export type MaintenanceCalendar = (now: number) => (labels: Labels) => boolean;

export function maintenanceCalendar(windows: readonly MaintenanceOptions[]): MaintenanceCalendar {
  const all = windows.map(({ matchers, ...window }) => ({ matchers, isOpen: openAt(window) }));
  return (now) => {
    const open = all.filter(({ isOpen }) => isOpen(now));
    return (labels) => open.some(({ matchers }) => matchers.every((matcher) => labelMatches(matcher, labels)));
  };
}

type Window = Omit<MaintenanceOptions, 'matchers'>;

function openAt({ from, to, start, end, days, timeZone }: Window): (now: number) => boolean {
  if (from !== undefined && to !== undefined) {
    const [begin, finish] = [Date.parse(from), Date.parse(to)];
    return (now) => now >= begin && now < finish;
  }
  const [begin, finish] = [minutes(start ?? '00:00'), minutes(end ?? '24:00')];
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const isDay = (day: number): boolean => days.length === 0 || days.some((name) => name === DAYS[(day + 7) % 7]);
  return (now) => {
    const parts = Object.fromEntries(format.formatToParts(now).map(({ type, value }) => [type, value]));
    const day = DAYS.indexOf(parts.weekday?.toLowerCase() ?? '');
    const minute = Number(parts.hour) * 60 + Number(parts.minute);
    if (begin < finish) return isDay(day) && minute >= begin && minute < finish;
    // Over midnight: what is after it belongs to the day on which the window began.
    return (isDay(day) && minute >= begin) || (isDay(day - 1) && minute < finish);
  };
}

function minutes(time: string): number {
  const [hours = 0, rest = 0] = time.split(':').map(Number);
  return Math.min(hours * 60 + rest, DAY_MINUTES);
}
