/** One repository in one cycle: what it needs, what the forge has, and what is done about the difference. */
import type { Transform } from '../core/types.ts';
import { forgeFailure } from '../forge/forge.ts';
import type { Forge, ForgeFailure, ForgeResult, Repository } from '../forge/forge.ts';
import { mapLimited } from '../app/fix-files.ts';
import { answerAll, carriedBy } from './answers.ts';
import { applyGroup } from './apply.ts';
import type { Applied, Workspace } from './apply.ts';
import { configurationBody } from './dashboard.ts';
import { hashOfBranch, sha256 } from './fingerprint.ts';
import { tidyUp } from './finish.ts';
import type { LookUps } from './look-ups.ts';
import { readRepositoryConfig } from './repository-config.ts';
import type { ConfigReader } from './repository-config.ts';
import type { Metrics } from './metrics.ts';
import { closeObsolete, hashOf } from './obsolete.ts';
import type { Files } from './obsolete.ts';
import { isWanted, planRepository } from './plan.ts';
import type { Plan } from './plan.ts';
import { delayOf, openTime } from './schedule.ts';
import { dockerfilesOf, scanFile } from './scan.ts';
import type { ScannedFile } from './scan.ts';
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

  const excluded = new Set(dockerfiles.filter((file) => rulesFor(file).isExcluded));
  const judged = entries.filter((entry) => !excluded.has(entry.path));
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
  const ownFiles = { ...files.value, leftOut: uses.filter((use) => !wanted.includes(use)), excluded };
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
