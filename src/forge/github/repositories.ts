/** Repositories of GitHub, and what one request tells of one that is known. */
import type { Endpoints } from '@octokit/types';
import { forgeFailure } from '../forge.ts';
import type { ForgeResult, Glance, Repository } from '../forge.ts';
import { isOwnBranch } from '../marker.ts';
import type { GitHubClient } from './client.ts';

type RepositoryData = Endpoints['GET /repos/{owner}/{repo}']['response']['data'];

export interface Path {
  readonly owner: string;
  readonly repo: string;
}

/** `owner/name` in two; what is no such path would ask for something else. */
export function splitPath(path: string): Path | null {
  const match = /^([\w.-]{1,100})\/([\w.-]{1,100})$/.exec(path);
  if (!match || [match[1], match[2]].some((part) => part === '.' || part === '..')) return null;
  return { owner: match[1]!, repo: match[2]! };
}

export async function getRepository(client: GitHubClient, path: Path): Promise<ForgeResult<Repository>> {
  const answer = await client.call('GET /repos/{owner}/{repo}', 'reading the repository', path);
  if (!answer.ok) return answer;
  const data = answer.value;
  const now = splitPath(data.full_name);
  if (!now) return forgeFailure('forge-error', `${client.host} gives the repository a name that cannot be`);
  const head = await client.call('GET /repos/{owner}/{repo}/git/ref/{ref}', 'reading the default branch', {
    ...now,
    ref: `heads/${data.default_branch}`,
  });
  // 409: "Git Repository is empty."
  const isEmpty = !head.ok && 'status' in head && (head.status === 404 || head.status === 409);
  if (!head.ok && !isEmpty) return head;
  return { ok: true, value: describe(data, head.ok ? head.value.object.sha : null) };
}

function describe(data: RepositoryData, head: string | null): Repository {
  return {
    id: String(data.id),
    path: data.full_name,
    defaultBranch: data.default_branch,
    head,
    skip: skipReason({
      isArchived: data.archived,
      isDisabled: data.disabled,
      isFork: data.fork,
      isMirror: data.mirror_url !== null,
      hasPulls: data.has_pull_requests !== false,
      isEmpty: head === null,
    }),
    canPush: data.permissions?.push ?? null,
    hasIssues: data.has_issues,
    webUrl: data.html_url,
  };
}

function skipReason(repository: {
  readonly isArchived: boolean;
  readonly isDisabled: boolean;
  readonly isFork: boolean;
  readonly isMirror: boolean;
  readonly hasPulls: boolean;
  readonly isEmpty: boolean;
}): Repository['skip'] {
  if (repository.isArchived) return 'archived';
  if (repository.isDisabled) return 'disabled';
  if (repository.isFork) return 'fork';
  if (repository.isMirror) return 'mirror';
  if (!repository.hasPulls) return 'no-pull-requests';
  return repository.isEmpty ? 'empty' : null;
}

const LIST = `query listRepositories($owner: String!, $after: String) {
  repositoryOwner(login: $owner) {
    repositories(first: 100, after: $after, ownerAffiliations: [OWNER], orderBy: { field: NAME, direction: ASC }) {
      pageInfo { hasNextPage endCursor }
      nodes {
        databaseId nameWithOwner isArchived isDisabled isFork isMirror hasIssuesEnabled viewerPermission url
        defaultBranchRef { name target { oid } }
      }
    }
  }
}`;

interface ListedRow {
  readonly databaseId: number;
  readonly nameWithOwner: string;
  readonly isArchived: boolean;
  readonly isDisabled: boolean;
  readonly isFork: boolean;
  readonly isMirror: boolean;
  readonly hasIssuesEnabled: boolean;
  readonly viewerPermission: string | null;
  readonly url: string;
  readonly defaultBranchRef: { readonly name: string; readonly target: { readonly oid: string } } | null;
}

interface ListedPage {
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly nodes: readonly ListedRow[];
}

const MAX_PAGES = 200;

/** A hundred a request, with their heads. Of an app, only where it is installed. */
export async function listRepositories(
  client: GitHubClient,
  owner: string,
): Promise<ForgeResult<readonly Repository[]>> {
  const found: Repository[] = [];
  let after: string | null = null;
  for (let page = 0; page < MAX_PAGES; page++) {
    const answer: ForgeResult<ListedPage | null> = await client.graphql(
      owner,
      LIST,
      { owner, after },
      (data) => {
        // The shape is that of the query above.
        const holder = data['repositoryOwner'] as { repositories: ListedPage } | null;
        return holder?.repositories ?? null;
      },
    );
    if (!answer.ok) return answer;
    if (answer.value === null) return forgeFailure('not-found', `${client.host} has no owner of this name`);
    found.push(...answer.value.nodes.map(fromRow));
    if (!answer.value.pageInfo.hasNextPage) break;
    after = answer.value.pageInfo.endCursor;
  }
  if (!client.isApp) return { ok: true, value: found };
  const installed = await client.all(
    'GET /installation/repositories',
    'listing the repositories of the installation',
    // For our own look-up of the installation; GitHub ignores it.
    { owner } as object,
    ({ repositories }) => repositories.map(({ id }) => String(id)),
    MAX_PAGES,
  );
  if (!installed.ok) return installed;
  const ids = new Set(installed.value);
  return { ok: true, value: found.filter(({ id }) => ids.has(id)) };
}

function fromRow(row: ListedRow): Repository {
  const head = row.defaultBranchRef?.target.oid ?? null;
  return {
    id: String(row.databaseId),
    path: row.nameWithOwner,
    defaultBranch: row.defaultBranchRef?.name ?? 'main',
    head,
    skip: skipReason({ ...row, hasPulls: true, isEmpty: head === null }),
    canPush: row.viewerPermission === null ? null : /^(?:ADMIN|MAINTAIN|WRITE)$/.test(row.viewerPermission),
    hasIssues: row.hasIssuesEnabled,
    webUrl: row.url,
  };
}

/** One query: the head, and what has been touched last of all that is ours. */
const GLANCE = `query glance($owner: String!, $repo: String!) {
  repository(owner: $owner, name: $repo) {
    defaultBranchRef { name target { oid } }
    pullRequests(first: 50, states: [OPEN, CLOSED, MERGED], orderBy: { field: UPDATED_AT, direction: DESC }) {
      nodes { number state updatedAt headRefName headRefOid viewerDidAuthor isCrossRepository }
    }
    issues(first: 20, states: [OPEN, CLOSED], orderBy: { field: UPDATED_AT, direction: DESC }) {
      nodes { number state updatedAt viewerDidAuthor }
    }
  }
}`;

interface GlanceData {
  readonly defaultBranchRef: { readonly name: string; readonly target: { readonly oid: string } } | null;
  readonly pullRequests: {
    readonly nodes: readonly {
      readonly number: number;
      readonly state: string;
      readonly updatedAt: string;
      readonly headRefName: string;
      readonly headRefOid: string;
      readonly viewerDidAuthor: boolean;
      readonly isCrossRepository: boolean;
    }[];
  };
  readonly issues: {
    readonly nodes: readonly {
      readonly number: number;
      readonly state: string;
      readonly updatedAt: string;
      readonly viewerDidAuthor: boolean;
    }[];
  };
}

export async function glance(
  client: GitHubClient,
  { owner, repo }: Path,
  defaultBranch: string,
): Promise<ForgeResult<Glance>> {
  return client.graphql(owner, GLANCE, { owner, repo }, (data) => {
    // The shape is that of the query above.
    const { defaultBranchRef, pullRequests, issues } = data['repository'] as GlanceData;
    const pulls = pullRequests.nodes
      .filter((each) => each.viewerDidAuthor && !each.isCrossRepository && isOwnBranch(each.headRefName))
      .map(({ number, state, updatedAt, headRefOid }) => [number, state, updatedAt, headRefOid]);
    const own = issues.nodes
      .filter(({ viewerDidAuthor }) => viewerDidAuthor)
      .map(({ number, state, updatedAt }) => [number, state, updatedAt]);
    return {
      defaultBranch: defaultBranchRef?.name ?? defaultBranch,
      head: defaultBranchRef?.target.oid ?? null,
      activity: JSON.stringify([pulls, own]),
    };
  });
}
