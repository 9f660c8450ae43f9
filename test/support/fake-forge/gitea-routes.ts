/**
 * Gitea's API, as far as a bot uses it: operations are those of its own description (`/api/swagger` of any server, and
 * docs.gitea.com/api). Forgejo has the same. Comments name behaviour that only its source tells.
 */
import { createRouter, objectList, textField, textList } from './routes.ts';
import type { PathValues, Router } from './routes.ts';
import type { ForgeAnswer, ForgeRequest } from './server.ts';
import {
  addComment,
  addEvent,
  addIssue,
  closeIssue,
  findRepo,
  followBranches,
  isMergeable,
  mergePull,
  openPulls,
  pathOf,
  pulls,
  reopenIssue,
  tick,
} from './world.ts';
import { accountByEmail } from './github-shapes.ts';
import type { Account, Issue, Pull, Repo, Token, World } from './world.ts';

export interface GiteaContext {
  readonly world: World;
  readonly web: string;
  readonly token: Token | null;
}

interface Scope {
  readonly world: World;
  readonly web: string;
  readonly repo: Repo;
  readonly actor: Account;
}

type RepoHandler = (request: ForgeRequest, values: PathValues, scope: Scope) => ForgeAnswer;
type On = (route: string, operation: string, handle: RepoHandler) => void;
type PullIssue = Issue & { pull: Pull };

function problem(status: number, message: string): ForgeAnswer {
  return { status, body: { message, url: '/api/swagger' } };
}

const NOT_FOUND = problem(404, "The target couldn't be found.");

export function createGiteaRoutes(): Router<GiteaContext> {
  const router = createRouter<GiteaContext>();
  const on: On = (route, operation, handle) => {
    const isWrite = !route.startsWith('GET ');
    const [method, path] = route.split(' ');
    router.on(`${method} /repos/{owner}/{repo}${path}`, operation, (request, values, context) => {
      const { world, web, token } = context;
      if (!token) return problem(401, 'token is required');
      const repo = findRepo(world, `${values['owner']}/${values['repo']}`);
      if (!repo) return NOT_FOUND;
      if (isWrite && (!token.canWrite || repo.isArchived))
        return problem(403, 'user should have a permission to write');
      followBranches(world, repo, repo.owner);
      const answer = handle(request, values, { world, web, repo, actor: token.account });
      if (isWrite) followBranches(world, repo, token.account);
      return answer;
    });
  };
  router.on('GET /user', 'userGetCurrent', (_, __, { token }) =>
    token
      ? { status: 200, body: { ...user(token.account), email: token.account.email } }
      : problem(401, 'token is required'),
  );
  router.on('GET /orgs/{org}/repos', 'orgListRepos', (request, { org }, { world, web }) => {
    const own = world.repos.filter(({ owner }) => owner.login === org);
    return own.length === 0
      ? NOT_FOUND
      : page(
          request,
          own.map((repo) => repository(repo, web)),
        );
  });
  router.on('GET /orgs/{org}/labels', 'orgListLabels', (request) => page(request, []));
  addGit(on);
  addPulls(on);
  addIssues(on);
  return router;
}

/** docs.gitea.com/development/api-usage#pagination: 30 a page by default, 50 at most. */
function page(request: ForgeRequest, all: readonly unknown[]): ForgeAnswer {
  const size = Math.min(50, Number(request.query.get('limit') ?? 30));
  const number = Number(request.query.get('page') ?? 1);
  return {
    status: 200,
    headers: { 'x-total-count': String(all.length) },
    body: all.slice((number - 1) * size, number * size),
  };
}

function user({ id, login, name }: Account): object {
  return { id, login, full_name: name, email: `${login}@noreply.fake.example` };
}

function repository(repo: Repo, web: string): object {
  return {
    id: repo.id,
    full_name: pathOf(repo),
    default_branch: repo.defaultBranch,
    empty: repo.git.branches().size === 0,
    archived: repo.isArchived,
    fork: repo.isFork,
    mirror: repo.isMirror,
    has_issues: repo.hasIssues,
    has_pull_requests: repo.hasPullRequests,
    html_url: `${web}/${pathOf(repo)}`,
    clone_url: `${web}/${pathOf(repo)}.git`,
    permissions: { admin: false, push: true, pull: true },
  };
}

function commit(world: World, repo: Repo, sha: string): object {
  const data = repo.git.commit(sha)!;
  const author = accountByEmail(world, data.author.email);
  const committer = accountByEmail(world, data.committer.email);
  return {
    sha,
    url: '',
    parents: data.parents.map((parent) => ({ sha: parent, url: '' })),
    author: author && user(author),
    committer: committer && user(committer),
    commit: {
      message: data.message,
      author: data.author,
      committer: data.committer,
      tree: { sha: data.tree },
    },
  };
}

function addGit(on: On): void {
  on('GET ', 'repoGet', (_, __, { repo, web }) => ({ status: 200, body: repository(repo, web) }));
  on('GET /branches/{branch+}', 'repoGetBranch', (_, { branch = '' }, { repo }) => {
    const sha = repo.git.branch(branch);
    return sha === null
      ? NOT_FOUND
      : { status: 200, body: { name: branch, commit: { id: sha }, protected: false } };
  });
  on('GET /git/trees/{sha}', 'GetTree', (request, { sha = '' }, { repo }) => {
    const rows = repo.git.listTree(sha, request.query.get('recursive') === 'true');
    if (rows === null) return NOT_FOUND;
    const size = Math.min(1000, Number(request.query.get('per_page') ?? 1000), repo.maxTreeRows);
    const number = Number(request.query.get('page') ?? 1);
    const shown = rows.slice((number - 1) * size, number * size);
    return {
      status: 200,
      body: {
        sha,
        page: number,
        total_count: rows.length,
        // True as long as there are further pages.
        truncated: number * size < rows.length,
        tree: shown.map(({ path, mode, type, sha: id, size: bytes }) => ({
          path,
          mode,
          type,
          sha: id,
          size: bytes ?? 0,
        })),
      },
    };
  });
  on('GET /git/blobs/{sha}', 'GetBlob', (_, { sha = '' }, { repo }) => {
    if (repo.git.typeOf(sha) !== 'blob') return NOT_FOUND;
    const content = repo.git.readBlob(sha);
    return {
      status: 200,
      body: { sha, size: content.length, encoding: 'base64', content: content.toString('base64') },
    };
  });
  on('GET /compare/{basehead+}', 'repoCompareDiff', (_, { basehead = '' }, { world, repo }) => {
    const [base = '', head = ''] = basehead.split('...');
    if (!repo.git.commit(base) || !repo.git.commit(head)) return NOT_FOUND;
    const between = [...repo.git.between(base, head)].reverse();
    return {
      status: 200,
      body: { total_commits: between.length, commits: between.map((sha) => commit(world, repo, sha)) },
    };
  });
  on('GET /commits/{ref}/status', 'repoGetCombinedStatusByRef', (_, { ref }, { repo }) => {
    const isPending = hasPendingChecks(repo);
    return {
      status: 200,
      body: { state: isPending ? 'pending' : '', sha: ref, total_count: isPending ? 1 : 0 },
    };
  });
}

function hasPendingChecks(repo: Repo): boolean {
  return [...repo.protections.values()].some(({ requiresChecks }) => requiresChecks);
}

function pullRequest(repo: Repo, web: string, found: PullIssue): object {
  const { pull } = found;
  const isThere = repo.git.branch(pull.branch) !== null;
  const inSame = pull.headRepository === pathOf(repo);
  return {
    id: found.id,
    number: found.number,
    title: found.title,
    body: found.body,
    state: found.state,
    draft: pull.isDraft,
    merged: pull.mergedAt !== null,
    merged_at: pull.mergedAt,
    mergeable: found.state === 'open' && isMergeable(repo, pull),
    user: user(found.author),
    labels: found.labels.map((name) => ({ id: repo.labels.get(name.toLowerCase())?.id ?? 0, name })),
    assignees: found.assignees.map(user),
    requested_reviewers: pull.reviewers.map(user),
    requested_reviewers_teams: pull.teams.map((name, id) => ({ id, name })),
    head: {
      label: pull.branch,
      // Once the branch is gone: the ref that keeps the commits.
      ref: isThere ? pull.branch : `refs/pull/${found.number}/head`,
      sha: pull.head,
      repo_id: inSame ? repo.id : 1,
    },
    base: { label: pull.base, ref: pull.base, sha: pull.baseHead, repo_id: repo.id },
    html_url: `${web}/${pathOf(repo)}/pulls/${found.number}`,
    created_at: found.createdAt,
    updated_at: found.updatedAt,
    closed_at: found.closedAt,
  };
}

function addPulls(on: On): void {
  const find = (repo: Repo, number: string | undefined): PullIssue | null =>
    pulls(repo).find((each) => each.number === Number(number)) ?? null;

  on('GET /pulls', 'repoListPullRequests', (request, _, { repo, web }) => {
    const state = request.query.get('state') ?? 'open';
    const poster = request.query.get('poster');
    const found = pulls(repo)
      .filter((each) => state === 'all' || each.state === state)
      .filter((each) => poster === null || each.author.login === poster);
    return page(
      request,
      [...found].reverse().map((each) => pullRequest(repo, web, each)),
    );
  });
  on('POST /pulls', 'repoCreatePullRequest', (request, _, { world, repo, web, actor }) => {
    const branch = textField(request, 'head');
    const base = textField(request, 'base');
    const head = repo.git.branch(branch);
    const baseHead = repo.git.branch(base);
    if (head === null || baseHead === null) return NOT_FOUND;
    const twin = openPulls(repo).find(({ pull }) => pull.branch === branch && pull.base === base);
    if (twin) {
      return problem(
        409,
        `pull request already exists for these targets [id: ${twin.id}, issue_id: ${twin.id}]`,
      );
    }
    const title = textField(request, 'title');
    const pull: Pull = {
      branch,
      base,
      head,
      baseHead,
      headRepository: pathOf(repo),
      isDraft: title.startsWith('WIP:'),
      mergedAt: null,
      mergeCommit: null,
      reviewers: [],
      teams: [],
      autoMerge: null,
      isQueued: false,
    };
    const made = addIssue(world, repo, actor, { title, body: textField(request, 'body') }, pull);
    return { status: 201, body: pullRequest(repo, web, { ...made, pull }) };
  });
  on('GET /pulls/{index}', 'repoGetPullRequest', (_, { index }, { repo, web }) => {
    const found = find(repo, index);
    return found ? { status: 200, body: pullRequest(repo, web, found) } : NOT_FOUND;
  });
  on('PATCH /pulls/{index}', 'repoEditPullRequest', (request, { index }, { world, repo, web, actor }) => {
    const found = find(repo, index);
    if (!found) return NOT_FOUND;
    const { assignees } = request.json;
    const names = Array.isArray(assignees) ? textList(request, 'assignees') : null;
    const people = names?.map((name) => repo.collaborators.find(({ login }) => login === name));
    const missing = people?.indexOf(undefined) ?? -1;
    if (missing >= 0) return problem(422, `Assignee does not exist: [name: ${names![missing]}]`);
    editText(request, world, found, actor);
    found.assignees = people?.filter((each) => each !== undefined) ?? found.assignees;
    return { status: 201, body: pullRequest(repo, web, found) };
  });
  on(
    'POST /pulls/{index}/requested_reviewers',
    'repoCreatePullReviewRequests',
    (request, { index }, { world, repo }) => {
      const found = find(repo, index);
      if (!found) return NOT_FOUND;
      const people = [];
      for (const login of textList(request, 'reviewers')) {
        const account = world.accounts.find((each) => each.login === login);
        if (!account) return problem(404, `User '${login}' not exist`);
        if (!repo.collaborators.includes(account))
          return problem(422, 'Reviewer can not read the repository');
        people.push(account);
      }
      const teams = textList(request, 'team_reviewers');
      if (!teams.every((name) => repo.teams.includes(name))) return problem(404, 'Team not exist');
      found.pull.reviewers = [...new Set([...found.pull.reviewers, ...people])];
      found.pull.teams = [...new Set([...found.pull.teams, ...teams])];
      return { status: 201, body: [] };
    },
  );
  on('POST /pulls/{index}/merge', 'repoMergePullRequest', (request, { index }, { world, repo, actor }) => {
    const found = find(repo, index);
    if (!found || request.json['merge_when_checks_succeed'] !== true) return NOT_FOUND;
    const expected = textField(request, 'head_commit_id');
    if (expected !== '' && expected !== found.pull.head) return problem(409, 'head out of date');
    if (found.pull.autoMerge) return problem(409, 'The pull request is already scheduled to auto merge');
    // With nothing to wait for, it merges.
    if (!hasPendingChecks(repo)) {
      const merged = mergePull(world, repo, found, actor);
      return merged === null ? problem(405, 'Please try again later') : { status: 200 };
    }
    const method = textField(request, 'Do');
    const known = method === 'squash' || method === 'rebase' ? method : 'merge';
    found.pull.autoMerge = { by: actor, method: known, at: tick(world) };
    return { status: 201 };
  });
}

function editText(request: ForgeRequest, world: World, found: Issue, actor: Account): void {
  const { json } = request;
  if (typeof json['title'] === 'string') found.title = json['title'];
  if (typeof json['body'] === 'string') found.body = json['body'];
  if (json['state'] === 'closed') closeIssue(world, found, actor);
  if (json['state'] === 'open' && found.state === 'closed') reopenIssue(world, found, actor);
  found.updatedAt = tick(world);
}

function addIssues(on: On): void {
  const find = (repo: Repo, number: string | undefined): Issue | null =>
    repo.issues.find((each) => each.number === Number(number)) ?? null;
  const shape = (found: Issue): object => ({
    id: found.id,
    number: found.number,
    title: found.title,
    body: found.body,
    state: found.state,
    user: user(found.author),
    html_url: '',
  });
  const text = (comment: Issue['comments'][number]): object => ({
    id: comment.id,
    body: comment.body,
    user: user(comment.author),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
  });

  on('GET /issues', 'issueListIssues', (request, _, { repo }) => {
    const creator = request.query.get('created_by');
    const state = request.query.get('state') ?? 'open';
    const found = repo.issues
      .filter(({ pull }) => request.query.get('type') !== 'issues' || pull === null)
      .filter((each) => state === 'all' || each.state === state)
      .filter((each) => creator === null || each.author.login === creator);
    return page(request, found.reverse().map(shape));
  });
  on('POST /issues', 'issueCreateIssue', (request, _, { world, repo, actor }) => {
    if (!repo.hasIssues) return NOT_FOUND;
    const fields = { title: textField(request, 'title'), body: textField(request, 'body') };
    return { status: 201, body: shape(addIssue(world, repo, actor, fields)) };
  });
  on('PATCH /issues/{index}', 'issueEditIssue', (request, { index }, { world, repo, actor }) => {
    const found = find(repo, index);
    if (!found) return NOT_FOUND;
    editText(request, world, found, actor);
    return { status: 201, body: shape(found) };
  });
  on('GET /issues/{index}/comments', 'issueGetComments', (request, { index }, { repo }) => {
    const since = request.query.get('since');
    const rows = (find(repo, index)?.comments ?? []).filter(
      ({ updatedAt }) => since === null || Date.parse(updatedAt) >= Date.parse(since),
    );
    return { status: 200, body: rows.map(text) };
  });
  on('GET /collaborators/{login}/permission', 'repoGetRepoPermissions', (_, { login }, { world, repo }) => {
    const account = world.accounts.find((each) => each.login === login);
    if (!account) return NOT_FOUND;
    const permission = repo.collaborators.includes(account) ? 'write' : 'read';
    return { status: 200, body: { permission, role_name: permission, user: user(account) } };
  });
  on('POST /issues/{index}/comments', 'issueCreateComment', (request, { index }, { world, repo, actor }) => {
    const found = find(repo, index);
    if (!found) return NOT_FOUND;
    return { status: 201, body: text(addComment(world, found, actor, textField(request, 'body'))) };
  });
  on('PATCH /issues/comments/{id}', 'issueEditComment', (request, { id }, { world, repo }) => {
    const comment = repo.issues.flatMap(({ comments }) => comments).find((each) => each.id === Number(id));
    if (!comment) return NOT_FOUND;
    comment.body = textField(request, 'body');
    comment.updatedAt = tick(world);
    return { status: 200, body: text(comment) };
  });
  on('GET /issues/{index}/timeline', 'issueGetCommentsAndTimeline', (request, { index }, { repo }) => {
    const words: Readonly<Record<string, string>> = {
      closed: 'close',
      reopened: 'reopen',
      merged: 'merge_pull',
    };
    const events = find(repo, index)?.events ?? [];
    return page(
      request,
      events.map(({ kind, actor, id }) => ({ id, type: words[kind] ?? 'label', user: user(actor) })),
    );
  });
  on('GET /labels', 'issueListLabels', (request, _, { repo }) =>
    page(
      request,
      [...repo.labels].map(([name, { id }]) => ({ id, name })),
    ),
  );
  on('POST /labels', 'issueCreateLabel', (request, _, { world, repo }) => {
    const name = textField(request, 'name');
    const id = world.nextId++;
    repo.labels.set(name.toLowerCase(), { id, color: textField(request, 'color'), description: '' });
    return { status: 201, body: { id, name } };
  });
  on('POST /issues/{index}/labels', 'issueAddLabel', (request, { index }, { world, repo, actor }) => {
    const found = find(repo, index);
    const { labels } = request.json;
    if (!found || !Array.isArray(labels) || objectList(request, 'labels').length > 0) return NOT_FOUND;
    for (const [name, { id }] of repo.labels) {
      if (!labels.includes(id) || found.labels.includes(name)) continue;
      found.labels.push(name);
      addEvent(world, found, 'labeled', actor, name);
    }
    return { status: 200, body: found.labels.map((name) => ({ name })) };
  });
}
