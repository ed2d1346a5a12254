import { afterEach, describe, expect, it, vi } from 'vitest';
import { metricsCommand } from '../../server/cli/metrics.js';
import { PrometheusKit } from '../support/prometheus-kit.js';
import { listeningStub } from '../support/stub-server.js';

const TOKEN = 'a-token-for-reading';

async function served() {
  const { monitor, url } = await listeningStub({ token: TOKEN });
  const kit = await new PrometheusKit().start();
  for (const route of kit.routes.all()) monitor.routes.add(route);
  return new URL('/metrics', url).href;
}

function printed(): () => string {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  return () => write.mock.calls.map(([text]) => String(text)).join('');
}

afterEach(() => vi.restoreAllMocks());

describe('sfuscope metrics', () => {
  it('prints the page', async () => {
    const output = printed();

    expect(await metricsCommand.run({ flags: { url: await served(), token: TOKEN }, operands: [] })).toBe(0);
    expect(output()).toContain('mediasoup_workers 1\n');
  });

  it('prints with --dry-run how many series there are, and what each option would add', async () => {
    const output = printed();

    await metricsCommand.run({ flags: { url: await served(), token: TOKEN, 'dry-run': true }, operands: [] });

    expect(output()).toMatch(/^\d+ series, \d+ kB\n/);
    expect(output()).toMatch(/ 8 {2}byId\.consumers \(off\)\n/);
  });

  it('says what is missing: the server, a token or the plugin', async () => {
    const run = (flags: Record<string, string>) => metricsCommand.run({ flags, operands: [] });
    const { url } = await listeningStub();

    await expect(run({ url: 'http://127.0.0.1:1/metrics' })).rejects.toThrow('Nothing answers at');
    await expect(run({ url: await served() })).rejects.toThrow('is a token needed?');
    await expect(run({ url: new URL('/metrics', url).href })).rejects.toThrow('is the plugin prometheus switched on?');
  });
});
