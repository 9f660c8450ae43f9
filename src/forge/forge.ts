/**
 * What the bot may ask of a forge: GitHub, GitLab, Gitea, a local clone, any git remote.
 *
 * Rules that hold for every operation:
 * - It never throws. What goes wrong is a {@link ForgeFailure} with a code and a sentence; the sentence is made from
 *   known words and cleaned text, never from a server's answer as it came, and it holds no secret.
 * - A write that is already done is a success and writes nothing: a run that was killed anywhere can be repeated.
 *   Whether something was written is in the answer, so that "a second run writes nothing" can be counted.
 * - A write that others could race is conditional: it names what it expects to find.
 * - Only branches and pull requests inside the same repository are touched; forks are never read or written.
 * - Text that comes from the forge (titles, bodies, names, paths) is untrusted: callers clean it before it is shown.
 */

export type ForgeKind = 'local' | 'git' | 'github' | 'gitlab' | 'gitea';

export type ForgeFailureCode =
  /** There is no such repository, commit or file, or it may not be seen. */
  | 'not-found'
  /** The credential is missing, expired or rejected. */
  | 'unauthorized'
  /** The credential may not do this; `reason` names the permission where that is known. */
  | 'denied'
  /** A rule of the repository refuses the write: a protected branch, a ruleset, a required signature. */
  | 'rejected'
  /** The branch is not where the caller expected it: somebody else has moved, made or deleted it. */
  | 'branch-moved'
  /** The name of the branch cannot be used: another branch is a prefix of it, or it is one of another. */
  | 'branch-blocked'
  /** The pull request waits in a merge queue or train and must not be touched. */
  | 'queued'
  /** This forge, or this version of it, cannot do it. */
  | 'unsupported'
  /** Larger than the forge or the caller takes. */
  | 'too-large'
  | 'rate-limited'
  | 'timeout'
  | 'network'
  /** Anything else; `reason` has the status. */
  | 'forge-error';

export interface ForgeFailure {
  readonly ok: false;
  readonly code: ForgeFailureCode;
  /** A sentence without the name of the repository. */
  readonly reason: string;
  /** With `rate-limited`: when it may be asked again, milliseconds since 1970; missing when nobody knows. */
  readonly resetAtMs?: number;
}

export type ForgeResult<T> = { readonly ok: true; readonly value: T } | ForgeFailure;

/** What can be done here. The bot leaves out what cannot, and says so once. */
export interface ForgeFeatures {
  readonly comments: boolean;
  readonly issues: boolean;
  readonly labels: boolean;
  readonly reviewers: boolean;
  readonly assignees: boolean;
  readonly autoMerge: boolean;
  /** The longest body of a pull request or issue, in UTF-16 code units. */
  readonly maxBodyCharacters: number;
}

// ---- repositories ---------------------------------------------------------------------------------------------------

export interface Repository {
  /** The forge's own id as text, stable when the repository is renamed. For a local clone: its path. */
  readonly id: string;
  /** `owner/name`, `group/subgroup/name`; for a local clone its folder. What every other operation takes. */
  readonly path: string;
  /** Name without `refs/heads/`. */
  readonly defaultBranch: string;
  /** Commit of the default branch; null in an empty repository. */
  readonly head: string | null;
  /** Why the bot has to leave it alone; null when it need not. */
  readonly skip: 'archived' | 'disabled' | 'fork' | 'empty' | 'mirror' | 'no-pull-requests' | null;
  /** Whether our credential may push; null when the forge does not say. */
  readonly canPush: boolean | null;
  /** Whether it has issues (a dashboard needs one). */
  readonly hasIssues: boolean;
  /** `https://github.com/owner/name`, for links; null when there is no page. */
  readonly webUrl: string | null;
}

/** What one cheap request tells about a repository that is known already. */
export interface Glance {
  readonly defaultBranch: string;
  /** Commit of the default branch; null in an empty repository. */
  readonly head: string | null;
  /**
   * A text that changes whenever a pull request of ours, or the dashboard issue, may have changed (opened, closed,
   * edited, pushed to, labelled); compared for equality only. Null when the same request cannot tell: then the bot
   * lists its pull requests if it knows of open ones.
   */
  readonly activity: string | null;
}

/** A file of a commit. Folders are not listed. */
export interface TreeEntry {
  /** With `/`, from the root; any characters that git allows. */
  readonly path: string;
  /** Only `100644` and `100755` are files that the bot reads; the others are links and submodules. */
  readonly mode: '100644' | '100755' | '120000' | '160000';
  /** Name of the blob (hex); of the commit for a submodule. */
  readonly id: string;
  /** Bytes; null when the forge does not say. */
  readonly size: number | null;
}

export interface Tree {
  readonly entries: readonly TreeEntry[];
  /** False when the forge cut the list and the rest could not be had: files may be missing. */
  readonly isComplete: boolean;
}

// ---- commits and branches -------------------------------------------------------------------------------------------

export interface Branch {
  readonly name: string;
  readonly head: string;
}

/** Who made a commit, as far as the forge vouches for it. */
export interface CommitPerson {
  readonly name: string;
  readonly email: string;
  /** The forge's id of the account that the address belongs to; null when it belongs to none, or there are none. */
  readonly accountId: string | null;
}

export interface CommitSummary {
  readonly id: string;
  readonly parents: readonly string[];
  readonly author: CommitPerson;
  readonly committer: CommitPerson;
  /**
   * Made by this bot: author and committer are its account (or, where commits carry no account, its address); commits
   * that the forge itself signs for the bot count. A name alone never counts.
   */
  readonly isOurs: boolean;
  /** A merge of the base branch that the forge made on a button press ("Update branch"). */
  readonly isForgeMerge: boolean;
}

/** The new text of a file that exists in the base commit. */
export interface FileChange {
  readonly path: string;
  /** As in the base commit; it is kept. */
  readonly mode: '100644' | '100755';
  /** Name of the blob in the base commit that is replaced; the forge refuses (`branch-moved`) when it is another. */
  readonly before: string;
  readonly content: Uint8Array;
}

export interface CommitRequest {
  /** Without `refs/heads/`. Over `[a-z0-9._/-]` only. */
  readonly branch: string;
  /** The exact commit that becomes the only parent; its tree is the base of the new one. */
  readonly base: string;
  readonly files: readonly FileChange[];
  /** Subject, blank line, body. */
  readonly message: string;
  /** Where the branch must stand now; null when it must not exist. */
  readonly expectedHead: string | null;
}

export interface CommitAnswer {
  readonly id: string;
  /** False when the branch stood on an equal commit already (same parent, tree and message, made by us). */
  readonly wrote: boolean;
  /** What the forge says of the signature; null where it says nothing. */
  readonly isVerified: boolean | null;
}

// ---- pull requests and issues ---------------------------------------------------------------------------------------

export interface PullRequest {
  /** As people see it (`#12`, `!12`). */
  readonly number: number;
  readonly url: string | null;
  readonly branch: string;
  readonly baseBranch: string;
  /** Commit that the branch has now; null when the branch is gone. */
  readonly head: string | null;
  readonly title: string;
  readonly body: string;
  readonly state: 'open' | 'closed' | 'merged';
  readonly labels: readonly string[];
  /**
   * Who closed it without merging: us, somebody else, or nobody knows. Null unless `state` is `closed`.
   * "Us" is decided by account id, never by name.
   */
  readonly closedBy: 'us' | 'person' | 'unknown' | null;
  readonly createdAtMs: number | null;
  readonly closedAtMs: number | null;
  /** Whether it can be merged without conflict; null while the forge has not worked it out. */
  readonly isMergeable: boolean | null;
  /** The rules of the base branch want the branch up to date before it may be merged, and it is not. */
  readonly mustBeUpToDate: boolean;
  /** In a merge queue or train, or auto-merge is under way: it is left alone. */
  readonly isQueued: boolean;
}

export interface NewPullRequest {
  readonly branch: string;
  readonly baseBranch: string;
  readonly title: string;
  readonly body: string;
  readonly isDraft: boolean;
}

export interface PullRequestChange {
  /** Missing: stays. */
  readonly title?: string;
  readonly body?: string;
}

/** A comment or an issue is found again by its marker, a line that stands in its text. */
export interface MarkedText {
  /** Over `[a-z0-9:-]`, e.g. `dockfix:edited`; the forge writes it where people do not see it. */
  readonly marker: string;
  readonly body: string;
}

export interface IssueText extends MarkedText {
  readonly title: string;
  readonly state: 'open' | 'closed';
}

export interface Issue {
  readonly number: number;
  readonly url: string | null;
  readonly title: string;
  /** With whatever people have ticked or written. */
  readonly body: string;
  readonly state: 'open' | 'closed';
}

export interface Written {
  /** False when everything was as wanted. */
  readonly wrote: boolean;
}

export type MergeMethod = 'merge' | 'squash' | 'rebase';

// ---- the interface --------------------------------------------------------------------------------------------------

/** `repository` is always {@link Repository.path}. `number` is {@link PullRequest.number}. */
export interface Forge {
  readonly kind: ForgeKind;
  readonly features: ForgeFeatures;

  /** The repositories of an organisation, group or user that our credential sees, with one page a request. */
  listRepositories(organisation: string): Promise<ForgeResult<readonly Repository[]>>;
  getRepository(path: string): Promise<ForgeResult<Repository>>;
  /** Exactly one request, the cheapest there is (conditional where the forge answers 304 for free). */
  glance(repository: string, defaultBranch: string): Promise<ForgeResult<Glance>>;

  /** All files of a commit, recursively. */
  getTree(repository: string, commit: string): Promise<ForgeResult<Tree>>;
  /** Bytes of a blob; `too-large` above `maxBytes`, without having read them all. */
  getBlob(repository: string, id: string, maxBytes: number): Promise<ForgeResult<Uint8Array>>;
  /** Null when there is no such branch. */
  getBranch(repository: string, name: string): Promise<ForgeResult<Branch | null>>;
  /**
   * The commits that `head` has and `base` has not, oldest first, at most `limit` (the bot asks for 50). More than
   * that is answered `too-large`: such a branch is not ours.
   */
  commitsBetween(
    repository: string,
    base: string,
    head: string,
    limit: number,
  ): Promise<ForgeResult<readonly CommitSummary[]>>;

  /**
   * One commit on top of `base` with the files replaced and nothing else changed, then the branch set to it.
   * - The branch does not exist and `expectedHead` is null: it is made.
   * - It stands on `expectedHead`: it is moved, by force if need be.
   * - It stands on a commit of ours that is equal to the wanted one (same parent, tree and message): nothing is
   *   written and that commit is the answer, whatever `expectedHead` says.
   * - Anything else: `branch-moved`, and nothing has changed that anybody could see.
   */
  commitFiles(repository: string, request: CommitRequest): Promise<ForgeResult<CommitAnswer>>;
  /** Deletes the branch if it stands on `expectedHead`; gone already is a success; elsewhere is `branch-moved`. */
  deleteBranch(repository: string, name: string, expectedHead: string): Promise<ForgeResult<Written>>;

  /** Open pull requests of this bot's account whose branch starts with `dockfix/` or `dockfix-`, oldest first. */
  listOwnPullRequests(repository: string): Promise<ForgeResult<readonly PullRequest[]>>;
  /** This bot's pull requests of one branch in every state, newest first. Asked before one is made. */
  findPullRequests(repository: string, branch: string): Promise<ForgeResult<readonly PullRequest[]>>;
  /** An open one of the same branch and base is the answer instead of a second one; its texts are not changed. */
  createPullRequest(
    repository: string,
    request: NewPullRequest,
  ): Promise<ForgeResult<{ readonly pullRequest: PullRequest; readonly wrote: boolean }>>;
  /** Writes only what differs from `current`, and nothing when nothing does. */
  updatePullRequest(
    repository: string,
    current: PullRequest,
    change: PullRequestChange,
  ): Promise<ForgeResult<Written>>;
  /** Without merging and without touching the branch. Closed or merged already is a success. */
  closePullRequest(repository: string, number: number): Promise<ForgeResult<Written>>;
  /** Our comment with this marker gets this text; there is never a second one. */
  upsertComment(repository: string, number: number, comment: MarkedText): Promise<ForgeResult<Written>>;

  /**
   * Whether somebody who may push to the repository has told us so: a comment whose first line is `command` and nothing
   * else, written at `sinceMs` or later (null: at any time). Comments of our own account never count.
   */
  hasCommand(
    repository: string,
    number: number,
    command: string,
    sinceMs: number | null,
  ): Promise<ForgeResult<boolean>>;

  /** Adds labels and takes none away. A label that the repository lacks is made if `create`, else left out. */
  addLabels(
    repository: string,
    number: number,
    labels: readonly string[],
    create: boolean,
  ): Promise<ForgeResult<Written>>;
  /** People by login, teams as `team:slug`. Those that are asked already are not asked again. */
  requestReviewers(
    repository: string,
    number: number,
    reviewers: readonly string[],
  ): Promise<ForgeResult<Written>>;
  addAssignees(
    repository: string,
    number: number,
    assignees: readonly string[],
  ): Promise<ForgeResult<Written>>;
  /** The forge's own auto-merge, bound to `expectedHead`; it merges only after the required checks. Never a merge now. */
  enableAutoMerge(
    repository: string,
    number: number,
    expectedHead: string,
    method: MergeMethod,
  ): Promise<ForgeResult<Written>>;

  /** Our issue with this marker, open or closed, made by this account; null when there is none. */
  findIssue(repository: string, marker: string): Promise<ForgeResult<Issue | null>>;
  /** Our issue with this marker gets this title, text and state. One that does not exist is not made just to be closed. */
  ensureIssue(
    repository: string,
    issue: IssueText,
  ): Promise<ForgeResult<{ readonly issue: Issue | null; readonly wrote: boolean }>>;

  /** Requests sent so far. For a local clone: git processes that read, and those that write. */
  counts(): { readonly reads: number; readonly writes: number };
  close(): Promise<void>;
}

export function forgeFailure(code: ForgeFailureCode, reason: string): ForgeFailure {
  return { ok: false, code, reason };
}

/** True for codes after which nobody can say what the forge would have answered: nothing may be concluded. */
export function isUnjudged({ code }: ForgeFailure): boolean {
  return code === 'rate-limited' || code === 'timeout' || code === 'network' || code === 'forge-error';
}
