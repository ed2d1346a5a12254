import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeToken, encodeToken, entityId } from '../../core/global-id.js';
import type { EntityKey } from '../../core/model/entity.js';

const UUID = '0b2c8a9e-1d34-4f5a-9b6c-7d8e9fa0b1c2';

describe('a global id', () => {
  it('comes back as it was, whatever text it holds', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.uuid(),
      fc.tuple(fc.uuid(), fc.string()).map((both) => both.join('/')),
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(text, fc.integer(), fc.constant(null))), (parts) => {
        expect(decodeToken(encodeToken(parts))).toEqual(parts);
      }),
    );
  });

  it('is short enough for an exemplar, which holds 128 characters with the name of its label', () => {
    const id = entityId(UUID, { kind: 'dataConsumer', key: `${UUID}/${UUID}` as EntityKey });

    expect(id.length + 'id'.length).toBeLessThanOrEqual(128);
  });

  it.each(['', 'no id', 'AAAA', '____', '/w'])('is not what %j is', (text) => {
    expect(decodeToken(text)).toBeUndefined();
  });
});
