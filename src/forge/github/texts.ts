/** Comments, labels, reviewers, assignees and the dashboard issue of GitHub: added to, never taken away from. */
import { forgeFailure } from '../forge.ts';
import type { ForgeResult, Issue, IssueText, MarkedText, Written } from '../forge.ts';
import { hasMarker, sameText, withMarker, withoutMarker } from '../marker.ts';
import type { GitHubClient, Viewer } from './client.ts';
import { MAX_BODY_CHARACTERS } from './pulls.ts';
import type { Path } from './repositories.ts';

const WROTE: ForgeResult<Written> = { ok: true, value: { wrote: true } };
const UNCHANGED: ForgeResult<Written> = { ok: true, value: { wrote: false } };

export async function upsertComment(
  client: GitHubClient,
  path: Path,
  viewer: Viewer,
  number: number,
  comment: MarkedText,
): Promise<ForgeResult<Written>> {
  const body = withMarker(comment);
  const find = () =>
    client.all(
      'GET /repos/{owner}/{repo}/issues/{issue_number}/comments',
      'listing comments',
      { ...path, issue_number: number },
      (rows) =>
        rows.filter(
          ({ user, body: text }) => user?.id === viewer.id && hasMarker(text ?? '', comment.marker),
        ),
    );
  for (let attempt = 1; ; attempt++) {
    const found = await find();
    if (!found.ok) return found;
    const own = found.value[0];
    if (own && sameText(own.body ?? '', body)) return attempt === 1 ? UNCHANGED : WROTE;
    if (own) {
      const changed = await client.call(
        'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}',
        'changing a comment',
        {
          ...path,
          comment_id: Number(own.id),
          body,
        },
      );
      return changed.ok ? WROTE : changed;
    }
    const made = await client.call(
      'POST /repos/{owner}/{repo}/issues/{issue_number}/comments',
      'writing a comment',
      {
        ...path,
        issue_number: number,
        body,
      },
    );
    if (made.ok) return WROTE;
    // Whether it was carried out is seen by looking again.
    const isUncertain = made.code !== 'rate-limited' && (!('status' in made) || made.status >= 500);
    if (!isUncertain || attempt === 2) return made;
  }
}

export async function addLabels(
  client: GitHubClient,
  path: Path,
  number: number,
  labels: readonly string[],
  create: boolean,
): Promise<ForgeResult<Written>> {
  const has = await client.call('GET /repos/{owner}/{repo}/issues/{issue_number}/labels', 'reading labels', {
    ...path,
    issue_number: number,
    per_page: 100,
  });
  if (!has.ok) return has;
  const present = new Set(has.value.map(({ name }) => name.toLowerCase()));
  const wanted: string[] = [];
  for (const name of labels) {
    if (present.has(name.toLowerCase())) continue;
    const exists = await ensureLabel(client, path, name, create);
    if (!exists.ok) return exists;
    if (exists.value) wanted.push(name);
  }
  if (wanted.length === 0) return UNCHANGED;
  const added = await client.call(
    'POST /repos/{owner}/{repo}/issues/{issue_number}/labels',
    'adding labels',
    {
      ...path,
      issue_number: number,
      labels: wanted,
    },
  );
  return added.ok ? WROTE : added;
}

/** False for a label that the repository lacks and that shall or may not be made. */
async function ensureLabel(
  client: GitHubClient,
  path: Path,
  name: string,
  create: boolean,
): Promise<ForgeResult<boolean>> {
  const known = await client.call('GET /repos/{owner}/{repo}/labels/{name}', 'reading a label', {
    ...path,
    name,
  });
  if (known.ok) return { ok: true, value: true };
  if (!('status' in known) || known.status !== 404) return known;
  if (!create) return { ok: true, value: false };
  const made = await client.call('POST /repos/{owner}/{repo}/labels', 'making a label', {
    ...path,
    name,
    color: '0969da',
    description: 'Made by dockfix',
  });
  // 422 "already_exists": somebody was quicker. 403: it may not be made.
  if (made.ok || ('status' in made && made.status === 422)) return { ok: true, value: true };
  return 'status' in made && made.status === 403 ? { ok: true, value: false } : made;
}

export async function requestReviewers(
  client: GitHubClient,
  path: Path,
  number: number,
  reviewers: readonly string[],
): Promise<ForgeResult<Written>> {
  const pull = await client.call('GET /repos/{owner}/{repo}/pulls/{pull_number}', 'reading reviewers', {
    ...path,
    pull_number: number,
  });
  if (!pull.ok) return pull;
  const asked = new Set([
    ...(pull.value.requested_reviewers ?? []).map(({ login }) => login.toLowerCase()),
    ...(pull.value.requested_teams ?? []).map(({ slug }) => `team:${slug.toLowerCase()}`),
  ]);
  const wanted = reviewers.filter((name) => !asked.has(name.toLowerCase()));
  if (wanted.length === 0) return UNCHANGED;
  const ask = (names: readonly string[]) => {
    const teams = names.filter((name) => name.startsWith('team:')).map((name) => name.slice('team:'.length));
    return client.call(
      'POST /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers',
      'asking for a review',
      {
        ...path,
        pull_number: number,
        reviewers: names.filter((name) => !name.startsWith('team:')),
        team_reviewers: teams,
      },
    );
  };
  const all = await ask(wanted);
  if (all.ok) return WROTE;
  if (wanted.length === 1 || !('status' in all) || all.status !== 422) return all;
  // One name that cannot be asked refuses all: then each for itself.
  let wrote = false;
  for (const name of wanted) wrote = (await ask([name])).ok || wrote;
  return wrote ? WROTE : all;
}

export async function addAssignees(
  client: GitHubClient,
  path: Path,
  number: number,
  assignees: readonly string[],
): Promise<ForgeResult<Written>> {
  const issue = await client.call('GET /repos/{owner}/{repo}/pulls/{pull_number}', 'reading assignees', {
    ...path,
    pull_number: number,
  });
  if (!issue.ok) return issue;
  const has = new Set((issue.value.assignees ?? []).map(({ login }) => login.toLowerCase()));
  const wanted = assignees.filter((login) => !has.has(login.toLowerCase()));
  if (wanted.length === 0) return UNCHANGED;
  const added = await client.call('POST /repos/{owner}/{repo}/issues/{issue_number}/assignees', 'assigning', {
    ...path,
    issue_number: number,
    assignees: wanted,
  });
  if (!added.ok) return added;
  // Those that may not be assigned are passed over without a word.
  const now = added.value.assignees ?? [];
  return now.length > has.size ? WROTE : UNCHANGED;
}

// ---- the dashboard --------------------------------------------------------------------------------------------------

const ISSUES = `query ownIssues($owner: String!, $repo: String!, $login: String!, $after: String) {
  repository(owner: $owner, name: $repo) {
    issues(first: 50, after: $after, filterBy: { createdBy: $login }, orderBy: { field: UPDATED_AT, direction: DESC }) {
      pageInfo { hasNextPage endCursor }
      nodes { number url title body state viewerDidAuthor }
    }
  }
}`;

interface IssueRow {
  readonly number: number;
  readonly url: string;
  readonly title: string;
  readonly body: string;
  readonly state: string;
  readonly viewerDidAuthor: boolean;
}

interface IssuePage {
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly nodes: readonly IssueRow[];
}

const MAX_ISSUE_PAGES = 10;

/** An open one before a closed one. GraphQL, because REST's list is full of pull requests. */
async function findRow(
  client: GitHubClient,
  path: Path,
  viewer: Viewer,
  marker: string,
): Promise<ForgeResult<IssueRow | null>> {
  let closed: IssueRow | null = null;
  let after: string | null = null;
  for (let page = 0; page < MAX_ISSUE_PAGES; page++) {
    const variables: Record<string, unknown> = { ...path, login: viewer.login, after };
    const answer: ForgeResult<IssuePage> = await client.graphql(path.owner, ISSUES, variables, (data) => {
      // The shape is that of the query above.
      const { issues } = data['repository'] as { issues: IssuePage };
      return issues;
    });
    if (!answer.ok) return answer;
    const own = answer.value.nodes.filter((row) => row.viewerDidAuthor && hasMarker(row.body, marker));
    // Two runs at once may have made one each: the first one counts, for both.
    const [open] = own.filter(({ state }) => state === 'OPEN').sort((a, b) => a.number - b.number);
    if (open) return { ok: true, value: open };
    closed ??= own[0] ?? null;
    if (!answer.value.pageInfo.hasNextPage) break;
    after = answer.value.pageInfo.endCursor;
  }
  return { ok: true, value: closed };
}

export async function findIssue(
  client: GitHubClient,
  path: Path,
  viewer: Viewer,
  marker: string,
): Promise<ForgeResult<Issue | null>> {
  const row = await findRow(client, path, viewer, marker);
  if (!row.ok) return row;
  return { ok: true, value: row.value && describe(row.value, marker) };
}

function describe(row: IssueRow, marker: string): Issue {
  return {
    number: row.number,
    url: row.url,
    title: row.title,
    body: withoutMarker(row.body, marker),
    state: row.state === 'OPEN' ? 'open' : 'closed',
  };
}

export async function ensureIssue(
  client: GitHubClient,
  path: Path,
  viewer: Viewer,
  issue: IssueText,
): Promise<ForgeResult<{ readonly issue: Issue | null; readonly wrote: boolean }>> {
  const { marker, title, state } = issue;
  const body = withMarker(issue);
  if (body.length > MAX_BODY_CHARACTERS) {
    return forgeFailure('too-large', `the text is longer than ${MAX_BODY_CHARACTERS} characters`);
  }
  for (let attempt = 1; ; attempt++) {
    const found = await findRow(client, path, viewer, marker);
    if (!found.ok) return found;
    const row = found.value;
    if (!row && state === 'closed') return { ok: true, value: { issue: null, wrote: false } };
    if (row) {
      const before = describe(row, marker);
      const isSame = before.title === title && before.state === state && sameText(row.body, body);
      if (isSame) return { ok: true, value: { issue: before, wrote: attempt > 1 } };
      const changed = await client.call(
        'PATCH /repos/{owner}/{repo}/issues/{issue_number}',
        'changing the issue',
        {
          ...path,
          issue_number: row.number,
          title,
          body,
          state,
        },
      );
      return changed.ok
        ? { ok: true, value: { issue: { ...before, title, state, body: issue.body }, wrote: true } }
        : changed;
    }
    const made = await client.call('POST /repos/{owner}/{repo}/issues', 'writing the issue', {
      ...path,
      title,
      body,
    });
    if (made.ok) {
      const { number, html_url: url } = made.value;
      const first = await findRow(client, path, viewer, marker);
      if (!first.ok || !first.value || first.value.number >= number)
        return { ok: true, value: { issue: { number, url, title, body: issue.body, state }, wrote: true } };
      const closed = await client.call(
        'PATCH /repos/{owner}/{repo}/issues/{issue_number}',
        'closing a double',
        {
          ...path,
          issue_number: number,
          state: 'closed',
        },
      );
      return closed.ok ? { ok: true, value: { issue: describe(first.value, marker), wrote: true } } : closed;
    }
    if ('status' in made && made.status === 410) {
      return forgeFailure('unsupported', 'issues are switched off in this repository');
    }
    const isUncertain = made.code !== 'rate-limited' && (!('status' in made) || made.status >= 500);
    if (!isUncertain || attempt === 2) return made;
  }
}
