/**
 * Branches of GitHub, moved only from where they are believed to be. `updateRefs` compares and sets in one step; where
 * a server does not know it, the branch is read again right before REST moves it, which leaves a moment in between.
 */
import { forgeFailure } from '../forge.ts';
import type { ForgeFailure, ForgeResult, Written } from '../forge.ts';
import { isMissing } from './client.ts';
import type { GitHubClient, GraphQlRefusal } from './client.ts';
import type { Path } from './repositories.ts';

const NO_OBJECT = '0'.repeat(40);

const UPDATE = `mutation moveBranch($input: UpdateRefsInput!) { updateRefs(input: $input) { clientMutationId } }`;

/** `from` is null for a branch that does not exist yet. */
export async function moveBranch(
  client: GitHubClient,
  path: Path,
  branch: string,
  from: string | null,
  to: string,
): Promise<ForgeResult<null>> {
  if (from === null) return createBranch(client, path, branch, to);
  const set = await updateRef(client, path, branch, from, to);
  if (set.ok) return { ok: true, value: null };
  if (!isMissing(set))
    return (await isAt(client, path, branch, to))
      ? { ok: true, value: null }
      : explain(client, path, branch, from, set);
  if (!(await isAt(client, path, branch, from))) return moved();
  const patched = await client.call('PATCH /repos/{owner}/{repo}/git/refs/{ref}', 'moving the branch', {
    ...path,
    ref: `heads/${branch}`,
    sha: to,
    force: true,
  });
  return patched.ok ? { ok: true, value: null } : patched;
}

export async function removeBranch(
  client: GitHubClient,
  path: Path,
  branch: string,
  from: string,
): Promise<ForgeResult<Written>> {
  const set = await updateRef(client, path, branch, from, NO_OBJECT);
  if (set.ok) return { ok: true, value: { wrote: true } };
  if (!isMissing(set)) {
    if (await isGone(client, path, branch)) return { ok: true, value: { wrote: true } };
    return explain(client, path, branch, from, set);
  }
  if (!(await isAt(client, path, branch, from))) return moved();
  const deleted = await client.call('DELETE /repos/{owner}/{repo}/git/refs/{ref}', 'deleting the branch', {
    ...path,
    ref: `heads/${branch}`,
  });
  // 422 "Reference does not exist": somebody was quicker.
  if (deleted.ok || ('status' in deleted && deleted.status === 422))
    return { ok: true, value: { wrote: true } };
  return deleted;
}

async function createBranch(
  client: GitHubClient,
  path: Path,
  branch: string,
  to: string,
): Promise<ForgeResult<null>> {
  for (let attempt = 1; ; attempt++) {
    const made = await client.call('POST /repos/{owner}/{repo}/git/refs', 'making the branch', {
      ...path,
      ref: `refs/heads/${branch}`,
      sha: to,
    });
    if (made.ok) return { ok: true, value: null };
    // Nobody knows whether a request that got no answer was carried out.
    const now = await headOf(client, path, branch);
    if (!now.ok) return now;
    if (now.value === to) return { ok: true, value: null };
    if (now.value !== null) return moved();
    const outer = branch.includes('/')
      ? await headOf(client, path, branch.slice(0, branch.indexOf('/')))
      : null;
    if (outer?.ok && outer.value !== null) {
      return forgeFailure('branch-blocked', 'a branch whose name begins this one is in the way');
    }
    // "Reference update failed" is known to pass.
    if (attempt === 2 || ('status' in made && made.status < 500 && made.status !== 422)) return made;
  }
}

type Refused = ForgeFailure | GraphQlRefusal;

async function updateRef(
  client: GitHubClient,
  path: Path,
  branch: string,
  from: string,
  to: string,
): Promise<{ readonly ok: true } | Refused> {
  const repository = await client.call('GET /repos/{owner}/{repo}', 'reading the repository', path);
  if (!repository.ok) return repository;
  const update = { name: `refs/heads/${branch}`, beforeOid: from, afterOid: to, force: true };
  const input = { repositoryId: repository.value.node_id, refUpdates: [update] };
  return client.graphql(path.owner, UPDATE, { input }, () => null);
}

/** Why the branch was not moved: because it is elsewhere, or because a rule forbids it. */
async function explain(
  client: GitHubClient,
  path: Path,
  branch: string,
  from: string,
  failure: Refused,
): Promise<ForgeFailure> {
  const now = await headOf(client, path, branch);
  if (!now.ok) return now;
  return now.value === from ? failure : moved();
}

async function headOf(client: GitHubClient, path: Path, branch: string): Promise<ForgeResult<string | null>> {
  const answer = await client.call('GET /repos/{owner}/{repo}/git/ref/{ref}', 'reading a branch', {
    ...path,
    ref: `heads/${branch}`,
  });
  if (answer.ok) return { ok: true, value: answer.value.object.sha };
  return 'status' in answer && (answer.status === 404 || answer.status === 409)
    ? { ok: true, value: null }
    : answer;
}

async function isAt(client: GitHubClient, path: Path, branch: string, commit: string): Promise<boolean> {
  const now = await headOf(client, path, branch);
  return now.ok && now.value === commit;
}

async function isGone(client: GitHubClient, path: Path, branch: string): Promise<boolean> {
  const now = await headOf(client, path, branch);
  return now.ok && now.value === null;
}

function moved(): ForgeFailure {
  return forgeFailure('branch-moved', 'the branch is not where it was: somebody else has moved it');
}
