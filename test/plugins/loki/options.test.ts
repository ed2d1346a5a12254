import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { MonitorError, parseOptions, systemClock } from '../../../core/index.js';
import { RecordingLogger, sampleRecords } from '../../../core/testing/index.js';
import { lokiOptions } from '../../../plugins/loki/options.js';
import { LokiPlugin } from '../../../plugins/loki/plugin.js';

const parse = (options: object) => parseOptions(lokiOptions, { url: 'http://loki:3100', ...options }, 'plugins.loki');

describe('options of the Loki plugin', () => {
  it.each([
    [{ url: 'loki:3100' }, /plugins\.loki\.url.*must be an address like https:\/\/host:port/],
    [{ url: 'ftp://loki' }, /plugins\.loki\.url.*must be an address like/],
    [{ url: 'http://me:secret-1@loki' }, /plugins\.loki\.url.*must hold no user and password/],
    [{ tenant: 'a b' }, /plugins\.loki\.tenant.*may hold letters/],
    [{ bearerToken: 'secret-1\nx' }, /plugins\.loki\.bearerToken.*visible ASCII/],
    [{ labels: { __name: 'x' } }, /plugins\.loki\.labels.*must have label names as keys/],
    [{ labels: { node: 'x' } }, /plugins\.loki\.labels.*every stream has already/],
    [
      { labels: Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`l${i}`, 'x'])) },
      /plugins\.loki\.labels.*11 labels at most/,
    ],
    [{ types: ['producer'] }, /plugins\.loki\.types\[0\].*must be like 'producer\.stalled'/],
    [{ basicAuth: { user: 'u' } }, /plugins\.loki\.basicAuth\.password/],
    [{ tokn: 'x' }, /plugins\.loki\.tokn/],
  ])('are refused by name when they are wrong: %o', (options, message) => {
    assert.throws(
      () => parse(options),
      (error: unknown) => {
        assert.ok(error instanceof MonitorError);
        assert.match(error.message, message);
        assert.doesNotMatch(error.message, /secret-1/);
        return true;
      },
    );
  });

  it.each([
    [{ tls: { caFile: '/nonexistent.pem' } }, /plugins\.loki\.tls\.caFile cannot be read: ENOENT/],
    [{ tls: { caFile: new URL(import.meta.url).pathname } }, /plugins\.loki\.tls\.caFile must be in PEM form/],
    [{ tls: { certFile: '/a' } }, /certFile and plugins\.loki\.tls\.keyFile belong together/],
    [{ basicAuth: { user: 'u', password: 'p' }, bearerToken: 't' }, /basicAuth or bearerToken, not both/],
  ])('are refused at the start when they do not fit together: %o', async (options, message) => {
    const plugin = new LokiPlugin(parse(options), new RecordingLogger(), systemClock, sampleRecords(), 'loki');

    await assert.rejects(async () => plugin.start(AbortSignal.timeout(10_000)), message);
    await plugin.stop();
  });
});
