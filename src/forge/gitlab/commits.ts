/** Files, branches and commits of GitLab. */
import { blobId } from '../blob-id.ts';
import { forgeFailure } from '../forge.ts';
import type {
  Branch,
  CommitAnswer,
  CommitRequest,
  CommitSummary,
  ForgeFailure,
  ForgeResult,
  Tree,
  TreeEntry,
  Written,
} from '../forge.ts';
import { isOwnBranch } from '../marker.ts';
import { hasStatus, isUncertain } from '../rest.ts';
import type { Rest } from '../rest.ts';
import type { BranchRow, CommitRow, CurrentUser, Diff, TreeRow } from './shapes.ts';

const MODES = new Set(['100644', '100755', '120000', '160000']);

export async function getTree(rest: Rest, project: string, commit: string): Promise<ForgeResult<Tree>> {
  const rows = await rest.all<TreeRow>(
    `${project}/repository/tree`,
    'listing files',
    { ref: commit, recursive: true },
    1000,
  );
  if (!rows.ok)
    return rows.code === 'too-large' ? { ok: true, value: { entries: [], isComplete: false } } : rows;
  const entries = rows.value
    .filter(({ type, mode }) => type !== 'tree' && MODES.has(mode))
    // One of the four above. GitLab's list has no sizes.
    .map(({ path, mode, id }): TreeEntry => ({ path, mode: mode as TreeEntry['mode'], id, size: null }));
  return { ok: true, value: { entries, isComplete: true } };
}

export async function getBlob(
  rest: Rest,
  project: string,
  id: string,
  maxBytes: number,
): Promise<ForgeResult<Uint8Array>> {
  if (!/^[0-9a-f]{40,64}$/.test(id)) return forgeFailure('not-found', 'this is no name of a file');
  const answer = await rest.call<{ readonly content: string }>(
    'GET',
    `${project}/repository/blobs/${id}`,
    'reading a file',
    { maxBytes: Math.ceil(maxBytes * 1.4) + 4096 },
  );
  if (!answer.ok) return answer;
  const content = Buffer.from(answer.value.content, 'base64');
  if (content.length > maxBytes)
    return forgeFailure('too-large', `the file is larger than ${maxBytes} bytes`);
  if (blobId(content) !== id)
    return forgeFailure('forge-error', `${rest.host} gave another file than was asked for`);
  return { ok: true, value: content };
}

export async function getBranch(
  rest: Rest,
  project: string,
  name: string,
): Promise<ForgeResult<Branch | null>> {
  const path = `${project}/repository/branches/${encodeURIComponent(name)}`;
  const answer = await rest.call<BranchRow>('GET', path, 'reading a branch');
  if (answer.ok) return { ok: true, value: { name, head: answer.value.commit.id } };
  return hasStatus(answer, 404) ? { ok: true, value: null } : answer;
}

/** A range of revisions as `ref_name`: what the second has and the first has not. */
export async function commitsBetween(
  rest: Rest,
  project: string,
  viewer: CurrentUser,
  base: string,
  head: string,
  limit: number,
): Promise<ForgeResult<readonly CommitSummary[]>> {
  const answer = await rest.call<readonly CommitRow[]>(
    'GET',
    `${project}/repository/commits`,
    'listing commits',
    {
      query: { ref_name: `${base}..${head}`, per_page: 100 },
    },
  );
  if (!answer.ok) return answer;
  if (answer.value.length > limit)
    return forgeFailure('too-large', `the branch has more than ${limit} commits of its own`);
  return { ok: true, value: [...answer.value].reverse().map((row) => summary(row, viewer)) };
}

function summary(row: CommitRow, viewer: CurrentUser): CommitSummary {
  const own = [viewer.email, viewer.commit_email ?? ''].filter(Boolean).map((email) => email.toLowerCase());
  const isOwn = (email: string): boolean => own.includes(email.toLowerCase());
  return {
    id: row.id,
    parents: row.parent_ids,
    author: { name: row.author_name, email: row.author_email, accountId: null },
    committer: { name: row.committer_name, email: row.committer_email, accountId: null },
    isOurs: isOwn(row.author_email) && isOwn(row.committer_email),
    isForgeMerge: false,
  };
}

/**
 * One request makes the commit and sets the branch. A branch that is not there yet is made only if it is still not
 * there; one that is there can only be read right before it is replaced, GitLab has no way to compare and set.
 */
export async function commitFiles(
  rest: Rest,
  project: string,
  viewer: CurrentUser,
  request: CommitRequest,
): Promise<ForgeResult<CommitAnswer>> {
  const { branch, base, files, message, expectedHead } = request;
  if (!isOwnBranch(branch) || !/^[a-z0-9._/-]{1,200}$/.test(branch)) {
    return forgeFailure('rejected', 'this is no branch of ours');
  }
  const first = await standing(rest, project, viewer, request);
  if (!first.ok || first.value) return first as ForgeResult<CommitAnswer>;
  const checked = await checkFiles(rest, project, request);
  if (!checked.ok) return checked;
  const outer = branch.includes('/')
    ? await getBranch(rest, project, branch.slice(0, branch.indexOf('/')))
    : null;
  if (outer && !outer.ok) return outer;
  if (outer?.value)
    return forgeFailure('branch-blocked', 'a branch whose name begins this one is in the way');
  for (let attempt = 1; ; attempt++) {
    const now = attempt === 1 ? first : await standing(rest, project, viewer, request);
    if (!now.ok || now.value) return now as ForgeResult<CommitAnswer>;
    const made = await rest.call<CommitRow>('POST', `${project}/repository/commits`, 'writing a commit', {
      body: {
        branch,
        start_sha: base,
        force: expectedHead !== null,
        commit_message: message,
        actions: files.map(({ path, content }) => ({
          action: 'update',
          file_path: path,
          encoding: 'base64',
          content: Buffer.from(content).toString('base64'),
        })),
      },
    });
    if (made.ok) return { ok: true, value: { id: made.value.id, wrote: true, isVerified: null } };
    if (hasStatus(made, 400) && 'said' in made && /already exists/i.test(made.said)) {
      const other = await standing(rest, project, viewer, request);
      return !other.ok || other.value ? (other as ForgeResult<CommitAnswer>) : moved();
    }
    if (!isUncertain(made) || attempt === 2) return made;
  }
}

function moved(): ForgeFailure {
  return forgeFailure('branch-moved', 'the branch is not where it was: somebody else has moved it');
}

/** The answer when the branch stands on an equal commit of ours; null when it is where it is expected to be. */
async function standing(
  rest: Rest,
  project: string,
  viewer: CurrentUser,
  request: CommitRequest,
): Promise<ForgeResult<CommitAnswer | null>> {
  const current = await getBranch(rest, project, request.branch);
  if (!current.ok) return current;
  const head = current.value?.head ?? null;
  if (head !== null && head !== request.base && (await isEqual(rest, project, viewer, request, head))) {
    return { ok: true, value: { id: head, wrote: false, isVerified: null } };
  }
  return head === request.expectedHead ? { ok: true, value: null } : moved();
}

async function isEqual(
  rest: Rest,
  project: string,
  viewer: CurrentUser,
  { base, files, message }: CommitRequest,
  head: string,
): Promise<boolean> {
  const commit = await rest.call<CommitRow>(
    'GET',
    `${project}/repository/commits/${head}`,
    'reading a commit',
  );
  if (!commit.ok || commit.value.parent_ids.length !== 1 || commit.value.parent_ids[0] !== base) return false;
  if (!summary(commit.value, viewer).isOurs || commit.value.message.trimEnd() !== message.trimEnd())
    return false;
  const compared = await rest.call<{ readonly diffs: readonly Diff[] }>(
    'GET',
    `${project}/repository/compare`,
    'comparing two commits',
    { query: { from: base, to: head } },
  );
  if (!compared.ok || compared.value.diffs.length !== files.length) return false;
  for (const { path, content } of files) {
    const diff = compared.value.diffs.find((each) => each.new_path === path);
    if (!diff || diff.new_file || diff.renamed_file || diff.deleted_file || diff.a_mode !== diff.b_mode)
      return false;
    const row = await findRow(rest, project, head, path);
    if (!row.ok || row.value?.id !== blobId(content)) return false;
  }
  return true;
}

async function checkFiles(
  rest: Rest,
  project: string,
  { base, files }: CommitRequest,
): Promise<ForgeResult<null>> {
  for (const { path, mode, before } of files) {
    const row = await findRow(rest, project, base, path);
    if (!row.ok) return row;
    if (row.value?.mode !== mode || row.value.id !== before) {
      return forgeFailure('branch-moved', 'a file of the base commit is not what it was believed to be');
    }
  }
  return { ok: true, value: null };
}

/** The entry of a file, from the list of its folder: the files API does not tell links from files. */
async function findRow(
  rest: Rest,
  project: string,
  ref: string,
  path: string,
): Promise<ForgeResult<TreeRow | null>> {
  const folder = path.includes('/') ? { path: path.slice(0, path.lastIndexOf('/')) } : {};
  const rows = await rest.all<TreeRow>(
    `${project}/repository/tree`,
    'listing a folder',
    { ref, ...folder },
    1000,
  );
  if (!rows.ok) return hasStatus(rows, 404) ? { ok: true, value: null } : rows;
  return { ok: true, value: rows.value.find((row) => row.path === path && row.type === 'blob') ?? null };
}

export async function deleteBranch(
  rest: Rest,
  project: string,
  name: string,
  expectedHead: string,
): Promise<ForgeResult<Written>> {
  if (!isOwnBranch(name)) return forgeFailure('rejected', 'this is no branch of ours');
  const current = await getBranch(rest, project, name);
  if (!current.ok) return current;
  if (current.value === null) return { ok: true, value: { wrote: false } };
  if (current.value.head !== expectedHead) return moved();
  const path = `${project}/repository/branches/${encodeURIComponent(name)}`;
  const deleted = await rest.call<null>('DELETE', path, 'deleting the branch');
  return deleted.ok || hasStatus(deleted, 404) ? { ok: true, value: { wrote: true } } : deleted;
}
