/** What a receiver was last told of a group: ids of the alerts that fire. */
export interface Told {
  readonly firing: readonly string[];
  /** Wall time in ms. */
  readonly at: number;
}

export interface DueQuestion {
  /** Ids of the alerts of the group as they are now; those that must not be told are not among them. */
  readonly firing: ReadonlySet<string>;
  readonly resolved: ReadonlySet<string>;
  /** `null` when the receiver was never told of it. */
  readonly told: Told | null;
  readonly sendResolved: boolean;
  readonly repeatIntervalMs: number;
  /** Whether people have taken all that fires upon them: then it is not repeated. */
  readonly acknowledged: boolean;
  readonly now: number;
}

/**
 * Whether a group is to be told now, after the rules of Alertmanager's `DedupStage.needsUpdate` (notify/notify.go): something new fires,
 * everything ended, something else ended, or it is time to say it again. Only ends of what was told are news.
 */
export function isDue({
  firing,
  resolved,
  told,
  sendResolved,
  repeatIntervalMs,
  acknowledged,
  now,
}: DueQuestion): boolean {
  if (told === null) return firing.size > 0;
  const toldFiring = new Set(told.firing);
  if ([...firing].some((id) => !toldFiring.has(id))) return true;
  if (sendResolved && [...resolved].some((id) => toldFiring.has(id))) return true;
  return firing.size > 0 && !acknowledged && now - told.at >= repeatIntervalMs;
}
