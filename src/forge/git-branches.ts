/** The branches of the bot, here or at a remote: made, moved and deleted only from where they are expected to be. */
import { forgeFailure } from './forge.ts';
import type { CommitAnswer, CommitRequest, ForgeFailure, ForgeResult, Written } from './forge.ts';
import type { OpenRepository } from './git.ts';
import { NO_COMMIT, commitOf, gitFailure, isCommit, isSameCommit, makeCommit } from './git-plumbing.ts';
import type { Git } from './git-process.ts';

export async function commitFiles(
  repository: OpenRepository,
  request: CommitRequest,
  nowMs: number,
): Promise<ForgeResult<CommitAnswer>> {
  const { git, author } = repository;
  const { branch, base, expectedHead } = request;
  if (!/^dockfix[/-][a-z0-9._-]+$/.test(branch) || !isCommit(base))
    return forgeFailure('rejected', 'this is no branch of ours');
  const ref = `refs/heads/${branch}`;
  const current = await commitOf(git, ref);
  if (!current.ok) return current;
  const made = await makeCommit(git, request, author, nowMs);
  if (!made.ok) return made;
  const { commit, tree } = made.value;
  if (current.value !== null && (await isSameCommit(git, current.value, { ...request, tree }, author)))
    return { ok: true, value: { id: current.value, wrote: false, isVerified: null } };
  if (current.value !== expectedHead)
    return forgeFailure('branch-moved', 'the branch is not where it was: somebody else has moved it');
  const blocked = await blockedBy(git, branch);
  if (blocked) return blocked;
  if (await isCheckedOut(git, ref))
    return forgeFailure('rejected', 'the branch is checked out in a work tree, which must not change');
  const moved = await setRef(repository, ref, commit, expectedHead ?? NO_COMMIT);
  return moved.ok ? { ok: true, value: { id: commit, wrote: true, isVerified: null } } : moved;
}

/** Moves a ref from one commit to another, here or at the remote; `NO_COMMIT` for none. */
async function setRef(
  { git, remote }: OpenRepository,
  ref: string,
  to: string,
  from: string,
): Promise<ForgeResult<null>> {
  if (remote !== null) {
    // An empty lease says that the ref must not exist.
    const lease = `--force-with-lease=${ref}:${from === NO_COMMIT ? '' : from}`;
    const source = to === NO_COMMIT ? '' : to;
    const pushed = await git.write([
      'push',
      '--quiet',
      '--no-verify',
      '--porcelain',
      lease,
      '--',
      remote,
      `${source}:${ref}`,
    ]);
    if (pushed.status !== 0) {
      const said = `${pushed.stdout.toString()}${pushed.stderr}`;
      // The second line is the server's: the branch went elsewhere after it had told where it is.
      if (
        /stale info|fetch first|non-fast-forward/.test(said) ||
        /\[remote rejected\].*(?:cannot lock ref|failed to update ref|incorrect old value|already exists)/.test(
          said,
        )
      )
        return forgeFailure('branch-moved', 'the branch is not where it was: somebody else has moved it');
      if (/remote rejected|pre-receive hook declined/.test(said))
        return forgeFailure('rejected', 'a rule of the remote refuses the push');
      return gitFailure(pushed);
    }
  }
  const args = to === NO_COMMIT ? ['update-ref', '-d', ref, from] : ['update-ref', ref, to, from];
  const moved = await (remote === null ? git.write(args) : git.make(args));
  if (moved.status === 0) return { ok: true, value: null };
  return /but expected|reference already exists|unable to resolve/.test(moved.stderr)
    ? forgeFailure('branch-moved', 'the branch is not where it was: somebody else has moved it')
    : gitFailure(moved);
}

/** Git keeps branches in folders: `dockfix` and `dockfix/x` cannot both be there. */
async function blockedBy(git: Git, branch: string): Promise<ForgeFailure | null> {
  const slash = branch.indexOf('/');
  if (slash < 0) return null;
  const outer = await commitOf(git, `refs/heads/${branch.slice(0, slash)}`);
  if (!outer.ok) return outer;
  return outer.value === null
    ? null
    : forgeFailure('branch-blocked', 'a branch named "dockfix" is in the way');
}

async function isCheckedOut(git: Git, ref: string): Promise<boolean> {
  const answer = await git.read(['worktree', 'list', '--porcelain']);
  return answer.status === 0 && answer.stdout.toString().split('\n').includes(`branch ${ref}`);
}

export async function deleteBranch(
  repository: OpenRepository,
  name: string,
  expectedHead: string,
): Promise<ForgeResult<Written>> {
  if (!/^dockfix[/-][a-z0-9._-]+$/.test(name)) return forgeFailure('rejected', 'this is no branch of ours');
  const ref = `refs/heads/${name}`;
  const current = await commitOf(repository.git, ref);
  if (!current.ok) return current;
  if (current.value === null) return { ok: true, value: { wrote: false } };
  if (current.value !== expectedHead)
    return forgeFailure('branch-moved', 'the branch is not where it was: somebody else has moved it');
  if (await isCheckedOut(repository.git, ref))
    return forgeFailure('rejected', 'the branch is checked out in a work tree, which must not change');
  const deleted = await setRef(repository, ref, NO_COMMIT, expectedHead);
  return deleted.ok ? { ok: true, value: { wrote: true } } : deleted;
}
