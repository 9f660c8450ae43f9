/** Real repositories for tests, made with the real git. */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export const hasGit = spawnSync('git', ['--version']).status === 0;

const PERSON = {
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.com',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.com',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
};

/** Of a commit; a person's own by default. */
export interface Addresses {
  readonly author: string;
  readonly committer: string;
}

export interface TestRepository {
  readonly folder: string;
  /** As a person at a terminal; throws when git fails. */
  git(...args: string[]): string;
  write(path: string, content: string | Uint8Array, mode?: number): void;
  /** Everything in the work tree, on the branch that is checked out. */
  commit(message: string): string;
  /** A commit of a person on another branch, without touching the work tree. */
  commitOn(branch: string, path: string, content: string, by?: Addresses): string;
  /** The bytes of a file in a branch. */
  show(branch: string, path: string): Buffer;
  branches(): string[];
  remove(): void;
}

export function makeRepository(files: Readonly<Record<string, string | Uint8Array>> = {}): TestRepository {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'dockfix-git-')));
  const run = (args: readonly string[], input?: string | Uint8Array, env = {}): Buffer =>
    execFileSync('git', args, {
      cwd: folder,
      env: { ...process.env, ...PERSON, ...env },
      input: input ?? '',
      stdio: ['pipe', 'pipe', 'pipe'],
    });
  const git = (...args: string[]): string => run(args).toString().trim();
  const repository: TestRepository = {
    folder,
    git,
    write(path, content, mode) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
      if (mode !== undefined) chmodSync(join(folder, path), mode);
    },
    commit(message) {
      git('add', '-A');
      git('commit', '-q', '--allow-empty', '-m', message);
      return git('rev-parse', 'HEAD');
    },
    commitOn(branch, path, content, by) {
      const env = {
        GIT_INDEX_FILE: join(folder, '.git', 'test-index'),
        ...(by ? { GIT_AUTHOR_EMAIL: by.author, GIT_COMMITTER_EMAIL: by.committer } : {}),
      };
      const on = (args: readonly string[], input?: string): string => run(args, input, env).toString().trim();
      on(['read-tree', branch]);
      const blob = on(['hash-object', '-w', '--stdin'], content);
      on(['update-index', '--add', '--cacheinfo', `100644,${blob},${path}`]);
      const commit = on(['commit-tree', '-p', branch, '-m', 'A person was here', on(['write-tree'])]);
      on(['update-ref', `refs/heads/${branch}`, commit]);
      return commit;
    },
    show: (branch, path) => run(['cat-file', 'blob', `${branch}:${path}`]),
    branches: () =>
      git('for-each-ref', '--format=%(refname:short)', 'refs/heads').split('\n').filter(Boolean),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
  git('init', '-q', '-b', 'main');
  for (const [path, content] of Object.entries(files)) repository.write(path, content);
  if (Object.keys(files).length > 0) repository.commit('Start');
  return repository;
}
