/** One repository in one cycle: what it needs, what the forge has, and what is done about the difference. */
import type { Transform } from '../core/types.ts';
import { forgeFailure } from '../forge/forge.ts';
import type { Forge, ForgeFailure, ForgeResult, Repository, Tree } from '../forge/forge.ts';
import { mapLimited } from '../app/fix-files.ts';
import { applyGroup } from './apply.ts';
import type { Applied, Workspace } from './apply.ts';
import { configurationBody } from './dashboard.ts';
import { branchHash, hashOfBranch, sha256 } from './fingerprint.ts';
import type { Change } from './fingerprint.ts';
import { applyObsolete, tidyUp } from './finish.ts';
import type { LookUps } from './look-ups.ts';
import { readMetadata } from './metadata.ts';
import type { Metrics } from './metrics.ts';
import { planRepository, useId } from './plan.ts';
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

/** What a repository says of the bot. `files` are those of {@link CONFIG_FILES} that it has, by path. */
export type ReadSettings = (files: readonly { readonly path: string; readonly text: string }[]) => Promise<
  | {
      readonly ok: true;
      readonly settings: Partial<BotSettings>;
      /** Whether the configuration leaves a file alone, by its path from the root. */
      readonly isExcluded: (path: string) => boolean;
    }
  | { readonly ok: false; readonly path: string; readonly reason: string }
>;

export interface RepositoryOptions {
  readonly forge: Forge;
  readonly lookUps: LookUps;
  readonly store: BotStore;
  readonly nowMs: () => number;
  /** `update-image-digest` and `pin-image-digest`. */
  readonly transforms: readonly Transform[];
  readonly knownIds: ReadonlySet<string>;
  /** Names of the files that `readSettings` wants, in the root of the repository; the first that is there counts. */
  readonly configFiles: readonly string[];
  readonly readSettings: ReadSettings;
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
const MAX_CONFIG_BYTES = 1024 * 1024;
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
  const config = await readConfig(repository, tree.value, options);
  if (!config.ok) return config;
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

  const files = await readFiles(repository, tree.value, config.value.isExcluded, options);
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
  const answers = await answerAll(files.value.scanned, settings, options);
  const plan = await planRepository({
    files: files.value.scanned,
    settings,
    transforms: options.transforms.filter(({ meta }) => settings.pin || meta.id !== 'pin-image-digest'),
    knownIds: options.knownIds,
    answers,
    carried: carriedBy(files.value.scanned, workspace),
  });
  for (const one of plan.held)
    log({ repository: path, key: one.use.key, action: one.isError ? 'error' : 'hold', reason: one.reason });
  for (const bug of plan.bugs) log({ repository: path, key: '', action: 'bug', reason: bug });
  metrics.add('pulls_held', plan.held.filter(({ isError }) => !isError).length);

  const applied: Applied[] = [];
  for (const group of plan.groups) {
    const result = await applyGroup(workspace, group);
    if (!result.ok) return result;
    applied.push(result.value);
  }
  const closed = await closeObsolete(workspace, plan, files.value, applied);
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
    files.value.scanned.flatMap(({ uses }) => uses),
    // A signature may come later than its image, and nothing that is remembered would show it.
    unanswered.length === 0 && plan.bugs.length === 0 && plan.held.every(({ code }) => code !== 'unverified'),
  );
  return {
    ok: true,
    value: {
      path,
      status: plan.bugs.length > 0 ? 'failed' : 'done',
      reason: problems.join('; '),
      unanswered,
    },
  };
}

const DEFAULT_TITLE = 'dockfix dashboard';

interface RepositoryConfig {
  readonly settings: Partial<BotSettings>;
  readonly isExcluded: (path: string) => boolean;
  readonly problem: { readonly path: string; readonly reason: string } | null;
}

async function readConfig(
  { path }: Headed,
  { entries }: Tree,
  { forge, configFiles, readSettings }: RepositoryOptions,
): Promise<ForgeResult<RepositoryConfig>> {
  const there = configFiles.flatMap((name) =>
    entries.filter((entry) => entry.path === name && (entry.mode === '100644' || entry.mode === '100755')),
  );
  const files: { path: string; text: string }[] = [];
  const isExcluded = (): boolean => false;
  for (const { path: file, id } of there) {
    const blob = await forge.getBlob(path, id, MAX_CONFIG_BYTES);
    if (!blob.ok && blob.code === 'too-large') {
      const problem = { path: file, reason: 'is larger than 1 MiB' };
      return { ok: true, value: { settings: {}, isExcluded, problem } };
    }
    if (!blob.ok) return blob;
    files.push({ path: file, text: new TextDecoder().decode(blob.value) });
  }
  const read = await readSettings(files);
  if (read.ok) return { ok: true, value: { ...read, problem: null } };
  return { ok: true, value: { settings: {}, isExcluded, problem: { path: read.path, reason: read.reason } } };
}

interface Files {
  readonly scanned: readonly ScannedFile[];
  readonly problems: readonly { readonly path: string; readonly reason: string }[];
}

async function readFiles(
  { path }: Headed,
  tree: Tree,
  isExcluded: (path: string) => boolean,
  { forge, log }: RepositoryOptions,
): Promise<ForgeResult<Files>> {
  const scanned: ScannedFile[] = [];
  const problems: { path: string; reason: string }[] = [];
  let failure: ForgeFailure | null = null;
  const entries = dockerfilesOf(tree).filter((entry) => !isExcluded(entry.path));
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
  files: readonly ScannedFile[],
  settings: BotSettings,
  options: RepositoryOptions,
): Promise<ReadonlyMap<string, UseAnswers>> {
  const { minAgeMs, maxHoldMs } = settings;
  const policy = { minAgeMs, maxHoldMs: maxHoldMs ?? 2 * minAgeMs };
  const uses = files.flatMap((file) => file.uses).filter(({ pinned }) => pinned !== null || settings.pin);
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
  const used = new Set(files.scanned.flatMap(({ uses }) => uses.map(({ key }) => key)));
  return { reason: [...keys].some((key) => used.has(key)) ? 'up to date' : 'image removed' };
}
