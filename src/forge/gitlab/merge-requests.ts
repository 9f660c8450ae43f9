/** Merge requests, notes and issues of GitLab. Ours are those of our account inside the same project. */
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
import { getBranch } from './commits.ts';
import type { BranchRow, CurrentUser, IssueRow, MergeRequest, Note } from './shapes.ts';

/** docs.gitlab.com/administration/instance_limits: descriptions and notes have a million characters. */
export const MAX_BODY_CHARACTERS = 1_000_000;

const WROTE: ForgeResult<Written> = { ok: true, value: { wrote: true } };
const UNCHANGED: ForgeResult<Written> = { ok: true, value: { wrote: false } };

function isOurs(row: MergeRequest, { id }: CurrentUser): boolean {
  return row.author.id === id && row.source_project_id === row.target_project_id;
}

export async function listOwn(
  rest: Rest,
  project: string,
  viewer: CurrentUser,
): Promise<ForgeResult<readonly PullRequest[]>> {
  const listed = await rest.all<MergeRequest>(`${project}/merge_requests`, 'listing merge requests', {
    state: 'opened',
    scope: 'all',
    author_id: viewer.id,
    order_by: 'created_at',
    sort: 'asc',
    with_merge_status_recheck: true,
  });
  if (!listed.ok) return listed;
  const own = listed.value.filter((row) => isOurs(row, viewer) && isOwnBranch(row.source_branch));
  if (own.length === 0) return { ok: true, value: [] };
  // A merge request stays open without its branch, and goes on naming the commit that it had.
  const branches = await rest.all<BranchRow>(`${project}/repository/branches`, 'listing branches', {
    search: '^dockfix',
  });
  if (!branches.ok) return branches;
  const heads = new Map(branches.value.map(({ name, commit }) => [name, commit.id]));
  const found: PullRequest[] = [];
  for (const row of own) {
    const isQueued = await isOnTrain(rest, project, row);
    if (!isQueued.ok) return isQueued;
    found.push(describe(row, viewer, heads.get(row.source_branch) ?? null, isQueued.value));
  }
  return { ok: true, value: found };
}

/** docs.gitlab.com/api/merge_trains: only those with auto-merge can be on one; without a licence there is none. */
async function isOnTrain(rest: Rest, project: string, row: MergeRequest): Promise<ForgeResult<boolean>> {
  if (row.state === 'locked') return { ok: true, value: true };
  if (!row.merge_when_pipeline_succeeds) return { ok: true, value: false };
  const path = `${project}/merge_trains/merge_requests/${row.iid}`;
  const car = await rest.call<{ readonly status: string }>('GET', path, 'reading the merge train');
  if (car.ok) return { ok: true, value: car.value.status !== 'merged' && car.value.status !== 'skip_merged' };
  return hasStatus(car, 403, 404) ? { ok: true, value: false } : car;
}

export async function findOfBranch(
  rest: Rest,
  project: string,
  viewer: CurrentUser,
  branch: string,
): Promise<ForgeResult<readonly PullRequest[]>> {
  const listed = await rest.all<MergeRequest>(`${project}/merge_requests`, 'listing merge requests', {
    state: 'all',
    scope: 'all',
    source_branch: branch,
    order_by: 'created_at',
    sort: 'desc',
  });
  if (!listed.ok) return listed;
  const own = listed.value.filter((row) => isOurs(row, viewer) && row.source_branch === branch);
  const now = own.length === 0 ? null : await getBranch(rest, project, branch);
  if (now && !now.ok) return now;
  return {
    ok: true,
    value: own.map((row) => describe(row, viewer, now?.value?.head ?? null, row.state === 'locked')),
  };
}

function describe(
  row: MergeRequest,
  viewer: CurrentUser,
  head: string | null,
  isQueued: boolean,
): PullRequest {
  const state = row.state === 'merged' ? 'merged' : row.state === 'closed' ? 'closed' : 'open';
  const status = row.detailed_merge_status;
  const closer = row.closed_by?.id;
  return {
    number: row.iid,
    url: row.web_url,
    branch: row.source_branch,
    baseBranch: row.target_branch,
    head,
    title: row.title,
    body: row.description ?? '',
    state,
    labels: row.labels,
    closedBy:
      state !== 'closed' ? null : closer === undefined ? 'unknown' : closer === viewer.id ? 'us' : 'person',
    createdAtMs: dateMs(row.created_at),
    closedAtMs: dateMs(row.closed_at),
    isMergeable:
      status === 'conflict' || row.has_conflicts
        ? false
        : /^(?:unchecked|checking|preparing|cannot_be_merged_recheck)$/.test(status)
          ? null
          : true,
    mustBeUpToDate: status === 'need_rebase',
    isQueued,
  };
}

export async function createMergeRequest(
  rest: Rest,
  project: string,
  viewer: CurrentUser,
  { branch, baseBranch, title, body, isDraft }: NewPullRequest,
): Promise<ForgeResult<{ readonly pullRequest: PullRequest; readonly wrote: boolean }>> {
  for (let attempt = 1; ; attempt++) {
    const made = await rest.call<MergeRequest>(
      'POST',
      `${project}/merge_requests`,
      'opening a merge request',
      {
        body: {
          source_branch: branch,
          target_branch: baseBranch,
          // docs.gitlab.com/user/project/merge_requests/drafts: the title says it.
          title: isDraft ? `Draft: ${title}` : title,
          description: body,
          remove_source_branch: false,
        },
      },
    );
    if (made.ok) {
      return {
        ok: true,
        value: { pullRequest: describe(made.value, viewer, made.value.sha, false), wrote: true },
      };
    }
    // 409: "Another open merge request already exists for this source branch".
    const exists = hasStatus(made, 409);
    if (!exists && !isUncertain(made)) return made;
    const found = await findOfBranch(rest, project, viewer, branch);
    if (!found.ok) return found;
    const open = found.value.find((each) => each.state === 'open' && each.baseBranch === baseBranch);
    if (open) return { ok: true, value: { pullRequest: open, wrote: false } };
    if (exists) return forgeFailure('rejected', 'somebody else has opened a merge request from our branch');
    if (attempt === 2) return made;
  }
}

export async function readOwn(
  rest: Rest,
  project: string,
  viewer: CurrentUser,
  number: number,
): Promise<RestResult<MergeRequest>> {
  const read = await rest.call<MergeRequest>(
    'GET',
    `${project}/merge_requests/${number}`,
    'reading the merge request',
  );
  if (!read.ok || isOurs(read.value, viewer)) return read;
  return forgeFailure('rejected', `merge request !${number} is not ours, and is left alone`);
}

export async function change(
  rest: Rest,
  project: string,
  number: number,
  fields: object,
): Promise<ForgeResult<Written>> {
  const changed = await rest.call<MergeRequest>('PUT', `${project}/merge_requests/${number}`, 'changing it', {
    body: fields,
  });
  return changed.ok ? WROTE : changed;
}

export async function updateMergeRequest(
  rest: Rest,
  project: string,
  viewer: CurrentUser,
  current: PullRequest,
  { title, body }: PullRequestChange,
): Promise<ForgeResult<Written>> {
  const fields = {
    ...(title !== undefined && title !== current.title ? { title } : {}),
    ...(body !== undefined && !sameText(body, current.body) ? { description: body } : {}),
  };
  if (Object.keys(fields).length === 0) return UNCHANGED;
  const own = await readOwn(rest, project, viewer, current.number);
  return own.ok ? change(rest, project, current.number, fields) : own;
}

export async function closeMergeRequest(
  rest: Rest,
  project: string,
  viewer: CurrentUser,
  number: number,
): Promise<ForgeResult<Written>> {
  const own = await readOwn(rest, project, viewer, number);
  if (!own.ok) return own;
  return own.value.state === 'opened' ? change(rest, project, number, { state_event: 'close' }) : UNCHANGED;
}

/** docs.gitlab.com/api/merge_requests: `add_labels` makes a label that is missing. */
export async function addLabels(
  rest: Rest,
  project: string,
  number: number,
  labels: readonly string[],
  create: boolean,
): Promise<ForgeResult<Written>> {
  const read = await rest.call<MergeRequest>('GET', `${project}/merge_requests/${number}`, 'reading labels');
  if (!read.ok) return read;
  const wanted: string[] = [];
  for (const name of labels) {
    // A comma would make two of it.
    if (read.value.labels.includes(name) || name.includes(',')) continue;
    if (!create) {
      const known = await rest.call<object>(
        'GET',
        `${project}/labels/${encodeURIComponent(name)}`,
        'reading a label',
      );
      if (!known.ok && !hasStatus(known, 404)) return known;
      if (!known.ok) continue;
    }
    wanted.push(name);
  }
  return wanted.length === 0 ? UNCHANGED : change(rest, project, number, { add_labels: wanted.join(',') });
}

/** `reviewer_ids` and `assignee_ids` replace: those that are there are sent again. Teams are not known here. */
export async function addPeople(
  rest: Rest,
  project: string,
  number: number,
  kind: 'reviewers' | 'assignees',
  logins: readonly string[],
): Promise<ForgeResult<Written>> {
  const read = await rest.call<MergeRequest>('GET', `${project}/merge_requests/${number}`, `reading ${kind}`);
  if (!read.ok) return read;
  const present = (read.value[kind] ?? []).map(({ id }) => id);
  const added: number[] = [];
  for (const username of logins.filter((login) => !login.startsWith('team:'))) {
    const users = await rest.call<readonly { readonly id: number }[]>('GET', '/users', 'finding a person', {
      query: { username },
    });
    if (!users.ok) return users;
    const id = users.value[0]?.id;
    if (id !== undefined && !present.includes(id)) added.push(id);
  }
  if (added.length === 0) return UNCHANGED;
  return change(rest, project, number, {
    [kind === 'reviewers' ? 'reviewer_ids' : 'assignee_ids']: [...present, ...added],
  });
}

export async function upsertNote(
  rest: Rest,
  project: string,
  viewer: CurrentUser,
  number: number,
  comment: MarkedText,
): Promise<ForgeResult<Written>> {
  const path = `${project}/merge_requests/${number}/notes`;
  const body = withMarker(comment);
  for (let attempt = 1; ; attempt++) {
    const notes = await rest.all<Note>(path, 'listing notes', { sort: 'asc' });
    if (!notes.ok) return notes;
    const own = notes.value.find(
      (note) => !note.system && note.author.id === viewer.id && hasMarker(note.body, comment.marker),
    );
    if (own && sameText(own.body, body)) return attempt === 1 ? UNCHANGED : WROTE;
    const written = own
      ? await rest.call<Note>('PUT', `${path}/${own.id}`, 'changing a note', { body: { body } })
      : await rest.call<Note>('POST', path, 'writing a note', { body: { body } });
    if (written.ok) return WROTE;
    if (!isUncertain(written) || attempt === 2) return written;
  }
}

// ---- issues ---------------------------------------------------------------------------------------------------------

async function findRow(
  rest: Rest,
  project: string,
  viewer: CurrentUser,
  marker: string,
): Promise<ForgeResult<IssueRow | null>> {
  const rows = await rest.all<IssueRow>(`${project}/issues`, 'listing issues', {
    author_id: viewer.id,
    scope: 'all',
    state: 'all',
    order_by: 'created_at',
    sort: 'desc',
  });
  if (!rows.ok) return rows;
  const own = rows.value.filter(
    (row) => row.author.id === viewer.id && hasMarker(row.description ?? '', marker),
  );
  // Two runs at once may have made one each: the first one counts, for both.
  const [open] = own.filter(({ state }) => state === 'opened').sort((a, b) => a.iid - b.iid);
  return { ok: true, value: open ?? own[0] ?? null };
}

function describeIssue(row: IssueRow, marker: string): Issue {
  return {
    number: row.iid,
    url: row.web_url,
    title: row.title,
    body: withoutMarker(row.description ?? '', marker),
    state: row.state === 'opened' ? 'open' : 'closed',
  };
}

export async function findIssue(
  rest: Rest,
  project: string,
  viewer: CurrentUser,
  marker: string,
): Promise<ForgeResult<Issue | null>> {
  const row = await findRow(rest, project, viewer, marker);
  return row.ok ? { ok: true, value: row.value && describeIssue(row.value, marker) } : row;
}

export async function ensureIssue(
  rest: Rest,
  project: string,
  viewer: CurrentUser,
  issue: IssueText,
): Promise<ForgeResult<{ readonly issue: Issue | null; readonly wrote: boolean }>> {
  const { marker, title, state } = issue;
  const description = withMarker(issue);
  for (let attempt = 1; ; attempt++) {
    const found = await findRow(rest, project, viewer, marker);
    if (!found.ok) return found;
    const row = found.value;
    if (!row && state === 'closed') return { ok: true, value: { issue: null, wrote: false } };
    const before = row && describeIssue(row, marker);
    if (
      row &&
      before?.title === title &&
      before.state === state &&
      sameText(row.description ?? '', description)
    ) {
      return { ok: true, value: { issue: before, wrote: attempt > 1 } };
    }
    const event =
      before && before.state !== state ? { state_event: state === 'open' ? 'reopen' : 'close' } : {};
    const body = { title, description, ...event };
    const written = row
      ? await rest.call<IssueRow>('PUT', `${project}/issues/${row.iid}`, 'changing the issue', { body })
      : await rest.call<IssueRow>('POST', `${project}/issues`, 'writing the issue', { body });
    if (written.ok) {
      const { iid: number, web_url: url } = written.value;
      const first = row ? null : await findRow(rest, project, viewer, marker);
      if (!first?.ok || !first.value || first.value.iid >= number)
        return { ok: true, value: { issue: { number, url, title, body: issue.body, state }, wrote: true } };
      const closing = { body: { state_event: 'close' } };
      const closed = await rest.call('PUT', `${project}/issues/${number}`, 'closing a double', closing);
      return closed.ok
        ? { ok: true, value: { issue: describeIssue(first.value, marker), wrote: true } }
        : closed;
    }
    if (!isUncertain(written) || attempt === 2) return written;
  }
}
