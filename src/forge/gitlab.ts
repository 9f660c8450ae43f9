/**
 * GitLab as a {@link Forge}, by plain requests to its REST API (docs.gitlab.com/api). Branches are set by git push with a
 * lease: the API replaces a branch (`start_sha` with `force`) and deletes one wherever it stands, so that what a person
 * pushed between our look and our request would be lost.
 */
import type { Http } from '../net/http.ts';
import type { Log } from '../net/log.ts';
import type { Clock } from '../net/retry.ts';
import { askOnce, createGuard } from './answers.ts';
import { createApi } from './api.ts';
import { forgeFailure } from './forge.ts';
import type { Forge, ForgeResult, Repository } from './forge.ts';
import { enableAutoMerge } from './gitlab/auto-merge.ts';
import { hasCommand } from './gitlab/command.ts';
import * as commits from './gitlab/commits.ts';
import * as requests from './gitlab/merge-requests.ts';
import type { BranchRow, CurrentUser, Project } from './gitlab/shapes.ts';
import { createPusher } from './push.ts';
import type { PushOptions, Remote } from './push.ts';
import { createRest, hasStatus } from './rest.ts';
import type { Rest } from './rest.ts';

export interface GitLabOptions {
  readonly http: Http;
  readonly clock: Clock;
  readonly log: Log;
  /** Personal, project or group access token with the scope `api`. */
  readonly token: string;
  /** `https://gitlab.com`, or where another one is, without `/api/v4`. */
  readonly baseUrl?: string;
  readonly openGit: PushOptions['openGit'];
  /** Who commits. `email` has to belong to the account of the token; missing: as the server says. */
  readonly author?: { readonly name: string; readonly email: string };
  readonly writeBurst?: number;
  readonly writePauseMs?: number;
  readonly maxWaitMs?: number;
}

/** Access levels from here on may push (docs.gitlab.com/api/access_requests: 30 is Developer). */
const DEVELOPER = 30;

export function createGitLabForge(options: GitLabOptions): Forge {
  const { token, baseUrl = 'https://gitlab.com', author, openGit, clock, log, ...more } = options;
  const site = baseUrl.replace(/\/+$/, '');
  const api = createApi({ ...more, clock, log, baseUrl: `${site}/api/v4` });
  const rest = createRest({ api, authorization: `Bearer ${token}`, sizeParameter: 'per_page' });
  const pusher = createPusher({ openGit, nowMs: () => clock.now() });
  const guarded = createGuard(rest.host, log);
  const whoAmI = askOnce(() => rest.call<CurrentUser>('GET', '/user', 'asking who we are'));

  /** `project` is the path of the API, with the name of the project in it. */
  function on<T>(path: string, task: (project: string) => Promise<ForgeResult<T>>): Promise<ForgeResult<T>> {
    return guarded(async () => {
      if (!/^[\w.-]+(?:\/[\w.-]+){1,20}$/.test(path) || /(?:^|\/)\.{1,2}(?:\/|$)/.test(path)) {
        return forgeFailure('not-found', 'a project of GitLab is named group/name');
      }
      return task(`/projects/${encodeURIComponent(path)}`);
    });
  }

  function asUs<T>(
    path: string,
    task: (project: string, viewer: CurrentUser) => Promise<ForgeResult<T>>,
  ): Promise<ForgeResult<T>> {
    return on(path, async (project) => {
      const us = await whoAmI();
      return us.ok ? task(project, us.value) : us;
    });
  }

  /** The project as git knows it, and who commits to it. */
  const remoteOf = (path: string, us: CurrentUser): Remote => ({
    url: `${site}/${path}.git`,
    user: us.username,
    token,
    author: author ?? { name: us.name, email: us.commit_email || us.email },
  });

  return {
    kind: 'gitlab',
    features: {
      comments: true,
      issues: true,
      labels: true,
      reviewers: true,
      assignees: true,
      autoMerge: true,
      maxBodyCharacters: requests.MAX_BODY_CHARACTERS,
    },
    listRepositories: (owner) =>
      guarded(async () => {
        const name = encodeURIComponent(owner);
        const what = 'listing projects';
        const group = await rest.all<Project>(`/groups/${name}/projects`, what, { include_subgroups: true });
        const rows =
          group.ok || !hasStatus(group, 404)
            ? group
            : await rest.all<Project>(`/users/${name}/projects`, what, {});
        if (!rows.ok) return rows;
        const found: Repository[] = [];
        for (const row of rows.value) {
          const described = await describe(rest, row);
          if (!described.ok) return described;
          found.push(described.value);
        }
        return { ok: true, value: found };
      }),
    getRepository: (path) =>
      on(path, async (project) => {
        const answer = await rest.call<Project>('GET', project, 'reading the project');
        return answer.ok ? describe(rest, answer.value) : answer;
      }),
    glance: (path, defaultBranch) =>
      on(path, async (project) => {
        const where = `${project}/repository/branches/${encodeURIComponent(defaultBranch)}`;
        const answer = await rest.call<BranchRow>('GET', where, 'reading the default branch');
        if (!answer.ok && !hasStatus(answer, 404)) return answer;
        const head = answer.ok ? answer.value.commit.id : null;
        return { ok: true, value: { defaultBranch, head, activity: null } };
      }),
    getTree: (path, commit) => on(path, (project) => commits.getTree(rest, project, commit)),
    getBlob: (path, id, maxBytes) => on(path, (project) => commits.getBlob(rest, project, id, maxBytes)),
    getBranch: (path, name) => on(path, (project) => commits.getBranch(rest, project, name)),
    commitsBetween: (path, base, head, limit) =>
      asUs(path, (project, us) => {
        const own = author ? [author.email] : [us.email, us.commit_email ?? ''];
        return commits.commitsBetween(rest, project, own, base, head, limit);
      }),
    commitFiles: (path, request) => asUs(path, (_, us) => pusher.commitFiles(remoteOf(path, us), request)),
    deleteBranch: (path, name, expectedHead) =>
      asUs(path, (_, us) => pusher.deleteBranch(remoteOf(path, us), name, expectedHead)),
    listOwnPullRequests: (path) => asUs(path, (project, us) => requests.listOwn(rest, project, us)),
    findPullRequests: (path, branch) =>
      asUs(path, (project, us) => requests.findOfBranch(rest, project, us, branch)),
    createPullRequest: (path, request) =>
      asUs(path, (project, us) => requests.createMergeRequest(rest, project, us, request)),
    updatePullRequest: (path, current, change) =>
      asUs(path, (project, us) => requests.updateMergeRequest(rest, project, us, current, change)),
    closePullRequest: (path, number) =>
      asUs(path, (project, us) => requests.closeMergeRequest(rest, project, us, number)),
    upsertComment: (path, number, comment) =>
      asUs(path, (project, us) => requests.upsertNote(rest, project, us, number, comment)),
    hasCommand: (path, number, command, sinceMs) =>
      asUs(path, (project, us) => hasCommand(rest, project, us, number, command, sinceMs)),
    addLabels: (path, number, labels, create) =>
      on(path, (project) => requests.addLabels(rest, project, number, labels, create)),
    requestReviewers: (path, number, names) =>
      on(path, (project) => requests.addPeople(rest, project, number, 'reviewers', names)),
    addAssignees: (path, number, names) =>
      on(path, (project) => requests.addPeople(rest, project, number, 'assignees', names)),
    enableAutoMerge: (path, number, expectedHead, method) =>
      asUs(path, (project, us) =>
        enableAutoMerge({ rest, project, viewer: us, clock }, number, expectedHead, method),
      ),
    findIssue: (path, marker) => asUs(path, (project, us) => requests.findIssue(rest, project, us, marker)),
    ensureIssue: (path, issue) => asUs(path, (project, us) => requests.ensureIssue(rest, project, us, issue)),
    counts: () => {
      const [asked, pushed] = [api.counts(), pusher.counts()];
      return { reads: asked.reads + pushed.reads, writes: asked.writes + pushed.writes };
    },
    close: () => Promise.resolve(),
  };
}

async function describe(rest: Rest, row: Project): Promise<ForgeResult<Repository>> {
  const defaultBranch = row.default_branch ?? 'main';
  const branch = row.empty_repo
    ? ({ ok: true, value: null } as const)
    : await commits.getBranch(rest, `/projects/${row.id}`, defaultBranch);
  if (!branch.ok) return branch;
  const head = branch.value?.head ?? null;
  const levels = row.permissions && [row.permissions.project_access, row.permissions.group_access];
  return {
    ok: true,
    value: {
      id: String(row.id),
      path: row.path_with_namespace,
      defaultBranch,
      head,
      skip: skipReason(row, head),
      canPush: levels ? levels.some((access) => (access?.access_level ?? 0) >= DEVELOPER) : null,
      hasIssues: row.issues_access_level !== 'disabled',
      webUrl: row.web_url,
    },
  };
}

function skipReason(row: Project, head: string | null): Repository['skip'] {
  if (row.archived) return 'archived';
  if (row.forked_from_project) return 'fork';
  if (row.mirror) return 'mirror';
  if (row.merge_requests_access_level === 'disabled') return 'no-pull-requests';
  return head === null ? 'empty' : null;
}
