/** One repository in one cycle: what it needs, what the forge has, and what is done about the difference. */
import type { Transform } from '../core/types.ts';
import { forgeFailure } from '../forge/forge.ts';
import type { Forge, ForgeFailure, ForgeResult, Repository } from '../forge/forge.ts';
import { mapLimited } from '../app/fix-files.ts';
import { applyGroup } from './apply.ts';
import type { Applied, Workspace } from './apply.ts';
import { configurationBody } from './dashboard.ts';
import { branchHash, hashOfBranch, sha256 } from './fingerprint.ts';
import type { Change } from './fingerprint.ts';
import { applyObsolete, tidyUp } from './finish.ts';
import type { LookUps } from './look-ups.ts';
import { readRepositoryConfig } from './repository-config.ts';
import type { ConfigReader } from './repository-config.ts';
import { readMetadata } from './metadata.ts';
import type { Metrics } from './metrics.ts';
import { isWanted, planRepository, useId } from './plan.ts';
import type { Plan, UseAnswers } from './plan.ts';
import type { Obsolete } from './reconcile.ts';
import { delayOf, openTime } from './schedule.ts';
import { dockerfilesOf, scanFile } from './scan.ts';
import type { ScannedFile, ScannedUse } from './scan.ts';
import { mergeSettings } from './settings.ts';
import type { BotSettings } from './settings.ts';
import { lookAgain, settle } from './settled.ts';
import { findDashboard, showDashboard, showIssue } from './show-dashboard.ts';
import { NO_MEMORY } from './store.ts';
import type { BotStore } from './store.ts';

export interface LogEntry {
  readonly repository: string;
  /** Image, group or branch; empty for the repository as a whole. */
  readonly key: string;
  readonly action: string;
  readonly reason: string;
}

export interface RepositoryOptions {
  readonly forge: Forge;
  readonly lookUps: LookUps;
  readonly store: BotStore;
  readonly nowMs: () => number;
  /** `update-image-digest` and `pin-image-digest`. */
  readonly transforms: readonly Transform[];
  readonly knownIds: ReadonlySet<string>;
  readonly config: ConfigReader;
  readonly operatorSettings: Partial<BotSettings>;
  /** Schedules of repositories are spread over this time. */
  readonly spreadMs: number;
  readonly readPackages: boolean;
  readonly log: (entry: LogEntry) => void;
  readonly metrics: Metrics;
}

export interface Outcome {
  readonly path: string;
  readonly status: 'done' | 'unchanged' | 'skipped' | 'failed';
  readonly reason: string;
  /** Questions that got no answer: the repository was judged, but not all of it. */
  readonly unanswered: readonly string[];
}

const MAX_FILE_BYTES = 16 * 1024 * 1024;
const BLOBS_AT_ONCE = 8;

export async function runRepository(path: string, options: RepositoryOptions): Promise<Outcome> {
  const { forge, store } = options;
  const alias = store.alias(path);
  const known = alias && store.repository(alias.id);
  if (alias && known?.settled) {
    const look = await lookAgain(alias.path, known, options);
    if (look.kind === 'failed') return failed(path, look.failure, options);
    if (look.kind === 'unchanged') {
      options.log({ repository: path, key: '', action: 'none', reason: 'nothing has changed' });
      return { path, status: 'unchanged', reason: '', unanswered: look.unanswered };
    }
  }
  const repository = await forge.getRepository(path);
  if (!repository.ok) return failed(path, repository, options);
  const { value } = repository;
  store.setAlias(path, { id: value.id, path: value.path });
  if (value.skip !== null || value.head === null) {
    options.log({ repository: path, key: '', action: 'skip', reason: value.skip ?? 'empty' });
    return { path, status: 'skipped', reason: value.skip ?? 'empty', unanswered: [] };
  }
  const run = await runFully({ ...value, head: value.head }, options);
  return run.ok ? run.value : failed(path, run, options);
}

function failed(path: string, failure: ForgeFailure, { log, metrics }: RepositoryOptions): Outcome {
  if (failure.code === 'rate-limited') metrics.add('rate_limited');
  log({ repository: path, key: '', action: 'failed', reason: `${failure.code}: ${failure.reason}` });
  return { path, status: 'failed', reason: failure.reason, unanswered: [] };
}

// ---- the whole way ----------------------------------------------------------------------------------------------------

type Headed = Repository & { readonly head: string };

async function runFully(repository: Headed, options: RepositoryOptions): Promise<ForgeResult<Outcome>> {
  const { forge, store, log, metrics } = options;
  const { path, head } = repository;
  const tree = await forge.getTree(path, head);
  if (!tree.ok) return tree;
  if (!tree.value.isComplete)
    return forgeFailure(
      'too-large',
      'the forge does not list all files, so nothing can be said of those that are missing',
    );
  const entries = dockerfilesOf(tree.value);
  const dockerfiles = entries.map((entry) => entry.path);
  const config = await readRepositoryConfig(path, tree.value, dockerfiles, options);
  if (!config.ok) return config;
  const { rulesFor } = config.value;
  const memory = {
    ...NO_MEMORY,
    ...store.repository(repository.id),
    defaultBranch: repository.defaultBranch,
  };
  if (config.value.problem !== null) {
    const { path: file, reason } = config.value.problem;
    log({ repository: path, key: file, action: 'stop', reason: `the configuration is not valid: ${reason}` });
    await showIssue(repository, configurationBody(file, reason), DEFAULT_TITLE, memory, options);
    return { ok: true, value: { path, status: 'failed', reason: `${file}: ${reason}`, unanswered: [] } };
  }
  const settings = mergeSettings(options.operatorSettings, config.value.settings);
  if (!settings.enabled)
    return { ok: true, value: { path, status: 'skipped', reason: 'switched off', unanswered: [] } };

  const judged = entries.filter((entry) => !rulesFor(entry.path).isExcluded);
  const files = await readFiles(repository, judged, options);
  if (!files.ok) return files;
  const pulls = await forge.listOwnPullRequests(path);
  if (!pulls.ok) return pulls;
  const issue = await findDashboard(repository, settings, options);
  if (!issue.ok) return issue;

  const workspace: Workspace = {
    repository,
    settings,
    options,
    memory,
    open: pulls.value.filter(({ branch }) => hashOfBranch(branch) !== null),
    dashboard: issue.value,
    time: openTime(settings.schedule, options.nowMs(), delayOf(sha256(repository.id), options.spreadMs)),
    createdThisRun: 0,
  };
  const uses = files.value.scanned.flatMap((file) => file.uses);
  const wanted = uses.filter((use) => isWanted(use, rulesFor(use.path), settings));
  const answers = await answerAll(wanted, settings, options);
  const plan = await planRepository({
    files: files.value.scanned,
    settings,
    transforms: options.transforms.filter(({ meta }) => settings.pin || meta.id !== 'pin-image-digest'),
    rulesFor,
    knownIds: options.knownIds,
    answers,
    carried: carriedBy(files.value.scanned, workspace),
  });
  const held = distinct(plan.held);
  for (const { use, isError, reason } of held)
    log({ repository: path, key: use.key, action: isError ? 'error' : 'hold', reason });
  for (const bug of plan.bugs) log({ repository: path, key: '', action: 'bug', reason: bug });
  metrics.add('pulls_held', held.filter(({ isError }) => !isError).length);

  const applied: Applied[] = [];
  for (const group of plan.groups) {
    const result = await applyGroup(workspace, group);
    if (!result.ok) return result;
    applied.push(result.value);
  }
  const ownFiles = { ...files.value, leftOut: uses.filter((use) => !wanted.includes(use)) };
  const closed = await closeObsolete(workspace, plan, ownFiles, applied);
  if (!closed.ok) return closed;
  const tidied = await tidyUp(workspace, new Set(plan.groups.map(({ id }) => hashOf(workspace, id))));
  if (!tidied.ok) return tidied;

  await showDashboard(workspace, plan, applied);
  const unanswered = plan.held
    .filter(({ isError }) => isError)
    .map(({ use, reason }) => `${use.key}: ${reason}`);
  const problems = [...files.value.problems.map((one) => `${one.path}: ${one.reason}`), ...plan.bugs];
  await settle(
    workspace,
    plan,
    applied,
    wanted,
    // A signature may come later than its image, and nothing that is remembered would show it.
    unanswered.length === 0 && plan.bugs.length === 0 && plan.held.every(({ code }) => code !== 'unverified'),
  );
  return {
    ok: true,
    value: {
      path,
      status: plan.bugs.length > 0 ? 'failed' : 'done',
      reason: problems.length > 0 ? problems.join('; ') : summaryOf(applied, held),
      unanswered,
    },
  };
}

const DEFAULT_TITLE = 'dockfix dashboard';

/** One for each image and reason, however many places name it. */
function distinct(held: Plan['held']): Plan['held'] {
  return [...new Map(held.map((one) => [`${one.use.key} ${one.reason}`, one])).values()];
}

function summaryOf(applied: readonly Applied[], held: Plan['held']): string {
  const open = applied.filter(({ number }) => number !== null).length;
  const waiting = applied.filter(({ hold }) => hold !== null).length + held.length;
  return `${open} open, ${waiting} waiting`;
}

interface Files {
  readonly scanned: readonly ScannedFile[];
  /** Images that the configuration leaves alone. */
  readonly leftOut?: readonly ScannedUse[];
  readonly problems: readonly { readonly path: string; readonly reason: string }[];
}

async function readFiles(
  { path }: Headed,
  entries: ReturnType<typeof dockerfilesOf>,
  { forge, log }: RepositoryOptions,
): Promise<ForgeResult<Files>> {
  const scanned: ScannedFile[] = [];
  const problems: { path: string; reason: string }[] = [];
  let failure: ForgeFailure | null = null;
  const results = await mapLimited(entries, BLOBS_AT_ONCE, async (entry) => {
    if (failure) return null;
    const blob = await forge.getBlob(path, entry.id, MAX_FILE_BYTES);
    if (blob.ok) return scanFile(entry, blob.value);
    if (blob.code !== 'too-large') failure = blob;
    return { path: entry.path, reason: blob.reason };
  });
  if (failure) return failure;
  for (const result of results) {
    if (result === null) continue;
    if ('uses' in result) scanned.push(result);
    else {
      problems.push(result);
      log({ repository: path, key: result.path, action: 'unreadable', reason: result.reason });
    }
  }
  return { ok: true, value: { scanned, problems } };
}

// ---- what registries say ------------------------------------------------------------------------------------------------

async function answerAll(
  uses: readonly ScannedUse[],
  { minAgeMs, maxHoldMs }: BotSettings,
  options: RepositoryOptions,
): Promise<ReadonlyMap<string, UseAnswers>> {
  const policy = { minAgeMs, maxHoldMs: maxHoldMs ?? 2 * minAgeMs };
  const answers = new Map<string, UseAnswers>();
  await mapLimited(uses, BLOBS_AT_ONCE, async (use) => {
    answers.set(useId(use), await answerOf(use, policy, options));
  });
  return answers;
}

async function answerOf(
  { key, image, pinned }: ScannedUse,
  policy: Parameters<LookUps['pin']>[2],
  { lookUps, store, metrics, nowMs }: RepositoryOptions,
): Promise<UseAnswers> {
  if (pinned === null) {
    const fact = await lookUps.firstPin(key, image);
    return { latest: fact, proposed: fact, isUrgent: false, note: null, untilMs: null };
  }
  const answer = await lookUps.pin(key, image, policy);
  if (answer !== null) {
    const left = store.history(key).find(({ digest }) => digest === pinned)?.replacedAtMs;
    if (left != null) metrics.sawPinAge(nowMs() - left);
    return answer;
  }
  const tip = await lookUps.tip(key, image);
  const same = tip.ok ? { ok: true as const, value: sameAs(pinned, tip.value), evidence: tip.evidence } : tip;
  return { latest: same, proposed: same, isUrgent: false, note: null, untilMs: null };
}

/** The answer to `image-update` for a pin that its tag still has. */
function sameAs(
  pinned: string,
  latest: { readonly digest: string; readonly mediaType: string; readonly kind: 'index' | 'manifest' },
): object {
  return {
    currentDigest: pinned,
    currentKind: latest.kind,
    currentGone: false,
    latest,
    change: { kind: 'same' },
    current: [],
    candidate: [],
    match: null,
    isFlapping: false,
    missingImages: null,
  };
}

/** What open pull requests propose, by our own memory: it stays proposed on a day when nothing can be looked up. */
function carriedBy(files: readonly ScannedFile[], { memory, open }: Workspace): ReadonlyMap<string, string> {
  const openBranches = new Set(open.map(({ branch }) => branch));
  const proposed = new Map<string, string>();
  for (const [branch, pull] of Object.entries(memory.pulls)) {
    if (!openBranches.has(branch)) continue;
    for (const { key, path, from, to } of pull.changes) proposed.set(`${path} ${from} ${key}`, to);
  }
  const carried = new Map<string, string>();
  for (const use of files.flatMap((file) => file.uses)) {
    const to = proposed.get(`${use.path} ${use.pinned} ${use.key}`);
    if (to !== undefined) carried.set(useId(use), to);
  }
  return carried;
}

// ---- pull requests that nothing is wanted of -------------------------------------------------------------------------------

async function closeObsolete(
  workspace: Workspace,
  plan: Plan,
  files: Files,
  applied: readonly Applied[],
): Promise<ForgeResult<null>> {
  const { repository, open, memory, options } = workspace;
  const wanted = new Set(plan.groups.map(({ id }) => hashOf(workspace, id)));
  for (const pull of open) {
    if (wanted.has(hashOfBranch(pull.branch)!)) continue;
    const changes = readMetadata(pull.body)?.changes ?? memory.pulls[pull.branch]?.changes ?? null;
    const why = whyObsolete(changes, plan, files, applied);
    if (why === null) {
      const reason = 'what it proposes could not be judged today';
      options.log({ repository: repository.path, key: pull.branch, action: 'none', reason });
      continue;
    }
    const result = await applyObsolete(workspace, pull, why);
    if (!result.ok) return result;
  }
  return { ok: true, value: null };
}

export function hashOf({ repository }: Pick<Workspace, 'repository'>, group: string): string {
  return branchHash({ repositoryId: repository.id, baseBranch: repository.defaultBranch, group });
}

/** Null as long as anything that could still be wanted was not judged. */
export function whyObsolete(
  changes: readonly Change[] | null,
  plan: Pick<Plan, 'held' | 'groups' | 'bugs'>,
  files: Files,
  applied: readonly Pick<Applied, 'group' | 'number'>[],
): Obsolete | null {
  if (plan.bugs.length > 0) return null;
  if (changes === null)
    return plan.held.length > 0 || files.problems.length > 0 ? null : { reason: 'up to date' };
  const isUnjudged = changes.some(
    ({ key, path }) =>
      plan.held.some(({ use }) => use.key === key) || files.problems.some((problem) => problem.path === path),
  );
  if (isUnjudged) return null;
  const keys = new Set(changes.map(({ key }) => key));
  const heir = plan.groups.find((group) => group.changes.some(({ key }) => keys.has(key)));
  if (heir) {
    const number = applied.find(({ group }) => group === heir.id)?.number ?? null;
    // Not before the other one is there.
    return number === null ? null : { reason: 'superseded', by: number };
  }
  if (files.leftOut?.some(({ key }) => keys.has(key))) return { reason: 'switched off' };
  const used = new Set(files.scanned.flatMap(({ uses }) => uses.map(({ key }) => key)));
  return { reason: [...keys].some((key) => used.has(key)) ? 'up to date' : 'image removed' };
}
