/** Trees, commits and branches of a repository by git's plumbing: no checkout, and HEAD, index and files stay as they are. */
import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { forgeFailure } from './forge.ts';
import type { CommitRequest, CommitSummary, ForgeFailure, ForgeResult, Tree, TreeEntry } from './forge.ts';
import type { Git, GitAnswer } from './git-process.ts';

/** Who commits. Commits with another address are somebody else's. */
export interface Author {
  readonly name: string;
  readonly email: string;
}

export const NO_COMMIT = '0'.repeat(40);

export function gitFailure({ problem, stderr }: GitAnswer): ForgeFailure {
  if (problem === 'no-git') return forgeFailure('unsupported', 'git is not installed');
  if (problem === 'too-large') return forgeFailure('too-large', 'git said more than is read');
  if (problem === 'timeout') return forgeFailure('timeout', 'git did not finish in time');
  if (stderr.includes('dubious ownership'))
    return forgeFailure('denied', 'git does not trust this repository, because it belongs to another user');
  if (/not a git repository/i.test(stderr)) return forgeFailure('not-found', 'there is no git repository');
  if (/Authentication failed|could not read Username|Permission denied/i.test(stderr))
    return forgeFailure(
      'unauthorized',
      'the remote wants a credential, or does not accept the one that it was given (DOCKFIX_FORGE_TOKEN)',
    );
  if (/returned error: 403/.test(stderr))
    return forgeFailure('denied', 'the credential may not do this (DOCKFIX_FORGE_TOKEN)');
  if (/returned error: 30\d|unable to update url base from redirection/.test(stderr))
    return forgeFailure('rejected', 'the remote has moved; name the address where it is now');
  if (/Could not resolve host|Connection refused|unable to access/i.test(stderr))
    return forgeFailure('network', 'the remote cannot be reached');
  if (/transport '.*' not allowed/.test(stderr))
    return forgeFailure('denied', 'the remote uses a protocol that is not allowed');
  return forgeFailure('forge-error', 'git could not do it');
}

export function isCommit(text: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text);
}

/** The commit that a full ref name stands for; null when there is no such ref. */
export async function commitOf(git: Git, ref: string): Promise<ForgeResult<string | null>> {
  const answer = await git.read(['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`]);
  if (answer.status === 1) return { ok: true, value: null };
  if (answer.status !== 0) return gitFailure(answer);
  return { ok: true, value: answer.stdout.toString().trim() };
}

const MAX_ENTRIES = 1_000_000;

export async function readTree(git: Git, commit: string): Promise<ForgeResult<Tree>> {
  if (!isCommit(commit)) return forgeFailure('not-found', 'this is no commit');
  const answer = await git.read(['ls-tree', '-r', '-z', '-l', '--full-tree', commit]);
  if (answer.status !== 0) return gitFailure(answer);
  const entries: TreeEntry[] = [];
  for (const row of answer.stdout.toString('utf8').split('\0')) {
    const match = /^(100644|100755|120000|160000) \w+ ([0-9a-f]+) +(\d+|-)\t([^]+)$/.exec(row);
    if (!match) continue;
    const [, mode, id, size, path] = match;
    // The pattern names the four modes.
    entries.push({
      mode: mode as TreeEntry['mode'],
      id: id!,
      path: path!,
      size: size === '-' ? null : Number(size),
    });
  }
  return { ok: true, value: { entries, isComplete: entries.length <= MAX_ENTRIES } };
}

export async function readBlob(git: Git, id: string, maxBytes: number): Promise<ForgeResult<Uint8Array>> {
  if (!isCommit(id)) return forgeFailure('not-found', 'this is no name of a file');
  const answer = await git.read(['cat-file', 'blob', id], { maxBytes });
  if (answer.problem === 'too-large')
    return forgeFailure('too-large', `the file is larger than ${maxBytes} bytes`);
  return answer.status === 0 ? { ok: true, value: answer.stdout } : gitFailure(answer);
}

export async function readCommits(
  git: Git,
  base: string,
  head: string,
  limit: number,
  author: Author,
): Promise<ForgeResult<readonly CommitSummary[]>> {
  if (!isCommit(base) || !isCommit(head)) return forgeFailure('not-found', 'this is no commit');
  const format = '--format=%H%x00%P%x00%an%x00%ae%x00%cn%x00%ce%x00';
  const answer = await git.read(['log', format, `--max-count=${limit + 1}`, `${base}..${head}`, '--']);
  if (answer.status !== 0) return gitFailure(answer);
  const fields = answer.stdout.toString('utf8').split('\0');
  const commits: CommitSummary[] = [];
  for (let at = 0; at + 6 < fields.length; at += 6) {
    const [id, parents, an, ae, cn, ce] = fields.slice(at, at + 6) as [
      string,
      string,
      string,
      string,
      string,
      string,
    ];
    commits.push({
      id: id.trim(),
      parents: parents.split(' ').filter((parent) => parent !== ''),
      author: { name: an, email: ae, accountId: null },
      committer: { name: cn, email: ce, accountId: null },
      isOurs: ae === author.email && ce === author.email,
      isForgeMerge: false,
    });
  }
  return commits.length > limit
    ? forgeFailure('too-large', `the branch has more than ${limit} commits`)
    : { ok: true, value: commits.reverse() };
}

/** Makes the commit of a request; no ref names it yet. */
export async function makeCommit(
  git: Git,
  { base, files, message }: CommitRequest,
  author: Author,
  nowMs: number,
): Promise<ForgeResult<{ readonly commit: string; readonly tree: string }>> {
  // An index of its own: the one that the person works with is never opened.
  const index = join(tmpdir(), `dockfix-index-${randomBytes(8).toString('hex')}`);
  const env = { GIT_INDEX_FILE: index };
  const step = (args: readonly string[], input?: Uint8Array | string): Promise<GitAnswer> =>
    git.make(args, input === undefined ? { env } : { env, input });
  try {
    const read = await step(['read-tree', base]);
    if (read.status !== 0) return gitFailure(read);
    const rows: string[] = [];
    for (const { path, mode, before, content } of files) {
      const there = await step(['ls-files', '-s', '-z', '--full-name', '--', `:(literal,top)${path}`]);
      if (there.status !== 0) return gitFailure(there);
      if (there.stdout.toString('utf8') !== `${mode} ${before} 0\t${path}\0`)
        return forgeFailure('branch-moved', 'a file is not what was judged');
      const made = await step(['hash-object', '-w', '--no-filters', '-t', 'blob', '--stdin'], content);
      if (made.status !== 0) return gitFailure(made);
      rows.push(`${mode} ${made.stdout.toString().trim()}\t${path}\0`);
    }
    const updated = await step(['update-index', '-z', '--index-info'], rows.join(''));
    if (updated.status !== 0) return gitFailure(updated);
    const tree = await step(['write-tree']);
    if (tree.status !== 0) return gitFailure(tree);
    const treeId = tree.stdout.toString().trim();
    const date = `${Math.floor(nowMs / 1000)} +0000`;
    const commit = await git.make(['commit-tree', '-p', base, treeId], {
      input: message,
      env: {
        GIT_AUTHOR_NAME: author.name,
        GIT_AUTHOR_EMAIL: author.email,
        GIT_AUTHOR_DATE: date,
        GIT_COMMITTER_NAME: author.name,
        GIT_COMMITTER_EMAIL: author.email,
        GIT_COMMITTER_DATE: date,
      },
    });
    if (commit.status !== 0) return gitFailure(commit);
    return { ok: true, value: { commit: commit.stdout.toString().trim(), tree: treeId } };
  } finally {
    await rm(index, { force: true });
    await rm(`${index}.lock`, { force: true });
  }
}

/** Whether a commit is what a request asks for already: parent, tree, message, and ours. */
export async function isSameCommit(
  git: Git,
  existing: string,
  wanted: { readonly base: string; readonly tree: string; readonly message: string },
  author: Author,
): Promise<boolean> {
  const answer = await git.read(['log', '-1', '--format=%P%x00%T%x00%ae%x00%ce%x00%B', existing, '--']);
  if (answer.status !== 0) return false;
  const [parents, tree, ae, ce, message] = answer.stdout.toString('utf8').split('\0');
  return (
    parents === wanted.base &&
    tree === wanted.tree &&
    ae === author.email &&
    ce === author.email &&
    message?.trimEnd() === wanted.message.trimEnd()
  );
}
