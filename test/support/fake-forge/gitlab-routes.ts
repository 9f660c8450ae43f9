/**
 * GitLab's REST API, as far as a bot uses it. Each route names the page of docs.gitlab.com/api that it follows;
 * comments name behaviour that only the text or the source of GitLab tells.
 */
import { createRouter, textField } from './routes.ts';
import type { PathValues, Router } from './routes.ts';
import type { ForgeAnswer, ForgeRequest } from './server.ts';
import {
  addComment,
  addIssue,
  closeIssue,
  followBranches,
  isMergeable,
  mergePull,
  openPulls,
  pathOf,
  pulls,
  reopenIssue,
  tick,
} from './world.ts';
import type { Account, Issue, Pull, Repo, Token, World } from './world.ts';

export interface GitLabContext {
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

type ProjectHandler = (request: ForgeRequest, values: PathValues, scope: Scope) => ForgeAnswer;

function problem(status: number, message: unknown): ForgeAnswer {
  return { status, body: { message } };
}

const NOT_FOUND = problem(404, '404 Not found');

export function createGitLabRoutes(): Router<GitLabContext> {
  const router = createRouter<GitLabContext>();
  const on = (route: string, page: string, handle: ProjectHandler): void => {
    const isWrite = !route.startsWith('GET ');
    const [method, path] = route.split(' ');
    router.on(
      `${method} /projects/{id}${path}`,
      `docs.gitlab.com/api/${page}`,
      (request, values, context) => {
        const { world, web, token } = context;
        if (!token) return problem(401, '401 Unauthorized');
        const wanted = values['id'] ?? '';
        const repo = world.repos.find((each) => String(each.id) === wanted || pathOf(each) === wanted);
        if (!repo) return problem(404, '404 Project Not Found');
        if (isWrite && !token.canWrite) return problem(403, '403 Forbidden');
        if (isWrite && repo.isArchived) return problem(403, '403 Forbidden');
        followBranches(world, repo, repo.owner);
        const answer = handle(request, values, { world, web, repo, actor: token.account });
        if (isWrite) followBranches(world, repo, token.account);
        return answer;
      },
    );
  };
  router.on('GET /user', 'docs.gitlab.com/api/users', (_, __, { token }) =>
    token
      ? {
          status: 200,
          body: { ...person(token.account), email: token.account.email, commit_email: token.account.email },
        }
      : problem(401, '401 Unauthorized'),
  );
  router.on('GET /users', 'docs.gitlab.com/api/users', (request, _, { world }) => {
    const found = world.accounts.filter(({ login }) => login === request.query.get('username'));
    return { status: 200, body: found.map(person) };
  });
  router.on('GET /groups/{id}/projects', 'docs.gitlab.com/api/groups', (request, { id }, { world, web }) => {
    const own = world.repos.filter(({ owner }) => owner.login === id);
    return own.length === 0
      ? NOT_FOUND
      : page(
          request,
          own.map((repo) => project(repo, web)),
        );
  });
  addRepository(on);
  addRequests(on);
  addIssues(on);
  return router;
}

type On = (route: string, page: string, handle: ProjectHandler) => void;

/** docs.gitlab.com/api/rest#pagination: 20 a page, 100 at most; `x-next-page` is empty on the last one. */
function page(request: ForgeRequest, all: readonly unknown[]): ForgeAnswer {
  const size = Math.min(100, Number(request.query.get('per_page') ?? 20));
  const number = Number(request.query.get('page') ?? 1);
  const next = number * size < all.length ? String(number + 1) : '';
  return {
    status: 200,
    headers: { 'x-next-page': next },
    body: all.slice((number - 1) * size, number * size),
  };
}

function person({ id, login, name }: Account): object {
  return { id, username: login, name, state: 'active', locked: false, avatar_url: null, web_url: '' };
}

function project(repo: Repo, web: string): object {
  const isEmpty = repo.git.branches().size === 0;
  return {
    id: repo.id,
    name: repo.name,
    path_with_namespace: pathOf(repo),
    default_branch: isEmpty ? null : repo.defaultBranch,
    archived: repo.isArchived,
    empty_repo: isEmpty,
    web_url: `${web}/${pathOf(repo)}`,
    mirror: repo.isMirror,
    ...(repo.isFork ? { forked_from_project: { id: 1 } } : {}),
    merge_requests_access_level: repo.hasPullRequests ? 'enabled' : 'disabled',
    issues_access_level: repo.hasIssues ? 'enabled' : 'disabled',
    permissions: { project_access: { access_level: 30, notification_level: 3 }, group_access: null },
  };
}

function commit(repo: Repo, sha: string): object {
  const data = repo.git.commit(sha)!;
  return {
    id: sha,
    short_id: sha.slice(0, 8),
    title: data.message.split('\n')[0],
    message: data.message,
    parent_ids: data.parents,
    author_name: data.author.name,
    author_email: data.author.email,
    authored_date: data.author.date,
    committer_name: data.committer.name,
    committer_email: data.committer.email,
    committed_date: data.committer.date,
    created_at: data.committer.date,
    web_url: '',
  };
}

function addRepository(on: On): void {
  on('GET ', 'projects', (_, __, { repo, web }) => ({ status: 200, body: project(repo, web) }));
  on('GET /repository/branches', 'branches', (request, _, { repo }) => {
    // "You can use ^term and term$ to find branches that begin and end with term."
    const search = request.query.get('search') ?? '';
    const prefix = search.replace(/^\^/, '');
    const found = [...repo.git.branches()].filter(([name]) =>
      search.startsWith('^') ? name.startsWith(prefix) : name.includes(prefix),
    );
    return page(
      request,
      found.map(([name, sha]) => ({ name, commit: commit(repo, sha) })),
    );
  });
  on('GET /repository/branches/{branch+}', 'branches', (_, { branch = '' }, { repo }) => {
    const sha = repo.git.branch(branch);
    return sha === null
      ? problem(404, '404 Branch Not Found')
      : { status: 200, body: { name: branch, commit: commit(repo, sha) } };
  });
  on('GET /repository/tree', 'repositories', (request, _, { repo }) => {
    const { query } = request;
    const folder = query.get('path');
    const ref = query.get('ref') ?? repo.defaultBranch;
    const target = folder === null ? ref : `${ref}:${folder}`;
    const rows = repo.git.listTree(target, query.get('recursive') === 'true');
    if (rows === null) return problem(404, '404 Tree Not Found');
    const prefix = folder === null ? '' : `${folder}/`;
    return page(
      request,
      rows.map(({ path, mode, type, sha }) => ({
        id: sha,
        name: path.split('/').at(-1),
        type,
        path: prefix + path,
        mode,
      })),
    );
  });
  on('GET /repository/blobs/{sha}', 'repositories', (_, { sha = '' }, { repo }) => {
    if (repo.git.typeOf(sha) !== 'blob') return problem(404, '404 Blob Not Found');
    const content = repo.git.readBlob(sha);
    return {
      status: 200,
      body: { size: content.length, encoding: 'base64', content: content.toString('base64'), sha },
    };
  });
  on('GET /repository/commits', 'commits', (request, _, { repo }) => {
    const [from = '', to = ''] = (request.query.get('ref_name') ?? '').split('..');
    const resolve = (name: string): string | null =>
      repo.git.branch(name) ?? repo.git.commit(name)?.sha ?? null;
    const [base, head] = [resolve(from), resolve(to)];
    if (base === null || head === null) return problem(404, '404 Commit Not Found');
    return page(
      request,
      [...repo.git.between(base, head)].reverse().map((sha) => commit(repo, sha)),
    );
  });
  on('GET /repository/commits/{sha}', 'commits', (_, { sha = '' }, { repo }) =>
    repo.git.commit(sha) ? { status: 200, body: commit(repo, sha) } : problem(404, '404 Commit Not Found'),
  );
}

// ---- merge requests -------------------------------------------------------------------------------------------------

type PullIssue = Issue & { pull: Pull };

/** docs.gitlab.com/api/merge_requests#merge-status */
function mergeStatus(repo: Repo, { state, pull }: PullIssue): string {
  if (state === 'closed') return 'not_open';
  if (!isMergeable(repo, pull)) return 'conflict';
  const rules = repo.protections.get(pull.base);
  if (rules?.requiresUpToDate && repo.git.between(pull.head, pull.baseHead).length > 0) return 'need_rebase';
  return rules?.requiresChecks ? 'ci_still_running' : 'mergeable';
}

function mergeRequest(repo: Repo, web: string, found: PullIssue): object {
  const { pull } = found;
  const status = mergeStatus(repo, found);
  return {
    id: found.id,
    iid: found.number,
    project_id: repo.id,
    title: found.title,
    description: found.body,
    state: pull.mergedAt !== null ? 'merged' : found.state === 'open' ? 'opened' : 'closed',
    created_at: found.createdAt,
    updated_at: found.updatedAt,
    closed_at: found.closedAt,
    closed_by: found.closedBy && person(found.closedBy),
    merged_at: pull.mergedAt,
    source_branch: pull.branch,
    target_branch: pull.base,
    source_project_id: pull.headRepository === pathOf(repo) ? repo.id : 1,
    target_project_id: repo.id,
    author: person(found.author),
    assignees: found.assignees.map(person),
    reviewers: pull.reviewers.map(person),
    labels: found.labels,
    draft: pull.isDraft,
    sha: pull.head,
    merge_when_pipeline_succeeds: pull.autoMerge !== null,
    detailed_merge_status: status,
    has_conflicts: status === 'conflict',
    web_url: `${web}/${pathOf(repo)}/-/merge_requests/${found.number}`,
  };
}

function hasPipeline(repo: Repo, { pull }: PullIssue): boolean {
  return repo.protections.get(pull.base)?.requiresChecks ?? false;
}

function addRequests(on: On): void {
  const find = (repo: Repo, iid: string | undefined): PullIssue | null =>
    pulls(repo).find(({ number }) => number === Number(iid)) ?? null;

  on('GET /merge_requests', 'merge_requests', (request, _, { repo, web }) => {
    const { query } = request;
    const state = query.get('state') ?? 'all';
    const branch = query.get('source_branch');
    const author = query.get('author_id');
    const found = pulls(repo)
      .map((each) => ({ each, body: mergeRequest(repo, web, each) as { state: string } }))
      .filter(({ body }) => state === 'all' || body.state === state)
      .filter(({ each }) => branch === null || each.pull.branch === branch)
      .filter(({ each }) => author === null || each.author.id === Number(author));
    if ((query.get('sort') ?? 'desc') === 'desc') found.reverse();
    return page(
      request,
      found.map(({ body }) => body),
    );
  });
  on('POST /merge_requests', 'merge_requests', (request, _, { world, repo, web, actor }) => {
    const branch = textField(request, 'source_branch');
    const base = textField(request, 'target_branch');
    const head = repo.git.branch(branch);
    const baseHead = repo.git.branch(base);
    if (head === null || baseHead === null)
      return problem(400, { validate_branches: ['Source branch does not exist'] });
    const twin = openPulls(repo).find(({ pull }) => pull.branch === branch && pull.base === base);
    if (twin) {
      return problem(409, [
        `Another open merge request already exists for this source branch: !${twin.number}`,
      ]);
    }
    const title = textField(request, 'title');
    const pull: Pull = {
      branch,
      base,
      head,
      baseHead,
      headRepository: pathOf(repo),
      isDraft: title.startsWith('Draft:'),
      mergedAt: null,
      mergeCommit: null,
      reviewers: [],
      teams: [],
      autoMerge: null,
      isQueued: false,
    };
    const made = addIssue(world, repo, actor, { title, body: textField(request, 'description') }, pull);
    return { status: 201, body: mergeRequest(repo, web, { ...made, pull }) };
  });
  on('GET /merge_requests/{iid}', 'merge_requests', (_, { iid }, { repo, web }) => {
    const found = find(repo, iid);
    if (!found) return NOT_FOUND;
    // The pipeline, and whether it can be merged, come a moment after the merge request.
    const isEarly = repo.mergeableUnknownTimes > 0;
    if (isEarly) repo.mergeableUnknownTimes--;
    const pipeline = {
      head_pipeline: !isEarly && hasPipeline(repo, found) ? { id: 1, status: 'running' } : null,
    };
    const body = { ...mergeRequest(repo, web, found), ...pipeline };
    return { status: 200, body: isEarly ? { ...body, detailed_merge_status: 'checking' } : body };
  });
  on('PUT /merge_requests/{iid}', 'merge_requests', (request, { iid }, { world, repo, web, actor }) => {
    const found = find(repo, iid);
    if (!found) return NOT_FOUND;
    editText(request, world, found, actor);
    for (const name of textField(request, 'add_labels').split(',').filter(Boolean)) {
      if (!repo.labels.has(name.toLowerCase())) {
        repo.labels.set(name.toLowerCase(), { id: world.nextId++, color: '', description: '' });
      }
      if (!found.labels.includes(name)) found.labels.push(name);
    }
    const people = (field: string): Account[] | null => {
      const ids = request.json[field];
      return Array.isArray(ids) ? world.accounts.filter(({ id }) => ids.includes(id)) : null;
    };
    found.pull.reviewers = people('reviewer_ids') ?? found.pull.reviewers;
    found.assignees = people('assignee_ids') ?? found.assignees;
    return { status: 200, body: mergeRequest(repo, web, found) };
  });
  on('PUT /merge_requests/{iid}/merge', 'merge_requests', (request, { iid }, { repo, web, world, actor }) => {
    const found = find(repo, iid);
    if (!found) return NOT_FOUND;
    const sha = textField(request, 'sha');
    if (sha !== '' && sha !== found.pull.head)
      return problem(409, 'SHA does not match HEAD of source branch');
    if (found.state !== 'open' || repo.mergeableUnknownTimes > 0)
      return problem(405, '405 Method Not Allowed');
    // Without a pipeline that is under way, the answer to auto-merge is a merge.
    if (!hasPipeline(repo, found)) {
      const merged = mergePull(world, repo, found, actor);
      return merged === null
        ? problem(406, 'Branch cannot be merged')
        : { status: 200, body: mergeRequest(repo, web, found) };
    }
    found.pull.autoMerge = {
      by: actor,
      method: request.json['squash'] === true ? 'squash' : 'merge',
      at: tick(world),
    };
    return { status: 200, body: mergeRequest(repo, web, found) };
  });
  on('GET /merge_trains/merge_requests/{iid}', 'merge_trains', (_, { iid }, { repo }) => {
    const found = find(repo, iid);
    return found?.pull.isQueued ? { status: 200, body: { id: 1, status: 'fresh' } } : NOT_FOUND;
  });
  on('GET /merge_requests/{iid}/notes', 'notes', (request, { iid }, { repo }) =>
    page(request, (find(repo, iid)?.comments ?? []).map(note)),
  );
  on('GET /members/all/{member}', 'members', (_, { member: id }, { repo }) => {
    const member = repo.collaborators.find((each) => each.id === Number(id));
    const reader = repo.readers.find((each) => each.id === Number(id));
    const account = member ?? reader;
    return account
      ? { status: 200, body: { ...person(account), access_level: member ? 30 : 20 } }
      : NOT_FOUND;
  });
  on('POST /merge_requests/{iid}/notes', 'notes', (request, { iid }, { world, repo, actor }) => {
    const found = find(repo, iid);
    if (!found) return NOT_FOUND;
    return { status: 201, body: note(addComment(world, found, actor, textField(request, 'body'))) };
  });
  on('PUT /merge_requests/{iid}/notes/{id2}', 'notes', (request, { iid, id2 }, { world, repo }) => {
    const comment = find(repo, iid)?.comments.find(({ id }) => id === Number(id2));
    if (!comment) return NOT_FOUND;
    comment.body = textField(request, 'body');
    comment.updatedAt = tick(world);
    return { status: 200, body: note(comment) };
  });
  on('GET /labels/{name+}', 'labels', (_, { name = '' }, { repo }) =>
    repo.labels.has(name.toLowerCase())
      ? { status: 200, body: { id: 1, name } }
      : problem(404, '404 Label Not Found'),
  );
}

function note(comment: Issue['comments'][number]): object {
  return {
    id: comment.id,
    body: comment.body,
    author: person(comment.author),
    system: false,
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
  };
}

function editText(request: ForgeRequest, world: World, found: Issue, actor: Account): void {
  const { json } = request;
  if (typeof json['title'] === 'string') found.title = json['title'];
  if (typeof json['description'] === 'string') found.body = json['description'];
  if (json['state_event'] === 'close') closeIssue(world, found, actor);
  if (json['state_event'] === 'reopen' && found.state === 'closed') reopenIssue(world, found, actor);
  found.updatedAt = tick(world);
}

function addIssues(on: On): void {
  const own = (repo: Repo): Issue[] => repo.issues.filter(({ pull }) => pull === null);
  const shape = (found: Issue): object => ({
    id: found.id,
    iid: found.number,
    title: found.title,
    description: found.body,
    state: found.state === 'open' ? 'opened' : 'closed',
    author: person(found.author),
    web_url: '',
    created_at: found.createdAt,
    updated_at: found.updatedAt,
  });
  on('GET /issues', 'issues', (request, _, { repo }) => {
    const author = request.query.get('author_id');
    const found = own(repo).filter((each) => author === null || each.author.id === Number(author));
    return page(request, found.reverse().map(shape));
  });
  on('POST /issues', 'issues', (request, _, { world, repo, actor }) => {
    if (!repo.hasIssues) return problem(403, '403 Forbidden');
    const fields = { title: textField(request, 'title'), body: textField(request, 'description') };
    return { status: 201, body: shape(addIssue(world, repo, actor, fields)) };
  });
  on('PUT /issues/{iid}', 'issues', (request, { iid }, { world, repo, actor }) => {
    const found = own(repo).find(({ number }) => number === Number(iid));
    if (!found) return NOT_FOUND;
    editText(request, world, found, actor);
    return { status: 200, body: shape(found) };
  });
}
