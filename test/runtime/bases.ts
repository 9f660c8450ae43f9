/**
 * The base images of the samples: look-alikes of well-known ones, made of this machine's Debian packages. They are made
 * once and kept outside the repository; what makes an image gives the hash by which it is found again.
 */
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
} from 'node:fs';
import { writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../support/distribution.ts';
import { asRoot, mustRun, pause, run } from './commands.ts';
import { build, holdFolder, startEngine } from './engine.ts';
import type { Engine } from './engine.ts';
import { spawn } from 'node:child_process';

const FOLDER = fileURLToPath(new URL('bases', import.meta.url));

export interface Base {
  /** As a Dockerfile names it. */
  readonly name: string;
  /**
   * A folder of `bases`, or the release of Debian that debootstrap makes. `seed` is a folder whose lock file stands for
   * the one in `folder`.
   */
  readonly from: { readonly folder: string; readonly seed?: string } | { readonly release: string };
  /** Other images that its Dockerfile names. */
  readonly on?: readonly string[];
}

const DEBIAN = 'debian:bookworm-slim';

/** In the order of making. */
export const BASES: readonly Base[] = [
  { name: DEBIAN, from: { release: 'bookworm' } },
  { name: 'debian:trixie-slim', from: { release: 'trixie' } },
  { name: 'ubuntu:24.04', from: { folder: 'ubuntu' }, on: [DEBIAN] },
  { name: 'python:3.11-slim', from: { folder: 'python' }, on: [DEBIAN] },
  { name: 'python:3.11', from: { folder: 'python-full' }, on: ['python:3.11-slim'] },
  { name: 'images.example.com/services:1', from: { folder: 'services' }, on: ['python:3.11-slim'] },
  { name: 'public.ecr.aws/lambda/python:3.11', from: { folder: 'lambda-python' }, on: ['python:3.11-slim'] },
  { name: 'node:20-slim', from: { folder: 'node' }, on: [DEBIAN] },
  { name: 'images.example.com/node-build:20', from: { folder: 'node-build' }, on: ['node:20-slim', DEBIAN] },
  { name: 'alpine:3.20', from: { folder: 'alpine' }, on: [DEBIAN] },
  { name: 'node:20-alpine', from: { folder: 'node-alpine' }, on: ['node:20-slim', 'alpine:3.20'] },
  { name: 'nginx:1.22', from: { folder: 'nginx' }, on: [DEBIAN] },
  {
    name: 'nginx:1.22-alpine-slim',
    from: { folder: 'nginx-alpine-slim' },
    on: ['nginx:1.22', 'alpine:3.20'],
  },
  { name: 'nginxinc/nginx-unprivileged:1.22', from: { folder: 'nginx-unprivileged' }, on: ['nginx:1.22'] },
  { name: 'redis:7', from: { folder: 'redis' }, on: [DEBIAN] },
  { name: 'postgres:15', from: { folder: 'postgres' }, on: [DEBIAN] },
  { name: 'haproxy:2.6', from: { folder: 'haproxy' }, on: [DEBIAN] },
  { name: 'golang:1.19', from: { folder: 'golang' }, on: [DEBIAN] },
  { name: 'gcr.io/distroless/static-debian12', from: { folder: 'distroless-static' }, on: [DEBIAN] },
  {
    name: 'gcr.io/distroless/static-debian12:nonroot',
    from: { folder: 'distroless-static-nonroot' },
    on: ['gcr.io/distroless/static-debian12'],
  },
  {
    name: 'gcr.io/distroless/nodejs20-debian12',
    from: { folder: 'distroless-node' },
    on: ['node:20-slim', 'gcr.io/distroless/static-debian12'],
  },
  { name: 'php:8.2-cli', from: { folder: 'php' }, on: [DEBIAN] },
  { name: 'ruby:3.1-slim', from: { folder: 'ruby' }, on: [DEBIAN] },
  { name: 'eclipse-temurin:17-jre', from: { folder: 'java' }, on: [DEBIAN] },
  { name: 'eclipse-temurin:17-jdk', from: { folder: 'java-jdk' }, on: ['eclipse-temurin:17-jre'] },
];

export const BASE_NAMES: readonly string[] = BASES.map(({ name }) => name);

/** An engine that has the base images, and a registry that tells about them. */
export interface Bed {
  readonly engine: Engine;
  /** The text of an operator's configuration that leads dockfix to the registry. */
  readonly config: string;
  /** One line a base image that had to be made: its name and how long that took. */
  readonly made: readonly string[];
  stop(): Promise<void>;
}

/** Starts everything and makes what is missing of `bases`. `say` gets a line for every step that takes long. */
export async function startBed(say: (line: string) => void, bases: readonly Base[] = BASES): Promise<Bed> {
  const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'dockfix-test-images');
  const release = await holdFolder(cache, 60 * 60_000);
  const undo: (() => unknown)[] = [release];
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const registry = await startRegistry(join(cache, 'registry'));
    undo.push(registry.stop);
    const engine = await startEngine({ folder: cache, mirror: registry.url });
    undo.push(engine.stop);
    undo.push(() => clean(engine));
    await clean(engine);
    const made = await makeAll(bases, engine, registry.host, join(cache, 'registry'), say);
    const hosts = [
      'docker.io',
      ...new Set(bases.map(({ name }) => hostOf(name)).filter((host) => host !== null)),
    ];
    const config = `registries:\n${hosts.map((host) => `  ${host}: { endpoint: "${registry.url}" }\n`).join('')}`;
    return { engine, config, made, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Nothing of a sample stays, neither of this run nor of one that was killed. The engine serves nobody else. */
async function clean(engine: Engine): Promise<void> {
  const containers = await engine.mustDocker(['ps', '--all', '--quiet']);
  if (containers !== '') await engine.mustDocker(['rm', '--force', '--volumes', ...containers.split('\n')]);
  const images = await engine.mustDocker(['images', '--quiet', 'dockfix-sample']);
  if (images !== '') await engine.docker(['rmi', '--force', ...new Set(images.split('\n'))]);
  await engine.docker(['image', 'prune', '--force']);
  await engine.docker(['volume', 'prune', '--force']);
  await engine.docker(['builder', 'prune', '--force', '--keep-storage', '3GB'], { timeoutMs: 120_000 });
}

async function startRegistry(data: string): Promise<{ host: string; url: string; stop(): Promise<void> }> {
  mkdirSync(data, { recursive: true });
  const host = `127.0.0.1:${await freePort()}`;
  const config = join(data, 'config.yml');
  writeFileSync(
    config,
    `version: 0.1
log: { level: error, accesslog: { disabled: true } }
storage: { filesystem: { rootdirectory: ${join(data, 'data')} } }
http: { addr: ${host} }
`,
  );
  const child = spawn('docker-registry', ['serve', config], { stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
  };
  const url = `http://${host}`;
  for (let attempt = 0; attempt < 200 && child.exitCode === null; attempt++) {
    if (
      await fetch(`${url}/v2/`).then(
        () => true,
        () => false,
      )
    )
      return { host, url, stop };
    await pause(50);
  }
  await stop();
  throw new Error('docker-registry does not start');
}

async function makeAll(
  bases: readonly Base[],
  engine: Engine,
  registry: string,
  registryData: string,
  say: (line: string) => void,
): Promise<string[]> {
  const hashes = new Map<string, string>();
  const made: string[] = [];
  const inputs = await machineInputs();
  for (const base of bases) {
    const parents = (base.on ?? []).map((name) => hashes.get(name)!);
    const hash = hashOf([base.name, ...parents, ...inputsOf(base, inputs)]);
    hashes.set(base.name, hash);
    const kept = `dockfix-base/${base.name.replace(/[^a-z0-9.]+/g, '-')}:${hash}`;
    const pushed = join(registryData, `pushed-${hash}`);
    const started = performance.now();
    const isThere = (await engine.docker(['image', 'inspect', kept])).code === 0;
    if (!isThere) {
      say(`makes ${base.name}`);
      await removeKept(engine, kept);
      if ('release' in base.from) await bootstrap(engine, base.from.release, inputs, kept);
      else await buildBase(engine, base.from, kept);
    }
    await engine.mustDocker(['tag', kept, base.name]);
    if (!existsSync(pushed)) {
      const target = `${registry}/${repositoryOf(base.name)}`;
      await engine.mustDocker(['tag', base.name, target]);
      await engine.mustDocker(['push', '--quiet', target], { timeoutMs: 600_000 });
      await engine.mustDocker(['rmi', target]);
      writeFileSync(pushed, `${base.name}\n`);
    }
    if (!isThere) made.push(`${base.name} ${((performance.now() - started) / 1000).toFixed(1)} s`);
  }
  return made;
}

async function removeKept(engine: Engine, kept: string): Promise<void> {
  const repository = kept.slice(0, kept.lastIndexOf(':'));
  const old = await engine.mustDocker(['images', '--format', '{{.Repository}}:{{.Tag}}', repository]);
  if (old !== '') await engine.docker(['rmi', ...old.split('\n')]);
}

const SEED_FILES = ['package.json', 'package-lock.json'];

async function buildBase(
  engine: Engine,
  { folder, seed }: { readonly folder: string; readonly seed?: string },
  tag: string,
): Promise<void> {
  const context = mkdtempSync(join(tmpdir(), 'dockfix-base-'));
  try {
    cpSync(join(FOLDER, folder), context, { recursive: true });
    for (const name of seed === undefined ? [] : SEED_FILES)
      cpSync(join(seed!, name), join(context, 'seed', name));
    if (existsSync(join(context, 'seed'))) await addNode(context);
    const ran = await build(engine, { folder: context, tag, network: 'host', timeoutMs: 900_000 });
    if (ran.code !== 0)
      throw new Error(`the base image ${folder} does not build:\n${ran.stderr.slice(-4000)}`);
  } finally {
    rmSync(context, { recursive: true, force: true });
  }
}

/** This machine's node and npm, and a cache of npm with all that the lock file of `seed` names. */
async function addNode(context: string): Promise<void> {
  cpSync(process.execPath, join(context, 'node'), { dereference: true });
  cpSync(await npmFolder(), join(context, 'npm'), { recursive: true });
  const seed = join(context, 'seed');
  const cache = join(context, 'npm-cache');
  await mustRun('npm', ['ci', '--ignore-scripts', '--cache', cache], { cwd: seed, timeoutMs: 300_000 });
  rmSync(join(seed, 'node_modules'), { recursive: true });
  rmSync(join(cache, '_logs'), { recursive: true, force: true });
  // The keys of the cache hold the registry's address.
  const registry = (await mustRun('npm', ['config', 'get', 'registry'])).stdout.trim();
  const npmrc = join(context, 'npmrc');
  writeFileSync(npmrc, `${readFileSync(npmrc, 'utf8')}registry=${registry}\n`);
}

async function npmFolder(): Promise<string> {
  const global = (await mustRun('npm', ['root', '--global'])).stdout.trim();
  const beside = join(dirname(dirname(process.execPath)), 'lib', 'node_modules');
  const found = [global, beside]
    .map((folder) => join(folder, 'npm'))
    .find((folder) => existsSync(join(folder, 'node_modules')));
  if (found === undefined) throw new Error(`there is no npm of its own below ${global} or ${beside}`);
  return found;
}

interface MachineInputs {
  /** Debian's archive as this machine's apt knows it. */
  readonly archive: string;
  /** Lines of apt's configuration that its sources need here. */
  readonly apt: string;
}

async function machineInputs(): Promise<MachineInputs> {
  const format = '$(REPO_URI) $(CODENAME) $(COMPONENT) $(ORIGIN)';
  const targets = await mustRun('apt-get', ['indextargets', '--format', format, 'Created-By: Packages']);
  const archives = targets.stdout
    .split('\n')
    .map((line) => line.split(' '))
    .filter(
      ([, codename, component, origin]) =>
        /^[a-z]+$/.test(codename ?? '') && component === 'main' && origin === 'Debian',
    );
  const archive = archives[0]?.[0];
  if (archive === undefined) throw new Error("apt's sources have no archive of Debian (apt-get update?)");
  const dump = await mustRun('apt-config', ['dump', 'Acquire']);
  const apt = dump.stdout.split('\n').filter((line) => /^Acquire::(?:Check-|https?::Proxy)/.test(line));
  return { archive, apt: apt.map((line) => `${line}\n`).join('') };
}

function inputsOf(base: Base, inputs: MachineInputs): string[] {
  if ('release' in base.from) return ['debootstrap 1', inputs.archive, inputs.apt, TRIM];
  const folder = join(FOLDER, base.from.folder);
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).sort();
  const contents = paths.flatMap((path) => [
    path.slice(folder.length),
    String(statSync(path).mode & 0o111),
    readFileSync(path, 'utf8'),
  ]);
  const { seed } = base.from;
  if (seed !== undefined) contents.push(...SEED_FILES.map((name) => readFileSync(join(seed, name), 'utf8')));
  return existsSync(join(folder, 'seed')) ? [...contents, process.version] : contents;
}

function hashOf(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}

/** What Debian's own slim images leave out. */
const TRIM = `
rm -rf var/cache/apt/* var/lib/apt/lists/* var/log/* usr/share/locale usr/share/man/?? usr/share/man/??_*
find usr/share/doc usr/share/info usr/share/man -type f ! -name copyright -delete
printf '%s\\n' path-exclude=/usr/share/doc/* path-include=/usr/share/doc/*/copyright path-exclude=/usr/share/man/* \\
  path-exclude=/usr/share/info/* path-exclude=/usr/share/locale/* > etc/dpkg/dpkg.cfg.d/docker
printf '%s\\n' 'DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb || true"; };' > etc/apt/apt.conf.d/docker-clean
printf '%s\\n' 'Acquire::Languages "none";' > etc/apt/apt.conf.d/docker-no-languages
mkdir -p var/cache/apt/archives/partial var/lib/apt/lists/partial
`;

async function bootstrap(engine: Engine, release: string, inputs: MachineInputs, tag: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'dockfix-debootstrap-'));
  const root = join(folder, 'root');
  const tar = join(folder, 'root.tar');
  const asRootRun = (program: string, args: readonly string[], input = ''): Promise<unknown> =>
    mustRun(...asRoot(program, args), { timeoutMs: 900_000, input });
  try {
    await asRootRun('nice', ['debootstrap', '--variant=minbase', release, root, inputs.archive]);
    await asRootRun('tee', [join(root, 'etc/apt/apt.conf.d/00machine')], inputs.apt);
    await asRootRun('sh', ['-ec', `cd "$1" && ${TRIM.trim()}`, 'trim', root]);
    await asRootRun('tar', ['--create', '--numeric-owner', '--directory', root, '--file', tar, '.']);
    const changes = ['CMD ["bash"]', 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'];
    await engine.mustDocker(['import', ...changes.flatMap((change) => ['--change', change]), tar, tag], {
      timeoutMs: 300_000,
    });
  } finally {
    await run(...asRoot('rm', ['-rf', '--one-file-system', folder]));
  }
}

function hostOf(name: string): string | null {
  const first = name.split('/')[0]!;
  return name.includes('/') && first.includes('.') ? first : null;
}

function repositoryOf(name: string): string {
  const host = hostOf(name);
  if (host !== null) return name.slice(host.length + 1);
  return name.includes('/') ? name : `library/${name}`;
}
