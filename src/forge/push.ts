/**
 * Branches of forges whose APIs cannot compare and set, moved by git itself: a bare copy without file contents is brought
 * up to date, the commit is made there, and pushed with a lease: the server refuses when the branch is not where it was.
 */
import { forgeFailure } from './forge.ts';
import type { CommitAnswer, CommitRequest, Forge, ForgeResult, Written } from './forge.ts';
import { createGitForge } from './git.ts';
import { withCredential } from './git-credential.ts';
import { gitFailure, isCommit } from './git-plumbing.ts';
import type { Author } from './git-plumbing.ts';
import type { Git } from './git-process.ts';
import type { LocalPulls } from './local-pulls.ts';
import { isOwnBranch } from './marker.ts';

export interface PushOptions {
  /** An empty or earlier made folder for the copy of this remote, as git that may speak the protocol of the URL. */
  readonly openGit: (url: string) => Promise<ForgeResult<Git>>;
  readonly nowMs: () => number;
}

export interface Remote {
  /** Without credentials. */
  readonly url: string;
  readonly user: string;
  readonly token: string;
  readonly author: Author;
}

/** {@link Forge.commitFiles} and {@link Forge.deleteBranch}, and how many git processes they took. */
export interface Pusher {
  commitFiles(remote: Remote, request: CommitRequest): Promise<ForgeResult<CommitAnswer>>;
  deleteBranch(remote: Remote, name: string, expectedHead: string): Promise<ForgeResult<Written>>;
  counts(): { readonly reads: number; readonly writes: number };
}

export function createPusher(options: PushOptions): Pusher {
  const count = { reads: 0, writes: 0 };

  async function push<T>(
    remote: Remote,
    base: string | null,
    task: (git: Forge) => Promise<ForgeResult<T>>,
  ): Promise<ForgeResult<T>> {
    // A commit without an address could not be told from somebody else's by the next run.
    if (remote.author.email === '')
      return forgeFailure('rejected', 'the account has no address to commit with; set the author of the bot');
    const git = createPush(options, remote, base);
    const result = await task(git);
    const { reads, writes } = git.counts();
    count.reads += reads;
    count.writes += writes;
    return result;
  }

  return {
    async commitFiles(remote, request) {
      if (!isOwnBranch(request.branch) || !/^[a-z0-9._/-]{1,200}$/.test(request.branch))
        return forgeFailure('rejected', 'this is no branch of ours');
      return push(remote, request.base, (git) => git.commitFiles(remote.url, request));
    },
    async deleteBranch(remote, name, expectedHead) {
      if (!isOwnBranch(name)) return forgeFailure('rejected', 'this is no branch of ours');
      return push(remote, null, (git) => git.deleteBranch(remote.url, name, expectedHead));
    },
    counts: () => ({ ...count }),
  };
}

/** A forge that is asked for `commitFiles` and `deleteBranch` of one repository only, as it stands now. */
function createPush({ openGit, nowMs }: PushOptions, remote: Remote, base: string | null): Forge {
  return createGitForge({
    kind: 'git',
    nowMs,
    async open() {
      const opened = await openGit(remote.url);
      if (!opened.ok) return opened;
      const { origin } = new URL(remote.url);
      const git = withCredential(opened.value, { origin, user: remote.user, secret: remote.token });
      if (base !== null && !isCommit(base)) return forgeFailure('not-found', 'this is no commit');
      const options = ['--quiet', '--no-tags', '--prune', '--force', '--filter=blob:none'];
      const steps = [
        ['init', '--quiet', '--bare', '--initial-branch=main', '.'],
        ['fetch', ...options, '--', remote.url, '+refs/heads/dockfix*:refs/heads/dockfix*'],
        ...(base === null
          ? []
          : [['fetch', '--quiet', '--no-tags', '--filter=blob:none', '--depth=1', '--', remote.url, base]]),
      ];
      for (const step of steps) {
        const done = await git.read(step);
        if (done.status !== 0) return gitFailure(done);
      }
      return {
        ok: true,
        value: { git, pulls: NO_PULLS, author: remote.author, baseBranch: null, remote: remote.url },
      };
    },
  });
}

const NONE = forgeFailure('unsupported', 'pull requests are kept by the forge');

const NO_PULLS: LocalPulls = {
  list: () => Promise.resolve(NONE),
  save: () => Promise.resolve(NONE),
  body: () => Promise.resolve(''),
  readText: () => Promise.resolve(null),
  stamp: () => Promise.resolve(''),
  writeText: () => Promise.resolve(NONE),
};
