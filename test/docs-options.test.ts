import { readFile, writeFile } from 'node:fs/promises';
import type { z } from 'zod';
import { expect, it } from 'vitest';
import { monitorOptions } from '../core/index.js';
import { demoOptions } from '../server/demo/options.js';
import { serverOptions } from '../server/index.js';
import { optionsTable } from './support/options-table.js';

const PAGE = new URL('../docs/options.md', import.meta.url);

/** Set by `npm run gen:options`: the page is written instead of compared. */
const WRITES = process.env.SFUSCOPE_WRITE_DOCS === '1';

function section(title: string, about: string, schema: z.ZodType): string {
  return `## ${title}\n\n${about}\n\n${optionsTable(schema)}\n`;
}

const page = `# Options

The same keys in code and in a configuration file (YAML or JSON). A key that does not exist, or a value that does not fit, is refused at
the start with its path and what was expected. In a file, plugins stand in the section \`plugins\` by name; each plugin's README lists its own.

\`\`\`yaml
sampling: { intervalMs: 5000 }
server: { port: 4400 }
plugins:
  example: true
\`\`\`

\`npx sfuscope check-config FILE\` (in a clone: \`node dist/server/main.js check-config FILE\`) checks a file without starting anything. The tokens of the server may come from the environment instead:
\`SFUSCOPE_TOKEN\` and \`SFUSCOPE_CONTROL_TOKEN\`.

${section('Monitor', 'Given to `createMonitor`; in a file at the top.', monitorOptions)}
What only code can give to \`createMonitor\`:

| option | takes | default | meaning |
| --- | --- | --- | --- |
| \`mediasoup\` | the application's own module | required without \`source\` | What is watched. A second copy of the package would show nothing. |
| \`workers\` | a list of workers | none | Workers that were made before the monitor starts; mediasoup tells of none of them. |
| \`identify\` | a function | \`roomId\` and \`peerId\` of appData | Tells room, peer and labels of an entity. |
| \`plugins\` | a list of \`use(plugin, options, name)\` | none | Plugins. |
| \`logger\` | an object with \`debug\`, \`info\`, \`warn\`, \`error\`, \`child\` | \`consoleLogger('warn')\` | What the monitor and its plugins say; \`consoleLogger('info')\` says more. |
| \`clock\` | a \`Clock\` | the system's | For tests. |
| \`source\` | a \`Source\` | mediasoup in this process | Something else to watch. |
| \`container\` | a tsyringe container | the global one, never written to | Parent of the plugins' containers. |

${section('Server', 'Given to `createServer`; in a file in the section `server`. Only in code: `server` (your own, for TLS), `routes`, `schema`, `logger`, `clock`.', serverOptions)}
${section('Demo', 'In a file in the section `demo`; the flags of `sfuscope demo` win over them.', demoOptions)}`;

it('docs/options.md lists every option with its bounds, default and meaning', async () => {
  if (WRITES) await writeFile(PAGE, page);

  expect(await readFile(PAGE, 'utf8')).toBe(page);
});
