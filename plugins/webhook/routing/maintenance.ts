import { labelMatches } from '../../../core/index.js';
import type { MaintenanceOptions } from '../options.js';

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
const NAMES: readonly string[] = DAYS;
const DAY_MINUTES = 1_440;

type Labels = Readonly<Record<string, string>>;

/** Says whether an alert with these labels falls into a window of maintenance at `now`, wall time in ms. */
export type IsMaintained = (labels: Labels, now: number) => boolean;

export function maintenanceCalendar(windows: readonly MaintenanceOptions[]): IsMaintained {
  const parts = windows.map((window) => ({ window, isOpen: openAt(window) }));
  return (labels, now) =>
    parts.some(
      ({ window, isOpen }) => isOpen(now) && window.matchers.every((matcher) => labelMatches(matcher, labels)),
    );
}

function openAt({ from, to, start, end, days, timeZone }: MaintenanceOptions): (now: number) => boolean {
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
  const isDay = (day: number): boolean => days.length === 0 || days.includes(DAYS[((day % 7) + 7) % 7] ?? 'sun');
  return (now) => {
    const parts = Object.fromEntries(format.formatToParts(now).map(({ type, value }) => [type, value]));
    const day = NAMES.indexOf(parts.weekday?.toLowerCase() ?? '');
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
