/**
 * Gitea and Forgejo as a {@link Forge}, by plain requests to their API (`/api/swagger` of every server). Branches are
 * set by git push with a lease, which is the only way to replace one.
 */
import type { Http } from '../net/http.ts';
import type { Log } from '../net/log.ts';
import type { Clock } from '../net/retry.ts';
import { askOnce, createGuard } from './answers.ts';
import { createApi } from './api.ts';
import { blobId } from './blob-id.ts';
import { forgeFailure } from './forge.ts';
import type { CommitSummary, Forge, ForgeResult, Repository, Tree, TreeEntry, Written } from './forge.ts';
import { hasCommand } from './gitea/command.ts';
import * as pulls from './gitea/pulls.ts';
import type { Scope } from './gitea/pulls.ts';
import type { BranchRow, CommitRow, RepositoryRow, TreePage, User } from './gitea/shapes.ts';
import { createPusher } from './push.ts';
import type { PushOptions, Remote } from './push.ts';
import { createRest, hasStatus } from './rest.ts';

export interface GiteaOptions {
  readonly http: Http;
  readonly clock: Clock;
  readonly log: Log;
  readonly token: string;
  /** Where the server is, without `/api/v1`. */
  readonly baseUrl: string;
  readonly openGit: PushOptions['openGit'];
  /** Who commits. `email` has to belong to the account of the token; missing: as the server says. */
  readonly author?: { readonly name: string; readonly email: string };
  readonly writeBurst?: number;
  readonly writePauseMs?: number;
  readonly maxWaitMs?: number;
}

const MODES = new Set(['100644', '100755', '120000', '160000']);
const MAX_TREE_PAGES = 500;

export function createGiteaForge(options: GiteaOptions): Forge {
  const { token, author, openGit, clock, log, ...more } = options;
  const site = options.baseUrl.replace(/\/+$/, '');
  const api = createApi({ ...more, clock, log, baseUrl: `${site}/api/v1` });
  const rest = createRest({ api, authorization: `token ${token}`, sizeParameter: 'limit' });
  const pusher = createPusher({ openGit, nowMs: () => clock.now() });
  const guarded = createGuard(rest.host, log);
  const whoAmI = askOnce(() => rest.call<User>('GET', '/user', 'asking who we are'));

  /** `repo` is the path of the API, with the name of the repository in it. */
  function on<T>(path: string, task: (repo: string) => Promise<ForgeResult<T>>): Promise<ForgeResult<T>> {
    return guarded(async () => {
      if (!/^[\w.-]+\/[\w.-]+$/.test(path) || /(?:^|\/)\.{1,2}(?:\/|$)/.test(path)) {
        return forgeFailure('not-found', 'a repository of this forge is named owner/name');
      }
      return task(`/repos/${path}`);
    });
  }

  function asUs<T>(path: string, task: (scope: Scope) => Promise<ForgeResult<T>>): Promise<ForgeResult<T>> {
    return on(path, async (repo) => {
      const us = await whoAmI();
      return us.ok ? task({ rest, repo, viewer: us.value, clock }) : us;
    });
  }

  /** The repository as git knows it, and who commits to it. */
  const remoteOf = (path: string, us: User): Remote => ({
    url: `${site}/${path}.git`,
    user: us.login,
    token,
    author: author ?? { name: us.login, email: us.email ?? '' },
  });

  return {
    kind: 'gitea',
    features: {
      comments: true,
      issues: true,
      labels: true,
      reviewers: true,
      assignees: true,
      autoMerge: true,
      maxBodyCharacters: pulls.MAX_BODY_CHARACTERS,
    },
    listRepositories: (owner) =>
      guarded(async () => {
        const name = encodeURIComponent(owner);
        const what = 'listing repositories';
        const own = await rest.all<RepositoryRow>(`/orgs/${name}/repos`, what, {});
        const rows =
          own.ok || !hasStatus(own, 404)
            ? own
            : await rest.all<RepositoryRow>(`/users/${name}/repos`, what, {});
        if (!rows.ok) return rows;
        const found: Repository[] = [];
        for (const row of rows.value) {
          const head = await headOf(`/repos/${row.full_name}`, row);
          if (!head.ok) return head;
          found.push(describe(row, head.value));
        }
        return { ok: true, value: found };
      }),
    getRepository: (path) =>
      on(path, async (repo) => {
        const row = await rest.call<RepositoryRow>('GET', repo, 'reading the repository');
        if (!row.ok) return row;
        const head = await headOf(repo, row.value);
        return head.ok ? { ok: true, value: describe(row.value, head.value) } : head;
      }),
    glance: (path, defaultBranch) =>
      on(path, async (repo) => {
        const head = await branchHead(repo, defaultBranch);
        return head.ok ? { ok: true, value: { defaultBranch, head: head.value, activity: null } } : head;
      }),
    getTree: (path, commit) =>
      on<Tree>(path, async (repo) => {
        const entries: TreeEntry[] = [];
        for (let page = 1; page <= MAX_TREE_PAGES; page++) {
          const where = `${repo}/git/trees/${encodeURIComponent(commit)}`;
          const answer = await rest.call<TreePage>('GET', where, 'listing files', {
            query: { recursive: true, per_page: 1000, page },
          });
          if (!answer.ok) return answer;
          for (const { path: file, mode, type, sha, size } of answer.value.tree) {
            if (type === 'tree' || !MODES.has(mode)) continue;
            // One of the four.
            entries.push({ path: file, mode: mode as TreeEntry['mode'], id: sha, size: size ?? null });
          }
          if (!answer.value.truncated || answer.value.tree.length === 0) {
            return { ok: true, value: { entries, isComplete: true } };
          }
        }
        return { ok: true, value: { entries, isComplete: false } };
      }),
    getBlob: (path, id, maxBytes) =>
      on(path, async (repo) => {
        if (!/^[0-9a-f]{40,64}$/.test(id)) return forgeFailure('not-found', 'this is no name of a file');
        const where = `${repo}/git/blobs/${id}`;
        const limit = Math.ceil(maxBytes * 1.4) + 4096;
        const answer = await rest.call<{ readonly content: string }>('GET', where, 'reading a file', {
          maxBytes: limit,
        });
        if (!answer.ok) return answer;
        const content = Buffer.from(answer.value.content, 'base64');
        if (content.length > maxBytes)
          return forgeFailure('too-large', `the file is larger than ${maxBytes} bytes`);
        if (blobId(content) === id) return { ok: true, value: content };
        return forgeFailure('forge-error', `${rest.host} gave another file than was asked for`);
      }),
    getBranch: (path, name) =>
      on(path, async (repo) => {
        const head = await branchHead(repo, name);
        return head.ok ? { ok: true, value: head.value === null ? null : { name, head: head.value } } : head;
      }),
    commitsBetween: (path, base, head, limit) =>
      asUs(path, async ({ repo, viewer: us }) => {
        const where = `${repo}/compare/${base}...${head}`;
        const answer = await rest.call<{
          readonly total_commits: number;
          readonly commits: readonly CommitRow[] | null;
        }>('GET', where, 'comparing two commits');
        if (!answer.ok) return answer;
        const { total_commits: total, commits } = answer.value;
        if (total > limit || total !== (commits ?? []).length) {
          return forgeFailure('too-large', `the branch has ${total} commits of its own`);
        }
        return {
          ok: true,
          value: oldestFirst((commits ?? []).map((row) => summary(row, us, author?.email ?? us.email))),
        };
      }),
    commitFiles: (path, request) =>
      asUs(path, ({ viewer }) => pusher.commitFiles(remoteOf(path, viewer), request)),
    deleteBranch: (path, name, expectedHead) =>
      asUs(path, ({ viewer }) => pusher.deleteBranch(remoteOf(path, viewer), name, expectedHead)),
    listOwnPullRequests: (path) => asUs(path, pulls.listOwn),
    findPullRequests: (path, branch) => asUs(path, (scope) => pulls.findOfBranch(scope, branch)),
    createPullRequest: (path, request) => asUs(path, (scope) => pulls.createPull(scope, request)),
    updatePullRequest: (path, current, change) =>
      asUs(path, (scope) => pulls.updatePull(scope, current, change)),
    closePullRequest: (path, number) => asUs(path, (scope) => pulls.closePull(scope, number)),
    upsertComment: (path, number, comment) =>
      asUs(path, (scope) => pulls.upsertComment(scope, number, comment)),
    hasCommand: (path, number, command, sinceMs) =>
      asUs(path, (scope) => hasCommand(scope, number, command, sinceMs)),
    addLabels: (path, number, labels, create) =>
      asUs(path, (scope) => pulls.addLabels(scope, number, labels, create)),
    requestReviewers: (path, number, names) =>
      asUs(path, (scope) => pulls.requestReviewers(scope, number, names)),
    addAssignees: (path, number, names) => asUs(path, (scope) => pulls.addAssignees(scope, number, names)),
    enableAutoMerge: (path, number, expectedHead, method) =>
      asUs<Written>(path, async (scope) => {
        const own = await pulls.readOwn(scope, number);
        if (!own.ok) return own;
        if (own.value.head.sha !== expectedHead)
          return forgeFailure('branch-moved', 'the branch is not where it was');
        // With all checks passed, or none, the server would merge now.
        const where = `${scope.repo}/commits/${expectedHead}/status`;
        const status = await rest.call<{ readonly state: string }>('GET', where, 'reading the checks');
        if (!status.ok) return status;
        if (status.value.state !== 'pending') {
          return forgeFailure('rejected', 'there is no check under way that a merge could wait for');
        }
        const set = await rest.call<unknown>('POST', `${scope.repo}/pulls/${number}/merge`, 'auto-merge', {
          body: { Do: method, merge_when_checks_succeed: true, head_commit_id: expectedHead },
        });
        // 409: it is scheduled already.
        if (!set.ok && hasStatus(set, 409)) return { ok: true, value: { wrote: false } };
        return set.ok ? { ok: true, value: { wrote: true } } : set;
      }),
    findIssue: (path, marker) => asUs(path, (scope) => pulls.findIssue(scope, marker)),
    ensureIssue: (path, issue) => asUs(path, (scope) => pulls.ensureIssue(scope, issue)),
    counts: () => {
      const [asked, pushed] = [api.counts(), pusher.counts()];
      return { reads: asked.reads + pushed.reads, writes: asked.writes + pushed.writes };
    },
    close: () => Promise.resolve(),
  };

  async function branchHead(repo: string, name: string): Promise<ForgeResult<string | null>> {
    const where = `${repo}/branches/${encodeURIComponent(name)}`;
    const answer = await rest.call<BranchRow>('GET', where, 'reading a branch');
    if (answer.ok) return { ok: true, value: answer.value.commit.id };
    return hasStatus(answer, 404) ? { ok: true, value: null } : answer;
  }

  async function headOf(repo: string, row: RepositoryRow): Promise<ForgeResult<string | null>> {
    return row.empty ? { ok: true, value: null } : branchHead(repo, row.default_branch);
  }
}

function describe(row: RepositoryRow, head: string | null): Repository {
  return {
    id: String(row.id),
    path: row.full_name,
    defaultBranch: row.default_branch,
    head,
    skip: row.archived
      ? 'archived'
      : row.fork
        ? 'fork'
        : row.mirror
          ? 'mirror'
          : !row.has_pull_requests
            ? 'no-pull-requests'
            : head === null
              ? 'empty'
              : null,
    canPush: row.permissions?.push ?? null,
    hasIssues: row.has_issues,
    webUrl: row.html_url,
  };
}

/** By account where the address belongs to one, by address where it does not. */
function summary(row: CommitRow, { id }: User, email: string | undefined): CommitSummary {
  const own = (account: CommitRow['author'], address: string): boolean =>
    account ? account.id === id : email !== undefined && email !== '' && address === email;
  const { author, committer } = row.commit;
  return {
    id: row.sha,
    parents: (row.parents ?? []).map(({ sha }) => sha),
    author: { ...author, accountId: row.author && String(row.author.id) },
    committer: { ...committer, accountId: row.committer && String(row.committer.id) },
    isOurs: own(row.author, author.email) && own(row.committer, committer.email),
    isForgeMerge: false,
  };
}

/** Versions differ in the order: a commit comes after its parents. */
function oldestFirst(commits: readonly CommitSummary[]): readonly CommitSummary[] {
  const [first, last] = [commits[0], commits.at(-1)];
  const isNewestFirst = commits.length > 1 && commits.some(({ id }) => first!.parents.includes(id));
  return isNewestFirst && last ? [...commits].reverse() : commits;
}
