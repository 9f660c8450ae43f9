/** Trees, blobs, branches and commits of GitHub. Nothing is cloned; links and submodules are seen as what they are. */
import type { Endpoints } from '@octokit/types';
import { blobId } from '../blob-id.ts';
import { forgeFailure } from '../forge.ts';
import type {
  Branch,
  CommitAnswer,
  CommitPerson,
  CommitRequest,
  CommitSummary,
  ForgeFailure,
  ForgeResult,
  Tree,
  TreeEntry,
  Written,
} from '../forge.ts';
import { isOwnBranch } from '../marker.ts';
import type { GitHubClient, Viewer } from './client.ts';
import { moveBranch, removeBranch } from './refs.ts';
import type { Path } from './repositories.ts';
import { commitSigned, requiresSignatures } from './signed-commit.ts';

const MODES = new Set(['100644', '100755', '120000', '160000']);
const MAX_TREE_REQUESTS = 300;

type TreeData = Endpoints['GET /repos/{owner}/{repo}/git/trees/{tree_sha}']['response']['data'];

/** One request for most repositories; folder by folder where GitHub cuts the list off. */
export async function getTree(client: GitHubClient, path: Path, commit: string): Promise<ForgeResult<Tree>> {
  const whole = await readTree(client, path, commit, true);
  if (!whole.ok) return whole;
  if (!whole.value.truncated)
    return { ok: true, value: { entries: entriesOf(whole.value, ''), isComplete: true } };
  const entries: TreeEntry[] = [];
  const folders: { readonly sha: string; readonly prefix: string }[] = [{ sha: commit, prefix: '' }];
  let isComplete = true;
  for (let asked = 0; folders.length > 0; asked++) {
    if (asked >= MAX_TREE_REQUESTS) return { ok: true, value: { entries, isComplete: false } };
    const { sha, prefix } = folders.pop()!;
    const level = await readTree(client, path, sha, false);
    if (!level.ok) return level;
    entries.push(...entriesOf(level.value, prefix));
    isComplete &&= !level.value.truncated;
    const trees = level.value.tree.filter(({ type }) => type === 'tree');
    folders.push(...trees.map((row) => ({ sha: row.sha, prefix: `${prefix}${row.path}/` })));
  }
  return { ok: true, value: { entries, isComplete } };
}

function readTree(client: GitHubClient, path: Path, sha: string, recursive: boolean) {
  return client.call('GET /repos/{owner}/{repo}/git/trees/{tree_sha}', 'listing files', {
    ...path,
    tree_sha: sha,
    ...(recursive ? { recursive: '1' } : {}),
  });
}

function entriesOf({ tree }: TreeData, prefix: string): TreeEntry[] {
  return tree
    .filter(({ type, mode }) => type !== 'tree' && MODES.has(mode))
    .map(({ path, mode, sha, size }) => ({
      path: prefix + path,
      // One of the four above.
      mode: mode as TreeEntry['mode'],
      id: sha,
      size: size ?? null,
    }));
}

export async function getBlob(
  client: GitHubClient,
  path: Path,
  id: string,
  maxBytes: number,
): Promise<ForgeResult<Uint8Array>> {
  if (!/^[0-9a-f]{40,64}$/.test(id)) return forgeFailure('not-found', 'this is no name of a file');
  // As JSON in base64, a third longer: as text, octokit would decode it and lose what is no UTF-8.
  const limit = Math.ceil((maxBytes * 4) / 3) + maxBytes / 40 + 4096;
  const answer = await client.call(
    'GET /repos/{owner}/{repo}/git/blobs/{file_sha}',
    'reading a file',
    { ...path, file_sha: id },
    { maxBytes: Math.ceil(limit) },
  );
  if (!answer.ok) return answer;
  const content = Buffer.from(answer.value.content, 'base64');
  if (content.length > maxBytes)
    return forgeFailure('too-large', `the file is larger than ${maxBytes} bytes`);
  if (blobId(content) !== id)
    return forgeFailure('forge-error', `${client.host} gave another file than was asked for`);
  return { ok: true, value: content };
}

export async function getBranch(
  client: GitHubClient,
  path: Path,
  name: string,
): Promise<ForgeResult<Branch | null>> {
  const answer = await client.call('GET /repos/{owner}/{repo}/git/ref/{ref}', 'reading a branch', {
    ...path,
    ref: `heads/${name}`,
  });
  if (answer.ok) return { ok: true, value: { name, head: answer.value.object.sha } };
  return 'status' in answer && (answer.status === 404 || answer.status === 409)
    ? { ok: true, value: null }
    : answer;
}

// ---- what a branch has of its own -----------------------------------------------------------------------------------

type Comparison = Endpoints['GET /repos/{owner}/{repo}/compare/{basehead}']['response']['data'];

function compare(client: GitHubClient, path: Path, base: string, head: string) {
  return client.call('GET /repos/{owner}/{repo}/compare/{basehead}', 'comparing two commits', {
    ...path,
    basehead: `${base}...${head}`,
    per_page: 100,
  });
}

export async function commitsBetween(
  client: GitHubClient,
  path: Path,
  viewer: Viewer,
  base: string,
  head: string,
  limit: number,
): Promise<ForgeResult<readonly CommitSummary[]>> {
  const answer = await compare(client, path, base, head);
  if (!answer.ok) return answer;
  const { commits, total_commits: total } = answer.value;
  if (total > limit || total > commits.length) {
    return forgeFailure('too-large', `the branch has ${total} commits of its own`);
  }
  return { ok: true, value: commits.map((commit) => summary(commit, viewer)) };
}

type CommitData = Comparison['commits'][number];

function summary(data: CommitData, viewer: Viewer): CommitSummary {
  const { commit } = data;
  const isSignedByForge = commit.verification?.verified === true && loginOf(data.committer) === 'web-flow';
  const author = person(commit.author, data.author);
  const committer = person(commit.committer, data.committer);
  const me = String(viewer.id);
  return {
    id: data.sha,
    parents: data.parents.map(({ sha }) => sha),
    author,
    committer,
    isOurs: author.accountId === me && (committer.accountId === me || isSignedByForge),
    isForgeMerge: isSignedByForge && data.parents.length === 2,
  };
}

function person(git: CommitData['commit']['author'], account: CommitData['author']): CommitPerson {
  const { id } = Object(account) as { id?: number | bigint };
  return { name: git?.name ?? '', email: git?.email ?? '', accountId: id === undefined ? null : String(id) };
}

function loginOf(account: CommitData['committer']): string | null {
  const { login } = Object(account) as { login?: string };
  return login ?? null;
}

// ---- commits --------------------------------------------------------------------------------------------------------

/**
 * Blobs, a tree on top of the base's, a commit without author (so that GitHub signs it for an app), then the branch.
 * Until the branch is moved, nobody sees anything.
 */
export async function commitFiles(
  client: GitHubClient,
  path: Path,
  viewer: Viewer,
  request: CommitRequest,
  defaultBranch: () => Promise<ForgeResult<string>>,
): Promise<ForgeResult<CommitAnswer>> {
  const { branch, base, files, expectedHead } = request;
  if (!isOwnBranch(branch) || !/^[a-z0-9._/-]{1,200}$/.test(branch)) {
    return forgeFailure('rejected', 'this is no branch of ours');
  }
  const current = await getBranch(client, path, branch);
  if (!current.ok) return current;
  const head = current.value?.head ?? null;
  if (head !== null && head !== base) {
    const equal = await equalCommit(client, path, viewer, request, head);
    if (!equal.ok || equal.value) return equal as ForgeResult<CommitAnswer>;
  }
  if (head !== expectedHead) return moved();

  const baseTree = await checkFiles(client, path, request);
  if (!baseTree.ok) return baseTree;
  const rows: { path: string; mode: '100644' | '100755'; type: 'blob'; sha: string }[] = [];
  for (const { path: file, mode, content } of files) {
    const blob = await client.call('POST /repos/{owner}/{repo}/git/blobs', 'writing a file', {
      ...path,
      content: Buffer.from(content).toString('base64'),
      encoding: 'base64',
    });
    if (!blob.ok) return blob;
    if (blob.value.sha !== blobId(content)) {
      return forgeFailure('forge-error', `${client.host} has kept another content than it was given`);
    }
    rows.push({ path: file, mode, type: 'blob', sha: blob.value.sha });
  }
  const tree = await again(() =>
    client.call('POST /repos/{owner}/{repo}/git/trees', 'writing a tree', {
      ...path,
      base_tree: baseTree.value,
      tree: rows,
    }),
  );
  if (!tree.ok) return tree;
  const commit = await again(() =>
    client.call('POST /repos/{owner}/{repo}/git/commits', 'writing a commit', {
      ...path,
      message: request.message,
      tree: tree.value.sha,
      parents: [base],
    }),
  );
  if (!commit.ok) return commit;
  let made = { id: commit.value.sha, isVerified: commit.value.verification.verified };
  if (!made.isVerified) {
    const needed = await requiresSignatures(client, path, [branch, defaultBranch]);
    if (!needed.ok) return needed;
    if (needed.value) {
      const signed = await commitSigned(client, path, request, tree.value.sha);
      if (!signed.ok) return signed;
      made = { id: signed.value, isVerified: true };
    }
  }
  const set = await moveBranch(client, path, branch, expectedHead, made.id);
  if (set.ok) return { ok: true, value: { ...made, wrote: true } };
  if (set.code !== 'branch-moved') return set;
  // Another run of ours may have been quicker.
  const now = await getBranch(client, path, branch);
  if (!now.ok || now.value === null) return set;
  const equal = await equalCommit(client, path, viewer, request, now.value.head);
  return equal.ok && equal.value ? { ok: true, value: equal.value } : set;
}

function moved(): ForgeFailure {
  return forgeFailure('branch-moved', 'the branch is not where it was: somebody else has moved it');
}

/** The answer when the branch stands on a commit of ours that says and holds the same; null when it does not. */
async function equalCommit(
  client: GitHubClient,
  path: Path,
  viewer: Viewer,
  { base, files, message }: CommitRequest,
  head: string,
): Promise<ForgeResult<CommitAnswer | null>> {
  const answer = await compare(client, path, base, head);
  if (!answer.ok) return 'status' in answer && answer.status === 404 ? { ok: true, value: null } : answer;
  const { commits, total_commits: total, files: changed = [] } = answer.value;
  const only = commits[0];
  if (total !== 1 || !only || only.parents.length !== 1 || only.parents[0]!.sha !== base)
    return { ok: true, value: null };
  const wanted = new Map(files.map(({ path: file, content }) => [file, blobId(content)]));
  const isEqual =
    summary(only, viewer).isOurs &&
    only.commit.message.trimEnd() === message.trimEnd() &&
    changed.length === files.length &&
    changed.every(({ filename, status, sha }) => status === 'modified' && wanted.get(filename) === sha);
  if (!isEqual) return { ok: true, value: null };
  return {
    ok: true,
    value: { id: head, wrote: false, isVerified: only.commit.verification?.verified ?? null },
  };
}

/** Every file is in the base commit as the caller believes, and none is a link. The answer is the base's tree. */
async function checkFiles(
  client: GitHubClient,
  path: Path,
  { base, files }: CommitRequest,
): Promise<ForgeResult<string>> {
  const commit = await client.call(
    'GET /repos/{owner}/{repo}/git/commits/{commit_sha}',
    'reading the base commit',
    {
      ...path,
      commit_sha: base,
    },
  );
  if (!commit.ok) return commit;
  const folders = new Map<string, Promise<ForgeResult<ReadonlyMap<string, TreeData['tree'][number]>>>>();
  const listing = (sha: string) => {
    let folder = folders.get(sha);
    if (!folder) {
      folder = readTree(client, path, sha, false).then((level) =>
        level.ok ? { ok: true, value: new Map(level.value.tree.map((row) => [row.path, row])) } : level,
      );
      folders.set(sha, folder);
    }
    return folder;
  };
  for (const file of files) {
    let sha = commit.value.tree.sha;
    const parts = file.path.split('/');
    for (const [depth, part] of parts.entries()) {
      const level = await listing(sha);
      if (!level.ok) return level;
      const row = level.value.get(part);
      const isLast = depth === parts.length - 1;
      if (!row || (!isLast && row.type !== 'tree')) return unexpected();
      if (isLast && (row.mode !== file.mode || row.sha !== file.before)) return unexpected();
      sha = row.sha;
    }
  }
  return { ok: true, value: commit.value.tree.sha };
}

function unexpected(): ForgeFailure {
  return forgeFailure('branch-moved', 'a file of the base commit is not what it was believed to be');
}

/** GitHub does not always find at once what it has just been given ("Tree SHA does not exist"): asked a second time. */
async function again<T extends { readonly ok: boolean }>(request: () => Promise<T>): Promise<T> {
  const first = await request();
  if (first.ok || !('status' in first) || (first.status !== 422 && first.status !== 404)) return first;
  return request();
}

export async function deleteBranch(
  client: GitHubClient,
  path: Path,
  name: string,
  expectedHead: string,
): Promise<ForgeResult<Written>> {
  if (!isOwnBranch(name)) return forgeFailure('rejected', 'this is no branch of ours');
  const current = await getBranch(client, path, name);
  if (!current.ok) return current;
  if (current.value === null) return { ok: true, value: { wrote: false } };
  if (current.value.head !== expectedHead) return moved();
  return removeBranch(client, path, name, expectedHead);
}
