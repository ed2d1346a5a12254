import { describe, expect, it } from 'vitest';
import { Access, type Caller } from '../../server/access.js';
import { isLoopbackAddress, isLoopbackName } from '../../server/loopback.js';

const TOKEN = 'a-token-of-the-reader';
const CONTROL = 'a-token-of-the-boss';

function access(settings: Partial<ConstructorParameters<typeof Access>[0]> = {}): Access {
  return new Access({ token: undefined, controlToken: undefined, tokens: [], allowedHosts: [], ...settings });
}

function caller(fields: Partial<Caller> = {}): Caller {
  return { authorization: null, host: 'localhost:4400', remoteAddress: '127.0.0.1', ...fields };
}

describe('access without tokens', () => {
  it('lets this machine do everything', () => {
    const verdict = access().judge(caller());

    expect(verdict).toEqual({ allowed: true, scopes: new Set(['read', 'control']), actor: 'local' });
  });

  it.each(['127.0.0.1:4400', '[::1]:4400', '[::1]', 'LOCALHOST', '127.0.0.53'])('knows the local name %s', (host) => {
    expect(access().judge(caller({ host })).allowed).toBe(true);
  });

  it.each(['evil.example', '127.0.0.1.evil.example', 'localhost.evil.example:4400', '', '10.0.0.1', 'localhost:80:80'])(
    'refuses the host name "%s", which a web page may have made a browser believe in',
    (host) => {
      expect(access().judge(caller({ host }))).toMatchObject({ allowed: false, status: 403 });
    },
  );

  it('accepts a host name that is allowed', () => {
    expect(access({ allowedHosts: ['SFU.internal'] }).judge(caller({ host: 'sfu.internal:80' })).allowed).toBe(true);
  });

  it.each(['192.168.1.7', '::ffff:192.168.1.7', 'fe80::1'])('refuses the other machine %s', (remoteAddress) => {
    expect(access().judge(caller({ remoteAddress }))).toMatchObject({ allowed: false, status: 403 });
  });
});

describe('access with tokens', () => {
  const guarded = access({
    token: TOKEN,
    controlToken: CONTROL,
    tokens: [{ token: 'a-token-of-the-dashboard', scopes: ['read'], name: 'dashboard' }],
  });

  it.each([
    [TOKEN, ['read'], 'token'],
    [CONTROL, ['read', 'control'], 'controlToken'],
    ['a-token-of-the-dashboard', ['read'], 'dashboard'],
  ])('gives the bearer of %s the scopes %j', (token, scopes, actor) => {
    const verdict = guarded.judge(
      caller({ authorization: `Bearer ${token}`, remoteAddress: '192.0.2.1', host: 'any' }),
    );

    expect(verdict).toEqual({ allowed: true, scopes: new Set(scopes), actor });
  });

  it.each([null, '', 'Bearer', `Bearer ${TOKEN}x`, `Basic ${TOKEN}`, `Bearer ${TOKEN} ${TOKEN}`, TOKEN])(
    'refuses the authorization %j, also from this machine',
    (authorization) => {
      expect(guarded.judge(caller({ authorization }))).toMatchObject({ allowed: false, status: 401 });
    },
  );

  it('never repeats the token it refuses', () => {
    const verdict = guarded.judge(caller({ authorization: 'Bearer a-wrong-but-secret-token' }));

    expect(JSON.stringify(verdict)).not.toContain('secret');
  });

  it('checks the host name only when names are listed', () => {
    const authorization = `Bearer ${TOKEN}`;
    const listed = access({ token: TOKEN, allowedHosts: ['sfu.internal'] });

    expect(listed.judge(caller({ authorization, host: 'evil.example' })).allowed).toBe(false);
    expect(listed.judge(caller({ authorization, host: 'sfu.internal' })).allowed).toBe(true);
  });
});

describe('loopback', () => {
  it.each(['127.0.0.1', '127.255.0.1', '::1', '::ffff:127.0.0.1'])('%s is an address of this machine', (address) => {
    expect(isLoopbackAddress(address)).toBe(true);
  });

  it.each(['0.0.0.0', '::', '128.0.0.1', 'localhost', '127.0.0', ''])('%s is not', (address) => {
    expect(isLoopbackAddress(address)).toBe(false);
  });

  it('takes localhost and addresses in brackets for names of this machine, but no other name', () => {
    expect(['localhost', '[::1]', '127.0.0.1'].map(isLoopbackName)).toEqual([true, true, true]);
    expect(['0.0.0.0', '[::]', 'localhost.', 'local'].map(isLoopbackName)).toEqual([false, false, false, false]);
  });
});
