import type { ImportStatement } from './imports.js';

/** Which modules a group of files may name, and how. */
export interface LayerRule {
  readonly name: string;
  /** The files it speaks about. A file belongs to the first rule that fits. */
  readonly files: RegExp;
  /** Files of this project that may be imported. */
  readonly mayImport: readonly RegExp[];
  readonly packages: readonly PackageRule[];
}

export interface PackageRule {
  readonly package: RegExp;
  readonly how: readonly ImportStatement['how'][];
}

/** A library that must never be loaded together with some files, however long the way. */
export interface ReachRule {
  readonly name: string;
  readonly from: RegExp;
  readonly never: string;
}

const CORE_INDEX = /^core\/index\.ts$/;
const SCHEMA_INDEX = /^schema\/index\.ts$/;
const SERVER = /^server\/(?!demo\/|cli\/|main\.ts)/;

const ZOD = anyUse(/^zod$/);
const TSYRINGE_TYPES: PackageRule = { package: /^tsyringe$/, how: ['type'] };

function anyUse(pattern: RegExp): PackageRule {
  return { package: pattern, how: ['static', 'dynamic', 'type'] };
}

const SERVER_PACKAGES = [
  anyUse(/^(graphql|graphql-yoga|graphql-ws|ws|yaml|zod)(\/|$)/),
  anyUse(/^@(graphql-yoga|escape\.tech)\//),
];

/** Where the table of docs/architecture.md is enforced: who may import whom. */
export const LAYERS: readonly LayerRule[] = [
  {
    name: 'core, where containers are made',
    files: /^core\/(container|create-monitor)\.ts$/,
    mayImport: [/^core\/(?!testing\/)/],
    packages: [ZOD, anyUse(/^(tsyringe|reflect-metadata)$/)],
  },
  {
    name: 'core/mediasoup',
    files: /^core\/mediasoup\//,
    mayImport: [/^core\/(?!testing\/)/],
    packages: [ZOD, TSYRINGE_TYPES, { package: /^mediasoup(\/|$)/, how: ['type'] }],
  },
  {
    name: 'core/host/information-thread.ts',
    files: /^core\/host\/information-thread\.ts$/,
    mayImport: [/^core\/(?!testing\/)/],
    packages: [{ package: /^systeminformation$/, how: ['type', 'resolve'] }],
  },
  {
    name: 'core/host',
    files: /^core\/host\//,
    mayImport: [/^core\/(?!testing\/)/],
    packages: [ZOD, TSYRINGE_TYPES, { package: /^systeminformation$/, how: ['type'] }],
  },
  {
    name: 'core/testing',
    files: /^core\/testing\//,
    mayImport: [/^core\//],
    packages: [ZOD, TSYRINGE_TYPES],
  },
  {
    name: 'core',
    files: /^core\//,
    mayImport: [/^core\/(?!testing\/)/],
    packages: [ZOD, TSYRINGE_TYPES],
  },
  {
    name: 'plugins/registry.ts',
    files: /^plugins\/registry\.ts$/,
    mayImport: [CORE_INDEX, /^plugins\/[^/]+\/(plugin|graphql)\.ts$/],
    packages: [],
  },
  {
    name: 'plugins/<name>/graphql.ts',
    files: /^plugins\/[^/]+\/graphql\.ts$/,
    mayImport: [CORE_INDEX, SCHEMA_INDEX],
    packages: [ZOD, anyUse(/^graphql$/), anyUse(/^@pothos\//)],
  },
  {
    name: 'plugins',
    files: /^plugins\//,
    mayImport: [CORE_INDEX],
    // What a plugin brings of its own is loaded in its start(), so that nobody needs it who does not use the plugin.
    packages: [ZOD, anyUse(/^tsyringe$/), { package: /./, how: ['dynamic', 'type'] }],
  },
  {
    name: 'schema',
    files: /^schema\//,
    mayImport: [CORE_INDEX, /^schema\//],
    packages: [anyUse(/^graphql(\/|$)/), anyUse(/^@pothos\//)],
  },
  {
    name: 'server/compose.ts',
    files: /^server\/compose\.ts$/,
    mayImport: [CORE_INDEX, SCHEMA_INDEX, SERVER, /^plugins\/registry\.ts$/, /^server\/demo\/options\.ts$/],
    packages: SERVER_PACKAGES,
  },
  {
    name: 'server, the program',
    files: /^server\/(demo\/|cli\/|main\.ts)/,
    mayImport: [CORE_INDEX, SCHEMA_INDEX, /^server\//],
    packages: [...SERVER_PACKAGES, anyUse(/^mediasoup(\/|$)/)],
  },
  {
    name: 'server',
    files: /^server\//,
    mayImport: [CORE_INDEX, SCHEMA_INDEX, SERVER],
    packages: SERVER_PACKAGES,
  },
];

const PUBLIC = /^(core\/index|core\/testing\/index|schema\/index|server\/index|plugins\/[^/]+\/plugin)\.ts$/;

export const REACH: readonly ReachRule[] = [
  // Several of its calls spawn processes or block, so it is loaded by a thread of its own.
  { name: 'the SFU must not load systeminformation into its own thread', from: /./, never: 'systeminformation' },
  { name: 'the application brings its own mediasoup', from: PUBLIC, never: 'mediasoup' },
];

export const MAX_LINES = 500;
