/** Pull requests that are texts: what has become of their branches says what has become of them. */
import { forgeFailure } from './forge.ts';
import type { ForgeResult, PullRequest, Written } from './forge.ts';
import type { OpenRepository } from './git.ts';
import { commitOf } from './git-plumbing.ts';
import type { Git } from './git-process.ts';
import type { LocalPull, LocalPulls } from './local-pulls.ts';

/** All, oldest first. What has become of their branches is written down on the way. */
export async function listPulls(
  repository: OpenRepository,
  nowMs: () => number,
): Promise<ForgeResult<readonly PullRequest[]>> {
  const { git, pulls } = repository;
  const list = await pulls.list();
  if (!list.ok) return list;
  const answers: PullRequest[] = [];
  for (const pull of [...list.value].sort((a, b) => a.number - b.number)) {
    const fate = pull.state === 'open' ? await fateOf(git, pull) : ({ ok: true, value: 'open' } as const);
    if (!fate.ok) return fate;
    let now = pull;
    if (fate.value !== 'open') {
      const isMerged = fate.value === 'merged';
      now = {
        ...pull,
        state: isMerged ? 'merged' : 'closed',
        closedBy: isMerged ? null : 'person',
        closedAtMs: nowMs(),
      };
      const saved = await pulls.save(now, null);
      if (!saved.ok) return saved;
    }
    const answer = await asPullRequest(repository, now);
    if (!answer.ok) return answer;
    answers.push(answer.value);
  }
  return { ok: true, value: answers };
}

async function fateOf(
  git: Git,
  { branch, baseBranch }: LocalPull,
): Promise<ForgeResult<'open' | 'merged' | 'gone'>> {
  const head = await commitOf(git, `refs/heads/${branch}`);
  if (!head.ok) return head;
  if (head.value === null) return { ok: true, value: 'gone' };
  const inBase = await git.read(['merge-base', '--is-ancestor', head.value, `refs/heads/${baseBranch}`]);
  return { ok: true, value: inBase.status === 0 ? 'merged' : 'open' };
}

export async function asPullRequest(
  { git, pulls }: OpenRepository,
  pull: LocalPull,
): Promise<ForgeResult<PullRequest>> {
  const { branch, baseBranch } = pull;
  const head = pull.state === 'open' ? await commitOf(git, `refs/heads/${branch}`) : null;
  if (head && !head.ok) return head;
  const commit = head?.value ?? null;
  return {
    ok: true,
    value: {
      ...pull,
      url: null,
      head: commit,
      body: await pulls.body(pull),
      isMergeable: commit === null ? null : await isMergeable(git, baseBranch, commit),
      mustBeUpToDate: false,
      isQueued: false,
    },
  };
}

/** Null where this git cannot tell: `merge-tree --write-tree` came with 2.38. */
async function isMergeable(git: Git, baseBranch: string, head: string): Promise<boolean | null> {
  const base = `refs/heads/${baseBranch}`;
  const isAhead = await git.read(['merge-base', '--is-ancestor', base, head]);
  if (isAhead.status === 0) return true;
  const merged = await git.make(['merge-tree', '--write-tree', '--no-messages', base, head]);
  return merged.status === 0 ? true : merged.status === 1 ? false : null;
}

export async function changePull(
  pulls: LocalPulls,
  number: number,
  change: (pull: LocalPull) => LocalPull | null,
  body: string | null,
): Promise<ForgeResult<Written>> {
  const list = await pulls.list();
  if (!list.ok) return list;
  const pull = list.value.find((one) => one.number === number);
  if (!pull) return forgeFailure('not-found', 'there is no such pull request');
  const next = change(pull);
  if (next === null) return { ok: true, value: { wrote: false } };
  const saved = await pulls.save(next, body);
  return saved.ok ? { ok: true, value: { wrote: true } } : saved;
}
