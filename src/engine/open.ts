/**
 * Finds an engine and opens it for one run: checks that it answers and can build what is asked, removes what dead runs
 * of this machine have left, and gives the run its mark and its folder.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EnvironmentError } from '../core/errors.ts';
import { createCommandLineEngine } from './command-line.ts';
import { ENGINE_NAMES } from './engine.ts';
import { unwritten } from './failure.ts';
import type { Engine, EngineName } from './engine.ts';
import { findPrograms } from './find.ts';
import { FOLDER_PREFIX, LABEL, REPOSITORY, isDead, markOf, runOfTag } from './marks.ts';
import type { ProcessPlace } from './marks.ts';
import { realPlace } from './place.ts';
import { createRunner } from './process.ts';
import type { Ran, Runner } from './process.ts';

export interface OpenEngineOptions {
  /** Null: the first that is there. */
  readonly name: EngineName | null;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute folders of the repositories: no program in them is run. */
  readonly excluded: readonly string[];
  readonly signal: AbortSignal;
  /** Whether a second look is worth it: without runs, an engine that only builds is enough. */
  readonly mustRun: boolean;
}

export interface OpenEngine {
  readonly engine: Engine;
  /** Absolute; for files of this run, removed with it. */
  readonly folder: string;
  /** How much of dead runs was removed. */
  readonly removed: number;
  /** Removes what the run has made; gives what is still there. */
  close(): Promise<readonly string[]>;
}

/** What engines need to find themselves; everything else of the environment stays here. */
const PASSED =
  /^(?:PATH|HOME|USER|LOGNAME|TMPDIR|TEMP|TMP|LANG|LC_ALL|SSH_AUTH_SOCK|DOCKER_(?:HOST|CONFIG|CONTEXT|CERT_PATH|TLS_VERIFY|API_VERSION|TLS)|CONTAINER_HOST|CONTAINERS_CONF|CONTAINERS_STORAGE_CONF|CONTAINERS_REGISTRIES_CONF|REGISTRY_AUTH_FILE|STORAGE_DRIVER|STORAGE_OPTS|BUILDAH_(?:ISOLATION|RUNTIME)|XDG_(?:RUNTIME_DIR|CONFIG_HOME|DATA_HOME|CACHE_HOME)|DBUS_SESSION_BUS_ADDRESS|(?:https?|no|all)_proxy|SYSTEMROOT|PROGRAMDATA|PROGRAMFILES|APPDATA|LOCALAPPDATA|USERPROFILE|PATHEXT|COMSPEC)$/i;

const ANSWER_MS = 20_000;

/** Throws {@link EnvironmentError} that says what to do when there is no engine. */
export async function openEngine(options: OpenEngineOptions): Promise<OpenEngine> {
  const place = realPlace();
  const mark = markOf(place, process.pid, randomBytes(4).toString('hex')).name;
  const env = engineEnvironment(options.env);
  const cwd = await mkdtemp(join(tmpdir(), `${FOLDER_PREFIX}${mark}.`)).catch((error: unknown) => {
    throw new EnvironmentError('unwritable', unwritten(error).message);
  });
  const run = createRunner({ env, cwd });
  try {
    const found = await findEngine(options, run);
    const files = join(cwd, 'files');
    await mkdir(files, { mode: 0o700 });
    const removed = await removeLeftovers(found, run, place);
    const engine = createCommandLineEngine({
      ...found,
      run,
      signal: options.signal,
      mark,
      folder: files,
      async writeFile(name, text) {
        const path = join(files, name);
        await writeFile(path, text, { mode: 0o600, flag: 'wx' });
        return path;
      },
    });
    return {
      engine,
      folder: files,
      removed,
      async close() {
        const left = await engine.cleanUp().catch(() => ['everything of this run']);
        await rm(cwd, { recursive: true, force: true });
        return left;
      },
    };
  } catch (error) {
    await rm(cwd, { recursive: true, force: true });
    throw error;
  }
}

function engineEnvironment(env: OpenEngineOptions['env']): Readonly<Record<string, string>> {
  const passed = Object.entries(env).filter(([name, value]) => PASSED.test(name) && value !== undefined);
  return {
    ...(Object.fromEntries(passed) as Record<string, string>),
    DOCKER_BUILDKIT: '1',
    BUILDKIT_PROGRESS: 'plain',
    // Whatever builder was chosen for other work: this one puts the image where it can be run.
    BUILDX_BUILDER: 'default',
    BUILDX_NO_DEFAULT_ATTESTATIONS: '1',
    DOCKER_CLI_HINTS: 'false',
    NO_COLOR: '1',
  };
}

// ---- which engine -----------------------------------------------------------------------------------------------

interface FoundEngine {
  readonly name: EngineName;
  readonly version: string;
  readonly builder: string;
  readonly program: string | null;
  readonly loads: boolean;
  readonly limitsMemory: boolean;
  readonly limitsProcesses: boolean;
  readonly enter: ((pid: number) => readonly string[]) | null;
}

/** Why an engine is not used: nothing of that name, or what stands in its way. */
interface NoEngine {
  readonly name: EngineName;
  readonly isInstalled: boolean;
  readonly reason: string;
}

async function findEngine(options: OpenEngineOptions, run: Runner): Promise<FoundEngine> {
  const tried: NoEngine[] = [];
  for (const name of options.name === null ? ENGINE_NAMES : [options.name]) {
    const found = await tryEngine(name, options, run);
    if ('builder' in found) return found;
    tried.push(found);
  }
  const installed = tried.filter(({ isInstalled }) => isInstalled);
  if (installed.length === 0) {
    const names = options.name ?? 'docker, podman and buildah';
    throw new EnvironmentError(
      'no-engine',
      `there is no container engine to build with (looked for ${names} in PATH); install one, or say which with --engine`,
    );
  }
  throw new EnvironmentError(
    'no-engine',
    installed.map(({ name, reason }) => `${name}: ${reason}`).join('; '),
  );
}

async function tryEngine(
  name: EngineName,
  { env, excluded, mustRun }: OpenEngineOptions,
  run: Runner,
): Promise<FoundEngine | NoEngine> {
  const path = env['PATH'] ?? '';
  const programs = await findPrograms(name, path, excluded);
  const no = (reason: string): NoEngine => ({ name, isInstalled: programs.length > 0, reason });
  if (programs.length === 0) return no('is not installed');
  let why = '';
  if (name === 'docker') {
    for (const program of programs) {
      const docker = await tryDocker(program, run);
      if (typeof docker !== 'string') {
        const limits = await limitsOfDocker(program, run);
        return {
          name,
          builder: program,
          program,
          ...docker,
          ...limits,
          enter: await nsenter(path, excluded, []),
        };
      }
      why ||= docker;
    }
    return no(why);
  }
  const builder = programs[0]!;
  const ran = await run(builder, ['version'], { timeoutMs: ANSWER_MS });
  if (ran.code !== 0) return no(`does not answer (${lastLine(ran)})`);
  const version = /^\s*Version:\s*(\S+)/im.exec(ran.stdout)?.[1] ?? 'of an unknown version';
  const program = name === 'podman' ? builder : ((await findPrograms('podman', path, excluded))[0] ?? null);
  if (program === null && mustRun)
    return no('builds images, but podman is needed to run them; install podman, or add --only-build');
  const isRoot = process.getuid?.() === 0;
  const before = isRoot || program === null ? [] : [program, 'unshare'];
  const limits = await limitsOfPodman(program ?? builder, run);
  const enter = await nsenter(path, excluded, before);
  return { name, version, builder, program, loads: false, ...limits, enter };
}

type Limits = Pick<FoundEngine, 'limitsMemory' | 'limitsProcesses'>;

/** The kernel may lack what it takes; docker then drops the limit with a warning. */
async function limitsOfDocker(program: string, run: Runner): Promise<Limits> {
  const ran = await run(program, ['info', '--format', '{{.MemoryLimit}} {{.PidsLimit}}'], {
    timeoutMs: ANSWER_MS,
  });
  const [memory, processes] = ran.stdout.trim().split(' ');
  return { limitsMemory: memory === 'true', limitsProcesses: processes === 'true' };
}

/** Of podman and buildah, whose shapes differ; without root, on old control groups, there is nothing to limit with. */
async function limitsOfPodman(program: string, run: Runner): Promise<Limits> {
  const ran = await run(program, ['info'], { timeoutMs: ANSWER_MS });
  const block = /cgroupControllers"?:(?: *\[([^\]]{0,500})\]|((?:\n +- \S+){0,50}))/i.exec(ran.stdout);
  const controllers = block?.[1] ?? block?.[2] ?? '';
  return { limitsMemory: /\bmemory\b/.test(controllers), limitsProcesses: /\bpids\b/.test(controllers) };
}

/** Why this docker cannot be used, or what is known of it. */
async function tryDocker(
  program: string,
  run: Runner,
): Promise<string | { version: string; loads: boolean }> {
  const format = '{{.Client.Version}} {{.Server.Version}}';
  const ran = await run(program, ['version', '--format', format], { timeoutMs: ANSWER_MS });
  if (ran.how === 'timeout') return `does not answer within ${ANSWER_MS / 1000} s; start its daemon`;
  if (ran.code !== 0) {
    return /permission denied/i.test(ran.stderr)
      ? 'its daemon may not be asked by this user; add the user to the group docker, or use podman'
      : `its daemon does not answer (${lastLine(ran)}); start it, or set DOCKER_HOST`;
  }
  const [client = '', server = ''] = ran.stdout.trim().split(' ');
  // Clients before 23 carry what BuildKit needs.
  const loads = Number.parseInt(client, 10) >= 23;
  if (loads && (await run(program, ['buildx', 'version'], { timeoutMs: ANSWER_MS })).code !== 0)
    return 'it cannot use BuildKit, because its part buildx is missing; install docker-buildx';
  return { version: server, loads };
}

function lastLine({ stdout, stderr }: Ran): string {
  const line = `${stdout}\n${stderr}`.trim().split('\n').at(-1) ?? '';
  return line.slice(0, 200) || 'it says nothing';
}

/** Words that run a command in the network of a process; for root, or below the user's own engine. */
async function nsenter(
  path: string,
  excluded: readonly string[],
  before: readonly string[],
): Promise<((pid: number) => readonly string[]) | null> {
  if (process.platform !== 'linux' || (process.getuid?.() !== 0 && before.length === 0)) return null;
  const program = (await findPrograms('nsenter', path, excluded))[0];
  return program === undefined ? null : (pid) => [...before, program, `--target=${pid}`, '--net', '--'];
}

// ---- what dead runs have left -----------------------------------------------------------------------------------

async function removeLeftovers(
  { program, builder }: FoundEngine,
  run: Runner,
  place: ProcessPlace,
): Promise<number> {
  let removed = await removeFolders(place);
  const lines = async (tool: string, args: readonly string[]): Promise<readonly string[]> => {
    const ran = await run(tool, args, { timeoutMs: ANSWER_MS });
    return ran.code === 0 ? ran.stdout.split('\n').filter((line) => line.includes('-')) : [];
  };
  const remove = async (words: readonly string[], names: readonly string[]): Promise<void> => {
    if (names.length === 0 || program === null) return;
    removed += names.length;
    await run(program, [...words, ...names], { timeoutMs: 60_000 });
  };
  if (program !== null) {
    const filter = ['--filter', `label=${LABEL}`];
    // Their names hold the run's name.
    const dead = (line: string): boolean => {
      const name = /^dockfix-(.*)-[0-9]+$/.exec(line.trim())?.[1];
      return name !== undefined && isDead(name, place);
    };
    const list = async (words: readonly string[], format: string): Promise<readonly string[]> =>
      (await lines(program, [...words, ...filter, '--format', format])).filter(dead);
    await remove(['rm', '--force', '--volumes'], await list(['ps', '--all'], '{{.Names}}'));
    await remove(['network', 'rm'], await list(['network', 'ls'], '{{.Name}}'));
    await remove(['volume', 'rm', '--force'], await list(['volume', 'ls'], '{{.Name}}'));
  }
  const format = program === null ? '{{.Name}}:{{.Tag}}' : '{{.Repository}}:{{.Tag}}';
  const images = (await lines(program ?? builder, ['images', '--format', format])).filter((line) => {
    const match = new RegExp(`(?:^|/)${REPOSITORY}:(.+)$`).exec(line.trim());
    const name = match ? runOfTag(match[1]!) : null;
    return name !== null && isDead(name, place);
  });
  for (const image of images) {
    removed++;
    await run(program ?? builder, ['rmi', image.trim()], { timeoutMs: 60_000 });
  }
  return removed;
}

async function removeFolders(place: ProcessPlace): Promise<number> {
  let removed = 0;
  for (const entry of await readdir(tmpdir()).catch(() => [])) {
    const name = entry.startsWith(FOLDER_PREFIX) ? entry.slice(FOLDER_PREFIX.length).split('.')[0]! : null;
    if (name === null || !isDead(name, place)) continue;
    removed++;
    await rm(join(tmpdir(), entry), { recursive: true, force: true }).catch(() => {});
  }
  return removed;
}
