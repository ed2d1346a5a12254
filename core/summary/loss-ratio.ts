/**
 * As `lossRatio` of the samples, over the whole life: what a producer lost never arrived, what a consumer lost had been sent.
 * `NaN` when unknown, or when nothing was to come.
 */
export function lossRatioOf(kind: 'producer' | 'consumer', packets: number, lost: number): number {
  const expected = kind === 'producer' ? packets + lost : packets;
  return expected > 0 ? Math.min(1, lost / expected) : Number.NaN;
}
