import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PLUGINS } from '../../plugins/registry.js';
import { eventually } from '../support/until.js';
import { Program } from '../support/program.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sfuscope-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

async function refusal(...args: string[]): Promise<string> {
  await using program = Program.run(args);
  expect(await program.exited()).not.toBe(0);
  return program.stderr;
}

describe('the demo', () => {
  it('prints what to open, answers a query, and ends with Ctrl-C leaving no worker behind', async () => {
    await using program = Program.run(['demo', '--port', '0', '--rooms', '2', '--peers', '2']);
    await eventually(() => expect(program.stdout).toContain('Ctrl-C stops it'));
    const url = /GraphiQL +(\S+)/.exec(program.stdout)?.[1] ?? '';

    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ rooms { totalCount } workers { nodes { pid } } }' }),
    });

    const { data } = (await answer.json()) as {
      data: { rooms: { totalCount: number }; workers: { nodes: { pid: number }[] } };
    };
    expect(data.rooms.totalCount).toBe(3);
    const pids = data.workers.nodes.map(({ pid }) => pid);
    expect(pids).toHaveLength(2);

    program.signal('SIGINT');
    expect(await program.exited()).toBe(0);
    for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });

  it('ends in order when it is stopped while it still starts', async () => {
    await using program = Program.run(['demo', '--port', '0', '--rooms', '3']);
    await eventually(() => expect(program.stderr).toContain('room-1, peer 1'));

    program.signal('SIGINT');

    expect(await program.exited()).toBe(0);
    expect(program.stderr).not.toContain('Channel closed');
  });

  it('stops by itself after --for, printing only the address with --quiet', async () => {
    await using program = Program.run(['demo', '--quiet', '--port', '0', '--rooms', '1', '--peers', '1', '--for', '1']);

    expect(await program.exited()).toBe(0);
    expect(program.stdout).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/graphql\n$/);
    expect(program.stderr).toBe('');
  });

  it('takes its options from a YAML file, and flags over it', async () => {
    const config = await file(
      'demo.yaml',
      'demo: { rooms: 7, peers: 1 }\nserver: { port: 0 }\nplugins: { example: false }\n',
    );
    await using program = Program.run(['demo', '--config', config, '--rooms', '1', '--for', '1']);

    expect(await program.exited()).toBe(0);
    expect(program.stdout).toContain('1 rooms of about 1 peers');
  });

  it.each(Object.keys(PLUGINS))('runs with the sample configuration of the plugin %s', async (name) => {
    const sample = new URL(`../../plugins/${name}/sample.yaml`, import.meta.url).pathname;
    await using program = Program.run([
      'demo',
      '--config',
      sample,
      '--port',
      '0',
      '--rooms',
      '1',
      '--peers',
      '1',
      '--for',
      '1',
    ]);

    expect(await program.exited()).toBe(0);
    expect(program.stdout).toContain('GraphiQL');
  });

  it('says which port is taken and what to do about it', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await eventually(() => expect(taken.listening).toBe(true));
    const { port } = taken.address() as AddressInfo;

    const message = await refusal('demo', '--port', String(port));

    taken.close();
    expect(message).toContain(String(port));
    expect(message).toContain('in use');
    expect(message).toContain('--port');
  });

  it('says where it looked for the worker when there is none', async () => {
    await using program = Program.run(['demo', '--port', '0'], { MEDIASOUP_WORKER_BIN: join(folder, 'no-worker') });

    expect(await program.exited()).toBe(1);
    expect(program.stderr).toContain(join(folder, 'no-worker'));
    expect(program.stderr).toContain('MEDIASOUP_WORKER_BIN');
  });

  it('does not wait for ever for a worker that never answers, as one of another version', async () => {
    const path = await file('silent-worker', '#!/bin/sh\nexec sleep 60\n');
    await chmod(path, 0o755);
    await using program = Program.run(['demo', '--port', '0'], { MEDIASOUP_WORKER_BIN: path });

    expect(await program.exited()).toBe(1);
    expect(program.stderr).toContain('did not start within 10 s');
    expect(program.stderr).toContain(`Is ${path} a worker of mediasoup 3.`);
  });

  it('does not accept a worker that is none', async () => {
    await using program = Program.run(['demo', '--port', '0'], { MEDIASOUP_WORKER_BIN: '/bin/true' });

    expect(await program.exited()).toBe(1);
    expect(program.stderr).toContain('Is /bin/true a worker of mediasoup 3.');
  });
});

describe('a wrong command line or configuration', () => {
  it.each([
    ['an unknown command', ['demmo'], ["no command 'demmo'"]],
    ['an unknown flag', ['demo', '--romms', '3'], ['--romms', '--rooms']],
    ['a flag out of range', ['demo', '--rooms', '0'], ['--rooms', '1 to 50']],
    ['a flag that is no number', ['demo', '--port', 'x'], ['--port', '0 to 65535']],
  ])('names %s', async (_, args, parts) => {
    const message = await refusal(...args);

    for (const part of parts) expect(message).toContain(part);
  });

  it.each([
    ['a mistyped section', 'smapling: {}', ['smapling', 'sampling']],
    ['a mistyped key', 'sampling: { intervalMS: 5000 }', ['sampling.intervalMS', 'intervalMs']],
    ['a value of the wrong type', 'sampling: { intervalMs: fast }', ['sampling.intervalMs', 'number']],
    ['a mistyped option of the server', 'server: { prot: 1 }', ['server.prot', 'port']],
    ['a plugin that is not there', 'plugins: { exmaple: {} }', ['plugins.exmaple', 'example']],
    ['a mistyped option of a plugin', 'plugins: { example: { nope: 1 } }', ['plugins.example.nope']],
    ['a list where options should be', 'plugins: [example]', ['plugins', 'a list']],
    ['text that is no YAML', 'sampling: [', ['neither YAML nor JSON', ':1']],
  ])('names %s in a configuration file', async (name, text, parts) => {
    const config = await file(`${name.replaceAll(' ', '-')}.yaml`, text);

    const message = await refusal('check-config', config);

    for (const part of parts) expect(message).toContain(part);
  });

  it('names everything that is wrong in all parts of a file at once', async () => {
    const text =
      'sampling: { intervalMS: 1 }\nserver: { host: 0.0.0.0 }\ndemo: { rooms: 0 }\nplugins: { exmaple: true, example: { nope: 1 } }\n';

    const message = await refusal('check-config', await file('all-wrong.yaml', text));

    for (const path of [
      'sampling.intervalMS',
      'server.host',
      'demo.rooms',
      'plugins.exmaple',
      'plugins.example.nope',
    ]) {
      expect(message).toContain(path);
    }
  });

  it('refuses to bind beyond loopback without a token', async () => {
    const config = await file('open.yaml', 'server: { host: 0.0.0.0, port: 0 }\n');

    expect(await refusal('demo', '--config', config)).toMatch(/token/);
  });

  it('accepts the same keys as JSON', async () => {
    const config = await file('right.json', '{ "sampling": { "intervalMs": 5000 }, "server": { "port": 0 } }');
    await using program = Program.run(['check-config', config]);

    expect(await program.exited()).toBe(0);
  });
});

it.each(['demo', 'check-config', 'print-schema'])('%s --help tells what it does', async (command) => {
  await using program = Program.run([command, '--help']);

  expect(await program.exited()).toBe(0);
  expect(program.stdout).toContain(`Usage: sfuscope ${command}`);
});

it('prints the schema that is committed', async () => {
  await using program = Program.run(['print-schema']);

  expect(await program.exited()).toBe(0);
  const committed = await readFile(new URL('../../schema/schema.graphql', import.meta.url), 'utf8');
  expect(program.stdout.trim()).toBe(committed.trim());
});
