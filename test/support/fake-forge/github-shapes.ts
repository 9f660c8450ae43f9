/**
 * GitHub's answers, built from the world. Every function's result has the published type of the schema that its name
 * says (`@octokit/openapi-types`), so that the compiler finds a field that is missing or of another kind.
 */
import type { components } from '@octokit/openapi-types';
import { isMergeable, pathOf, pulls } from './world.ts';
import type { Account, Comment, Issue, IssueEvent, Pull, Repo, World } from './world.ts';

type Schemas = components['schemas'];

export interface Site {
  readonly world: World;
  /** `http://127.0.0.1:PORT`, with the API's prefix where there is one. */
  readonly api: string;
  readonly web: string;
}

export const nodeId = (kind: string, id: number | string): string =>
  Buffer.from(`${kind}:${id}`).toString('base64url');

export function simpleUser(site: Site, account: Account): Schemas['simple-user'] {
  const url = `${site.api}/users/${account.login}`;
  return {
    login: account.login,
    id: account.id,
    node_id: nodeId('User', account.id),
    avatar_url: `${site.web}/avatars/${account.id}`,
    gravatar_id: '',
    url,
    html_url: `${site.web}/${account.login}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: account.type,
    site_admin: false,
  };
}

export function repository(
  site: Site,
  repo: Repo,
  canPush: boolean,
): Schemas['full-repository'] & Schemas['repository'] {
  const path = pathOf(repo);
  const url = `${site.api}/repos/${path}`;
  const web = `${site.web}/${path}`;
  const at = '2026-01-01T00:00:00Z';
  return {
    id: repo.id,
    node_id: nodeId('Repository', repo.id),
    name: repo.name,
    full_name: path,
    owner: simpleUser(site, repo.owner),
    private: false,
    html_url: web,
    description: null,
    fork: repo.isFork,
    url,
    archive_url: `${url}/{archive_format}{/ref}`,
    assignees_url: `${url}/assignees{/user}`,
    blobs_url: `${url}/git/blobs{/sha}`,
    branches_url: `${url}/branches{/branch}`,
    collaborators_url: `${url}/collaborators{/collaborator}`,
    comments_url: `${url}/comments{/number}`,
    commits_url: `${url}/commits{/sha}`,
    compare_url: `${url}/compare/{base}...{head}`,
    contents_url: `${url}/contents/{+path}`,
    contributors_url: `${url}/contributors`,
    deployments_url: `${url}/deployments`,
    downloads_url: `${url}/downloads`,
    events_url: `${url}/events`,
    forks_url: `${url}/forks`,
    git_commits_url: `${url}/git/commits{/sha}`,
    git_refs_url: `${url}/git/refs{/sha}`,
    git_tags_url: `${url}/git/tags{/sha}`,
    git_url: `${web}.git`,
    issue_comment_url: `${url}/issues/comments{/number}`,
    issue_events_url: `${url}/issues/events{/number}`,
    issues_url: `${url}/issues{/number}`,
    keys_url: `${url}/keys{/key_id}`,
    labels_url: `${url}/labels{/name}`,
    languages_url: `${url}/languages`,
    merges_url: `${url}/merges`,
    milestones_url: `${url}/milestones{/number}`,
    notifications_url: `${url}/notifications{?since,all,participating}`,
    pulls_url: `${url}/pulls{/number}`,
    releases_url: `${url}/releases{/id}`,
    ssh_url: `git@${new URL(site.web).hostname}:${path}.git`,
    stargazers_url: `${url}/stargazers`,
    statuses_url: `${url}/statuses/{sha}`,
    subscribers_url: `${url}/subscribers`,
    subscription_url: `${url}/subscription`,
    tags_url: `${url}/tags`,
    teams_url: `${url}/teams`,
    trees_url: `${url}/git/trees{/sha}`,
    clone_url: `${web}.git`,
    mirror_url: repo.isMirror ? 'https://mirror.example/source.git' : null,
    hooks_url: `${url}/hooks`,
    svn_url: web,
    homepage: null,
    language: null,
    forks_count: 0,
    stargazers_count: 0,
    watchers_count: 0,
    size: repo.git.branch(repo.defaultBranch) === null ? 0 : 10,
    default_branch: repo.defaultBranch,
    open_issues_count: repo.issues.filter(({ state }) => state === 'open').length,
    is_template: false,
    topics: [],
    has_issues: repo.hasIssues,
    has_projects: false,
    has_wiki: false,
    has_pages: false,
    has_discussions: false,
    has_downloads: false,
    has_pull_requests: repo.hasPullRequests,
    archived: repo.isArchived,
    disabled: repo.isDisabled,
    visibility: 'public',
    pushed_at: at,
    created_at: at,
    updated_at: at,
    permissions: { admin: false, maintain: false, push: canPush, triage: canPush, pull: true },
    allow_rebase_merge: true,
    allow_squash_merge: true,
    allow_merge_commit: true,
    allow_auto_merge: repo.allowsAutoMerge,
    delete_branch_on_merge: false,
    subscribers_count: 0,
    network_count: 0,
    license: null,
    forks: 0,
    open_issues: 0,
    watchers: 0,
    web_commit_signoff_required: false,
  };
}

export function gitRef(site: Site, repo: Repo, name: string, sha: string): Schemas['git-ref'] {
  const url = `${site.api}/repos/${pathOf(repo)}/git`;
  return {
    ref: `refs/heads/${name}`,
    node_id: nodeId('Ref', `${repo.id}:${name}`),
    url: `${url}/refs/heads/${name}`,
    object: { type: 'commit', sha, url: `${url}/commits/${sha}` },
  };
}

/** `docs.github.com/rest/git/commits`: `unsigned` unless the forge itself made the signature. */
function verification(site: Site, sha: string): Schemas['verification'] {
  const verified = site.world.verifiedCommits.has(sha);
  return {
    verified,
    reason: verified ? 'valid' : 'unsigned',
    signature: verified ? '-----BEGIN PGP SIGNATURE-----' : null,
    payload: verified ? `tree of ${sha}` : null,
    verified_at: verified ? '2026-01-01T00:00:00Z' : null,
  };
}

export function gitCommit(site: Site, repo: Repo, sha: string): Schemas['git-commit'] | null {
  const commit = repo.git.commit(sha);
  if (!commit) return null;
  const url = `${site.api}/repos/${pathOf(repo)}/git`;
  const web = `${site.web}/${pathOf(repo)}/commit`;
  return {
    sha: commit.sha,
    node_id: nodeId('Commit', commit.sha),
    url: `${url}/commits/${commit.sha}`,
    html_url: `${web}/${commit.sha}`,
    author: commit.author,
    committer: commit.committer,
    message: commit.message,
    tree: { sha: commit.tree, url: `${url}/trees/${commit.tree}` },
    parents: commit.parents.map((parent) => ({
      sha: parent,
      url: `${url}/commits/${parent}`,
      html_url: `${web}/${parent}`,
    })),
    verification: verification(site, commit.sha),
  };
}

/** Accounts are found by e-mail address: `docs.github.com/account-and-profile` on commit attribution. */
export function accountByEmail(world: World, email: string): Account | null {
  return world.accounts.find((account) => account.email.toLowerCase() === email.toLowerCase()) ?? null;
}

export function commit(site: Site, repo: Repo, sha: string): Schemas['commit'] {
  const data = repo.git.commit(sha)!;
  const url = `${site.api}/repos/${pathOf(repo)}`;
  const web = `${site.web}/${pathOf(repo)}/commit`;
  const author = accountByEmail(site.world, data.author.email);
  const committer = accountByEmail(site.world, data.committer.email);
  return {
    url: `${url}/commits/${sha}`,
    sha,
    node_id: nodeId('Commit', sha),
    html_url: `${web}/${sha}`,
    comments_url: `${url}/commits/${sha}/comments`,
    commit: {
      url: `${url}/git/commits/${sha}`,
      author: data.author,
      committer: data.committer,
      message: data.message,
      comment_count: 0,
      tree: { sha: data.tree, url: `${url}/git/trees/${data.tree}` },
      verification: verification(site, sha),
    },
    author: author && simpleUser(site, author),
    committer: committer && simpleUser(site, committer),
    parents: data.parents.map((parent) => ({
      sha: parent,
      url: `${url}/commits/${parent}`,
      html_url: `${web}/${parent}`,
    })),
  };
}

export function diffEntries(site: Site, repo: Repo, from: string, to: string): Schemas['diff-entry'][] {
  const url = `${site.api}/repos/${pathOf(repo)}`;
  const web = `${site.web}/${pathOf(repo)}`;
  return repo.git.diff(from, to).map(({ path, before, after }) => ({
    sha: after ?? before,
    filename: path,
    status: before === null ? 'added' : after === null ? 'removed' : 'modified',
    additions: 1,
    deletions: 1,
    changes: 2,
    blob_url: `${web}/blob/${to}/${path}`,
    raw_url: `${web}/raw/${to}/${path}`,
    contents_url: `${url}/contents/${path}?ref=${to}`,
    patch: '@@ -1 +1 @@',
  }));
}

export function label(site: Site, repo: Repo, name: string): Schemas['label'] & { description: string } {
  const known = repo.labels.get(name.toLowerCase());
  return {
    id: known?.id ?? 0,
    node_id: nodeId('Label', known?.id ?? 0),
    url: `${site.api}/repos/${pathOf(repo)}/labels/${encodeURIComponent(name)}`,
    name,
    description: known?.description ?? '',
    color: known?.color ?? 'ededed',
    default: false,
  };
}

type PullIssue = Issue & { pull: Pull };

export function pullSimple(site: Site, repo: Repo, issue: PullIssue): Schemas['pull-request-simple'] {
  const url = `${site.api}/repos/${pathOf(repo)}`;
  const web = `${site.web}/${pathOf(repo)}/pull/${issue.number}`;
  const { pull } = issue;
  const headRepo = site.world.repos.find((each) => pathOf(each) === pull.headRepository) ?? repo;
  const self = `${url}/pulls/${issue.number}`;
  const link = (href: string): { href: string } => ({ href });
  return {
    url: self,
    id: issue.id,
    node_id: nodeId('PullRequest', issue.id),
    html_url: web,
    diff_url: `${web}.diff`,
    patch_url: `${web}.patch`,
    issue_url: `${url}/issues/${issue.number}`,
    commits_url: `${self}/commits`,
    review_comments_url: `${self}/comments`,
    review_comment_url: `${url}/pulls/comments{/number}`,
    comments_url: `${url}/issues/${issue.number}/comments`,
    statuses_url: `${url}/statuses/${pull.head}`,
    number: issue.number,
    state: issue.state,
    locked: false,
    title: issue.title,
    user: simpleUser(site, issue.author),
    body: issue.body === '' ? null : issue.body,
    labels: issue.labels.map((name) => label(site, repo, name)),
    milestone: null,
    active_lock_reason: null,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    merged_at: pull.mergedAt,
    merge_commit_sha: pull.mergeCommit,
    assignee: issue.assignees[0] ? simpleUser(site, issue.assignees[0]) : null,
    assignees: issue.assignees.map((account) => simpleUser(site, account)),
    requested_reviewers: pull.reviewers.map((account) => simpleUser(site, account)),
    requested_teams: pull.teams.map((slug, index) => team(site, repo, slug, index)),
    head: {
      label: `${headRepo.owner.login}:${pull.branch}`,
      ref: pull.branch,
      sha: pull.head,
      repo: repository(site, headRepo, true),
      user: simpleUser(site, headRepo.owner),
    },
    base: {
      label: `${repo.owner.login}:${pull.base}`,
      ref: pull.base,
      sha: pull.baseHead,
      repo: repository(site, repo, true),
      user: simpleUser(site, repo.owner),
    },
    _links: {
      self: link(self),
      html: link(web),
      issue: link(`${url}/issues/${issue.number}`),
      comments: link(`${url}/issues/${issue.number}/comments`),
      review_comments: link(`${self}/comments`),
      review_comment: link(`${url}/pulls/comments{/number}`),
      commits: link(`${self}/commits`),
      statuses: link(`${url}/statuses/${pull.head}`),
    },
    author_association: issue.author.type === 'Bot' ? 'CONTRIBUTOR' : 'MEMBER',
    auto_merge: autoMerge(site, issue),
    draft: pull.isDraft,
  };
}

function autoMerge(site: Site, { title, pull }: PullIssue): Schemas['auto-merge'] {
  return (
    pull.autoMerge && {
      enabled_by: simpleUser(site, pull.autoMerge.by),
      merge_method: pull.autoMerge.method,
      commit_title: title,
      commit_message: '',
    }
  );
}

function team(site: Site, repo: Repo, slug: string, id: number): Schemas['team'] {
  const url = `${site.api}/organizations/${repo.owner.id}/team/${id}`;
  return {
    id,
    node_id: nodeId('Team', id),
    name: slug,
    slug,
    description: null,
    privacy: 'closed',
    permission: 'push',
    url,
    html_url: `${site.web}/orgs/${repo.owner.login}/teams/${slug}`,
    members_url: `${url}/members{/member}`,
    repositories_url: `${url}/repos`,
    type: 'organization',
    organization_id: repo.owner.id,
    parent: null,
  };
}

/**
 * `mergeable_state`: the values of GraphQL's MergeStateStatus in lower case (docs.github.com/graphql/reference/enums).
 */
export function mergeState(
  repo: Repo,
  { state, pull }: PullIssue,
): 'unknown' | 'dirty' | 'behind' | 'blocked' | 'clean' {
  if (state === 'closed') return 'unknown';
  if (!isMergeable(repo, pull)) return 'dirty';
  const rules = repo.protections.get(pull.base);
  if (rules?.requiresUpToDate && repo.git.between(pull.head, pull.baseHead).length > 0) return 'behind';
  return rules?.requiresChecks || rules?.requiresSignatures ? 'blocked' : 'clean';
}

export function pullRequest(site: Site, repo: Repo, issue: PullIssue): Schemas['pull-request'] {
  const simple = pullSimple(site, repo, issue);
  const { pull } = issue;
  const base = repo.git.mergeBase(pull.baseHead, pull.head) ?? pull.baseHead;
  const files = repo.git.diff(base, pull.head);
  // "The value of the mergeable attribute can be true, false, or null" (docs of pulls/get): null while it is computed.
  const unknown = repo.mergeableUnknownTimes > 0;
  if (unknown) repo.mergeableUnknownTimes--;
  const isOpen = issue.state === 'open';
  return {
    ...simple,
    state: issue.state,
    user: simpleUser(site, issue.author),
    head: { ...simple.head, user: simple.head.user ?? simpleUser(site, repo.owner) },
    base: { ...simple.base, user: simpleUser(site, repo.owner) },
    requested_teams: pull.teams.map((slug, index) => teamSimple(site, repo, slug, index)),
    merged: pull.mergedAt !== null,
    mergeable: !isOpen || unknown ? null : isMergeable(repo, pull),
    rebaseable: null,
    mergeable_state: unknown ? 'unknown' : mergeState(repo, issue),
    merged_by: pull.mergedAt !== null && issue.closedBy ? simpleUser(site, issue.closedBy) : null,
    comments: issue.comments.length,
    review_comments: 0,
    maintainer_can_modify: false,
    commits: repo.git.between(pull.baseHead, pull.head).length,
    additions: files.length,
    deletions: files.length,
    changed_files: files.length,
  };
}

function teamSimple(site: Site, repo: Repo, slug: string, id: number): Schemas['team-simple'] {
  const { parent: _, ...simple } = team(site, repo, slug, id);
  return simple;
}

export function issue(site: Site, repo: Repo, found: Issue): Schemas['issue'] {
  const url = `${site.api}/repos/${pathOf(repo)}`;
  const kind = found.pull ? 'pull' : 'issues';
  const web = `${site.web}/${pathOf(repo)}/${kind}/${found.number}`;
  return {
    id: found.id,
    node_id: nodeId('Issue', found.id),
    url: `${url}/issues/${found.number}`,
    repository_url: url,
    labels_url: `${url}/issues/${found.number}/labels{/name}`,
    comments_url: `${url}/issues/${found.number}/comments`,
    events_url: `${url}/issues/${found.number}/events`,
    html_url: web,
    number: found.number,
    state: found.state,
    state_reason: found.state === 'closed' ? 'completed' : null,
    title: found.title,
    body: found.body === '' ? null : found.body,
    user: simpleUser(site, found.author),
    labels: found.labels.map((name) => label(site, repo, name)),
    assignee: found.assignees[0] ? simpleUser(site, found.assignees[0]) : null,
    assignees: found.assignees.map((account) => simpleUser(site, account)),
    milestone: null,
    locked: false,
    active_lock_reason: null,
    comments: found.comments.length,
    ...(found.pull
      ? {
          pull_request: {
            url: `${url}/pulls/${found.number}`,
            html_url: web,
            diff_url: `${web}.diff`,
            patch_url: `${web}.patch`,
            merged_at: found.pull.mergedAt,
          },
        }
      : {}),
    closed_at: found.closedAt,
    closed_by: found.closedBy && simpleUser(site, found.closedBy),
    created_at: found.createdAt,
    updated_at: found.updatedAt,
    author_association: 'MEMBER',
  };
}

export function comment(site: Site, repo: Repo, on: Issue, found: Comment): Schemas['issue-comment'] {
  const url = `${site.api}/repos/${pathOf(repo)}/issues`;
  const kind = on.pull ? 'pull' : 'issues';
  return {
    id: found.id,
    node_id: nodeId('IssueComment', found.id),
    url: `${url}/comments/${found.id}`,
    html_url: `${site.web}/${pathOf(repo)}/${kind}/${on.number}#issuecomment-${found.id}`,
    issue_url: `${url}/${on.number}`,
    body: found.body,
    user: simpleUser(site, found.author),
    created_at: found.createdAt,
    updated_at: found.updatedAt,
    author_association: 'MEMBER',
  };
}

/** `triage` counts as `read` here, and `maintain` as `write`. */
export function permission(
  site: Site,
  account: Account,
  mayPush: boolean,
): Schemas['repository-collaborator-permission'] {
  const name = mayPush ? 'write' : 'read';
  return { permission: name, role_name: name, user: { ...simpleUser(site, account), role_name: name } };
}

export function issueEvent(site: Site, repo: Repo, found: IssueEvent): Schemas['issue-event'] {
  return {
    id: found.id,
    node_id: nodeId('Event', found.id),
    url: `${site.api}/repos/${pathOf(repo)}/issues/events/${found.id}`,
    actor: simpleUser(site, found.actor),
    event: found.kind,
    commit_id: null,
    commit_url: null,
    created_at: found.createdAt,
    ...(found.label === undefined ? {} : { label: { name: found.label, color: 'ededed' } }),
  };
}

export function findPull(repo: Repo, number: number): PullIssue | null {
  return pulls(repo).find((each) => each.number === number) ?? null;
}
