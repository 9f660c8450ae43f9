/**
 * Git without a forge: the branches of a local clone, or of any remote by push, and pull requests as texts. A branch
 * that is gone counts as closed by a person; one whose tip the base contains counts as merged.
 */
import { forgeFailure } from './forge.ts';
import type {
  CommitRequest,
  CommitAnswer,
  Forge,
  ForgeResult,
  Issue,
  PullRequest,
  Repository,
  Written,
} from './forge.ts';
import {
  NO_COMMIT,
  commitOf,
  gitFailure,
  isCommit,
  isSameCommit,
  makeCommit,
  readBlob,
  readCommits,
  readTree,
} from './git-plumbing.ts';
import type { Author } from './git-plumbing.ts';
import type { Git } from './git-process.ts';
import type { LocalPull, LocalPulls } from './local-pulls.ts';

/** A repository that is at hand, opened by whoever knows where it is. */
export interface OpenRepository {
  readonly git: Git;
  readonly pulls: LocalPulls;
  readonly author: Author;
  /** The branch to work against; null for the one that the repository itself names. */
  readonly baseBranch: string | null;
  /** Null where the repository itself is worked on; else branches go to and come from this remote, a checked URL. */
  readonly remote: string | null;
}

export interface GitForgeOptions {
  /** Opens what the person calls by this path or URL. */
  open(path: string): Promise<ForgeResult<OpenRepository>>;
  readonly kind: 'local' | 'git';
  readonly nowMs: () => number;
}

const MAX_BODY = 1_000_000;

export function createGitForge({ open, kind, nowMs }: GitForgeOptions): Forge {
  const opened = new Map<string, Promise<ForgeResult<OpenRepository>>>();
  const gits: Git[] = [];

  /** Opens once; a remote is fetched then, and its branches are what they were at that moment. */
  function at(path: string): Promise<ForgeResult<OpenRepository>> {
    let repository = opened.get(path);
    if (!repository) {
      repository = open(path).then((result) => {
        if (result.ok) gits.push(result.value.git);
        return result;
      });
      opened.set(path, repository);
    }
    return repository;
  }

  /** Every operation starts with the repository and ends as a value. */
  async function on<T>(
    path: string,
    task: (repository: OpenRepository) => Promise<ForgeResult<T>>,
  ): Promise<ForgeResult<T>> {
    const repository = await at(path);
    return repository.ok ? task(repository.value) : repository;
  }

  const getRepository = (path: string): Promise<ForgeResult<Repository>> =>
    on(path, async (repository) => {
      const branch = await baseBranchOf(repository);
      if (!branch.ok) return branch;
      const head = await commitOf(repository.git, `refs/heads/${branch.value}`);
      if (!head.ok) return head;
      return {
        ok: true,
        value: {
          id: path,
          path,
          defaultBranch: branch.value,
          head: head.value,
          skip: head.value === null ? 'empty' : null,
          canPush: null,
          hasIssues: true,
          webUrl: null,
        },
      };
    });

  const listed = (path: string): Promise<ForgeResult<readonly PullRequest[]>> =>
    on(path, (repository) => listPulls(repository, nowMs));

  return {
    kind,
    features: {
      comments: false,
      issues: true,
      labels: false,
      reviewers: false,
      assignees: false,
      autoMerge: false,
      maxBodyCharacters: MAX_BODY,
    },
    listRepositories: () =>
      Promise.resolve(forgeFailure('unsupported', 'there is no forge that could list repositories')),
    getRepository,
    glance: (path, defaultBranch) =>
      on(path, async ({ git }) => {
        const refs = ['for-each-ref', '--format=%(refname) %(objectname)'];
        const base = `refs/heads/${defaultBranch}`;
        const answer = await git.read([...refs, base, 'refs/heads/dockfix/', 'refs/heads/dockfix-*']);
        if (answer.status !== 0) return gitFailure(answer);
        const rows = answer.stdout.toString().split('\n').filter(Boolean);
        const own = rows.find((row) => row.startsWith(`${base} `));
        return {
          ok: true,
          value: {
            defaultBranch,
            head: own?.split(' ')[1] ?? null,
            activity: rows.filter((row) => row !== own).join('\n'),
          },
        };
      }),
    getTree: (path, commit) => on(path, ({ git }) => readTree(git, commit)),
    getBlob: (path, id, maxBytes) => on(path, ({ git }) => readBlob(git, id, maxBytes)),
    getBranch: (path, name) =>
      on(path, async ({ git }) => {
        const head = await commitOf(git, `refs/heads/${name}`);
        if (!head.ok) return head;
        return { ok: true, value: head.value === null ? null : { name, head: head.value } };
      }),
    commitsBetween: (path, base, head, limit) =>
      on(path, ({ git, author }) => readCommits(git, base, head, limit, author)),
    commitFiles: (path, request) => on(path, (repository) => commitFiles(repository, request, nowMs())),
    deleteBranch: (path, name, expectedHead) =>
      on(path, (repository) => deleteBranch(repository, name, expectedHead)),

    listOwnPullRequests: async (path) => {
      const all = await listed(path);
      return all.ok ? { ok: true, value: all.value.filter(({ state }) => state === 'open') } : all;
    },
    findPullRequests: async (path, branch) => {
      const all = await listed(path);
      if (!all.ok) return all;
      const own = all.value.filter((one) => one.branch === branch && one.state !== 'open');
      return { ok: true, value: own.reverse() };
    },
    createPullRequest: (path, { branch, baseBranch, title, body }) =>
      on<{ pullRequest: PullRequest; wrote: boolean }>(path, async (repository) => {
        const all = await listPulls(repository, nowMs);
        if (!all.ok) return all;
        const existing = all.value.find(
          (one) => one.branch === branch && one.baseBranch === baseBranch && one.state === 'open',
        );
        if (existing) return { ok: true, value: { pullRequest: existing, wrote: false } };
        const made: LocalPull = {
          number: Math.max(0, ...all.value.map(({ number }) => number)) + 1,
          branch,
          baseBranch,
          title,
          state: 'open',
          closedBy: null,
          createdAtMs: nowMs(),
          closedAtMs: null,
          labels: [],
        };
        const saved = await repository.pulls.save(made, body);
        if (!saved.ok) return saved;
        const pullRequest = await asPullRequest(repository, made);
        return pullRequest.ok
          ? { ok: true, value: { pullRequest: pullRequest.value, wrote: true } }
          : pullRequest;
      }),
    updatePullRequest: (path, current, { title = current.title, body = current.body }) =>
      on(path, async ({ pulls }) => {
        if (title === current.title && body === current.body) return { ok: true, value: { wrote: false } };
        return changePull(pulls, current.number, (pull) => ({ ...pull, title }), body);
      }),
    closePullRequest: (path, number) =>
      on(path, ({ pulls }) =>
        changePull(
          pulls,
          number,
          (pull) =>
            pull.state === 'open' ? { ...pull, state: 'closed', closedBy: 'us', closedAtMs: nowMs() } : null,
          null,
        ),
      ),
    upsertComment: unsupported,
    addLabels: unsupported,
    requestReviewers: unsupported,
    addAssignees: unsupported,
    enableAutoMerge: unsupported,

    findIssue: (path, marker) =>
      on(path, async ({ pulls }) => {
        const text = await pulls.readText(fileOfIssue(marker));
        if (text === null) return { ok: true, value: null };
        return { ok: true, value: { number: 0, url: null, title: '', body: text, state: 'open' } };
      }),
    ensureIssue: (path, { marker, title, body, state }) =>
      on<{ issue: Issue | null; wrote: boolean }>(path, async ({ pulls }) => {
        const text = state === 'open' ? `# ${title}\n\n${body}` : '';
        const before = await pulls.readText(fileOfIssue(marker));
        if (before === text || (before === null && state === 'closed'))
          return { ok: true, value: { issue: null, wrote: false } };
        const written = await pulls.writeText(fileOfIssue(marker), text);
        if (!written.ok) return written;
        return { ok: true, value: { issue: { number: 0, url: null, title, body, state }, wrote: true } };
      }),
    counts: () => ({
      reads: gits.reduce((sum, git) => sum + git.counts().reads, 0),
      writes: gits.reduce((sum, git) => sum + git.counts().writes, 0),
    }),
    close: () => Promise.resolve(),
  };
}

function unsupported(): Promise<ForgeResult<Written>> {
  return Promise.resolve(forgeFailure('unsupported', 'without a forge there is no such thing'));
}

/** Markers are our own words. */
function fileOfIssue(marker: string): string {
  return `${marker.replace(/[^a-z0-9]+/g, '-')}.md`;
}

/** What was asked for, what the remote calls its own, or what is checked out. */
async function baseBranchOf({ git, baseBranch }: OpenRepository): Promise<ForgeResult<string>> {
  if (baseBranch !== null) return { ok: true, value: baseBranch };
  const candidates: string[] = [];
  for (const ref of ['refs/remotes/origin/HEAD', 'HEAD']) {
    const answer = await git.read(['symbolic-ref', '--quiet', ref]);
    if (answer.problem !== null || (answer.status !== 0 && answer.status !== 1)) return gitFailure(answer);
    const name = answer.stdout
      .toString()
      .trim()
      .replace(/^refs\/(?:heads|remotes\/origin)\//, '');
    if (name !== '' && !/^dockfix[/-]/.test(name)) candidates.push(name);
  }
  candidates.push('main', 'master');
  for (const name of candidates) {
    const commit = await commitOf(git, `refs/heads/${name}`);
    if (!commit.ok) return commit;
    if (commit.value !== null) return { ok: true, value: name };
  }
  return { ok: true, value: candidates[0]! };
}

// ---- branches ---------------------------------------------------------------------------------------------------------

async function commitFiles(
  repository: OpenRepository,
  request: CommitRequest,
  nowMs: number,
): Promise<ForgeResult<CommitAnswer>> {
  const { git, author } = repository;
  const { branch, base, expectedHead } = request;
  if (!/^dockfix[/-][a-z0-9._-]+$/.test(branch) || !isCommit(base))
    return forgeFailure('rejected', 'this is no branch of ours');
  const ref = `refs/heads/${branch}`;
  const current = await commitOf(git, ref);
  if (!current.ok) return current;
  const made = await makeCommit(git, request, author, nowMs);
  if (!made.ok) return made;
  const { commit, tree } = made.value;
  if (current.value !== null && (await isSameCommit(git, current.value, { ...request, tree }, author)))
    return { ok: true, value: { id: current.value, wrote: false, isVerified: null } };
  if (current.value !== expectedHead)
    return forgeFailure('branch-moved', 'the branch is not where it was: somebody else has moved it');
  const blocked = await blockedBy(git, branch);
  if (blocked) return blocked;
  if (await isCheckedOut(git, ref))
    return forgeFailure('rejected', 'the branch is checked out in a work tree, which must not change');
  const moved = await setRef(repository, ref, commit, expectedHead ?? NO_COMMIT);
  return moved.ok ? { ok: true, value: { id: commit, wrote: true, isVerified: null } } : moved;
}

/** Moves a ref from one commit to another, here or at the remote; `NO_COMMIT` for none. */
async function setRef(
  { git, remote }: OpenRepository,
  ref: string,
  to: string,
  from: string,
): Promise<ForgeResult<null>> {
  if (remote !== null) {
    // An empty lease says that the ref must not exist.
    const lease = `--force-with-lease=${ref}:${from === NO_COMMIT ? '' : from}`;
    const source = to === NO_COMMIT ? '' : to;
    const pushed = await git.write([
      'push',
      '--quiet',
      '--no-verify',
      '--porcelain',
      lease,
      '--',
      remote,
      `${source}:${ref}`,
    ]);
    if (pushed.status !== 0) {
      const said = `${pushed.stdout.toString()}${pushed.stderr}`;
      if (/stale info|fetch first|non-fast-forward/.test(said))
        return forgeFailure('branch-moved', 'the branch is not where it was: somebody else has moved it');
      if (/remote rejected|pre-receive hook declined/.test(said))
        return forgeFailure('rejected', 'a rule of the remote refuses the push');
      return gitFailure(pushed);
    }
  }
  const args = to === NO_COMMIT ? ['update-ref', '-d', ref, from] : ['update-ref', ref, to, from];
  const moved = await (remote === null ? git.write(args) : git.make(args));
  if (moved.status === 0) return { ok: true, value: null };
  return /but expected|reference already exists|unable to resolve/.test(moved.stderr)
    ? forgeFailure('branch-moved', 'the branch is not where it was: somebody else has moved it')
    : gitFailure(moved);
}

/** Git keeps branches in folders: `dockfix` and `dockfix/x` cannot both be there. */
async function blockedBy(git: Git, branch: string): Promise<ReturnType<typeof forgeFailure> | null> {
  const slash = branch.indexOf('/');
  if (slash < 0) return null;
  const outer = await commitOf(git, `refs/heads/${branch.slice(0, slash)}`);
  if (!outer.ok) return outer;
  return outer.value === null
    ? null
    : forgeFailure('branch-blocked', 'a branch named "dockfix" is in the way');
}

async function isCheckedOut(git: Git, ref: string): Promise<boolean> {
  const answer = await git.read(['worktree', 'list', '--porcelain']);
  return answer.status === 0 && answer.stdout.toString().split('\n').includes(`branch ${ref}`);
}

async function deleteBranch(
  repository: OpenRepository,
  name: string,
  expectedHead: string,
): Promise<ForgeResult<Written>> {
  if (!/^dockfix[/-][a-z0-9._-]+$/.test(name)) return forgeFailure('rejected', 'this is no branch of ours');
  const ref = `refs/heads/${name}`;
  const current = await commitOf(repository.git, ref);
  if (!current.ok) return current;
  if (current.value === null) return { ok: true, value: { wrote: false } };
  if (current.value !== expectedHead)
    return forgeFailure('branch-moved', 'the branch is not where it was: somebody else has moved it');
  if (await isCheckedOut(repository.git, ref))
    return forgeFailure('rejected', 'the branch is checked out in a work tree, which must not change');
  const deleted = await setRef(repository, ref, NO_COMMIT, expectedHead);
  return deleted.ok ? { ok: true, value: { wrote: true } } : deleted;
}

// ---- pull requests ----------------------------------------------------------------------------------------------------

/** All, oldest first. What has become of their branches is written down on the way. */
async function listPulls(
  repository: OpenRepository,
  nowMs: () => number,
): Promise<ForgeResult<readonly PullRequest[]>> {
  const { git, pulls } = repository;
  const list = await pulls.list();
  if (!list.ok) return list;
  const answers: PullRequest[] = [];
  for (const pull of [...list.value].sort((a, b) => a.number - b.number)) {
    const fate = pull.state === 'open' ? await fateOf(git, pull) : ({ ok: true, value: 'open' } as const);
    if (!fate.ok) return fate;
    let now = pull;
    if (fate.value !== 'open') {
      const isMerged = fate.value === 'merged';
      now = {
        ...pull,
        state: isMerged ? 'merged' : 'closed',
        closedBy: isMerged ? null : 'person',
        closedAtMs: nowMs(),
      };
      const saved = await pulls.save(now, null);
      if (!saved.ok) return saved;
    }
    const answer = await asPullRequest(repository, now);
    if (!answer.ok) return answer;
    answers.push(answer.value);
  }
  return { ok: true, value: answers };
}

async function fateOf(
  git: Git,
  { branch, baseBranch }: LocalPull,
): Promise<ForgeResult<'open' | 'merged' | 'gone'>> {
  const head = await commitOf(git, `refs/heads/${branch}`);
  if (!head.ok) return head;
  if (head.value === null) return { ok: true, value: 'gone' };
  const inBase = await git.read(['merge-base', '--is-ancestor', head.value, `refs/heads/${baseBranch}`]);
  return { ok: true, value: inBase.status === 0 ? 'merged' : 'open' };
}

async function asPullRequest(
  { git, pulls }: OpenRepository,
  pull: LocalPull,
): Promise<ForgeResult<PullRequest>> {
  const { branch, baseBranch } = pull;
  const head = pull.state === 'open' ? await commitOf(git, `refs/heads/${branch}`) : null;
  if (head && !head.ok) return head;
  const commit = head?.value ?? null;
  return {
    ok: true,
    value: {
      ...pull,
      url: null,
      head: commit,
      body: await pulls.body(pull),
      isMergeable: commit === null ? null : await isMergeable(git, baseBranch, commit),
      mustBeUpToDate: false,
      isQueued: false,
    },
  };
}

/** Null where this git cannot tell: `merge-tree --write-tree` came with 2.38. */
async function isMergeable(git: Git, baseBranch: string, head: string): Promise<boolean | null> {
  const base = `refs/heads/${baseBranch}`;
  const isAhead = await git.read(['merge-base', '--is-ancestor', base, head]);
  if (isAhead.status === 0) return true;
  const merged = await git.make(['merge-tree', '--write-tree', '--no-messages', base, head]);
  return merged.status === 0 ? true : merged.status === 1 ? false : null;
}

async function changePull(
  pulls: LocalPulls,
  number: number,
  change: (pull: LocalPull) => LocalPull | null,
  body: string | null,
): Promise<ForgeResult<Written>> {
  const list = await pulls.list();
  if (!list.ok) return list;
  const pull = list.value.find((one) => one.number === number);
  if (!pull) return forgeFailure('not-found', 'there is no such pull request');
  const next = change(pull);
  if (next === null) return { ok: true, value: { wrote: false } };
  const saved = await pulls.save(next, body);
  return saved.ok ? { ok: true, value: { wrote: true } } : saved;
}
