/** An engine behind its command line: docker, podman, or buildah with podman's help. They differ in few words. */
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type {
  BuildRequest,
  ContainerState,
  Engine,
  EngineFailure,
  EngineName,
  EngineResult,
  FailureKind,
  RunRequest,
} from './engine.ts';
import { failureOf, kindOfEngine, kindOfOutput, unwritten } from './failure.ts';
import { KEPT_REPOSITORY, LABEL, REPOSITORY } from './marks.ts';
import { addressOf, firstObject, imageConfigOf, stateOf } from './parts.ts';
import type { Ran, RunOptions, Runner } from './process.ts';
import { createReach } from './reach.ts';

export interface CommandLine {
  readonly name: EngineName;
  readonly version: string;
  /** Absolute path of what builds. */
  readonly builder: string;
  /** Absolute path of docker or podman; null when nothing runs containers. */
  readonly program: string | null;
  /** docker 23 and later: the image has to be asked for when it is built. */
  readonly loads: boolean;
  /** Whether the engine can hold containers to a limit on this machine. */
  readonly limitsMemory: boolean;
  readonly limitsProcesses: boolean;
  readonly run: Runner;
  /** Aborts when the person has asked to stop. */
  readonly signal: AbortSignal;
  /** The name of the run. */
  readonly mark: string;
  /** Absolute path of nsenter, where this process or the engine may use it. */
  readonly enter: ((pid: number) => readonly string[]) | null;
  /** Absolute; for files of this run. */
  readonly folder: string;
  /** Writes a file that only this person can read; its path. */
  writeFile(name: string, text: string): Promise<string>;
}

/** What short commands may take. They are not ended early: what they make must be known. */
const SHORT_MS = 60_000;
const EXPORT_MS = 10 * 60_000;
const MEMORY_GIB = 2;
/** For builds, where the engine can: more than any should need, and less than it takes to stop a machine. */
const BUILD_MEMORY_GIB = 8;
const PROCESSES = 2048;
const ROUNDS = 4;

export function createCommandLineEngine(options: CommandLine): Engine {
  const { name, version, builder, program, run, signal, mark, folder, writeFile } = options;
  const isDocker = name === 'docker';
  let made = 0;

  const next = (): string => `dockfix-${mark}-${++made}`;
  const call = (args: readonly string[], more: Partial<RunOptions> = {}): Promise<Ran> =>
    program === null
      ? Promise.resolve({ code: null, how: 'missing', stdout: '', stderr: '', elapsedMs: 0 })
      : run(program, args, { timeoutMs: SHORT_MS, ...more });

  /** The engine's words are others' words too; whether it is gone is asked of it. */
  async function failed(
    ran: Ran,
    what: string,
    timeoutMs: number,
    kindOf: (output: string) => FailureKind,
  ): Promise<EngineFailure> {
    const failure = failureOf(ran, what, timeoutMs, kindOf);
    if (failure.kind !== 'failed' && failure.kind !== 'unreachable') return failure;
    const answers = (await run(builder, ['version'], { timeoutMs: 10_000 })).code === 0;
    const kind = answers ? 'failed' : 'unreachable';
    return failureOf(ran, what, timeoutMs, () => kind);
  }

  async function ask<T>(
    args: readonly string[],
    what: string,
    read: (ran: Ran) => T,
    more: Partial<RunOptions> = {},
  ): Promise<EngineResult<T>> {
    const ran = await call(args, more);
    if (ran.code === 0) return { ok: true, value: read(ran) };
    return failed(ran, what, more.timeoutMs ?? SHORT_MS, kindOfEngine);
  }

  async function stateNow(container: string): Promise<EngineResult<ContainerState>> {
    const found = await ask(['container', 'inspect', container], 'looking at the container', ({ stdout }) =>
      firstObject(stdout),
    );
    if (!found.ok) return found;
    return { ok: true, value: stateOf(found.value ?? {}) };
  }

  const reach = createReach({
    run,
    signal,
    enter: options.enter,
    async cat(container, paths) {
      const ran = await call(['exec', container, 'cat', ...paths], { timeoutMs: 10_000, signal });
      return ran.stdout === '' ? null : ran.stdout;
    },
    async addressOf(container) {
      const ran = await call(['container', 'inspect', container]);
      return addressOf(firstObject(ran.stdout) ?? {});
    },
  });

  async function list(args: readonly string[]): Promise<readonly string[]> {
    const ran = await call(args);
    return ran.code === 0
      ? [...new Set(ran.stdout.split('\n').map((line) => line.trim()))].filter(Boolean)
      : [];
  }

  /** One round; gives what was there. */
  async function removeAll(): Promise<readonly string[]> {
    const answers = await run(builder, ['version'], { timeoutMs: 10_000 });
    if (answers.code !== 0) return [`what is in ${name}, which does not answer`];
    const filter = ['--filter', `label=${LABEL}=${mark}`];
    const containers = await list(['ps', '--all', '--quiet', '--no-trunc', ...filter]);
    if (containers.length > 0) await call(['rm', '--force', '--volumes', ...containers]);
    const networks = await list(['network', 'ls', '--quiet', ...filter]);
    if (networks.length > 0) await call(['network', 'rm', ...networks]);
    const volumes = await list(['volume', 'ls', '--quiet', ...filter]);
    if (volumes.length > 0) await call(['volume', 'rm', '--force', ...volumes]);
    const images = await ownImages();
    for (const image of images) await removeImage(image);
    return [...containers, ...networks, ...volumes, ...images];
  }

  async function ownImages(): Promise<readonly string[]> {
    const args = ['images', '--format', '{{.Repository}}:{{.Tag}}'];
    const lines =
      program === null
        ? (
            await run(builder, ['images', '--format', '{{.Name}}:{{.Tag}}'], { timeoutMs: SHORT_MS })
          ).stdout.split('\n')
        : await list(args);
    const isOwn = new RegExp(`(?:^|/)${REPOSITORY}:${mark}-[0-9]+$`);
    return lines.filter((line) => isOwn.test(line));
  }

  async function removeImage(image: string): Promise<void> {
    if (program === null) await run(builder, ['rmi', image], { timeoutMs: SHORT_MS });
    else await call(['rmi', ...(isDocker ? ['--no-prune'] : []), image]);
  }

  return {
    name,
    version,
    canRun: program !== null,
    limits: limitsOf(options),
    imageName: (index) => `${isDocker ? '' : 'localhost/'}${REPOSITORY}:${mark}-${index}`,

    async build(request) {
      const args = isDocker
        ? dockerBuild(request, options.loads)
        : podmanBuild(request, options.limitsMemory);
      const ran = await run(builder, args, { timeoutMs: request.timeoutMs, signal });
      if (ran.code === 0) return { ok: true, value: { elapsedMs: ran.elapsedMs } };
      return failed(ran, 'the build', request.timeoutMs, kindOfOutput);
    },

    async imageConfig(image) {
      const args = program === null ? ['inspect', '--type', 'image', image] : ['image', 'inspect', image];
      const ran = await run(program ?? builder, args, { timeoutMs: SHORT_MS });
      const object = ran.code === 0 ? firstObject(ran.stdout) : null;
      if (object) return { ok: true, value: imageConfigOf(program === null ? buildahImage(object) : object) };
      return failed(ran, 'looking at the image', SHORT_MS, kindOfEngine);
    },
    async hasImage(image) {
      return (await call(['image', 'inspect', '--format', '{{.Id}}', image])).code === 0;
    },
    removeImage,
    async keepImage(image, tag) {
      const kept = `${isDocker ? '' : 'localhost/'}${KEPT_REPOSITORY}:${tag}`;
      const ran = await run(program ?? builder, ['tag', image, kept], { timeoutMs: SHORT_MS });
      return ran.code === 0 ? kept : null;
    },

    createNetwork() {
      const network = next();
      return ask(
        ['network', 'create', '--internal', '--label', `${LABEL}=${mark}`, network],
        'making a network',
        () => network,
      );
    },
    async removeNetwork(network) {
      await call(['network', 'rm', network]);
    },
    createVolume() {
      const volume = next();
      return ask(
        ['volume', 'create', '--label', `${LABEL}=${mark}`, volume],
        'making a volume',
        () => volume,
      );
    },

    async create(request) {
      const container = next();
      // Not as arguments, which everybody on the machine can read; a value of several lines has no other way.
      const inFile = [...request.env].filter(([, value]) => !/[\r\n]/.test(value));
      const variables = inFile.map(([key, value]) => `${key}=${value}\n`).join('');
      let file: string | null = null;
      try {
        if (variables !== '') file = await writeFile(`${container}.env`, variables);
      } catch (error) {
        return unwritten(error);
      }
      const args = createArgs(request, { isDocker, mark, container, file });
      return ask(args, 'making the container', ({ stdout }) => stdout.trim().split('\n').at(-1)!);
    },
    start: (container) => ask(['start', container], 'starting the container', () => null, { signal }),
    async state(container) {
      const state = await stateNow(container);
      if (isDocker || !state.ok || !state.value.running || state.value.health === null) return state;
      // Without systemd nobody asks podman's checks; asking is allowed at any time.
      const ran = await call(['healthcheck', 'run', container], { timeoutMs: 30_000, signal });
      return ran.code === 0
        ? { ok: true, value: { ...state.value, health: 'healthy' } }
        : stateNow(container);
    },
    async logs(container, maxBytes) {
      const ran = await call(['logs', '--tail', '200', container], {
        timeoutMs: 20_000,
        keepBytes: maxBytes,
      });
      return `${ran.stdout}${ran.stderr}`;
    },
    async exportFiles(container, take) {
      const what = 'reading the files of the image';
      const limits = { timeoutMs: EXPORT_MS, signal };
      if (isDocker) return ask(['export', container], what, () => null, { ...limits, take });
      // podman opens its output by name, which fails for the pipes that we give.
      const file = join(folder, `${container}.tar`);
      try {
        const exported = await ask(['export', `--output=${file}`, container], what, () => null, limits);
        if (!exported.ok) return exported;
        for await (const piece of createReadStream(file)) take(piece as Uint8Array);
        return exported;
      } catch (error) {
        const message = `${what} failed`;
        return { ok: false, kind: 'failed', message, output: String((error as Error).message) };
      } finally {
        await rm(file, { force: true });
      }
    },
    uid: (container, state) => reach.uid(container, state),
    ports: (container, state) => reach.ports(container, state),
    ask: (container, state, questions) => reach.ask(container, state, questions),

    async stop(container, graceMs) {
      const grace = Math.ceil(graceMs / 1000);
      const started = performance.now();
      const ran = await call(['stop', '-t', String(grace), container], { timeoutMs: graceMs + 30_000 });
      const elapsedMs = performance.now() - started;
      if (ran.code !== 0) return failed(ran, 'stopping the container', graceMs + 30_000, kindOfEngine);
      const state = await stateNow(container);
      if (!state.ok) return state;
      const { exitCode } = state.value;
      return { ok: true, value: { elapsedMs, exitCode, killed: exitCode === 137 && elapsedMs >= graceMs } };
    },
    async remove(container) {
      await call(['rm', '--force', '--volumes', container]);
    },

    async cleanUp() {
      let left: readonly string[] = [];
      // A build that was ended may still name its image; twice nothing means nothing.
      for (let round = 0, empty = 0; round < ROUNDS && empty < (signal.aborted ? 2 : 1); round++) {
        left = await removeAll();
        if (left.length === 0) empty++;
        if (signal.aborted && round < ROUNDS - 1) await new Promise((resolve) => setTimeout(resolve, 300));
      }
      if (left.length > 0) left = await removeAll();
      return left;
    },
  };
}

function dockerBuild(request: BuildRequest, loads: boolean): readonly string[] {
  return [
    'build',
    '--progress=plain',
    ...(loads ? ['--load', '--provenance=false'] : []),
    ...commonBuild(request),
  ];
}

/** What holds, as a clause: a limit that the engine drops is none. */
function limitsOf({ name, program, limitsMemory, limitsProcesses }: CommandLine): string {
  const some = [
    ...(limitsMemory ? [`${MEMORY_GIB} GiB of memory`] : []),
    ...(limitsProcesses ? [`${PROCESSES} processes`] : []),
  ];
  const runs = some.length > 0 ? `runs may take ${some.join(' and ')}` : 'this engine limits no runs';
  const builds =
    name !== 'docker' && limitsMemory
      ? `builds ${BUILD_MEMORY_GIB} GiB of memory`
      : 'builds what the engine allows';
  return program === null ? builds : `${runs}, ${builds}`;
}

function podmanBuild(request: BuildRequest, limitsMemory: boolean): readonly string[] {
  return [
    'build',
    // BuildKit has no such flag.
    ...(limitsMemory ? [`--memory=${BUILD_MEMORY_GIB}g`, `--memory-swap=${BUILD_MEMORY_GIB}g`] : []),
    // The other format has no place for a health check.
    '--format=docker',
    // Nothing is left of the steps between.
    '--layers=false',
    '--force-rm',
    ...(request.ignoreFile === null ? [] : [`--ignorefile=${request.ignoreFile}`]),
    ...commonBuild(request),
  ];
}

/** Every word that is not ours has a flag in front of it; the context is absolute and so is no flag. */
function commonBuild(request: BuildRequest): readonly string[] {
  return [
    `--tag=${request.image}`,
    `--file=${request.dockerfile}`,
    ...(request.network === 'none' ? ['--network=none'] : []),
    ...(request.platform === null ? [] : [`--platform=${request.platform}`]),
    ...(request.target === null ? [] : [`--target=${request.target}`]),
    ...[...request.args].map(([key, value]) => `--build-arg=${key}=${value}`),
    request.context,
  ];
}

interface CreateWords {
  readonly isDocker: boolean;
  readonly mark: string;
  readonly container: string;
  /** Of variables. */
  readonly file: string | null;
}

/** No port is published, nothing of the machine is mounted but what the person named, no device, no privilege. */
function createArgs(
  request: RunRequest,
  { isDocker, mark, container, file }: CreateWords,
): readonly string[] {
  const { entrypoint, command } = request;
  const [program, ...rest] = entrypoint ?? [];
  const log = isDocker
    ? ['--log-driver=json-file', '--log-opt=max-size=8m']
    : ['--log-driver=k8s-file', '--log-opt=max-size=8mb'];
  return [
    'create',
    `--name=${container}`,
    `--label=${LABEL}=${mark}`,
    '--pull=never',
    `--memory=${MEMORY_GIB}g`,
    `--memory-swap=${MEMORY_GIB}g`,
    `--pids-limit=${PROCESSES}`,
    ...log,
    `--network=${request.network ?? 'none'}`,
    ...(request.network === null ? [] : request.aliases.map((alias) => `--network-alias=${alias}`)),
    ...(request.platform === null ? [] : [`--platform=${request.platform}`]),
    ...(file === null ? [] : [`--env-file=${file}`]),
    ...[...request.env].flatMap(([key, value]) => (/[\r\n]/.test(value) ? [`--env=${key}=${value}`] : [])),
    ...request.volumes.map(
      ({ source, target, readOnly }) => `--volume=${source}:${target}${readOnly ? ':ro' : ''}`,
    ),
    ...(request.watchesHealth
      ? ['--health-interval=1s', '--health-start-period=30s', '--health-retries=3']
      : []),
    ...(request.hardened
      ? ['--read-only', '--tmpfs=/tmp', '--cap-drop=ALL', '--security-opt=no-new-privileges']
      : []),
    ...(entrypoint === null ? [] : [`--entrypoint=${program ?? ''}`]),
    request.image,
    ...rest,
    ...(command ?? []),
  ];
}

/** buildah's own shape, as far as it is the same question. */
function buildahImage(object: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const docker = object['Docker'] as Readonly<Record<string, unknown>> | undefined;
  return {
    Id: object['FromImageID'],
    Config: docker?.['config'],
    RootFS: { Layers: (docker?.['rootfs'] as Readonly<Record<string, unknown>> | undefined)?.['diff_ids'] },
  };
}
