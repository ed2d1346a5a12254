import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskAddresses, REDACTED, redactSecrets } from '../../core/redact.js';

describe('redacting secrets', () => {
  it('takes ICE credentials, key material and appData out, wherever they stand', () => {
    const dump = {
      id: 't1',
      iceParameters: { usernameFragment: 'ufrag', password: 'pwd', iceLite: true },
      dtlsParameters: { fingerprints: [{ algorithm: 'sha-256', value: 'AB:CD' }] },
      srtpParameters: { cryptoSuite: 'AES_CM_128_HMAC_SHA1_80', keyBase64: 'key' },
      localIceUsernameFragments: [{ localIceUsernameFragment: 'ufrag', webRtcTransportId: 't1' }],
      icePwd: 'pwd',
      appData: { token: 'secret' },
      mapProducerIdConsumerIds: [{ key: 'p1', values: ['c1'] }],
    };
    expect(redactSecrets(dump)).toEqual({
      ...dump,
      iceParameters: { usernameFragment: REDACTED, password: REDACTED, iceLite: true },
      srtpParameters: { cryptoSuite: 'AES_CM_128_HMAC_SHA1_80', keyBase64: REDACTED },
      localIceUsernameFragments: [{ localIceUsernameFragment: REDACTED, webRtcTransportId: 't1' }],
      icePwd: REDACTED,
      appData: REDACTED,
    });
    expect(redactSecrets({ usernameFragments: ['ufrag'], password: null })).toEqual({
      usernameFragments: REDACTED,
      password: null,
    });
  });

  it('gives plain data that JSON can hold, of whatever it is given', () => {
    const circular: Record<string, unknown> = { count: 5n, at: new Date(0), bytes: Buffer.from('key') };
    circular.self = circular;
    circular.call = () => 1;
    circular.set = new Set([1n]);
    circular.map = new Map([['password', 'x']]);
    const copy = redactSecrets(circular) as Record<string, unknown>;
    expect(() => JSON.stringify(copy)).not.toThrow();
    expect(copy).toMatchObject({ count: 5, at: '1970-01-01T00:00:00.000Z', bytes: REDACTED, set: [1] });
    expect(copy.map).toEqual({ password: REDACTED });
    expect(copy).not.toHaveProperty('call');
  });

  it('never lets a value under a secret name through', () => {
    const name = fc.constantFrom('password', 'icePassword', 'keyBase64', 'usernameFragment', 'privateKey', 'appData');
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constantFrom('a', 'list', 'inner'), fc.nat(3).map(String)), { maxLength: 6 }),
        name,
        (path, key) => {
          const secret = 'S3CRET-VALUE';
          const value = path.reduce<unknown>((inner, at) => (/^\d$/.test(at) ? [inner] : { [at]: inner }), {
            [key]: secret,
          });
          expect(JSON.stringify(redactSecrets(value))).not.toContain(secret);
        },
      ),
    );
  });
});

describe('masking addresses', () => {
  it.each([
    ['203.0.113.9', '203.0.x.x'],
    ['203.0.113.9:5000', '203.0.x.x:5000'],
    ['2001:db8:1:2::9', '2001:db8:x'],
    ['::ffff:203.0.113.9', '::ffff:203.0.x.x'],
    ['candidate:1 1 udp 99 198.51.100.7 40000 typ host', 'candidate:1 1 udp 99 198.51.x.x 40000 typ host'],
    ['from 2001:db8:1:2::9 port 7', 'from 2001:db8:x port 7'],
    ['127.0.0.1', '127.0.0.1'],
    ['0.0.0.0', '0.0.0.0'],
    ['::1', '::1'],
    ['999.0.113.9', '999.0.113.9'],
    ['AB:CD:EF:01:23:45:67:89:AB:CD', 'AB:CD:EF:01:23:45:67:89:AB:CD'],
    ['video/VP8 12:30:45', 'video/VP8 12:30:45'],
    ['0c5f5a32-7b9e-4c55-9d0f-1a2b3c4d5e6f', '0c5f5a32-7b9e-4c55-9d0f-1a2b3c4d5e6f'],
  ])('%s becomes %s', (address, masked) => {
    expect(maskAddresses({ tuples: [{ remoteIp: address }] })).toEqual({ tuples: [{ remoteIp: masked }] });
  });

  it('keeps no host part of any public address', () => {
    fc.assert(
      fc.property(fc.ipV4(), (ip) => {
        fc.pre(!ip.startsWith('127.') && ip !== '0.0.0.0');
        expect(maskAddresses(ip)).toBe(`${ip.split('.').slice(0, 2).join('.')}.x.x`);
      }),
    );
    fc.assert(
      fc.property(fc.array(fc.nat(0xffff), { minLength: 8, maxLength: 8 }), (words) => {
        const ip = words.map((word) => (word + 1).toString(16)).join(':');
        fc.pre(words.every((word) => word < 0xffff));
        expect(maskAddresses(ip)).toBe(`${ip.split(':').slice(0, 2).join(':')}:x`);
      }),
    );
  });
});
