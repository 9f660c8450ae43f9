/** Files, branches and commits of GitLab, as far as they are read. */
import { blobId } from '../blob-id.ts';
import { forgeFailure } from '../forge.ts';
import type { Branch, CommitSummary, ForgeResult, Tree, TreeEntry } from '../forge.ts';
import { hasStatus } from '../rest.ts';
import type { Rest } from '../rest.ts';
import type { BranchRow, CommitRow, TreeRow } from './shapes.ts';

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

/** A range of revisions as `ref_name`: what the second has and the first has not. `own`: addresses of the bot. */
export async function commitsBetween(
  rest: Rest,
  project: string,
  own: readonly string[],
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
  return { ok: true, value: [...answer.value].reverse().map((row) => summary(row, own)) };
}

function summary(row: CommitRow, own: readonly string[]): CommitSummary {
  const isOwn = (email: string): boolean =>
    email !== '' && own.some((each) => each.toLowerCase() === email.toLowerCase());
  return {
    id: row.id,
    parents: row.parent_ids,
    author: { name: row.author_name, email: row.author_email, accountId: null },
    committer: { name: row.committer_name, email: row.committer_email, accountId: null },
    isOurs: isOwn(row.author_email) && isOwn(row.committer_email),
    isForgeMerge: false,
  };
}
