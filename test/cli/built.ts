/** Runs bin/dockfix.js as a process of its own, from a build that is as new as the sources. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FEW_TRANSFORMS } from './fake-io.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const DOCKFIX = join(ROOT, 'bin', 'dockfix.js');

/** Builds dist/ when it is missing or older than a source. */
export function ensureBuilt(): void {
  const built = modifiedMs(join(ROOT, 'dist', 'start.cjs'));
  const sources = ['src', 'transforms'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
      join(ROOT, folder, name),
    ),
  );
  if (sources.every((source) => modifiedMs(source) < built)) return;
  execFileSync(process.execPath, [join(ROOT, 'scripts', 'build.js')], { stdio: 'inherit' });
}

function modifiedMs(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

export interface ProcessResult {
  readonly exit: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Few transforms, and nothing of this machine's configuration; the rest of the environment as it is. */
function environment(): NodeJS.ProcessEnv {
  return { ...process.env, XDG_CONFIG_HOME: FEW_TRANSFORMS, XDG_CACHE_HOME: '/dev/null' };
}

/** `before`: a command that runs it, with its arguments. */
export function runProcess(
  argv: readonly string[],
  cwd: string,
  before: readonly string[] = [],
): ProcessResult {
  const [program, ...args] = [...before, process.execPath, DOCKFIX, ...argv];
  const { status, stdout, stderr } = spawnSync(program!, args, {
    cwd,
    encoding: 'utf8',
    env: environment(),
    maxBuffer: 64 * 1024 * 1024,
  });
  return { exit: status, stdout, stderr };
}

export function startProcess(argv: readonly string[], cwd: string): ChildProcess {
  return spawn(process.execPath, [DOCKFIX, ...argv], { cwd, env: environment(), stdio: 'ignore' });
}

/** Whether a command works here; what needs it is skipped otherwise, with its name in the test's. */
export function works(program: string, ...args: readonly string[]): boolean {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}
