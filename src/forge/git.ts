/**
 * Git without a forge: the branches of a local clone, or of any remote by push, and pull requests as texts. A branch
 * that is gone counts as closed by a person; one whose tip the base contains counts as merged.
 */
import { forgeFailure } from './forge.ts';
import type { Forge, ForgeResult, Issue, PullRequest, Repository, Written } from './forge.ts';
import { commitFiles, deleteBranch } from './git-branches.ts';
import { commitOf, gitFailure, readBlob, readCommits, readTree } from './git-plumbing.ts';
import type { Author } from './git-plumbing.ts';
import type { Git } from './git-process.ts';
import { asPullRequest, changePull, listPulls } from './git-pulls.ts';
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
      on(path, async ({ git, pulls }) => {
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
            activity: [...rows.filter((row) => row !== own), await pulls.stamp()].join('\n'),
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
    hasCommand: () => Promise.resolve({ ok: true, value: false }),
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
