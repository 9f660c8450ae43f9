/**
 * Commits of Gitea, by git itself: its API cannot replace a branch. A bare copy without file contents is brought up to
 * date, the commit is made there, and pushed with a lease: the server refuses when the branch is not where it was.
 */
import { forgeFailure } from '../forge.ts';
import type { Forge, ForgeResult } from '../forge.ts';
import { createGitForge } from '../git.ts';
import { gitFailure, isCommit } from '../git-plumbing.ts';
import type { Author } from '../git-plumbing.ts';
import type { Git, GitCall } from '../git-process.ts';
import type { LocalPulls } from '../local-pulls.ts';

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

/** A forge that is asked for `commitFiles` and `deleteBranch` of one repository only, as it stands now. */
export function createPush({ openGit, nowMs }: PushOptions, remote: Remote, base: string | null): Forge {
  return createGitForge({
    kind: 'git',
    nowMs,
    async open() {
      const opened = await openGit(remote.url);
      if (!opened.ok) return opened;
      const git = withCredential(opened.value, remote);
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

/** The token goes into the environment of each git, for this origin alone: arguments are seen by everybody. */
function withCredential(git: Git, { url, user, token }: Remote): Git {
  const basic = Buffer.from(`${user}:${token}`).toString('base64');
  const env = {
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: `http.${new URL(url).origin}/.extraHeader`,
    GIT_CONFIG_VALUE_0: `Authorization: Basic ${basic}`,
  };
  const add = (call: GitCall = {}): GitCall => ({ ...call, env: { ...call.env, ...env } });
  return {
    read: (args, call) => git.read(args, add(call)),
    write: (args, call) => git.write(args, add(call)),
    make: (args, call) => git.make(args, add(call)),
    counts: () => git.counts(),
  };
}

const NONE = forgeFailure('unsupported', 'pull requests are kept by the forge');

const NO_PULLS: LocalPulls = {
  list: () => Promise.resolve(NONE),
  save: () => Promise.resolve(NONE),
  body: () => Promise.resolve(''),
  readText: () => Promise.resolve(null),
  writeText: () => Promise.resolve(NONE),
};
