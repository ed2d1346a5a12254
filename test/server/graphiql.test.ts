import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { listeningStub, stubServer } from '../support/stub-server.js';

const TOKEN = 'a-token-of-the-reader';
const BROWSER = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

describe('the GraphiQL page', () => {
  it('is served compressed, with a policy that lets nothing else in, and not again while it is the same', async () => {
    const { mounted } = stubServer();
    const get = (headers: Record<string, string>) =>
      mounted.fetch('http://localhost/graphql', { headers: { ...BROWSER, ...headers } });

    const br = await get({ 'accept-encoding': 'gzip, deflate, br' });
    const gzip = await get({ 'accept-encoding': 'gzip' });
    const etag = br.headers.get('etag') ?? '';
    const again = await get({ 'if-none-match': etag });

    expect([br.headers.get('content-encoding'), gzip.headers.get('content-encoding')]).toEqual(['br', 'gzip']);
    const html = brotliDecompressSync(Buffer.from(await br.arrayBuffer())).toString();
    expect(gunzipSync(Buffer.from(await gzip.arrayBuffer())).toString()).toBe(html);
    expect(html).toContain('<title>sfuscope</title>');
    expect(html).toContain('"endpoint":"/graphql"');
    expect([again.status, await again.text()]).toEqual([304, '']);
    const policy = br.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toMatch(/script-src 'sha256-[^']+'/);
    expect(policy).not.toMatch(/script-src[^;]*unsafe|https?:/);
  });

  it('needs no token, and hints at where to put one', async () => {
    const { mounted } = stubServer({ token: TOKEN });

    const response = await mounted.fetch('http://localhost/graphql', {
      headers: { ...BROWSER, 'accept-encoding': 'br' },
    });

    const html = brotliDecompressSync(Buffer.from(await response.arrayBuffer())).toString();
    expect(html).toContain('Bearer <your token>');
    expect(html).not.toContain(TOKEN);
  });

  it('knows the base path', async () => {
    const { mounted } = stubServer({ basePath: '/sfu' });

    const response = await mounted.fetch('http://localhost/sfu/graphql', {
      headers: { ...BROWSER, 'accept-encoding': 'br' },
    });

    expect(brotliDecompressSync(Buffer.from(await response.arrayBuffer())).toString()).toContain(
      '"endpoint":"/sfu/graphql"',
    );
  });

  it('is where the root leads', async () => {
    const { port } = await listeningStub();

    const response = await fetch(`http://127.0.0.1:${port}/`, { headers: BROWSER, redirect: 'manual' });

    expect([response.status, response.headers.get('location')]).toEqual([302, '/graphql']);
  });

  it('is not served to other machines that have no business here', async () => {
    const { mounted } = stubServer();

    const response = await mounted.fetch('http://evil.example/graphql', {
      headers: { ...BROWSER, host: 'evil.example' },
    });

    expect(response.status).toBe(403);
  });

  it('is not served when it is switched off', async () => {
    const { mounted } = stubServer({ graphiql: false });

    const response = await mounted.fetch('http://localhost/graphql', { headers: BROWSER });

    expect(response.status).toBeGreaterThanOrEqual(400);
  });
});
