import { describe, expect, it } from 'vitest';
import { mistakesIn } from '../../support/expression-check.js';
import { namesIn } from '../../support/promql-names.js';

describe('the names in an expression', () => {
  it('are found in selectors, ranges, groupings and functions', () => {
    const expr =
      'ceil(histogram_quantile(0.1, sum by (job, le) (rate(a_bucket{x=~"by (b) c{",y!="z"}[5m]))))' +
      ' / on (job) group_left b:c:d > bool 1e-9';

    expect(namesIn(expr)).toEqual({
      selectors: [
        { name: 'a_bucket', labels: ['x', 'y'], range: true },
        { name: 'b:c:d', labels: [], range: false },
      ],
      groupings: ['job', 'le', 'job'],
    });
  });

  it.each([
    ['sum(mediasoup_consumer)', 'there is no metric mediasoup_consumer'],
    ['sum(mediasoup_consumers{layer="1"})', 'mediasoup_consumers has no label layer'],
    ['sum by (codec) (mediasoup_consumers)', 'no metric here has the label codec'],
    ['mediasoup_worker_deaths_total', 'mediasoup_worker_deaths_total is read as it is, not its increase'],
    ['rate(mediasoup_workers[5m])', 'mediasoup_workers is no counter'],
    ['rate(mediasoup_consumer_score[5m])', 'there is no metric mediasoup_consumer_score'],
    ['rate(mediasoup_workers_bucket[5m])', 'there is no metric mediasoup_workers_bucket'],
    ['1 + 1', 'names no metric'],
  ])('are wrong in %s', (expr, mistake) => {
    expect(mistakesIn(expr)).toEqual([`${mistake}: ${expr}`]);
  });

  it('are right when the table has them', () => {
    expect(mistakesIn('sum by (instance, kind, type) (mediasoup_producers{transport!="pipe"})')).toEqual([]);
    expect(mistakesIn('sum by (le) (rate(mediasoup_consumer_score_bucket{kind="audio"}[5m]))')).toEqual([]);
  });
});
