/**
 * What a forge knows beside git: accounts, credentials, repositories, issues and pull requests. The dialects (GitHub,
 * GitLab, Gitea) read and change it through the functions here, so that a rule holds for all of them.
 */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { createBareRepository } from './git.ts';
import type { GitPerson, GitRepository } from './git.ts';

export interface Account extends GitPerson {
  readonly id: number;
  readonly login: string;
  readonly type: 'User' | 'Bot' | 'Organization';
}

/**
 * `app` and `actions` are GitHub's installation tokens (their commits are signed by the forge), `pat` a person's token
 * (its commits are not).
 */
export interface Token {
  readonly value: string;
  readonly account: Account;
  readonly kind: 'pat' | 'app' | 'actions';
  readonly canWrite: boolean;
}

export interface Protection {
  requiresSignatures?: boolean;
  requiresUpToDate?: boolean;
  requiresChecks?: boolean;
  mergeQueue?: boolean;
  /** Nobody may force a push. */
  noForcePush?: boolean;
}

export interface Comment {
  readonly id: number;
  readonly author: Account;
  body: string;
  readonly createdAt: string;
  updatedAt: string;
}

export interface IssueEvent {
  readonly id: number;
  readonly kind:
    'closed' | 'reopened' | 'labeled' | 'unlabeled' | 'merged' | 'head_ref_force_pushed' | 'assigned';
  readonly actor: Account;
  readonly createdAt: string;
  readonly label?: string;
}

export interface Pull {
  readonly branch: string;
  /** Path of the repository that the branch is in; another one for a fork. */
  readonly headRepository: string;
  base: string;
  /** Commit of the branch when it was last seen. */
  head: string;
  /** Commit of the base branch when the pull request was closed or merged; the live one while it is open. */
  baseHead: string;
  isDraft: boolean;
  mergedAt: string | null;
  mergeCommit: string | null;
  reviewers: Account[];
  teams: string[];
  autoMerge: {
    readonly by: Account;
    readonly method: 'merge' | 'squash' | 'rebase';
    readonly at: string;
  } | null;
  isQueued: boolean;
}

export interface Issue {
  readonly id: number;
  readonly number: number;
  readonly author: Account;
  title: string;
  body: string;
  state: 'open' | 'closed';
  labels: string[];
  assignees: Account[];
  comments: Comment[];
  events: IssueEvent[];
  readonly createdAt: string;
  updatedAt: string;
  closedAt: string | null;
  closedBy: Account | null;
  pull: Pull | null;
}

export interface Repo {
  readonly id: number;
  readonly owner: Account;
  name: string;
  readonly git: GitRepository;
  readonly defaultBranch: string;
  isArchived: boolean;
  isDisabled: boolean;
  isFork: boolean;
  isMirror: boolean;
  hasIssues: boolean;
  hasPullRequests: boolean;
  allowsAutoMerge: boolean;
  readonly protections: Map<string, Protection>;
  readonly labels: Map<string, { readonly id: number; readonly color: string; readonly description: string }>;
  /** Who may push. */
  readonly collaborators: Account[];
  /** Who is a member and may not. */
  readonly readers: Account[];
  readonly teams: string[];
  readonly issues: Issue[];
  nextNumber: number;
  /** GitHub asks for another try, or says "unknown", before it has worked a merge out; so often. */
  mergeableUnknownTimes: number;
  /** Longer lists of files are cut off. */
  maxTreeRows: number;
}

export interface World {
  readonly accounts: Account[];
  readonly tokens: Token[];
  readonly repos: Repo[];
  /** By old `owner/name`, the repository that was renamed. */
  readonly renamed: Map<string, Repo>;
  nowMs: number;
  nextId: number;
  readonly root: string;
  readonly verifiedCommits: Set<string>;
  /** GitHub and Gitea close a pull request whose branch is deleted; GitLab leaves it open. */
  closesWithBranch: boolean;
}

export function createWorld(root: string): World {
  return {
    accounts: [],
    tokens: [],
    repos: [],
    renamed: new Map(),
    nowMs: Date.UTC(2026, 0, 1),
    nextId: 1000,
    root,
    verifiedCommits: new Set(),
    closesWithBranch: true,
  };
}

export function stamp(world: World): string {
  return new Date(world.nowMs).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

/** Time goes on by a second with everything that is written. */
export function tick(world: World): string {
  world.nowMs += 1000;
  return stamp(world);
}

export function addAccount(world: World, login: string, type: Account['type'] = 'User'): Account {
  const known = world.accounts.find((account) => account.login === login);
  if (known) return known;
  const id = world.nextId++;
  const account = { id, login, type, name: login, email: `${id}+${login}@users.noreply.fake.example` };
  world.accounts.push(account);
  return account;
}

export interface NewRepo {
  readonly defaultBranch?: string;
  /** Text or bytes by path; a leading `#!` makes no difference, modes are given apart. Missing: an empty repository. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  readonly modes?: Readonly<Record<string, string>>;
  /** Its files and commits instead: a copy of a folder is much cheaper than git. */
  readonly copyOf?: Repo;
}

export function addRepo(world: World, path: string, options: NewRepo = {}): Repo {
  const slash = path.lastIndexOf('/');
  const owner = addAccount(world, path.slice(0, slash), 'Organization');
  const id = world.nextId++;
  const defaultBranch = options.defaultBranch ?? 'main';
  const folder = join(world.root, `${id}.git`);
  if (options.copyOf) cpSync(options.copyOf.git.folder, folder, { recursive: true });
  const repo: Repo = {
    id,
    owner,
    name: path.slice(slash + 1),
    git: createBareRepository(folder, defaultBranch),
    defaultBranch,
    isArchived: false,
    isDisabled: false,
    isFork: false,
    isMirror: false,
    hasIssues: true,
    hasPullRequests: true,
    allowsAutoMerge: true,
    protections: new Map(),
    labels: new Map(),
    collaborators: [],
    readers: [],
    teams: [],
    issues: [],
    nextNumber: 1,
    mergeableUnknownTimes: 0,
    maxTreeRows: 100_000,
  };
  world.repos.push(repo);
  if (options.files) commitTo(world, repo, defaultBranch, { files: options.files, modes: options.modes });
  return repo;
}

export function pathOf(repo: Repo): string {
  return `${repo.owner.login}/${repo.name}`;
}

export function findRepo(world: World, path: string): Repo | null {
  const wanted = path.toLowerCase();
  return world.repos.find((repo) => pathOf(repo).toLowerCase() === wanted) ?? null;
}

export interface NewCommit {
  readonly files: Readonly<Record<string, string | Uint8Array | null>>;
  readonly modes?: Readonly<Record<string, string>> | undefined;
  readonly message?: string;
  /** A person of the outside world by default. */
  readonly author?: GitPerson;
  readonly committer?: GitPerson;
  /** Missing: the tip of the branch, or of the default branch when there is none. */
  readonly parent?: string;
}

/** What somebody else's push does: one commit on a branch, which is made if need be. Returns the commit. */
export function commitTo(world: World, repo: Repo, branch: string, commit: NewCommit): string {
  const { git } = repo;
  const parent = commit.parent ?? git.branch(branch) ?? git.branch(repo.defaultBranch);
  const changes = Object.entries(commit.files).map(([path, content]) => ({
    path,
    mode: commit.modes?.[path] ?? '100644',
    sha:
      content === null
        ? null
        : commit.modes?.[path] === '160000'
          ? String(content)
          : git.writeBlob(toBytes(content)),
  }));
  const date = tick(world);
  const author = commit.author ?? { name: 'A Person', email: 'person@example.com' };
  const sha = git.writeCommit({
    tree: git.writeTree(parent, changes),
    parents: parent === null ? [] : [parent],
    author: { ...author, date },
    committer: { ...(commit.committer ?? author), date },
    message: commit.message ?? 'Change something',
  });
  git.setBranch(branch, sha);
  return sha;
}

function toBytes(content: string | Uint8Array): Uint8Array {
  return typeof content === 'string' ? Buffer.from(content) : content;
}

// ---- issues and pull requests -----------------------------------------------------------------------------------------

export function addIssue(
  world: World,
  repo: Repo,
  author: Account,
  fields: { readonly title: string; readonly body: string },
  pull: Pull | null = null,
): Issue {
  const at = tick(world);
  const issue: Issue = {
    id: world.nextId++,
    number: repo.nextNumber++,
    author,
    title: fields.title,
    body: fields.body,
    state: 'open',
    labels: [],
    assignees: [],
    comments: [],
    events: [],
    createdAt: at,
    updatedAt: at,
    closedAt: null,
    closedBy: null,
    pull,
  };
  repo.issues.push(issue);
  return issue;
}

export function addEvent(
  world: World,
  issue: Issue,
  kind: IssueEvent['kind'],
  actor: Account,
  label?: string,
): void {
  const createdAt = tick(world);
  issue.events.push({
    id: world.nextId++,
    kind,
    actor,
    createdAt,
    ...(label === undefined ? {} : { label }),
  });
  issue.updatedAt = createdAt;
}

export function closeIssue(world: World, issue: Issue, actor: Account): void {
  if (issue.state === 'closed') return;
  issue.state = 'closed';
  addEvent(world, issue, 'closed', actor);
  issue.closedAt = issue.updatedAt;
  issue.closedBy = actor;
  if (issue.pull) {
    issue.pull.autoMerge = null;
    issue.pull.isQueued = false;
  }
}

export function reopenIssue(world: World, issue: Issue, actor: Account): void {
  issue.state = 'open';
  issue.closedAt = null;
  issue.closedBy = null;
  addEvent(world, issue, 'reopened', actor);
}

export function addComment(world: World, issue: Issue, author: Account, body: string): Comment {
  const at = tick(world);
  const comment = { id: world.nextId++, author, body, createdAt: at, updatedAt: at };
  issue.comments.push(comment);
  issue.updatedAt = at;
  return comment;
}

export function openPulls(repo: Repo): readonly (Issue & { pull: Pull })[] {
  return pulls(repo).filter(({ state }) => state === 'open');
}

export function pulls(repo: Repo): readonly (Issue & { pull: Pull })[] {
  return repo.issues.filter((issue): issue is Issue & { pull: Pull } => issue.pull !== null);
}

/**
 * After anything may have moved a branch: open pull requests take the new head, are merged when base contains it, and
 * close when their branch is gone.
 */
export function followBranches(world: World, repo: Repo, actor: Account): void {
  const open = openPulls(repo);
  if (open.length === 0) return;
  const branches = repo.git.branches();
  for (const issue of open) {
    const { pull } = issue;
    const base = branches.get(pull.base);
    const head = pull.headRepository === pathOf(repo) ? branches.get(pull.branch) : pull.head;
    if (base !== undefined) pull.baseHead = base;
    if (head === undefined) {
      if (world.closesWithBranch) closeIssue(world, issue, actor);
      continue;
    }
    const moved = head !== pull.head;
    if (moved) {
      const forced = repo.git.between(head, pull.head).length > 0;
      if (forced) addEvent(world, issue, 'head_ref_force_pushed', actor);
      pull.head = head;
      issue.updatedAt = tick(world);
    }
    if (base !== undefined && repo.git.between(base, head).length === 0) {
      // No commits of its own any more: they have arrived in base, or the branch was taken back to it.
      if (!moved) {
        pull.mergedAt = tick(world);
        pull.mergeCommit = base;
        addEvent(world, issue, 'merged', actor);
      }
      closeIssue(world, issue, actor);
    }
  }
}

/** Whether the pull request can be merged without conflict, by git itself. */
export function isMergeable(repo: Repo, pull: Pull): boolean {
  return repo.git.mergeTree(pull.baseHead, pull.head) !== null;
}

/** Merges as a person's press of the button does. */
export function mergePull(
  world: World,
  repo: Repo,
  issue: Issue & { pull: Pull },
  actor: Account,
): string | null {
  const { pull } = issue;
  const tree = repo.git.mergeTree(pull.baseHead, pull.head);
  if (tree === null) return null;
  const date = tick(world);
  const sha = repo.git.writeCommit({
    tree,
    parents: [pull.baseHead, pull.head],
    author: { ...actor, date },
    committer: { ...actor, date },
    message: `Merge pull request #${issue.number} from ${pull.branch}\n\n${issue.title}`,
  });
  repo.git.setBranch(pull.base, sha);
  pull.mergedAt = date;
  pull.mergeCommit = sha;
  addEvent(world, issue, 'merged', actor);
  closeIssue(world, issue, actor);
  pull.baseHead = sha;
  return sha;
}
