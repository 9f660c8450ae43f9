/** Everything that decides about one pull request, asked for only as far as the decision needs it. */
import { isUnjudged } from '../forge/forge.ts';
import type { CommitSummary, ForgeResult, PullRequest } from '../forge/forge.ts';
import type { Workspace } from './apply.ts';
import { hashOfBranch } from './fingerprint.ts';
import { isAskedFor } from './dashboard.ts';
import { RECREATE, reconcile } from './reconcile.ts';
import type { BotSettings } from './settings.ts';
import type { Action, Authorship, Obsolete, Situation, Wanted } from './reconcile.ts';

const MAX_COMMITS = 50;

/** Asks what the decision needs to know, until it is one. */
export async function decide(
  workspace: Workspace,
  start: Situation,
  branch: string,
  pullHead: string | null,
): Promise<ForgeResult<Action>> {
  const { forge } = workspace.options;
  const { path, head } = workspace.repository;
  let situation = start;
  for (;;) {
    const action = reconcile(situation);
    if (action.kind !== 'ask') return { ok: true, value: action };
    if (action.what === 'past') {
      const past = await forge.findPullRequests(path, branch);
      if (!past.ok) return past;
      situation = { ...situation, past: past.value };
    } else if (action.what === 'recall') {
      const recalled = await isRecalled(workspace, branch, action.number, action.sinceMs);
      if (!recalled.ok) return recalled;
      situation = { ...situation, isRecalled: recalled.value };
    } else if (action.what === 'branch') {
      const found = await forge.getBranch(path, branch);
      if (!found.ok) return found;
      situation = { ...situation, branch: found.value };
    } else {
      const authorship = await authorshipOf(workspace, head, pullHead ?? situation.branch?.head ?? null);
      if (!authorship.ok) return authorship;
      situation = { ...situation, authorship: authorship.value };
    }
  }
}

/** Where the credential may not ask who may push, nobody is believed; it is said, because a person waits for it. */
async function isRecalled(
  { options, repository }: Workspace,
  branch: string,
  number: number,
  sinceMs: number | null,
): Promise<ForgeResult<boolean>> {
  const { forge, log } = options;
  const told = await forge.hasCommand(repository.path, number, RECREATE, sinceMs);
  if (told.ok || isUnjudged(told)) return told;
  log({ repository: repository.path, key: branch, action: 'note', reason: `comments: ${told.reason}` });
  return { ok: true, value: false };
}

/** Ours when every commit is; what cannot be listed is not. */
async function authorshipOf(
  { options, repository, settings }: Workspace,
  base: string,
  head: string | null,
): Promise<ForgeResult<Authorship>> {
  if (head === null) return { ok: true, value: 'edited' };
  const commits = await options.forge.commitsBetween(repository.path, base, head, MAX_COMMITS);
  if (!commits.ok && commits.code === 'too-large') return { ok: true, value: 'edited' };
  if (!commits.ok) return commits;
  const isOurs =
    commits.value.some((one) => one.isOurs) &&
    commits.value.every((one) => one.isOurs || one.isForgeMerge || isIgnored(one, settings));
  return { ok: true, value: isOurs ? 'ours' : 'edited' };
}

/**
 * Author and committer have to be named: a person who commits on the forge's page is its author, however the forge
 * calls itself as the committer. Addresses prove nothing, and need not: the list stands in the base branch, which only
 * those can change who could move our branches as well.
 */
function isIgnored({ author, committer }: CommitSummary, { ignoredAuthors }: BotSettings): boolean {
  const isNamed = (email: string): boolean => ignoredAuthors.includes(email.toLowerCase());
  return isNamed(author.email) && isNamed(committer.email);
}

export function situationOf(
  { memory, dashboard, repository, time, settings, options }: Workspace,
  wanted: Wanted | Obsolete,
  branch: string,
  open: PullRequest | null,
): Situation {
  return {
    wanted,
    open,
    rememberedHead: memory.pulls[branch]?.head ?? null,
    past: undefined,
    branch: undefined,
    authorship: undefined,
    closedByUs: new Set(memory.closed),
    isRecalled: options.forge.features.comments ? undefined : false,
    isAskedFor: dashboard !== null && isAskedFor(dashboard, hashOfBranch(branch)!),
    baseBranch: repository.defaultBranch,
    isOpenTime: time.isOpen,
    updateOutsideSchedule: settings.updateOutsideSchedule,
    snoozeMs: settings.snoozeMs,
    nowMs: options.nowMs(),
  };
}
