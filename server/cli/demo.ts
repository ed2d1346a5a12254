import { consoleLogger, parseOptions } from '../../core/index.js';
import { compose } from '../compose.js';
import { type Config, EMPTY_CONFIG, readConfig, withEnvironment } from '../config.js';
import { DemoSfu } from '../demo/demo-sfu.js';
import { loadMediasoup } from '../demo/load-mediasoup.js';
import { type DemoOptions, demoOptions } from '../demo/options.js';
import type { FlagValues } from './arguments.js';
import type { Command } from './command.js';
import { demoBanner } from './demo-banner.js';
import { StopSignal } from './stop-signal.js';

/** Plugins that need no outside server, switched on unless the configuration says otherwise. */
const DEMO_PLUGINS: Config['plugins'] = { alerts: true, example: true, prometheus: true };

export const demoCommand: Command = {
  operands: '',
  flags: {
    rooms: { type: 'number', value: 'N', min: 1, max: 50, help: 'Rooms (default 3).' },
    peers: { type: 'number', value: 'N', min: 1, max: 50, help: 'Peers in each room (default 4).' },
    workers: { type: 'number', value: 'N', min: 1, max: 16, help: 'mediasoup workers (default 2).' },
    seed: {
      type: 'number',
      value: 'N',
      min: 0,
      max: 4_294_967_295,
      help: 'Same seed, same course of events (default 1).',
    },
    port: {
      type: 'number',
      value: 'N',
      min: 0,
      max: 65_535,
      help: 'Port of GraphiQL; 0 is any free one (default 4400).',
    },
    config: {
      type: 'string',
      value: 'FILE',
      help: 'YAML or JSON with the options of monitor, server, plugins and demo.',
    },
    quiet: { type: 'boolean', help: 'Print nothing but errors and the address.' },
    for: { type: 'number', value: 'SECONDS', min: 1, max: 31_536_000, help: 'Stop by itself after that long.' },
  },
  details: 'Flags win over the configuration file. Ctrl-C ends it; a second Ctrl-C ends it at once.',
  run: ({ flags }) => runDemo(flags),
};

async function runDemo(flags: FlagValues): Promise<number> {
  const config = withFlags(configOf(flags), flags);
  const demo = parseOptions(demoOptions, config.demo, 'demo');
  const say = flags.quiet === true ? () => undefined : (line: string) => process.stderr.write(`${line}\n`);
  const logger = consoleLogger(flags.quiet === true ? 'error' : 'info');
  const stop = new StopSignal();
  const mediasoup = await loadMediasoup();
  const { monitor, server } = await compose({ config, mediasoup, logger });
  const closing: (() => Promise<void>)[] = [];
  try {
    closing.unshift(() => monitor.stop());
    await monitor.start();
    closing.unshift(() => server.close());
    const { url } = await server.listen().catch((error: unknown) => Promise.reject(explainListen(error)));
    const sfu = await startSfu(mediasoup, demo, monitor, say);
    closing.unshift(() => sfu.stop());
    process.stdout.write(
      demoBanner({
        url,
        demo,
        version: mediasoup.version,
        quiet: flags.quiet === true,
        metrics: monitor.routes.find('/metrics') !== undefined,
      }),
    );
    const why = await stop.wait(typeof flags.for === 'number' ? flags.for : undefined);
    say(`${why}: stopping`);
    return 0;
  } catch (error) {
    if (!stop.isGiven) throw error;
    // Ctrl-C reaches the workers too, so that what is being started fails; what it leaves behind would keep the process alive.
    closing.push(async () => process.exit(0));
    return 0;
  } finally {
    // The SFU goes first, as an application's would: the monitor then sees everything close.
    for (const close of closing) await close();
  }
}

function configOf(flags: FlagValues): Config {
  const file = flags.config;
  return withEnvironment(typeof file === 'string' ? readConfig(file) : EMPTY_CONFIG, process.env);
}

function withFlags(config: Config, flags: FlagValues): Config {
  const given = (names: readonly string[]): Record<string, unknown> =>
    Object.fromEntries(names.filter((name) => flags[name] !== undefined).map((name) => [name, flags[name]]));
  return {
    ...config,
    // All of the demo's media is on loopback, which is left out otherwise.
    monitor: { ...config.monitor, host: { interfaces: ['*'], ...Object(config.monitor.host) } },
    demo: { ...config.demo, ...given(['rooms', 'peers', 'workers', 'seed']) },
    server: { ...config.server, ...given(['port']) },
    plugins: { ...DEMO_PLUGINS, ...config.plugins },
  };
}

function startSfu(
  mediasoup: Parameters<typeof DemoSfu.start>[0],
  demo: DemoOptions,
  monitor: Awaited<ReturnType<typeof compose>>['monitor'],
  say: (line: string) => void,
): Promise<DemoSfu> {
  const meters = new Map<string, ReturnType<typeof monitor.traffic>>();
  return DemoSfu.start(mediasoup, {
    ...demo,
    onProgress: (message) => say(`  ${message}`),
    onError: (error) => say(`demo: ${error instanceof Error ? error.message : String(error)}`),
    onSignalling: ({ room, peer }, bytes, direction) => {
      let meter = meters.get(peer);
      if (meter === undefined) {
        meter = monitor.traffic({ room, peer });
        meters.set(peer, meter);
      }
      meter.add(bytes, direction);
    },
  });
}

/** The server names its own option; whoever runs the demo has a flag for it. */
function explainListen(error: unknown): unknown {
  if (!(error instanceof Error && error.cause instanceof Error && 'code' in error.cause)) return error;
  return error.cause.code === 'EADDRINUSE'
    ? new Error(`${error.message} Here that is --port N.`, { cause: error })
    : error;
}
