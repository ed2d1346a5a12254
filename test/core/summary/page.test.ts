import { expect, it } from 'vitest';
import { Interned } from '../../../core/interned.js';
import { LAYER_TIMES, LAYERED, Page } from '../../../core/summary/page.js';

const ROW = 3;

function pageOf(): Page {
  return new Page({ sketches: 0, scores: true, handshakes: false }, new Interned());
}

it('a row that begins anew knows nothing of the one before it', () => {
  const page = pageOf();
  page.open(ROW, 1_000, LAYERED);
  page.setMimeType(ROW, 'video/VP8');
  page.setLayers(ROW, { spatialLayer: 1, temporalLayer: 2 }, 1_000);
  page.close(ROW);
  page.open(ROW, 2_000, LAYERED);

  page.settle(ROW, 2_500);

  expect(page.mimeType(ROW)).toBeNull();
  const times = [...page.layerMs.subarray(ROW * LAYER_TIMES, (ROW + 1) * LAYER_TIMES)];
  expect(times).toEqual([500, 0, 0, 0, 0, 0, 0, 0, 0]);
});

it('time goes to the layers that were forwarded, also past 49 days of the process', () => {
  const page = pageOf();
  const late = 2 ** 32 - 100;
  page.open(ROW, late, LAYERED);
  page.setLayers(ROW, { spatialLayer: 0, temporalLayer: 1 }, late);

  page.settle(ROW, late + 300);
  page.settle(ROW, late + 800);

  const times = [...page.layerMs.subarray(ROW * LAYER_TIMES, (ROW + 1) * LAYER_TIMES)];
  expect(times).toEqual([0, 800, 0, 0, 0, 0, 800, 0, 0]);
});
