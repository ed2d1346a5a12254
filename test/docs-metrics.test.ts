import { describe, expect, it } from 'vitest';
import { METRICS } from '../plugins/prometheus/catalogue/catalogue.js';
import { metricsPage } from './support/metrics-page.js';

describe('docs/metrics.md', () => {
  it('is what the table of metrics says, no more and no less', async () => {
    await expect(metricsPage()).toMatchFileSnapshot('../docs/metrics.md');
  });
});

describe('the table of metrics', () => {
  it.each(Object.entries(METRICS))('names %s as Prometheus has it', (name, { type, help }) => {
    expect(name).toMatch(/^(mediasoup|sfu|sfu_host|sfu_monitor)_[a-z0-9_]+$/);
    expect(name.endsWith('_total')).toBe(type === 'counter');
    expect(help).toMatch(/^[A-Z0-9].*[.]$/);
  });
});
