/** Opens what the bot works on: a local clone, or any git remote by push. */
import { createHash } from 'node:crypto';
import { mkdir, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { forgeFailure } from '../forge/forge.ts';
import type { Forge, ForgeFailure, ForgeResult } from '../forge/forge.ts';
import { createGitForge } from '../forge/git.ts';
import type { OpenRepository } from '../forge/git.ts';
import { withCredential } from '../forge/git-credential.ts';
import type { GitCredential } from '../forge/git-credential.ts';
import { gitFailure } from '../forge/git-plumbing.ts';
import type { Author } from '../forge/git-plumbing.ts';
import { createGit, safeDirectories } from '../forge/git-process.ts';
import type { GitAnswer, GitOptions } from '../forge/git-process.ts';
import { openLocalPulls } from '../forge/local-pulls.ts';
import type { GuardedIo } from './io.ts';

export interface GitForgeSettings {
  readonly io: Pick<GuardedIo, 'cwd' | 'env'>;
  readonly author: Author;
  /** Where texts go; null for `.git/dockfix` of each clone. */
  readonly out: string | null;
  readonly base: string | null;
  readonly isDryRun: boolean;
  readonly nowMs: () => number;
}

/** What is called by `path` is a folder with a clone. */
export function openLocalForge(settings: GitForgeSettings): Forge {
  const { io, author, base, nowMs, isDryRun } = settings;
  return createGitForge({
    kind: 'local',
    nowMs,
    async open(path): Promise<ForgeResult<OpenRepository>> {
      const folder = await realpath(resolve(io.cwd, path)).catch(() => null);
      if (folder === null || !(await stat(folder)).isDirectory())
        return forgeFailure('not-found', 'there is no such folder');
      let options: GitOptions = { folder, env: io.env, protocols: [] };
      // Finding it is no request to it.
      const find = (): Promise<GitAnswer> => createGit(options).read(['rev-parse', '--git-common-dir']);
      let found = await find();
      if (isOfAnotherUser(found)) {
        options = { ...options, trusted: await safeDirectories(io.env) };
        found = await find();
      }
      if (isOfAnotherUser(found)) return untrusted(found, folder);
      if (found.status !== 0) return gitFailure(found);
      const gitFolder = resolve(folder, found.stdout.toString().replace(/\n$/, ''));
      const out = settings.out === null ? join(gitFolder, 'dockfix') : resolve(io.cwd, settings.out);
      const pulls = openLocalPulls(out, isDryRun);
      return {
        ok: true,
        value: { git: createGit(options), pulls, author, baseBranch: base, remote: null },
      };
    },
  });
}

/** In a container the files often belong to somebody else than the one who runs. */
function isOfAnotherUser({ status, stderr }: GitAnswer): boolean {
  return status !== 0 && stderr.includes('dubious ownership');
}

/** What git's own words say, without that anything is set by us: trust is a person's to give. */
function untrusted({ stderr }: GitAnswer, folder: string): ForgeFailure {
  const root = /repository at '([^'\n]{1,4096})'/.exec(stderr)?.[1] ?? folder;
  return forgeFailure(
    'denied',
    'git does not trust this repository, because it belongs to another user; run dockfix as that user, or say that ' +
      `you trust it: git config --global --add safe.directory '${root}'`,
  );
}

/** What is called by `path` is the URL of a remote; a bare copy without file contents is kept in `cache`. */
export function openRemoteForge(
  settings: GitForgeSettings & { readonly cache: string; readonly credential: GitCredential | null },
): Forge {
  const { io, author, base, nowMs, cache, credential, isDryRun } = settings;
  return createGitForge({
    kind: 'git',
    nowMs,
    async open(path): Promise<ForgeResult<OpenRepository>> {
      const remote = remoteOf(path, io.cwd);
      if (remote === null)
        return forgeFailure(
          'rejected',
          'this is no remote that can be used: https:// without credentials, ssh://, or a folder',
        );
      const name = createHash('sha256').update(remote.url).digest('hex').slice(0, 24);
      const folder = join(cache, 'git', name);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const plain = createGit({ folder, env: io.env, protocols: [remote.protocol] });
      const git = credential ? withCredential(plain, credential) : plain;
      const steps = [
        ['init', '--quiet', '--bare', '--initial-branch=main', '.'],
        // File contents come when they are asked for, which only a remote with a name can promise.
        ['config', 'remote.origin.url', remote.url],
        ['config', 'remote.origin.promisor', 'true'],
        ['config', 'remote.origin.partialclonefilter', 'blob:none'],
        [
          'fetch',
          '--quiet',
          '--no-tags',
          '--prune',
          '--force',
          '--filter=blob:none',
          '--',
          'origin',
          '+refs/heads/*:refs/heads/*',
        ],
      ];
      for (const step of steps) {
        const done = await git.read(step);
        if (done.status !== 0) return gitFailure(done);
      }
      const named =
        base === null ? await git.read(['ls-remote', '--symref', '--', remote.url, 'HEAD']) : null;
      const head = /^ref: refs\/heads\/(\S+)\tHEAD$/m.exec(named?.stdout.toString() ?? '')?.[1] ?? null;
      const out = settings.out === null ? join(folder, 'dockfix') : resolve(io.cwd, settings.out, name);
      const pulls = openLocalPulls(out, isDryRun);
      return { ok: true, value: { git, pulls, author, baseBranch: base ?? head, remote: remote.url } };
    },
  });
}

/**
 * Null for everything but a URL that names a server and a path, and a folder: nothing that git could take for an option
 * or a program.
 */
export function remoteOf(
  text: string,
  cwd: string,
): { readonly url: string; readonly protocol: string } | null {
  if (isAbsolute(text) || /^\.{1,2}\//.test(text)) return { url: resolve(cwd, text), protocol: 'file' };
  const short = /^([\w.-]{1,100})@([\w.-]{1,200}):([\w./~-]{1,500})$/.exec(text);
  const address = short ? `ssh://${short[1]}@${short[2]}/${short[3]}` : text;
  if (URL.canParse(address)) {
    const url = new URL(address);
    const isOwnMachine = /^(?:127\.\d+\.\d+\.\d+|\[::1\]|localhost)$/.test(url.hostname);
    const isEncrypted = url.protocol === 'https:' || (url.protocol === 'http:' && isOwnMachine);
    const isPlain = isEncrypted && url.username === '' && url.password === '';
    const isSsh = url.protocol === 'ssh:' && url.password === '' && !/^-|%/.test(url.username + url.hostname);
    if (url.hostname !== '' && (isPlain || isSsh))
      return { url: url.href, protocol: url.protocol.slice(0, -1) };
  }
  return null;
}
