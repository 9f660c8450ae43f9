/**
 * Runs a credential helper as a process: without a shell, found in PATH by us, and never one that the repository
 * brought with it. It sees no folder of the repository, neither as its own nor in its PATH, because it looks up
 * programs in turn. Ten seconds and 64 KiB are enough for any of them.
 */
import { spawn } from 'node:child_process';
import { access, constants, realpath, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join, sep } from 'node:path';
import type { Environment } from './environment.ts';
import type { HelperOutcome, RunHelper } from './helper.ts';

export interface HelperProcessOptions {
  readonly env: Environment;
  /** Where helpers run; absolute, outside of the repository. */
  readonly cwd: string;
  /** What is scanned, absolute: nothing in it is run. */
  readonly excluded: readonly string[];
  readonly timeoutMs?: number;
  readonly maxBytes?: number;
}

/** How long output may still come after the process has ended; what it started in turn may hold the pipe open. */
const DRAIN_MS = 500;

export function createHelperProcess(options: HelperProcessOptions): RunHelper {
  let folders: Promise<readonly string[]> | null = null;
  const running = createRunning();
  let excluded: Promise<readonly string[]> | null = null;

  return async (program, input) => {
    excluded ??= realPlaces(options.excluded);
    folders ??= excluded.then((roots) => safeFolders(options.env, roots));
    const file = await findProgram(program, await folders, await excluded);
    if (file === null) return { kind: 'missing' };
    const env = { ...options.env };
    // Windows knows the variable as Path.
    for (const name of Object.keys(env)) if (name.toUpperCase() === 'PATH') delete env[name];
    env['PATH'] = (await folders).join(delimiter);
    return run(file, input, env, options, running).catch(() => ({ kind: 'unusable', code: 'unknown' }));
  };
}

// ---- where programs are -----------------------------------------------------------------------------------------

async function realPlaces(paths: readonly string[]): Promise<readonly string[]> {
  const real = await Promise.all(paths.map((path) => realpath(path).catch(() => path)));
  return [...new Set([...paths, ...real])];
}

/** The folders of PATH that are absolute, exist and are not part of what is scanned. */
async function safeFolders(env: Environment, excluded: readonly string[]): Promise<readonly string[]> {
  const path = Object.entries(env).find(([name]) => name.toUpperCase() === 'PATH')?.[1] ?? '';
  const kept: string[] = [];
  for (const folder of path.split(delimiter)) {
    if (isAbsolute(folder) && (await isOutside(folder, excluded))) kept.push(folder);
  }
  return kept;
}

async function isOutside(path: string, excluded: readonly string[]): Promise<boolean> {
  const real = await realpath(path).catch(() => null);
  return real !== null && ![path, real].some((place) => excluded.some((root) => isInside(place, root)));
}

function isInside(path: string, root: string): boolean {
  const base = root.endsWith(sep) ? root : root + sep;
  return path === root || `${path}${sep}`.startsWith(base);
}

async function findProgram(
  program: string,
  folders: readonly string[],
  excluded: readonly string[],
): Promise<string | null> {
  const name = process.platform === 'win32' ? `${program}.exe` : program;
  for (const folder of folders) {
    const file = join(folder, name);
    const isFile = await stat(file).then(
      (stats) => stats.isFile(),
      () => false,
    );
    if (!isFile || !(await isOutside(file, excluded))) continue;
    const isExecutable = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isExecutable) return file;
  }
  return null;
}

// ---- the process ------------------------------------------------------------------------------------------------

/** What has to be ended when this process ends first. */
interface Running {
  add(end: () => void): void;
  remove(end: () => void): void;
}

function createRunning(): Running {
  const ends = new Set<() => void>();
  const endAll = (): void => ends.forEach((end) => end());
  return {
    add(end) {
      if (ends.size === 0) process.once('exit', endAll);
      ends.add(end);
    },
    remove(end) {
      if (ends.delete(end) && ends.size === 0) process.off('exit', endAll);
    },
  };
}

function run(
  file: string,
  input: string,
  env: Environment,
  { cwd, timeoutMs = 10_000, maxBytes = 64 * 1024 }: HelperProcessOptions,
  running: Running,
): Promise<HelperOutcome> {
  return new Promise((resolve) => {
    // A group of its own, so that it can be ended with everything it has started. What it says on standard error is
    // not for us to read: it may hold the secret.
    const child = spawn(file, ['get'], {
      cwd,
      env: env as NodeJS.ProcessEnv,
      shell: false,
      detached: process.platform !== 'win32',
      windowsHide: true,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const chunks: Uint8Array[] = [];
    let length = 0;
    let isDone = false;

    const finish = (outcome: HelperOutcome): void => {
      if (isDone) return;
      isDone = true;
      clearTimeout(timer);
      running.remove(end);
      // Whoever still holds the other end must not keep this process alive.
      child.stdin.destroy();
      child.stdout.destroy();
      child.unref();
      resolve(outcome);
    };
    const end = (): void => {
      const { pid } = child;
      if (pid === undefined) return;
      try {
        if (process.platform === 'win32') child.kill('SIGKILL');
        else process.kill(-pid, 'SIGKILL');
      } catch {
        // It has ended already.
      }
    };
    const ended = (code: number | null): void =>
      finish({ kind: 'ended', code, stdout: Buffer.concat(chunks).toString('utf8') });

    const timer = setTimeout(() => {
      end();
      finish({ kind: 'timeout', afterMs: timeoutMs });
    }, timeoutMs);
    running.add(end);

    child.once('error', (error: NodeJS.ErrnoException) => {
      finish({ kind: 'unusable', code: error.code ?? 'unknown' });
    });
    child.once('close', ended);
    child.once('exit', (code) => setTimeout(() => ended(code), DRAIN_MS).unref());
    child.stdout.on('error', () => {});
    child.stdout.on('data', (chunk: Uint8Array) => {
      length += chunk.length;
      if (length <= maxBytes) chunks.push(chunk);
      else {
        end();
        finish({ kind: 'too-large', maxBytes });
      }
    });
    // A program that ends without reading its input is no error of ours.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}
