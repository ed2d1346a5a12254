import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'vitest';
import { parseOptions } from '../../core/option-errors.js';
import { PLUGINS } from '../../plugins/registry.js';
import { optionsTable, unpadded } from '../support/options-table.js';
import { pluginSample } from '../support/plugin-sample.js';

const root = new URL('../../plugins/', import.meta.url);
const folders = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

const SECTIONS = ['What it does', 'Options', 'Output example', 'Failure behaviour', 'Cost'];

describe('the plugin registry', () => {
  it('has every folder of plugins/, and nothing else', () => {
    assert.deepEqual(Object.keys(PLUGINS).toSorted(), folders.toSorted());
  });

  describe.each(folders)('plugin %s', (name) => {
    it('is loaded by its own name', async () => {
      const definition = await PLUGINS[name]?.();

      assert.equal(definition?.name, name);
    });

    it('has a plugin.ts, an options.ts, a README.md and a sample.yaml', () => {
      const files = readdirSync(new URL(`${name}/`, root));

      for (const file of ['plugin.ts', 'options.ts', 'README.md', 'sample.yaml']) assert.ok(files.includes(file), file);
    });

    it('accepts its sample', async () => {
      const definition = await PLUGINS[name]?.();
      const sample = pluginSample(name) as { plugins: Record<string, unknown> };

      assert.deepEqual(Object.keys(sample.plugins), [name]);
      assert.ok(definition !== undefined);
      parseOptions(definition.options, sample.plugins[name] ?? {}, `plugins.${name}`);
    });

    it('has a README with every section, and the options as they are', async () => {
      const readme = readFileSync(new URL(`${name}/README.md`, root), 'utf8');
      const definition = await PLUGINS[name]?.();

      assert.deepEqual(
        [...readme.matchAll(/^## (.+)$/gm)].map(([, title]) => title),
        SECTIONS,
      );
      assert.ok(definition !== undefined);
      assert.ok(unpadded(readme).includes(optionsTable(definition.options)), optionsTable(definition.options));
    });
  });
});
