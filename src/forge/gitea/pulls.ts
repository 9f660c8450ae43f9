/** Pull requests, comments, labels and issues of Gitea and Forgejo. Ours are those of our account in one repository. */
import type { Clock } from '../../net/retry.ts';
import { dateMs } from '../answers.ts';
import { forgeFailure } from '../forge.ts';
import type {
  ForgeResult,
  Issue,
  IssueText,
  MarkedText,
  NewPullRequest,
  PullRequest,
  PullRequestChange,
  Written,
} from '../forge.ts';
import { hasMarker, isOwnBranch, sameText, withMarker, withoutMarker } from '../marker.ts';
import { hasStatus, isUncertain } from '../rest.ts';
import type { Rest, RestResult } from '../rest.ts';
import type { BranchRow, IssueRow, LabelRow, PullRow, TextRow, TimelineRow, User } from './shapes.ts';

export const MAX_BODY_CHARACTERS = 1_000_000;
const MAX_CLOSERS = 30;
/** Between two looks at a pull request that the server may still be working out. */
const MERGE_CHECK_MS = 2000;

const WROTE: ForgeResult<Written> = { ok: true, value: { wrote: true } };
const UNCHANGED: ForgeResult<Written> = { ok: true, value: { wrote: false } };

export interface Scope {
  readonly rest: Rest;
  /** `/repos/owner/name`, encoded. */
  readonly repo: string;
  readonly viewer: User;
  readonly clock: Clock;
}

function isOurs({ user, head, base }: PullRow, { id }: User): boolean {
  return user.id === id && head.repo_id === base.repo_id;
}

async function headOf({ rest, repo }: Scope, branch: string): Promise<ForgeResult<string | null>> {
  const path = `${repo}/branches/${encodeURIComponent(branch)}`;
  const answer = await rest.call<BranchRow>('GET', path, 'reading a branch');
  if (answer.ok) return { ok: true, value: answer.value.commit.id };
  return hasStatus(answer, 404) ? { ok: true, value: null } : answer;
}

/** Newer servers filter by `poster`; the others answer with all, which are filtered here. */
async function listRows(scope: Scope, state: 'open' | 'all'): Promise<ForgeResult<readonly PullRow[]>> {
  const { rest, repo, viewer } = scope;
  const rows = await rest.all<PullRow>(
    `${repo}/pulls`,
    'listing pull requests',
    { state, poster: viewer.login },
    200,
  );
  if (!rows.ok) return rows;
  const own = rows.value.filter((row) => isOurs(row, viewer) && isOwnBranch(row.head.label));
  return { ok: true, value: own.sort((a, b) => a.number - b.number) };
}

export async function listOwn(scope: Scope): Promise<ForgeResult<readonly PullRequest[]>> {
  const rows = await listRows(scope, 'open');
  if (!rows.ok) return rows;
  const found: PullRequest[] = [];
  for (const row of rows.value) {
    const checked = await settle(scope, row);
    if (!checked.ok) return checked;
    found.push(describe(checked.value, checked.value.head.sha, null));
  }
  return { ok: true, value: found };
}

/** `mergeable` is false as well while the server is still working it out: looked at a second time after a pause. */
async function settle({ rest, repo, clock }: Scope, row: PullRow): Promise<RestResult<PullRow>> {
  if (row.mergeable || row.draft) return { ok: true, value: row, nextPage: null };
  await clock.sleep(MERGE_CHECK_MS);
  return rest.call<PullRow>('GET', `${repo}/pulls/${row.number}`, 'reading the pull request');
}

export async function findOfBranch(
  scope: Scope,
  branch: string,
): Promise<ForgeResult<readonly PullRequest[]>> {
  const rows = await listRows(scope, 'all');
  if (!rows.ok) return rows;
  const own = rows.value.filter(({ head }) => head.label === branch).reverse();
  const now = own.some(({ state }) => state === 'closed') ? await headOf(scope, branch) : null;
  if (now && !now.ok) return now;
  const found: PullRequest[] = [];
  let closers = 0;
  for (const row of own) {
    if (row.state === 'open') {
      found.push(describe(row, row.head.sha, null));
    } else if (row.merged) {
      found.push(describe(row, now?.value ?? null, null));
    } else {
      const closer: ForgeResult<'us' | 'person' | 'unknown'> =
        closers++ < MAX_CLOSERS ? await closerOf(scope, row.number) : { ok: true, value: 'unknown' };
      if (!closer.ok) return closer;
      found.push(describe(row, now?.value ?? null, closer.value));
    }
  }
  return { ok: true, value: found };
}

/** The pull request does not say who closed it; its timeline does. */
async function closerOf(
  { rest, repo, viewer }: Scope,
  number: number,
): Promise<ForgeResult<'us' | 'person' | 'unknown'>> {
  const rows = await rest.all<TimelineRow>(`${repo}/issues/${number}/timeline`, 'reading the timeline', {});
  if (!rows.ok) return hasStatus(rows, 404) ? { ok: true, value: 'unknown' } : rows;
  const id = rows.value.filter(({ type }) => type === 'close').at(-1)?.user?.id;
  return { ok: true, value: id === undefined ? 'unknown' : id === viewer.id ? 'us' : 'person' };
}

function describe(row: PullRow, head: string | null, closedBy: PullRequest['closedBy']): PullRequest {
  return {
    number: row.number,
    url: row.html_url,
    branch: row.head.label,
    baseBranch: row.base.label,
    head,
    title: row.title,
    body: row.body,
    state: row.merged ? 'merged' : row.state === 'open' ? 'open' : 'closed',
    labels: (row.labels ?? []).map(({ name }) => name),
    closedBy,
    createdAtMs: dateMs(row.created_at),
    closedAtMs: dateMs(row.closed_at),
    isMergeable: row.state !== 'open' || row.draft ? null : row.mergeable,
    mustBeUpToDate: false,
    isQueued: false,
  };
}

export async function createPull(
  scope: Scope,
  { branch, baseBranch, title, body, isDraft }: NewPullRequest,
): Promise<ForgeResult<{ readonly pullRequest: PullRequest; readonly wrote: boolean }>> {
  const { rest, repo } = scope;
  for (let attempt = 1; ; attempt++) {
    const made = await rest.call<PullRow>('POST', `${repo}/pulls`, 'opening a pull request', {
      body: { head: branch, base: baseBranch, title: isDraft ? `WIP: ${title}` : title, body },
    });
    if (made.ok)
      return {
        ok: true,
        value: { pullRequest: describe(made.value, made.value.head.sha, null), wrote: true },
      };
    const exists = hasStatus(made, 409);
    if (!exists && !isUncertain(made)) return made;
    const rows = await listRows(scope, 'open');
    if (!rows.ok) return rows;
    const open = rows.value.find(({ head, base }) => head.label === branch && base.label === baseBranch);
    if (open) return { ok: true, value: { pullRequest: describe(open, open.head.sha, null), wrote: false } };
    if (exists) return forgeFailure('rejected', 'somebody else has opened a pull request from our branch');
    if (attempt === 2) return made;
  }
}

export async function readOwn({ rest, repo, viewer }: Scope, number: number): Promise<RestResult<PullRow>> {
  const read = await rest.call<PullRow>('GET', `${repo}/pulls/${number}`, 'reading the pull request');
  if (!read.ok || isOurs(read.value, viewer)) return read;
  return forgeFailure('rejected', `pull request #${number} is not ours, and is left alone`);
}

async function patch({ rest, repo }: Scope, number: number, body: object): Promise<ForgeResult<Written>> {
  const changed = await rest.call<PullRow>('PATCH', `${repo}/pulls/${number}`, 'changing the pull request', {
    body,
  });
  return changed.ok ? WROTE : changed;
}

export async function updatePull(
  scope: Scope,
  current: PullRequest,
  { title, body }: PullRequestChange,
): Promise<ForgeResult<Written>> {
  const fields = {
    ...(title !== undefined && title !== current.title ? { title } : {}),
    ...(body !== undefined && !sameText(body, current.body) ? { body } : {}),
  };
  if (Object.keys(fields).length === 0) return UNCHANGED;
  const own = await readOwn(scope, current.number);
  return own.ok ? patch(scope, current.number, fields) : own;
}

export async function closePull(scope: Scope, number: number): Promise<ForgeResult<Written>> {
  const own = await readOwn(scope, number);
  if (!own.ok) return own;
  return own.value.state === 'open' ? patch(scope, number, { state: 'closed' }) : UNCHANGED;
}

export async function upsertComment(
  scope: Scope,
  number: number,
  comment: MarkedText,
): Promise<ForgeResult<Written>> {
  const { rest, repo, viewer } = scope;
  const body = withMarker(comment);
  for (let attempt = 1; ; attempt++) {
    const path = `${repo}/issues/${number}/comments`;
    const rows = await rest.call<readonly TextRow[]>('GET', path, 'listing comments');
    if (!rows.ok) return rows;
    const own = rows.value.find((row) => row.user.id === viewer.id && hasMarker(row.body, comment.marker));
    if (own && sameText(own.body, body)) return attempt === 1 ? UNCHANGED : WROTE;
    const written = own
      ? await rest.call<TextRow>('PATCH', `${repo}/issues/comments/${own.id}`, 'changing a comment', {
          body: { body },
        })
      : await rest.call<TextRow>('POST', path, 'writing a comment', { body: { body } });
    if (written.ok) return WROTE;
    if (!isUncertain(written) || attempt === 2) return written;
  }
}

/** Labels go by number; those of the organisation count as well. */
export async function addLabels(
  scope: Scope,
  number: number,
  labels: readonly string[],
  create: boolean,
): Promise<ForgeResult<Written>> {
  const { rest, repo } = scope;
  const read = await rest.call<PullRow>('GET', `${repo}/pulls/${number}`, 'reading labels');
  if (!read.ok) return read;
  const present = new Set((read.value.labels ?? []).map(({ name }) => name.toLowerCase()));
  const missing = labels.filter((name) => !present.has(name.toLowerCase()));
  if (missing.length === 0) return UNCHANGED;
  const known = await rest.all<LabelRow>(`${repo}/labels`, 'listing labels', {});
  if (!known.ok) return known;
  const owner = repo.split('/')[2];
  const shared = await rest.all<LabelRow>(`/orgs/${owner}/labels`, 'listing labels of the organisation', {});
  if (!shared.ok && !hasStatus(shared, 403, 404)) return shared;
  const all = [...known.value, ...(shared.ok ? shared.value : [])];
  const ids: number[] = [];
  for (const name of missing) {
    const found = all.find((row) => row.name.toLowerCase() === name.toLowerCase());
    if (found) ids.push(found.id);
    if (found || !create) continue;
    const made = await rest.call<LabelRow>('POST', `${repo}/labels`, 'making a label', {
      body: { name, color: '#0969da', description: 'Made by dockfix' },
    });
    if (made.ok) ids.push(made.value.id);
    else if (!hasStatus(made, 403)) return made;
  }
  if (ids.length === 0) return UNCHANGED;
  const added = await rest.call<unknown>('POST', `${repo}/issues/${number}/labels`, 'adding labels', {
    body: { labels: ids },
  });
  return added.ok ? WROTE : added;
}

export async function requestReviewers(
  { rest, repo }: Scope,
  number: number,
  names: readonly string[],
): Promise<ForgeResult<Written>> {
  const read = await rest.call<PullRow>('GET', `${repo}/pulls/${number}`, 'reading reviewers');
  if (!read.ok) return read;
  const asked = new Set([
    ...(read.value.requested_reviewers ?? []).map(({ login }) => login.toLowerCase()),
    ...(read.value.requested_reviewers_teams ?? []).map(({ name }) => `team:${name.toLowerCase()}`),
  ]);
  const wanted = names.filter((name) => !asked.has(name.toLowerCase()));
  return allOrEach(wanted, (some) => {
    const teams = some.filter((name) => name.startsWith('team:')).map((name) => name.slice('team:'.length));
    const body = { reviewers: some.filter((name) => !name.startsWith('team:')), team_reviewers: teams };
    return rest.call('POST', `${repo}/pulls/${number}/requested_reviewers`, 'asking for a review', { body });
  });
}

/** One name that the server does not take makes it refuse all: then each for itself. */
async function allOrEach(
  names: readonly string[],
  send: (names: readonly string[]) => Promise<RestResult<unknown>>,
): Promise<ForgeResult<Written>> {
  if (names.length === 0) return UNCHANGED;
  const all = await send(names);
  if (all.ok) return WROTE;
  if (names.length === 1 || !hasStatus(all, 404, 422)) return all;
  let wrote = false;
  for (const name of names) wrote = (await send([name])).ok || wrote;
  return wrote ? WROTE : all;
}

export async function addAssignees(
  scope: Scope,
  number: number,
  names: readonly string[],
): Promise<ForgeResult<Written>> {
  const { rest, repo } = scope;
  const read = await rest.call<PullRow>('GET', `${repo}/pulls/${number}`, 'reading assignees');
  if (!read.ok) return read;
  // The list replaces the one that is there.
  let present = (read.value.assignees ?? []).map(({ login }) => login);
  const added = names.filter((name) => !present.some((login) => login.toLowerCase() === name.toLowerCase()));
  return allOrEach(added, async (some) => {
    const assignees = [...present, ...some];
    const set = await rest.call('PATCH', `${repo}/pulls/${number}`, 'assigning', { body: { assignees } });
    if (set.ok) present = assignees;
    return set;
  });
}

// ---- issues ---------------------------------------------------------------------------------------------------------

async function findRow({ rest, repo, viewer }: Scope, marker: string): Promise<ForgeResult<IssueRow | null>> {
  const query = { type: 'issues', state: 'all', created_by: viewer.login };
  const rows = await rest.all<IssueRow>(`${repo}/issues`, 'listing issues', query);
  if (!rows.ok) return rows;
  const own = rows.value.filter((row) => row.user.id === viewer.id && hasMarker(row.body, marker));
  // Two runs at once may have made one each: the first one counts, for both.
  const [open] = own.filter(({ state }) => state === 'open').sort((a, b) => a.number - b.number);
  return { ok: true, value: open ?? own[0] ?? null };
}

function describeIssue(row: IssueRow, marker: string): Issue {
  return {
    number: row.number,
    url: row.html_url,
    title: row.title,
    body: withoutMarker(row.body, marker),
    state: row.state === 'open' ? 'open' : 'closed',
  };
}

export async function findIssue(scope: Scope, marker: string): Promise<ForgeResult<Issue | null>> {
  const row = await findRow(scope, marker);
  return row.ok ? { ok: true, value: row.value && describeIssue(row.value, marker) } : row;
}

export async function ensureIssue(
  scope: Scope,
  issue: IssueText,
): Promise<ForgeResult<{ readonly issue: Issue | null; readonly wrote: boolean }>> {
  const { rest, repo } = scope;
  const { marker, title, state } = issue;
  const body = withMarker(issue);
  for (let attempt = 1; ; attempt++) {
    const found = await findRow(scope, marker);
    if (!found.ok) return found;
    const row = found.value;
    if (!row && state === 'closed') return { ok: true, value: { issue: null, wrote: false } };
    const before = row && describeIssue(row, marker);
    if (row && before?.title === title && before.state === state && sameText(row.body, body)) {
      return { ok: true, value: { issue: before, wrote: attempt > 1 } };
    }
    const written = row
      ? await rest.call<IssueRow>('PATCH', `${repo}/issues/${row.number}`, 'changing the issue', {
          body: { title, body, state },
        })
      : await rest.call<IssueRow>('POST', `${repo}/issues`, 'writing the issue', { body: { title, body } });
    if (written.ok) {
      const { number, html_url: url } = written.value;
      const first = row ? null : await findRow(scope, marker);
      if (!first?.ok || !first.value || first.value.number >= number)
        return { ok: true, value: { issue: { number, url, title, body: issue.body, state }, wrote: true } };
      const closing = { body: { state: 'closed' } };
      const closed = await rest.call('PATCH', `${repo}/issues/${number}`, 'closing a double', closing);
      return closed.ok
        ? { ok: true, value: { issue: describeIssue(first.value, marker), wrote: true } }
        : closed;
    }
    if (!isUncertain(written) || attempt === 2) return written;
  }
}
