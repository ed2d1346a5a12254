import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, it } from 'vitest';
import { testPlugin } from '../../../core/testing/index.js';
import stdout from '../../../plugins/stdout/plugin.js';
import { pluginSample } from '../../support/plugin-sample.js';

const folder = mkdtempSync(join(tmpdir(), 'sfuscope-stdout-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

testPlugin(stdout, {
  suite: { describe, it },
  sample: pluginSample('stdout'),
  options: { stream: join(folder, 'out.jsonl'), minLevel: 'DEBUG', samples: true },
});
