/**
 * An engine of our own for the tests that build and run images: Debian's dockerd, started by hand with its own data,
 * socket and pid file, and ended by its pid. It makes no bridge and no firewall rule; containers have loopback only.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asRoot, canBeRoot, isInstalled, pause, run } from './commands.ts';
import type { Ran, RunOptions } from './commands.ts';

/** What the tests need, by command and Debian package. */
const PARTS: Readonly<Record<string, string>> = {
  dockerd: 'docker.io',
  debootstrap: 'debootstrap',
  'docker-registry': 'docker-registry',
  nsenter: 'util-linux',
};

/** Why images cannot be built and run here, or null when they can. */
export function whyNoEngine(): string | null {
  if (process.platform !== 'linux') return 'needs Linux';
  const missing = Object.entries(PARTS).filter(([command]) => !isInstalled(command));
  if (missing.length > 0) return `needs Debian's ${missing.map(([, name]) => name).join(', ')}`;
  if (!canBeRoot()) return 'needs root, or sudo without a password';
  if (findClient() === null)
    return 'needs a docker client that can use BuildKit (docker.io, or docker-buildx)';
  return null;
}

/** Clients before 23 carry what BuildKit needs; later ones want the buildx plugin. */
function findClient(): string | null {
  const paths = spawnSync('which', ['-a', 'docker'], { encoding: 'utf8' }).stdout.split('\n');
  const canBuild = (path: string): boolean => {
    const version = /version (\d+)\./.exec(spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout ?? '');
    return (
      version !== null && (Number(version[1]) < 23 || spawnSync(path, ['buildx', 'version']).status === 0)
    );
  };
  return paths.find((path) => path !== '' && canBuild(path)) ?? null;
}

export interface Engine {
  readonly driver: string;
  /** The path of a docker client that can build. */
  readonly client: string;
  /** What leads another docker client to this engine. */
  readonly env: Readonly<Record<string, string>>;
  /** One docker command; any exit code is an answer. */
  docker(args: readonly string[], options?: RunOptions): Promise<Ran>;
  /** One docker command that has to succeed. */
  mustDocker(args: readonly string[], options?: RunOptions): Promise<string>;
  stop(): Promise<void>;
}

export interface EngineOptions {
  /** Holds the engine's images from run to run; one engine at a time may use it. */
  readonly folder: string;
  /** Where images of Docker Hub are instead. Nothing is ever pulled from elsewhere. */
  readonly mirror: string;
}

/** Starts the engine, or says in the error what its log said last. */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const client = findClient();
  if (client === null) throw new Error('no docker client');
  const pidFile = join(options.folder, 'engine.pid');
  const folder = join(options.folder, 'run');
  const execRoot = join(folder, 'exec');
  const log = join(folder, 'log');
  const host = `unix://${join(folder, 'docker.sock')}`;
  const config = join(folder, 'config');
  const stop = async (): Promise<void> => {
    await endEngine(pidFile);
    // Without a bridge the engine leaves the mount of the host's network namespace behind.
    for (const mount of mountsBelow(folder)) await run(...asRoot('umount', ['--lazy', mount]));
    await run(...asRoot('rm', ['-rf', folder]));
  };
  // A run that was killed may have left its engine.
  await stop();
  mkdirSync(config, { recursive: true });
  writeFileSync(join(config, 'config.json'), '{}\n');
  const [program, args] = asRoot('env', [
    // A dead end for every other registry: an image that is not here is an error, never a download.
    'HTTP_PROXY=http://127.0.0.1:9',
    'HTTPS_PROXY=http://127.0.0.1:9',
    'NO_PROXY=127.0.0.1',
    'dockerd',
    `--data-root=${join(options.folder, 'engine')}`,
    `--exec-root=${execRoot}`,
    `--pidfile=${pidFile}`,
    `--host=${host}`,
    `--group=${process.getgid?.() ?? 0}`,
    '--bridge=none',
    '--iptables=false',
    '--ip6tables=false',
    `--registry-mirror=${options.mirror}`,
  ]);
  const output = openSync(log, 'w');
  const child = spawn(program, args, { stdio: ['ignore', output, output] });
  const docker = (words: readonly string[], runOptions: RunOptions = {}): Promise<Ran> =>
    run(client, ['--host', host, '--config', config, ...words], {
      ...runOptions,
      env: { DOCKER_BUILDKIT: '1', BUILDKIT_PROGRESS: 'plain', ...runOptions.env },
    });
  for (let attempt = 0; attempt < 300; attempt++) {
    const info = await docker(['info', '--format', '{{.Driver}}']);
    if (info.code === 0) {
      const mustDocker = async (words: readonly string[], runOptions?: RunOptions): Promise<string> => {
        const ran = await docker(words, runOptions);
        if (ran.code === 0) return ran.stdout.trim();
        throw new Error(`docker ${words.join(' ')}:\n${`${ran.stdout}\n${ran.stderr}`.trim().slice(-3000)}`);
      };
      const env = { DOCKER_HOST: host, DOCKER_CONFIG: config };
      return { driver: info.stdout.trim(), client, env, docker, mustDocker, stop };
    }
    if (child.exitCode !== null) break;
    await pause(100);
  }
  const said = readFileSync(log, 'utf8').slice(-2000);
  await stop();
  throw new Error(`dockerd does not start:\n${said}`);
}

function mountsBelow(folder: string): string[] {
  const mounts = readFileSync('/proc/mounts', 'utf8').split('\n');
  return mounts.map((line) => line.split(' ')[1] ?? '').filter((path) => path.startsWith(`${folder}/`));
}

/** Ends the engine that wrote this pid file, also one that a killed run left; never another process. */
async function endEngine(pidFile: string): Promise<void> {
  const pid = readPid(pidFile);
  if (pid === null) return;
  const isOurs = (): boolean => commandLine(pid).some((word) => word === `--pidfile=${pidFile}`);
  for (const signal of ['TERM', 'KILL']) {
    if (!isOurs()) break;
    await run(...asRoot('kill', [`-${signal}`, String(pid)]));
    for (let attempt = 0; attempt < 200 && isOurs(); attempt++) await pause(100);
  }
  await run(...asRoot('rm', ['-f', pidFile]));
}

function readPid(file: string): number | null {
  try {
    return Number(readFileSync(file, 'utf8')) || null;
  } catch {
    return null;
  }
}

function commandLine(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

/**
 * Holds a folder for this process; waits for another one that holds it, takes it over from one that is gone.
 * Gives the function that lets it go.
 */
export async function holdFolder(folder: string, waitMs: number): Promise<() => void> {
  mkdirSync(folder, { recursive: true });
  const lock = join(folder, 'lock');
  for (const end = Date.now() + waitMs; ; await pause(500)) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      return () => rmSync(lock, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = readPid(lock);
    if (holder === null || commandLine(holder).length === 0) rmSync(lock, { force: true });
    else if (Date.now() > end) throw new Error(`process ${holder} holds ${folder} for too long`);
  }
}

/** Builds an image from a folder; RUN has no network unless it is asked for. */
export async function build(
  engine: Engine,
  options: {
    readonly folder: string;
    readonly tag: string;
    readonly dockerfile?: string;
    readonly network?: 'none' | 'host';
    readonly timeoutMs?: number;
  },
): Promise<Ran> {
  return engine.docker(
    [
      'build',
      '--network',
      options.network ?? 'none',
      '--tag',
      options.tag,
      '--file',
      options.dockerfile ?? join(options.folder, 'Dockerfile'),
      options.folder,
    ],
    { timeoutMs: options.timeoutMs ?? 300_000 },
  );
}
