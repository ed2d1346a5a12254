export interface DueQuestion {
  /** When the receiver was last told of the group, wall time in ms; `null` when it never was. */
  readonly toldAt: number | null;
  /** Alerts that fire and may be told. */
  readonly firing: number;
  /** Whether one of them was not told yet. */
  readonly hasNew: boolean;
  /** Whether one that was told has ended. */
  readonly hasEnded: boolean;
  readonly sendResolved: boolean;
  /** Whether people have taken all that fires upon them: then it is not repeated. */
  readonly acknowledged: boolean;
  readonly repeatIntervalMs: number;
  readonly now: number;
}

/**
 * Whether a group is to be told now, after the rules of Alertmanager's `DedupStage.needsUpdate` (notify/notify.go): something new fires,
 * something that was told has ended, or it is time to say it again.
 */
export function isDue(question: DueQuestion): boolean {
  const { toldAt, firing, hasNew, hasEnded, sendResolved, acknowledged, repeatIntervalMs, now } = question;
  if (hasNew || (sendResolved && hasEnded)) return true;
  // The wall clock may have been set back meanwhile.
  return firing > 0 && !acknowledged && (toldAt === null || Math.abs(now - toldAt) >= repeatIntervalMs);
}
