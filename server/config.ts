import { readFileSync } from 'node:fs';
import { MonitorError } from '../core/index.js';
import { parse, YAMLParseError } from 'yaml';

/** A configuration file by its parts. None of them is checked yet: each is parsed by what it belongs to. */
export interface Config {
  /** Options of `createMonitor`. */
  readonly monitor: Readonly<Record<string, unknown>>;
  /** Options of `createServer`. */
  readonly server: Readonly<Record<string, unknown>>;
  /** Plugin options by plugin name; `true` is "with its defaults", `false` is "not". */
  readonly plugins: Readonly<Record<string, unknown>>;
  /** Options of the demo. */
  readonly demo: Readonly<Record<string, unknown>>;
}

export const EMPTY_CONFIG: Config = { monitor: {}, server: {}, plugins: {}, demo: {} };

/** Secrets that may come from the environment, so that they need not stand in a file. */
const SECRETS_FROM_ENVIRONMENT = { SFUSCOPE_TOKEN: 'token', SFUSCOPE_CONTROL_TOKEN: 'controlToken' } as const;

/**
 * Reads a configuration file, YAML or (as a part of YAML) JSON, with the same keys as in code: those of `createMonitor` at the
 * top, and `server`, `plugins` and `demo`. Throws `SFUSCOPE_OPTIONS_INVALID`, naming the file and the place in it.
 */
export function readConfig(path: string): Config {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new MonitorError('SFUSCOPE_OPTIONS_INVALID', `The configuration file ${path} cannot be read.`, {
      cause: error,
    });
  }
  return splitConfig(parseFile(path, text), path);
}

/** The secrets of the environment over those of the file. */
export function withEnvironment(config: Config, environment: NodeJS.ProcessEnv): Config {
  const server: Record<string, unknown> = { ...config.server };
  for (const [variable, option] of Object.entries(SECRETS_FROM_ENVIRONMENT)) {
    const value = environment[variable];
    if (value !== undefined && value !== '') server[option] = value;
  }
  return { ...config, server };
}

function parseFile(path: string, text: string): unknown {
  try {
    return parse(text) ?? {};
  } catch (error) {
    const at =
      error instanceof YAMLParseError && error.linePos !== undefined
        ? `:${error.linePos[0].line}:${error.linePos[0].col}`
        : '';
    const what = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    throw new MonitorError('SFUSCOPE_OPTIONS_INVALID', `${path}${at} is neither YAML nor JSON: ${what}`, {
      cause: error,
    });
  }
}

function splitConfig(whole: unknown, path: string): Config {
  const { server, plugins, demo, ...monitor } = section(whole, path, 'the file');
  return {
    monitor,
    server: section(server, path, 'server'),
    plugins: section(plugins, path, 'plugins'),
    demo: section(demo, path, 'demo'),
  };
}

function section(value: unknown, path: string, name: string): Record<string, unknown> {
  if (value === undefined || value === null) return {};
  if (typeof value === 'object' && !Array.isArray(value)) return { ...value };
  const found = Array.isArray(value) ? 'a list' : typeof value;
  throw new MonitorError('SFUSCOPE_OPTIONS_INVALID', `${path}: ${name} must be a map of options, found ${found}.`);
}
