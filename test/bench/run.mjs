// `npm run bench` and `npm run soak`: loads the TypeScript beside it, which Node.js 20 does not by itself.
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const root = fileURLToPath(new URL('../..', import.meta.url));
const file = fileURLToPath(new URL('main.ts', import.meta.url));
const { module } = await runnerImport(file, { root, configFile: false, logLevel: 'error' });
const { main } = /** @type {typeof import('./main.js')} */ (module);
try {
  process.exitCode = await main(process.argv.slice(2), root);
} catch (error) {
  process.stderr.write(
    `${process.argv[2] === 'soak' ? 'soak' : 'bench'}: ${error instanceof Error ? error.message : String(error)}\n`,
  );
  process.exitCode = 2;
}
