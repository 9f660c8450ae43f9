/** Which files git says have changed: for `--changed`. */
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { EnvironmentError, UsageError } from '../core/errors.ts';

const run = promisify(execFile);

/**
 * Absolute paths of the files that differ from `ref` (default: HEAD), staged, unstaged or untracked. Nothing of the
 * repository is executed: no hooks, no external diff, no filters, no file system monitor.
 */
export async function changedFiles(cwd: string, ref: string | null): Promise<ReadonlySet<string>> {
  if (ref !== null && (ref.startsWith('-') || ref === ''))
    throw new UsageError('usage', `--changed ${ref}: is no git revision`);
  const root = await findRoot(cwd);
  const base = ref ?? ((await hasCommits(root)) ? 'HEAD' : null);
  const tracked = base === null ? await git(root, ['ls-files', '-z']) : await differing(root, base, ref);
  const untracked = await git(root, ['ls-files', '-z', '--others', '--exclude-standard']);
  return new Set(
    `${tracked}${untracked}`
      .split('\0')
      .filter(Boolean)
      .map((path) => resolve(root, path)),
  );
}

async function findRoot(cwd: string): Promise<string> {
  try {
    return (await git(cwd, ['rev-parse', '--show-toplevel'])).replace(/\n$/, '');
  } catch (error) {
    if (!(error instanceof EnvironmentError) || error.code === 'no-git') throw error;
    const said = String((error.cause as { readonly stderr?: string }).stderr);
    throw new EnvironmentError(
      'git',
      said.includes('dubious ownership')
        ? '--changed: git does not trust this repository, because it belongs to someone else; ' +
            'see safe.directory in: git help config'
        : '--changed needs a git repository here',
    );
  }
}

async function hasCommits(root: string): Promise<boolean> {
  return git(root, ['rev-parse', '--verify', '-q', 'HEAD']).then(
    () => true,
    () => false,
  );
}

/** Names separated by NUL. `asked` is the revision that the person gave. */
async function differing(root: string, base: string, asked: string | null): Promise<string> {
  const commit = await git(root, ['rev-parse', '--verify', '-q', `${base}^{commit}`]).catch(() => {
    throw new UsageError(
      'usage',
      `--changed ${asked}: git knows no such revision (a path that is meant goes before --changed)`,
    );
  });
  const filters = await filterSettings(root);
  const range = ['--no-ext-diff', '--diff-filter=ACMRT', commit.trim(), '--'];
  return git(root, [...filters, 'diff', '--name-only', '-z', ...range]);
}

/** Holds nothing: which switches off a filter, and means false. */
const NOTHING = 'DOCKFIX_NOTHING';

/** Flags that switch off every filter which git could run on a file to compare it. */
async function filterSettings(root: string): Promise<string[]> {
  const names = await git(root, ['config', '-z', '--name-only', '--get-regexp', '^filter\\.']).catch(
    () => '',
  );
  return names
    .split('\0')
    .filter(Boolean)
    .map((name) => `--config-env=${name}=${NOTHING}`);
}

async function git(cwd: string, args: readonly string[]): Promise<string> {
  const safe = ['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null', ...args];
  const env = { ...process.env, LC_ALL: 'C', [NOTHING]: '' };
  try {
    const { stdout } = await run('git', safe, { cwd, env, maxBuffer: 64 * 1024 * 1024, windowsHide: true });
    return stdout;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new EnvironmentError('no-git', '--changed needs git, which is not installed');
    throw new EnvironmentError('git', '--changed: git could not say what has changed', { cause: error });
  }
}
