/**
 * Pull requests of GitHub. Ours are those that our account has made from a branch of the same repository; no other is
 * ever changed, whatever its branch is called.
 */
import type { Endpoints } from '@octokit/types';
import { dateMs } from '../answers.ts';
import { forgeFailure } from '../forge.ts';
import type {
  ForgeFailure,
  ForgeResult,
  MergeMethod,
  NewPullRequest,
  PullRequest,
  PullRequestChange,
  Written,
} from '../forge.ts';
import { isOwnBranch, sameText } from '../marker.ts';
import { isMissing } from './client.ts';
import type { Called, GitHubClient, Viewer } from './client.ts';
import { getBranch } from './commits.ts';
import type { Path } from './repositories.ts';

export const MAX_BODY_CHARACTERS = 65_536;
/** Who closed each of them is one more request; older ones than these are said to be unknown. */
const MAX_CLOSERS = 30;

type PullData = Endpoints['GET /repos/{owner}/{repo}/pulls']['response']['data'][number];
type WholePull = Endpoints['GET /repos/{owner}/{repo}/pulls/{pull_number}']['response']['data'];

type Owned = Pick<PullData, 'user' | 'head' | 'base'>;

function isOurs({ user, head, base }: Owned, { id }: Viewer): boolean {
  // The repository of a head is null when the fork is gone.
  const from = head.repo as typeof head.repo | null;
  return user?.id === id && from?.id === base.repo.id;
}

export async function listOwn(
  client: GitHubClient,
  path: Path,
  viewer: Viewer,
): Promise<ForgeResult<readonly PullRequest[]>> {
  const listed = await client.all(
    'GET /repos/{owner}/{repo}/pulls',
    'listing pull requests',
    { ...path, state: 'open', sort: 'created', direction: 'asc' },
    (rows) => rows.filter((row) => isOurs(row, viewer) && isOwnBranch(row.head.ref)),
    50,
  );
  if (!listed.ok || listed.value.length === 0) return listed.ok ? { ok: true, value: [] } : listed;
  const states = await readMergeStates(
    client,
    path,
    listed.value.map(({ number }) => number),
  );
  if (!states.ok) return states;
  return {
    ok: true,
    value: listed.value.map((row) => describe(row, row.head.sha, null, states.value.get(row.number))),
  };
}

/** Two questions, because `state=all` is known to fail where both of these succeed. */
export async function findOfBranch(
  client: GitHubClient,
  path: Path,
  viewer: Viewer,
  branch: string,
): Promise<ForgeResult<readonly PullRequest[]>> {
  const rows: PullData[] = [];
  for (const state of ['open', 'closed'] as const) {
    const listed = await client.all(
      'GET /repos/{owner}/{repo}/pulls',
      'listing pull requests',
      { ...path, state, head: `${path.owner}:${branch}` },
      // Without a filter that it understands, GitHub answers with all.
      (page) => page.filter((row) => row.head.ref === branch && isOurs(row, viewer)),
    );
    if (!listed.ok) return listed;
    rows.push(...listed.value);
  }
  rows.sort((a, b) => b.number - a.number);
  const open = rows.filter(({ state }) => state === 'open');
  const states =
    open.length === 0
      ? ({ ok: true, value: new Map<number, MergeState>() } as const)
      : await readMergeStates(
          client,
          path,
          open.map(({ number }) => number),
        );
  if (!states.ok) return states;
  const now = open.length === rows.length ? null : await getBranch(client, path, branch);
  if (now && !now.ok) return now;
  const found: PullRequest[] = [];
  let closers = 0;
  for (const row of rows) {
    const isClosed = row.state === 'closed' && row.merged_at === null;
    const asked =
      isClosed && closers++ < MAX_CLOSERS ? await closerOf(client, path, viewer, row.number) : null;
    if (asked && !asked.ok) return asked;
    const head = row.state === 'open' ? row.head.sha : (now?.value?.head ?? null);
    found.push(
      describe(row, head, isClosed ? (asked?.value ?? 'unknown') : null, states.value.get(row.number)),
    );
  }
  return { ok: true, value: found };
}

async function closerOf(
  client: GitHubClient,
  path: Path,
  viewer: Viewer,
  number: number,
): Promise<ForgeResult<'us' | 'person' | 'unknown'>> {
  const issue = await client.call('GET /repos/{owner}/{repo}/issues/{issue_number}', 'asking who closed it', {
    ...path,
    issue_number: number,
  });
  if (!issue.ok) return 'status' in issue && issue.status === 410 ? { ok: true, value: 'unknown' } : issue;
  const id = issue.value.closed_by?.id;
  return { ok: true, value: id === undefined ? 'unknown' : id === viewer.id ? 'us' : 'person' };
}

function describe(
  row: PullData | WholePull,
  head: string | null,
  closedBy: PullRequest['closedBy'],
  merge: MergeState | undefined,
): PullRequest {
  return {
    number: row.number,
    url: row.html_url,
    branch: row.head.ref,
    baseBranch: row.base.ref,
    head,
    title: row.title,
    body: row.body ?? '',
    state: row.state === 'open' ? 'open' : row.merged_at === null ? 'closed' : 'merged',
    labels: row.labels.map(({ name }) => name),
    closedBy,
    createdAtMs: dateMs(row.created_at),
    closedAtMs: dateMs(row.closed_at),
    isMergeable: merge?.isMergeable ?? null,
    mustBeUpToDate: merge?.isBehind ?? false,
    isQueued: merge?.isQueued ?? false,
  };
}

// ---- can it be merged, and does it wait to be -------------------------------------------------------------------------

interface MergeState {
  readonly isMergeable: boolean | null;
  readonly isBehind: boolean;
  readonly isQueued: boolean;
}

interface MergeRow {
  readonly number: number;
  readonly mergeable: string;
  readonly mergeStateStatus: string;
  readonly isInMergeQueue?: boolean;
}

async function readMergeStates(
  client: GitHubClient,
  path: Path,
  numbers: readonly number[],
): Promise<ForgeResult<ReadonlyMap<number, MergeState>>> {
  const found = new Map<number, MergeState>();
  for (let from = 0; from < numbers.length; from += 50) {
    const some = numbers.slice(from, from + 50);
    let answer = await askMergeStates(client, path, some, 'isInMergeQueue');
    // A server from before there were queues.
    if (!answer.ok && isMissing(answer)) answer = await askMergeStates(client, path, some, '');
    // Without GraphQL it stays unknown whether it can be merged; there are no queues then.
    if (!answer.ok && isMissing(answer)) return { ok: true, value: found };
    if (!answer.ok) return answer;
    for (const row of answer.value) {
      found.set(row.number, {
        isMergeable: row.mergeable === 'MERGEABLE' ? true : row.mergeable === 'CONFLICTING' ? false : null,
        isBehind: row.mergeStateStatus === 'BEHIND',
        isQueued: row.isInMergeQueue ?? false,
      });
    }
  }
  return { ok: true, value: found };
}

function askMergeStates(client: GitHubClient, path: Path, numbers: readonly number[], queue: string) {
  const rows = numbers.map(
    (number) => `p${number}: pullRequest(number: ${number}) { number mergeable mergeStateStatus ${queue} }`,
  );
  const query = `query mergeStates($owner: String!, $repo: String!) {
    repository(owner: $owner, name: $repo) { ${rows.join('\n')} }
  }`;
  // The shape is that of the query above.
  return client.graphql(path.owner, query, { ...path }, (data) =>
    Object.values(data['repository'] as Record<string, MergeRow>),
  );
}

// ---- writes ---------------------------------------------------------------------------------------------------------

export async function createPull(
  client: GitHubClient,
  path: Path,
  viewer: Viewer,
  request: NewPullRequest,
): Promise<ForgeResult<{ readonly pullRequest: PullRequest; readonly wrote: boolean }>> {
  const { branch, baseBranch, title, body } = request;
  if (body.length > MAX_BODY_CHARACTERS) return tooLong();
  let isDraft = request.isDraft;
  for (let attempt = 1; ; attempt++) {
    const made = await client.call('POST /repos/{owner}/{repo}/pulls', 'opening a pull request', {
      ...path,
      title,
      body,
      head: branch,
      base: baseBranch,
      draft: isDraft,
      maintainer_can_modify: false,
    });
    if (made.ok) {
      return {
        ok: true,
        value: { pullRequest: describe(made.value, made.value.head.sha, null, undefined), wrote: true },
      };
    }
    const said = 'said' in made ? made.said : '';
    const isUncertain = !('status' in made) || made.status >= 500;
    const existsAlready = /pull request already exists/i.test(said);
    if (isUncertain || existsAlready) {
      const found = await openOf(client, path, viewer, branch, baseBranch);
      if (!found.ok) return found;
      if (found.value) return { ok: true, value: { pullRequest: found.value, wrote: false } };
      if (existsAlready) {
        return forgeFailure('rejected', 'somebody else has opened a pull request from our branch');
      }
      if (made.code === 'rate-limited' || attempt === 2) return made;
    } else if (isDraft && /draft/i.test(said)) {
      isDraft = false;
    } else {
      return made;
    }
  }
}

function tooLong(): ForgeFailure {
  return forgeFailure('too-large', `the text is longer than ${MAX_BODY_CHARACTERS} characters`);
}

async function openOf(
  client: GitHubClient,
  path: Path,
  viewer: Viewer,
  branch: string,
  baseBranch: string,
): Promise<ForgeResult<PullRequest | null>> {
  const listed = await client.call('GET /repos/{owner}/{repo}/pulls', 'listing pull requests', {
    ...path,
    state: 'open',
    head: `${path.owner}:${branch}`,
    base: baseBranch,
  });
  if (!listed.ok) return listed;
  const row = listed.value.find(
    (each) => each.head.ref === branch && each.base.ref === baseBranch && isOurs(each, viewer),
  );
  return { ok: true, value: row ? describe(row, row.head.sha, null, undefined) : null };
}

/** The pull request as it is now, if it is ours. */
async function readOwn(
  client: GitHubClient,
  path: Path,
  viewer: Viewer,
  number: number,
): Promise<Called<WholePull>> {
  const read = await client.call(
    'GET /repos/{owner}/{repo}/pulls/{pull_number}',
    'reading the pull request',
    {
      ...path,
      pull_number: number,
    },
  );
  if (!read.ok || isOurs(read.value, viewer)) return read;
  return forgeFailure('rejected', `pull request #${number} is not ours, and is left alone`);
}

export async function updatePull(
  client: GitHubClient,
  path: Path,
  viewer: Viewer,
  current: PullRequest,
  change: PullRequestChange,
): Promise<ForgeResult<Written>> {
  const title = change.title !== undefined && change.title !== current.title ? { title: change.title } : {};
  const body = change.body !== undefined && !sameText(change.body, current.body) ? { body: change.body } : {};
  const fields = { ...title, ...body };
  if (Object.keys(fields).length === 0) return { ok: true, value: { wrote: false } };
  if ((change.body ?? '').length > MAX_BODY_CHARACTERS) return tooLong();
  const own = await readOwn(client, path, viewer, current.number);
  if (!own.ok) return own;
  const written = await client.call('PATCH /repos/{owner}/{repo}/pulls/{pull_number}', 'changing its text', {
    ...path,
    pull_number: current.number,
    ...fields,
  });
  return written.ok ? { ok: true, value: { wrote: true } } : written;
}

export async function closePull(
  client: GitHubClient,
  path: Path,
  viewer: Viewer,
  number: number,
): Promise<ForgeResult<Written>> {
  const own = await readOwn(client, path, viewer, number);
  if (!own.ok) return own;
  if (own.value.state === 'closed') return { ok: true, value: { wrote: false } };
  const closed = await client.call(
    'PATCH /repos/{owner}/{repo}/pulls/{pull_number}',
    'closing the pull request',
    {
      ...path,
      pull_number: number,
      state: 'closed',
    },
  );
  return closed.ok ? { ok: true, value: { wrote: true } } : closed;
}

const AUTO_MERGE = `mutation autoMerge($input: EnablePullRequestAutoMergeInput!) {
  enablePullRequestAutoMerge(input: $input) { pullRequest { number } }
}`;

/** GitHub refuses where there is nothing to wait for; then nothing is merged, and the reason says so. */
export async function enableAutoMerge(
  client: GitHubClient,
  path: Path,
  viewer: Viewer,
  number: number,
  expectedHead: string,
  method: MergeMethod,
): Promise<ForgeResult<Written>> {
  const own = await readOwn(client, path, viewer, number);
  if (!own.ok) return own;
  const { auto_merge: enabled, head, node_id: id } = own.value;
  if (head.sha !== expectedHead) return forgeFailure('branch-moved', 'the branch is not where it was');
  if (enabled !== null) return { ok: true, value: { wrote: false } };
  const input = { pullRequestId: id, expectedHeadOid: expectedHead, mergeMethod: method.toUpperCase() };
  const set = await client.graphql(path.owner, AUTO_MERGE, { input }, () => null);
  if (set.ok) return { ok: true, value: { wrote: true } };
  const said = 'said' in set ? set.said : '';
  if (/clean status/i.test(said)) {
    return forgeFailure(
      'rejected',
      'nothing has to pass before it is merged: the branch needs a required check',
    );
  }
  if (/not allowed/i.test(said)) {
    return forgeFailure('unsupported', 'the settings of the repository do not allow auto-merge');
  }
  return set;
}
