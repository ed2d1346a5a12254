import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const SCRIPTS = '/usr/lib/rabbitmq/bin';
const START_DEADLINE_MS = 120_000;
const STOP_DEADLINE_MS = 30_000;
const CONTROL_DEADLINE_MS = 60_000;
const LOG_KEPT = 20_000;
/** The kernel ends what runs so when the process that started it is gone, however that ended: a test run may be killed. */
const WITH_US = ['--pdeathsig', 'KILL'];

/** Where the scripts of RabbitMQ are on this machine; undefined when there are none. */
const scripts = [process.env.RABBITMQ_SCRIPTS, SCRIPTS].find(
  (path): path is string => path !== undefined && existsSync(join(path, 'rabbitmq-server')),
);

/** Tests with a real RabbitMQ are left out where there is none, but not under CI. */
export const withoutRabbitmq = scripts === undefined && process.env.CI === undefined;

export interface RabbitUser {
  readonly name: string;
  readonly password: string;
  readonly vhost: string;
  /** Regular expressions of names. */
  readonly configure: string;
  readonly write: string;
  readonly read: string;
}

export interface RabbitmqOptions {
  /** Besides `guest`, who may do everything in `/`. */
  readonly users?: readonly RabbitUser[];
  /** Further lines of rabbitmq.conf. */
  readonly configuration?: readonly string[];
  /** Listens with TLS on a second port too. */
  readonly tls?: { readonly key: string; readonly cert: string; readonly ca?: string };
}

/**
 * A real RabbitMQ on free ports of the loopback address, with an epmd of its own. Node name, folders and cookie are its own too, so
 * that it gets along with others on the same machine. What it has stored survives `stop` and `kill`, and goes with `remove`.
 */
export class Rabbitmq {
  readonly port: number;
  readonly tlsPort: number;
  readonly #folder: string;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #epmd: ChildProcess;
  #broker: ChildProcess | undefined;
  #log = '';

  private constructor(ports: readonly number[], folder: string, options: RabbitmqOptions) {
    const [port = 0, tlsPort = 0, distributionPort = 0, epmdPort = 0] = ports;
    this.port = port;
    this.tlsPort = tlsPort;
    this.#folder = folder;
    this.#environment = {
      ...process.env,
      HOME: folder,
      ERL_EPMD_ADDRESS: '127.0.0.1',
      ERL_EPMD_PORT: `${epmdPort}`,
      RABBITMQ_NODENAME: `sfuscope-${randomBytes(6).toString('hex')}@localhost`,
      RABBITMQ_CONF_ENV_FILE: join(folder, 'none'),
      RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq.conf'),
      RABBITMQ_ADVANCED_CONFIG_FILE: join(folder, 'none'),
      RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'enabled_plugins'),
      RABBITMQ_MNESIA_BASE: join(folder, 'mnesia'),
      RABBITMQ_LOG_BASE: join(folder, 'log'),
      RABBITMQ_LOGS: '-',
      RABBITMQ_PID_FILE: join(folder, 'pid'),
      RABBITMQ_DIST_PORT: `${distributionPort}`,
      RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS:
        '-kernel inet_dist_use_interface {127,0,0,1} -start_epmd false +S 1:1 +sbwt none +sbwtdcpu none +sbwtdio none',
      // The script then becomes the Erlang machine, so that the child we have is the broker itself.
      RUNNING_UNDER_SYSTEMD: '1',
      NOTIFY_SOCKET: '',
    };
    writeFiles(folder, port, tlsPort, options);
    this.#epmd = spawn('setpriv', [...WITH_US, 'epmd', '-port', `${epmdPort}`, '-address', '127.0.0.1'], {
      stdio: 'ignore',
    });
    this.#epmd.once('error', () => undefined);
  }

  /** Resolves once it takes connections. Rejects with its log when it does not start. */
  static async start(options: RabbitmqOptions = {}): Promise<Rabbitmq> {
    if (scripts === undefined) {
      throw new Error('No RabbitMQ found. Install Debian\'s "rabbitmq-server" package or set RABBITMQ_SCRIPTS.');
    }
    const folder = mkdtempSync(join(tmpdir(), 'sfuscope-rabbitmq-'));
    const broker = new Rabbitmq(await freePorts(4), folder, options);
    try {
      await broker.restart();
      return broker;
    } catch (error) {
      await broker.remove();
      throw error;
    }
  }

  get url(): string {
    return `amqp://127.0.0.1:${this.port}`;
  }

  get tlsUrl(): string {
    return `amqps://localhost:${this.tlsPort}`;
  }

  /** Starts it again after `stop` or `kill`, with what it had stored. */
  async restart(): Promise<void> {
    if (this.#broker !== undefined) throw new Error('RabbitMQ runs already');
    const child = spawn('setpriv', [...WITH_US, join(scripts ?? SCRIPTS, 'rabbitmq-server')], {
      env: this.#environment,
      cwd: this.#folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#broker = child;
    this.#log = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.#log = (this.#log + text).slice(-LOG_KEPT);
      });
    }
    let failure: Error | undefined;
    child.once('error', (error) => {
      failure = error;
    });
    const deadline = performance.now() + START_DEADLINE_MS;
    while (!(this.#log.includes('Server startup complete') && (await answers(this.port)))) {
      if (failure !== undefined) throw failure;
      if (child.exitCode !== null) throw new Error(`RabbitMQ ended with code ${child.exitCode}:\n${this.#log}`);
      if (performance.now() > deadline) throw new Error(`RabbitMQ did not start in time:\n${this.#log}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Shuts it down in order; resolves once its process is gone. */
  stop(): Promise<void> {
    return this.#end('SIGTERM');
  }

  /** Ends it at once, as a crash would; resolves once its process is gone. */
  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }

  /** Holds it still: its sockets stay open and nobody answers. */
  freeze(): void {
    this.#broker?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#broker?.kill('SIGCONT');
  }

  /** Runs rabbitmqctl against it; resolves with what it printed. Takes seconds. */
  async control(...args: readonly string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(join(scripts ?? SCRIPTS, 'rabbitmqctl'), [...args], {
      env: this.#environment,
      cwd: this.#folder,
      timeout: CONTROL_DEADLINE_MS,
    });
    return stdout;
  }

  /** Ends all of its processes and removes what it has stored. */
  async remove(): Promise<void> {
    await this.kill();
    if (this.#epmd.exitCode === null && this.#epmd.signalCode === null && this.#epmd.pid !== undefined) {
      const exited = once(this.#epmd, 'exit');
      this.#epmd.kill('SIGKILL');
      await exited;
    }
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.remove();
  }

  async #end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.#broker;
    if (child === undefined) return;
    this.#broker = undefined;
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_DEADLINE_MS);
    await exited;
    clearTimeout(timer);
  }
}

function writeFiles(folder: string, port: number, tlsPort: number, options: RabbitmqOptions): void {
  const { users = [], configuration = [], tls } = options;
  mkdirSync(join(folder, 'mnesia'));
  mkdirSync(join(folder, 'log'));
  writeFileSync(join(folder, '.erlang.cookie'), randomBytes(16).toString('hex'), { mode: 0o400 });
  writeFileSync(join(folder, 'enabled_plugins'), tls === undefined ? '[].' : '[rabbitmq_auth_mechanism_ssl].');
  writeFileSync(join(folder, 'definitions.json'), JSON.stringify(definitions(users)));
  const lines = [
    `listeners.tcp.1 = 127.0.0.1:${port}`,
    `load_definitions = ${join(folder, 'definitions.json')}`,
    // A machine with little room is no reason for an alarm here.
    'disk_free_limit.absolute = 1MB',
    'vm_memory_high_watermark.absolute = 1GB',
    'log.console.level = info',
    ...configuration,
  ];
  if (tls !== undefined) {
    const files = { cert: tls.cert, key: tls.key, ca: tls.ca ?? tls.cert };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, `${name}.pem`), text);
    lines.push(
      `listeners.ssl.1 = 127.0.0.1:${tlsPort}`,
      `ssl_options.cacertfile = ${join(folder, 'ca.pem')}`,
      `ssl_options.certfile = ${join(folder, 'cert.pem')}`,
      `ssl_options.keyfile = ${join(folder, 'key.pem')}`,
      'ssl_options.verify = verify_peer',
      'ssl_options.fail_if_no_peer_cert = true',
      'auth_mechanisms.1 = PLAIN',
      'auth_mechanisms.2 = EXTERNAL',
      'ssl_cert_login_from = common_name',
    );
  }
  writeFileSync(join(folder, 'rabbitmq.conf'), `${lines.join('\n')}\n`);
}

function definitions(users: readonly RabbitUser[]): unknown {
  const guest = { name: 'guest', password: 'guest', vhost: '/', configure: '.*', write: '.*', read: '.*' };
  const all = [guest, ...users];
  return {
    users: all.map(({ name, password }) => ({ name, password, tags: name === 'guest' ? 'administrator' : '' })),
    vhosts: [...new Set(all.map(({ vhost }) => vhost))].map((name) => ({ name })),
    permissions: all.map(({ name, vhost, configure, write, read }) => ({ user: name, vhost, configure, write, read })),
  };
}

/** Ports that were free just now, all of them different. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => {
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  });
  await Promise.all(servers.map((server) => promisify(server.close.bind(server))()));
  return ports;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
