const DAY_MS = 86_400_000;
/** From the epoch to the last day whose year has four digits. */
const MOST_DAYS = 2_932_896;

const TWO_DIGITS = Array.from({ length: 60 }, (_, value) => `${value}`.padStart(2, '0'));

/** The day that was last asked for: most moments of one answer share it. */
let lastDay = -1;
let lastDate = '';

/** `Date.prototype.toISOString` of ms since the epoch: the same text, and the same `RangeError` beyond what a date can be. */
export function isoText(ms: number): string {
  const day = Math.floor(ms / DAY_MS);
  if (!Number.isInteger(ms) || day < 0 || day > MOST_DAYS) return new Date(ms).toISOString();
  if (day !== lastDay) {
    lastDate = new Date(ms).toISOString().slice(0, 11);
    lastDay = day;
  }
  const rest = ms - day * DAY_MS;
  const seconds = Math.floor(rest / 1_000);
  const thousandths = rest - seconds * 1_000;
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const zeros = thousandths < 10 ? '00' : thousandths < 100 ? '0' : '';
  const clock = `${TWO_DIGITS[hours]}:${TWO_DIGITS[minutes - hours * 60]}:${TWO_DIGITS[seconds - minutes * 60]}`;
  return `${lastDate}${clock}.${zeros}${thousandths}Z`;
}
