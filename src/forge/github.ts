/** GitHub and GitHub Enterprise as a {@link Forge}. octokit is loaded with the first request, not before. */
import type { Http } from '../net/http.ts';
import type { Log } from '../net/log.ts';
import type { Clock } from '../net/retry.ts';
import { createGuard } from './answers.ts';
import { createApi } from './api.ts';
import { forgeFailure } from './forge.ts';
import type { Forge, ForgeResult } from './forge.ts';
import { createGitHubClient } from './github/client.ts';
import type { GitHubClient, GitHubCredential, Viewer } from './github/client.ts';
import { hasCommand } from './github/command.ts';
import * as commits from './github/commits.ts';
import * as pulls from './github/pulls.ts';
import * as repositories from './github/repositories.ts';
import type { Path } from './github/repositories.ts';
import * as texts from './github/texts.ts';

export type { GitHubCredential } from './github/client.ts';

export interface GitHubOptions {
  readonly http: Http;
  readonly clock: Clock;
  readonly log: Log;
  readonly credential: GitHubCredential;
  /** `https://api.github.com`, or `https://HOST/api/v3` for Enterprise. */
  readonly baseUrl?: string;
  readonly userAgent: string;
  /** See {@link createApi}. */
  readonly writeBurst?: number;
  readonly writePauseMs?: number;
  readonly maxWaitMs?: number;
}

interface Scope {
  readonly client: GitHubClient;
  readonly path: Path;
  readonly viewer: Viewer;
}

export function createGitHubForge(options: GitHubOptions): Forge {
  const { credential, userAgent, baseUrl = 'https://api.github.com', ...rest } = options;
  const api = createApi({ ...rest, baseUrl: baseUrl.replace(/\/+$/, '') });
  let opening: Promise<GitHubClient> | null = null;
  const open = (): Promise<GitHubClient> => (opening ??= createGitHubClient({ api, credential, userAgent }));
  /** By repository, so that nobody has to be asked twice. */
  const defaultBranches = new Map<string, string>();

  const guarded = createGuard(new URL(api.baseUrl).host, options.log);

  function on<T>(
    repository: string,
    task: (client: GitHubClient, path: Path) => Promise<ForgeResult<T>>,
  ): Promise<ForgeResult<T>> {
    return guarded(async () => {
      const path = repositories.splitPath(repository);
      if (!path) return forgeFailure('not-found', 'a repository of GitHub is named owner/name');
      return task(await open(), path);
    });
  }

  function asUs<T>(
    repository: string,
    task: (scope: Scope) => Promise<ForgeResult<T>>,
  ): Promise<ForgeResult<T>> {
    return on(repository, async (client, path) => {
      const viewer = await client.viewer(path.owner);
      return viewer.ok ? task({ client, path, viewer: viewer.value }) : viewer;
    });
  }

  async function getRepository(path: string) {
    const repository = await on(path, repositories.getRepository);
    if (repository.ok) defaultBranches.set(repository.value.path, repository.value.defaultBranch);
    return repository;
  }

  async function defaultBranchOf(repository: string): Promise<ForgeResult<string>> {
    const known = defaultBranches.get(repository);
    if (known !== undefined) return { ok: true, value: known };
    const read = await getRepository(repository);
    return read.ok ? { ok: true, value: read.value.defaultBranch } : read;
  }

  return {
    kind: 'github',
    features: {
      comments: true,
      issues: true,
      labels: true,
      reviewers: true,
      assignees: true,
      autoMerge: true,
      maxBodyCharacters: pulls.MAX_BODY_CHARACTERS,
    },
    listRepositories: (owner) => guarded(async () => repositories.listRepositories(await open(), owner)),
    getRepository,
    glance: (repository, defaultBranch) =>
      on(repository, (client, path) => repositories.glance(client, path, defaultBranch)),
    getTree: (repository, commit) => on(repository, (client, path) => commits.getTree(client, path, commit)),
    getBlob: (repository, id, maxBytes) =>
      on(repository, (client, path) => commits.getBlob(client, path, id, maxBytes)),
    getBranch: (repository, name) => on(repository, (client, path) => commits.getBranch(client, path, name)),
    commitsBetween: (repository, base, head, limit) =>
      asUs(repository, ({ client, path, viewer }) =>
        commits.commitsBetween(client, path, viewer, base, head, limit),
      ),
    commitFiles: (repository, request) =>
      asUs(repository, ({ client, path, viewer }) =>
        commits.commitFiles(client, path, viewer, request, () => defaultBranchOf(repository)),
      ),
    deleteBranch: (repository, name, expectedHead) =>
      on(repository, (client, path) => commits.deleteBranch(client, path, name, expectedHead)),
    listOwnPullRequests: (repository) =>
      asUs(repository, ({ client, path, viewer }) => pulls.listOwn(client, path, viewer)),
    findPullRequests: (repository, branch) =>
      asUs(repository, ({ client, path, viewer }) => pulls.findOfBranch(client, path, viewer, branch)),
    createPullRequest: (repository, request) =>
      asUs(repository, ({ client, path, viewer }) => pulls.createPull(client, path, viewer, request)),
    updatePullRequest: (repository, current, change) =>
      asUs(repository, ({ client, path, viewer }) => pulls.updatePull(client, path, viewer, current, change)),
    closePullRequest: (repository, number) =>
      asUs(repository, ({ client, path, viewer }) => pulls.closePull(client, path, viewer, number)),
    upsertComment: (repository, number, comment) =>
      asUs(repository, ({ client, path, viewer }) =>
        texts.upsertComment(client, path, viewer, number, comment),
      ),
    hasCommand: (repository, number, command, sinceMs) =>
      asUs(repository, ({ client, path, viewer }) =>
        hasCommand(client, path, viewer, number, command, sinceMs),
      ),
    addLabels: (repository, number, labels, create) =>
      on(repository, (client, path) => texts.addLabels(client, path, number, labels, create)),
    requestReviewers: (repository, number, reviewers) =>
      on(repository, (client, path) => texts.requestReviewers(client, path, number, reviewers)),
    addAssignees: (repository, number, assignees) =>
      on(repository, (client, path) => texts.addAssignees(client, path, number, assignees)),
    enableAutoMerge: (repository, number, expectedHead, method) =>
      asUs(repository, ({ client, path, viewer }) =>
        pulls.enableAutoMerge(client, path, viewer, number, expectedHead, method),
      ),
    findIssue: (repository, marker) =>
      asUs(repository, ({ client, path, viewer }) => texts.findIssue(client, path, viewer, marker)),
    ensureIssue: (repository, issue) =>
      asUs(repository, ({ client, path, viewer }) => texts.ensureIssue(client, path, viewer, issue)),
    counts: () => api.counts(),
    close: () => Promise.resolve(),
  };
}
