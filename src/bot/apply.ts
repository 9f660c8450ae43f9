/** Does what was decided for one pull request, and remembers it before anything else can happen. */
import { forgeFailure } from '../forge/forge.ts';
import type { ForgeResult, PullRequest, Repository } from '../forge/forge.ts';
import { pullTexts } from './body.ts';
import { gatherDetails } from './details.ts';
import type { UpdateDetails } from './details.ts';
import { BRANCH_PREFIXES, branchHash, branchName, hashOfBranch, sameText } from './fingerprint.ts';
import { isRoutine } from './image-diff.ts';
import { reachedLimit } from './limits.ts';
import type { PlannedGroup } from './plan.ts';
import type { Action, HoldCode } from './reconcile.ts';
import type { RepositoryOptions } from './repository.ts';
import type { OpenTime } from './schedule.ts';
import type { BotSettings } from './settings.ts';
import { decide, situationOf } from './situation.ts';
import type { PullMemory, RepositoryMemory } from './store.ts';

export interface Workspace {
  readonly repository: Repository & { readonly head: string };
  readonly settings: BotSettings;
  readonly options: RepositoryOptions;
  memory: RepositoryMemory;
  readonly open: readonly PullRequest[];
  /** The text of the dashboard, with what people have ticked. */
  readonly dashboard: string | null;
  readonly time: OpenTime;
  createdThisRun: number;
}

export interface Applied {
  readonly group: string;
  readonly names: readonly string[];
  readonly hash: string;
  /** Of the open pull request; null when there is none. */
  readonly number: number | null;
  readonly hold: HoldCode | null;
  readonly reason: string;
  readonly untilMs: number | null;
  /** Nothing is left that the next run could do if nothing changes until then. */
  readonly isFinal: boolean;
}

export async function applyGroup(workspace: Workspace, group: PlannedGroup): Promise<ForgeResult<Applied>> {
  const { repository, open } = workspace;
  const scope = { repositoryId: repository.id, baseBranch: repository.defaultBranch, group: group.id };
  const hash = branchHash(scope);
  const pull = open.find(({ branch }) => hashOfBranch(branch) === hash) ?? null;
  const names = pull ? [pull.branch] : BRANCH_PREFIXES.map((prefix) => branchName(scope, prefix));
  for (const branch of names) {
    const result = await applyAt(workspace, group, branch, pull);
    // A branch "dockfix" in the repository leaves no room for branches below it.
    if (result.ok || result.code !== 'branch-blocked') return result;
  }
  return forgeFailure('branch-blocked', 'other branches are in the way of the names of our branches');
}

async function applyAt(
  workspace: Workspace,
  group: PlannedGroup,
  branch: string,
  pull: PullRequest | null,
): Promise<ForgeResult<Applied>> {
  const { options, repository } = workspace;
  const situation = situationOf(workspace, group, branch, pull);
  const decided = await decide(workspace, situation, branch, pull?.head ?? null);
  if (!decided.ok) return decided;
  const action = limited(workspace, group, decided.value);
  const hash = hashOfBranch(branch)!;
  const names = [...new Set(group.changes.map(({ use }) => use.image.raw.replace(/@.*$/s, '')))].sort();
  const answer = (reason: string, more: Partial<Applied> = {}): Applied => ({
    group: group.id,
    names,
    hash,
    number: pull?.number ?? null,
    hold: null,
    reason,
    untilMs: null,
    isFinal: true,
    ...more,
  });
  const say = (what: string, reason: string): void =>
    options.log({ repository: repository.path, key: group.id, action: what, reason });

  switch (action.kind) {
    case 'none': {
      say('none', action.reason);
      const decorated = pull ? await decorate(workspace, branch, pull, group, null) : null;
      if (decorated && !decorated.ok) return decorated;
      return { ok: true, value: answer(action.reason) };
    }
    case 'hold': {
      say('hold', action.reason);
      options.metrics.add('pulls_held');
      const untilMs = action.code === 'schedule' ? workspace.time.opensAtMs : action.untilMs;
      const isFinal = action.code !== 'limit' || untilMs !== null;
      return { ok: true, value: answer(action.reason, { hold: action.code, untilMs, isFinal }) };
    }
    case 'leave-edited': {
      say('leave', 'somebody has worked on it');
      const comment = await explainEdited(workspace, pull!);
      return comment.ok ? { ok: true, value: answer('edited by people, so it is left alone') } : comment;
    }
    case 'create':
    case 'refresh': {
      const written = await propose(workspace, group, branch, pull, action.expectedHead);
      if (!written.ok && written.code === 'branch-moved') {
        say('none', 'somebody else has moved the branch at this moment; the next run looks again');
        return { ok: true, value: answer('the branch was moved meanwhile', { isFinal: false }) };
      }
      if (!written.ok) return written;
      const reason = action.kind === 'create' ? (group.isUrgent ? 'urgent' : group.kind) : action.reason;
      say(action.kind, reason);
      return { ok: true, value: answer('up to date', { number: written.value }) };
    }
    case 'ask':
    case 'close':
    case 'abandon':
      throw new Error(`a wanted pull request is never answered ${action.kind}`);
  }
}

function limited(workspace: Workspace, group: PlannedGroup, action: Action): Action {
  if (action.kind !== 'create' || group.isUrgent) return action;
  const { open, memory, createdThisRun, settings, options } = workspace;
  // A state that was lost does not let the hour begin anew: the forge knows when each was opened.
  const forgotten = open.flatMap(({ branch, createdAtMs }) =>
    memory.pulls[branch] === undefined && createdAtMs !== null ? [createdAtMs] : [],
  );
  const state = {
    open: open.length + createdThisRun,
    createdAtMs: [...memory.createdAtMs, ...forgotten],
    createdThisRun,
    nowMs: options.nowMs(),
  };
  const limit = reachedLimit(settings, state);
  return limit === null ? action : { kind: 'hold', code: 'limit', ...limit };
}

// ---- writing -----------------------------------------------------------------------------------------------------------------

/** The branch, then the pull request, then what belongs to it. The number of the pull request. */
async function propose(
  workspace: Workspace,
  group: PlannedGroup,
  branch: string,
  pull: PullRequest | null,
  expectedHead: string | null,
): Promise<ForgeResult<number>> {
  const { options, repository, settings } = workspace;
  const { forge, store, lookUps, metrics, readPackages, nowMs } = options;
  const { path, head: base, defaultBranch: baseBranch } = repository;
  const history = (key: string): ReturnType<typeof store.history> => store.history(key);
  const details = await gatherDetails(group, { lookUps, history, readPackages });
  const { title, body, commitMessage } = pullTexts(group, details, settings, forge.features);
  const commit = await forge.commitFiles(path, {
    branch,
    base,
    files: group.files,
    message: commitMessage,
    expectedHead,
  });
  if (!commit.ok) return commit;
  const changes = group.changes.map(({ key, path: file, from, to }) => ({ key, path: file, from, to }));
  const before = workspace.memory.pulls[branch];
  await remember(workspace, branch, {
    number: pull?.number ?? 0,
    head: commit.value.id,
    changes,
    isDecorated: pull !== null && (before?.isDecorated ?? true),
  });
  if (commit.value.isVerified === false)
    options.log({
      repository: path,
      key: branch,
      action: 'note',
      reason: 'the forge calls the commit unverified',
    });

  let current = pull;
  if (pull) {
    const change = {
      ...(sameText(pull.title, title) ? {} : { title }),
      ...(sameText(pull.body, body) ? {} : { body }),
    };
    if (Object.keys(change).length > 0) {
      const updated = await forge.updatePullRequest(path, pull, change);
      if (!updated.ok) return updated;
    }
    metrics.add('pulls_updated');
  } else {
    const isDraft = settings.draft;
    const created = await forge.createPullRequest(path, { branch, baseBranch, title, body, isDraft });
    if (!created.ok) return created;
    current = created.value.pullRequest;
    workspace.createdThisRun++;
    const recent = workspace.memory.createdAtMs.filter((ms) => nowMs() - ms < 3_600_000);
    workspace.memory = { ...workspace.memory, createdAtMs: [...recent, nowMs()] };
    await remember(workspace, branch, { ...workspace.memory.pulls[branch]!, number: current.number });
    if (created.value.wrote) metrics.add('pulls_created');
  }
  const decorated = await decorate(workspace, branch, { ...current!, head: commit.value.id }, group, details);
  return decorated.ok ? { ok: true, value: current!.number } : decorated;
}

async function remember(workspace: Workspace, branch: string, pull: PullMemory): Promise<void> {
  const { memory, options, repository } = workspace;
  workspace.memory = { ...memory, settled: null, pulls: { ...memory.pulls, [branch]: pull } };
  await options.store.saveRepository(repository.id, workspace.memory);
}

/** Labels, people and auto-merge, once. None of it is worth a pull request: what fails is said and left. */
async function decorate(
  workspace: Workspace,
  branch: string,
  pull: PullRequest,
  group: PlannedGroup,
  details: readonly UpdateDetails[] | null,
): Promise<ForgeResult<null>> {
  const known = workspace.memory.pulls[branch];
  if (!known || known.isDecorated) return { ok: true, value: null };
  const { options, repository, settings } = workspace;
  const { forge, log, lookUps, store, readPackages } = options;
  const { features } = forge;
  const { labels, reviewers, assignees, automerge, mergeMethod, createLabels } = settings;
  const { path } = repository;
  const attempt = async (what: string, write: () => Promise<ForgeResult<unknown>>): Promise<void> => {
    const result = await write();
    if (!result.ok)
      log({ repository: path, key: branch, action: what, reason: `left out: ${result.reason}` });
  };
  if (labels.length > 0 && features.labels)
    await attempt('label', () => forge.addLabels(path, pull.number, labels, createLabels));
  if (reviewers.length > 0 && features.reviewers)
    await attempt('review', () => forge.requestReviewers(path, pull.number, reviewers));
  if (assignees.length > 0 && features.assignees)
    await attempt('assign', () => forge.addAssignees(path, pull.number, assignees));
  if (automerge && features.autoMerge && pull.head !== null) {
    const history = (key: string): ReturnType<typeof store.history> => store.history(key);
    const known_ = details ?? (await gatherDetails(group, { lookUps, history, readPackages }));
    if (mayMerge(group, known_))
      await attempt('auto-merge', () => forge.enableAutoMerge(path, pull.number, pull.head!, mergeMethod));
    else log({ repository: path, key: branch, action: 'auto-merge', reason: 'more than bytes has changed' });
  }
  await remember(workspace, branch, { ...known, number: pull.number, isDecorated: true });
  return { ok: true, value: null };
}

/** Only a plain update may merge itself: nothing about how the image runs has changed, and nothing was out of the ordinary. */
export function mayMerge(
  group: Pick<PlannedGroup, 'kind' | 'isUrgent'>,
  details: readonly UpdateDetails[],
): boolean {
  return (
    group.kind === 'update' &&
    !group.isUrgent &&
    details.length > 0 &&
    details.every(
      ({ from, before, after, notes }) =>
        from !== null && before !== null && after !== null && notes.length === 0 && isRoutine(before, after),
    )
  );
}

async function explainEdited(
  { options, repository }: Workspace,
  pull: PullRequest,
): Promise<ForgeResult<null>> {
  const { forge } = options;
  if (!forge.features.comments) return { ok: true, value: null };
  const body =
    'Somebody else has committed to this branch, so it is left as it is. ' +
    'Tick the box in the description to have it made again, without those commits.';
  const written = await forge.upsertComment(repository.path, pull.number, { marker: 'dockfix:edited', body });
  return written.ok ? { ok: true, value: null } : written;
}
