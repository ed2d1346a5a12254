import { MonitorError } from '../errors.js';
import type { PluginUse } from '../plugin.js';

/** A name in kebab-case, and for a second use of the same plugin a label after a colon. */
const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*(:[a-z0-9]+(-[a-z0-9]+)*)?$/;

/** The uses in the order given, except that each comes after those named in its `startsAfter`. Throws `SFUSCOPE_PLUGIN_…` errors. */
export function startOrder(uses: readonly PluginUse[]): readonly PluginUse[] {
  checkNames(uses);
  const ordered = new Set<PluginUse>();
  const place = (use: PluginUse, above: readonly PluginUse[]): void => {
    if (ordered.has(use)) return;
    if (above.includes(use)) {
      const circle = [...above.slice(above.indexOf(use)), use].map(({ as }) => as).join(' → ');
      throw new MonitorError('SFUSCOPE_PLUGIN_ORDER', `Plugins wait for each other: ${circle}.`, { plugin: use.as });
    }
    for (const name of use.definition.startsAfter ?? []) {
      const before = uses.filter((other) => other.as === name || other.definition.name === name);
      if (before.length === 0) {
        const message = `Plugin '${use.as}' starts after '${name}', which is not in use.`;
        throw new MonitorError('SFUSCOPE_PLUGIN_ORDER', message, { plugin: use.as });
      }
      for (const other of before) place(other, [...above, use]);
    }
    ordered.add(use);
  };
  for (const use of uses) place(use, []);
  return [...ordered];
}

function checkNames(uses: readonly PluginUse[]): void {
  const seen = new Set<string>();
  for (const { as } of uses) {
    if (!NAME.test(as)) {
      const message = `Plugin name ${JSON.stringify(as)} is not in kebab-case, such as 'my-plugin' or 'my-plugin:second'.`;
      throw new MonitorError('SFUSCOPE_PLUGIN_NAME', message, { plugin: as });
    }
    if (seen.has(as))
      throw new MonitorError('SFUSCOPE_PLUGIN_DUPLICATE', `Two plugins are named '${as}'.`, { plugin: as });
    seen.add(as);
  }
}
