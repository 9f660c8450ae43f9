/** The bare repositories behind the fake forge: git's own plumbing, no checkout, no configuration of this machine. */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { deflateSync } from 'node:zlib';

export interface GitPerson {
  readonly name: string;
  readonly email: string;
}

export interface TreeRow {
  readonly path: string;
  readonly mode: string;
  readonly type: 'blob' | 'tree' | 'commit';
  readonly sha: string;
  readonly size: number | null;
}

export interface TreeChange {
  readonly path: string;
  readonly mode: string;
  /** Null takes the file away. */
  readonly sha: string | null;
}

export interface CommitData {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: GitPerson & { readonly date: string };
  readonly committer: GitPerson & { readonly date: string };
  readonly message: string;
}

export interface GitRepository {
  readonly folder: string;
  /** Branch names with their commits. */
  branches(): ReadonlyMap<string, string>;
  branch(name: string): string | null;
  /** `expected` as of `git update-ref`: null for "must not exist"; missing for "whatever it is". False: it is elsewhere. */
  setBranch(name: string, sha: string, expected?: string | null): boolean;
  deleteBranch(name: string): void;
  /** Null when there is no such object. */
  typeOf(sha: string): string | null;
  readBlob(sha: string): Buffer;
  writeBlob(content: Uint8Array): string;
  /** Null when there is no such tree or commit. */
  listTree(sha: string, recursive: boolean): readonly TreeRow[] | null;
  /** A new tree from an old one (or none) with some files replaced. */
  writeTree(base: string | null, changes: readonly TreeChange[]): string;
  commit(sha: string): CommitData | null;
  writeCommit(commit: Omit<CommitData, 'sha'>): string;
  /** Commits that `head` has and `base` has not, oldest first. */
  between(base: string, head: string): readonly string[];
  mergeBase(a: string, b: string): string | null;
  /** The tree of a merge without conflict; null when there is one. */
  mergeTree(base: string, head: string): string | null;
  /** What differs: path, and the blobs on both sides (null for none). */
  diff(
    from: string,
    to: string,
  ): readonly { readonly path: string; readonly before: string | null; readonly after: string | null }[];
}

const ENV = {
  PATH: process.env['PATH'] ?? '/usr/bin:/bin',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  HOME: '/nonexistent',
  LC_ALL: 'C',
};
const CONFIG = `[core]
\trepositoryformatversion = 0
\tfilemode = true
\tbare = true
[http]
\treceivepack = true
[uploadpack]
\tallowFilter = true
\tallowAnySHA1InWant = true
[gc]
\tauto = 0
[receive]
\tautogc = false
`;
const NO_OBJECT = '0'.repeat(40);
const IS_NAME = /^[0-9a-f]{40}$/;

export function createBareRepository(folder: string, defaultBranch: string): GitRepository {
  mkdirSync(folder, { recursive: true });
  const git = (args: readonly string[], input?: Uint8Array | string, env: object = {}): Buffer =>
    execFileSync('git', args, {
      cwd: folder,
      input: input ?? '',
      env: { ...ENV, ...env },
      maxBuffer: 256 * 1024 * 1024,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
  const text = (args: readonly string[], input?: Uint8Array | string, env?: object): string =>
    git(args, input, env).toString('utf8').trim();
  const attempt = (args: readonly string[]): string | null => {
    const done = spawnSync('git', args, { cwd: folder, env: ENV, maxBuffer: 256 * 1024 * 1024 });
    return done.status === 0 ? done.stdout.toString('utf8').trim() : null;
  };

  // By hand, because a test may want hundreds: six processes for each would be most of its time.
  for (const name of ['objects/info', 'objects/pack', 'refs/heads', 'refs/tags'])
    mkdirSync(`${folder}/${name}`, { recursive: true });
  writeFileSync(`${folder}/HEAD`, `ref: refs/heads/${defaultBranch}\n`);
  writeFileSync(`${folder}/config`, CONFIG);

  /** Objects never change, so what git has said of one by its name holds. */
  function kept<T>(name: string, sha: string, ask: () => T | null): T | null {
    const key = `${name} ${sha}`;
    const found = known.get(key);
    // What is kept under a name is what was asked for under it.
    if (found !== undefined) return found as T;
    const answer = ask();
    if (answer !== null && IS_NAME.test(sha)) known.set(key, answer);
    return answer;
  }
  const known = new Map<string, unknown>();

  /** Git keeps each branch in a file of its own as long as nobody packs them, which nobody does here. */
  function branch(name: string): string | null {
    try {
      return readFileSync(`${folder}/refs/heads/${name}`, 'utf8').trim();
    } catch {
      return null;
    }
  }

  const listTree = (sha: string, recursive: boolean): readonly TreeRow[] | null =>
    kept(recursive ? 'all' : 'level', sha, () => readTree(sha, recursive));

  function readTree(sha: string, recursive: boolean): readonly TreeRow[] | null {
    const listed = spawnSync('git', ['ls-tree', '-z', '-l', ...(recursive ? ['-r', '-t'] : []), sha, '--'], {
      cwd: folder,
      env: ENV,
      maxBuffer: 256 * 1024 * 1024,
    });
    if (listed.status !== 0) return null;
    const rows = listed.stdout.toString('utf8').split('\0');
    return rows.filter(Boolean).map((row): TreeRow => {
      const [meta = '', path = ''] = [row.slice(0, row.indexOf('\t')), row.slice(row.indexOf('\t') + 1)];
      const [mode = '', type = '', id = '', size = '-'] = meta.split(/ +/);
      // git prints no other types.
      return { path, mode, type: type as TreeRow['type'], sha: id, size: size === '-' ? null : Number(size) };
    });
  }

  const commit = (sha: string): CommitData | null => kept('commit', sha, () => readCommit(sha));

  function readCommit(sha: string): CommitData | null {
    const read = spawnSync('git', ['cat-file', 'commit', sha], { cwd: folder, env: ENV });
    if (read.status !== 0) return null;
    const full = attempt(['rev-parse', '--verify', `${sha}^{commit}`]);
    const raw = read.stdout.toString('utf8');
    const split = raw.indexOf('\n\n');
    const lines = raw.slice(0, split).split('\n');
    const values = (name: string): string[] =>
      lines.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));
    return {
      sha: full ?? sha,
      tree: values('tree')[0] ?? '',
      parents: values('parent'),
      author: readPerson(values('author')[0] ?? ''),
      committer: readPerson(values('committer')[0] ?? ''),
      message: raw.slice(split + 2),
    };
  }

  /** A loose object, as git writes them. */
  function writeBlob(content: Uint8Array): string {
    const object = Buffer.concat([Buffer.from(`blob ${content.length}\0`), content]);
    const sha = createHash('sha1').update(object).digest('hex');
    const [place, name] = [`${folder}/objects/${sha.slice(0, 2)}`, sha.slice(2)];
    mkdirSync(place, { recursive: true });
    if (!existsSync(`${place}/${name}`)) writeFileSync(`${place}/${name}`, deflateSync(object));
    return sha;
  }

  return {
    folder,
    listTree,
    commit,
    branches() {
      const files = readdirSync(`${folder}/refs/heads`, { recursive: true, withFileTypes: true });
      const names = files
        .filter((entry) => entry.isFile() && !entry.name.endsWith('.lock'))
        .map((entry) => relative(`${folder}/refs/heads`, join(entry.parentPath, entry.name)));
      const pairs = names.sort().map((name): [string, string] => [name, branch(name) ?? '']);
      return new Map(pairs.filter(([, sha]) => sha !== ''));
    },
    branch,
    setBranch(name, sha, expected) {
      const old = expected === undefined ? [] : [expected ?? NO_OBJECT];
      return attempt(['update-ref', `refs/heads/${name}`, sha, ...old]) !== null;
    },
    deleteBranch: (name) => void git(['update-ref', '-d', `refs/heads/${name}`]),
    typeOf: (sha) => (IS_NAME.test(sha) ? kept('type', sha, () => attempt(['cat-file', '-t', sha])) : null),
    readBlob: (sha) => kept('blob', sha, () => git(['cat-file', 'blob', sha]))!,
    writeBlob,
    writeTree(base, changes) {
      const env = { GIT_INDEX_FILE: `${folder}/index-${process.pid}-${counter++}` };
      if (base !== null) git(['read-tree', base], '', env);
      const rows = changes.map(({ path, mode, sha }) =>
        sha === null ? `0 ${NO_OBJECT}\t${path}\0` : `${mode} ${sha}\t${path}\0`,
      );
      git(['update-index', '-z', '--index-info'], rows.join(''), env);
      return text(['write-tree'], '', env);
    },
    writeCommit({ tree, parents, author, committer, message }) {
      const env = {
        GIT_AUTHOR_NAME: author.name,
        GIT_AUTHOR_EMAIL: author.email,
        GIT_AUTHOR_DATE: author.date,
        GIT_COMMITTER_NAME: committer.name,
        GIT_COMMITTER_EMAIL: committer.email,
        GIT_COMMITTER_DATE: committer.date,
      };
      return text(['commit-tree', tree, ...parents.flatMap((parent) => ['-p', parent])], message, env);
    },
    between(base, head) {
      const list = (): string[] =>
        text(['rev-list', '--reverse', '--topo-order', head, `^${base}`])
          .split('\n')
          .filter(Boolean);
      return IS_NAME.test(base) ? (kept(`between ${base}`, head, list) ?? []) : list();
    },
    mergeBase: (a, b) =>
      IS_NAME.test(a)
        ? kept(`base ${a}`, b, () => attempt(['merge-base', a, b]))
        : attempt(['merge-base', a, b]),
    mergeTree: (base, head) =>
      kept(
        `merge ${base}`,
        head,
        () => attempt(['merge-tree', '--write-tree', base, head])?.split('\n')[0] ?? null,
      ),
    diff(from, to) {
      const rows = git(['diff-tree', '-r', '-z', '--no-renames', from, to]).toString('utf8').split('\0');
      const found = [];
      for (let i = 0; i + 1 < rows.length; i += 2) {
        const [, , before = NO_OBJECT, after = NO_OBJECT] = rows[i]!.split(' ');
        const shown = (sha: string): string | null => (sha === NO_OBJECT ? null : sha);
        found.push({ path: rows[i + 1]!, before: shown(before), after: shown(after) });
      }
      return found;
    },
  };
}

let counter = 0;

function readPerson(line: string): GitPerson & { readonly date: string } {
  const match = /^(.*) <(.*)> (\d+) [+-]\d{4}$/.exec(line);
  const seconds = Number(match?.[3] ?? 0);
  const date = new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
  return { name: match?.[1] ?? '', email: match?.[2] ?? '', date };
}
