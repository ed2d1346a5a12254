/** From where on a number counts as trouble in verdicts and diagnoses. */
export const THRESHOLDS = {
  /** Scores below this are poor, 0–10. */
  poorScore: 7,
  badScore: 5,
  /** Shares of packets lost, 0–1. */
  poorLoss: 0.03,
  badLoss: 0.1,
  /** Share of a worker's core above which it forwards late. */
  busyCpu: 0.9,
  /** Time to answer a probe above which a worker forwards late, ms. */
  slowProbeMs: 250,
  /** Share of the viewers that suffer above which one viewer's network is no longer the likely cause. */
  manyViewers: 0.5,
} as const;
