/** Which files git says have changed: for `--changed`. */
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { EnvironmentError, UsageError } from '../core/errors.ts';

const run = promisify(execFile);

/**
 * Absolute paths of the files that differ from `ref` (default: HEAD), staged, unstaged or untracked. Nothing of the
 * repository is executed: no hooks, no external diff, no file system monitor.
 */
export async function changedFiles(cwd: string, ref: string | null): Promise<ReadonlySet<string>> {
  if (ref !== null && (ref.startsWith('-') || ref === ''))
    throw new UsageError('usage', `--changed ${ref}: is no git revision`);
  const root = (await git(cwd, ['rev-parse', '--show-toplevel'])).trim();
  const base = ref ?? ((await hasCommits(root)) ? 'HEAD' : null);
  const tracked =
    base === null
      ? await git(root, ['ls-files', '-z'])
      : await git(root, [
          'diff',
          '--name-only',
          '-z',
          '--no-ext-diff',
          '--diff-filter=ACMRT',
          base,
          '--',
        ]).catch((error: unknown) => {
          if (ref === null) throw error;
          throw new UsageError('usage', `--changed ${ref}: git knows no such revision`);
        });
  const untracked = await git(root, ['ls-files', '-z', '--others', '--exclude-standard']);
  return new Set(
    `${tracked}${untracked}`
      .split('\0')
      .filter(Boolean)
      .map((path) => resolve(root, path)),
  );
}

async function hasCommits(root: string): Promise<boolean> {
  return git(root, ['rev-parse', '--verify', '-q', 'HEAD']).then(
    () => true,
    () => false,
  );
}

async function git(cwd: string, args: readonly string[]): Promise<string> {
  try {
    const safe = ['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null', ...args];
    const { stdout } = await run('git', safe, { cwd, maxBuffer: 64 * 1024 * 1024, windowsHide: true });
    return stdout;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') throw new EnvironmentError('git', '--changed needs git, which is not installed');
    throw new EnvironmentError('git', '--changed needs a git repository here');
  }
}
