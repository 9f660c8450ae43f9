/**
 * What a repository needs: which images move to which digests, in which pull requests, and the new text of each file.
 * The transforms of the command line make the edits; what they hold back stays held back.
 */
import { fixDocument } from '../app/fix-text.ts';
import type { FixTextOptions } from '../app/fix-text.ts';
import type { Gatherer } from '../app/gather.ts';
import { matchesWildcard } from '../core/image-ref.ts';
import type { EnabledTransform } from '../core/pass.ts';
import type { FixedFinding } from '../core/outcome.ts';
import { defaultOptions } from '../core/options.ts';
import { parseDocument } from '../core/parse.ts';
import { encodeText } from '../core/text.ts';
import type { Fact, Transform } from '../core/types.ts';
import { factKey, factsFrom } from '../facts/requests.ts';
import { UNJUDGED } from '../registry/errors.ts';
import type { FileChange } from '../forge/forge.ts';
import type { Change } from './fingerprint.ts';
import { fingerprint } from './fingerprint.ts';
import { usesOf } from './scan.ts';
import type { ScannedFile, ScannedUse } from './scan.ts';
import type { BotSettings, FileRules } from './settings.ts';

/** The answers about one use, as gathered. */
export interface UseAnswers {
  /** To the question of the transform that would edit it, judged by what the tag has now. */
  readonly latest: Fact<unknown>;
  /** What may be proposed. */
  readonly proposed: Fact<unknown>;
  readonly isUrgent: boolean;
  readonly note: string | null;
  readonly untilMs: number | null;
}

export interface PlanInput {
  readonly files: readonly ScannedFile[];
  readonly settings: BotSettings;
  /** `pin-image-digest` and `update-image-digest`. */
  readonly transforms: readonly Transform[];
  /** Ids that an ignore comment may name. */
  readonly knownIds: ReadonlySet<string>;
  readonly rulesFor: (path: string) => FileRules;
  /** By {@link useId}. A use without answers is left alone. */
  readonly answers: ReadonlyMap<string, UseAnswers>;
  /** Digests that open pull requests propose, by {@link useId}: kept where nothing better is known today. */
  readonly carried: ReadonlyMap<string, string>;
}

/** One line of a pull request. */
export interface PlannedChange extends Change {
  readonly use: ScannedUse;
  readonly isUrgent: boolean;
  readonly note: string | null;
  /** It is proposed because it was before; today it could not be judged. */
  readonly isCarried: boolean;
}

export interface PlannedGroup {
  /** `docker.io/library/node:22`, `all`, `group base images`, `first pins`. */
  readonly id: string;
  readonly kind: 'update' | 'pin';
  readonly changes: readonly PlannedChange[];
  readonly fingerprint: string;
  readonly isUrgent: boolean;
  readonly files: readonly FileChange[];
}

/** An image that is not proposed, and why. */
export interface HeldUse {
  readonly use: ScannedUse;
  readonly code: string;
  readonly reason: string;
  readonly untilMs: number | null;
  /** Nobody can say what the registry would have answered. */
  readonly isError: boolean;
}

export interface Plan {
  readonly groups: readonly PlannedGroup[];
  readonly held: readonly HeldUse[];
  /** Keys that need nothing: they are up to date, or what has changed is not used. */
  readonly current: ReadonlySet<string>;
  /** Defects of ours: the file is left alone. */
  readonly bugs: readonly string[];
}

/** Tells one use from all others of the repository. */
export function useId({ path, start }: ScannedUse): string {
  return `${start} ${path}`;
}

/** Codes that say "there is nothing to do", not "wait". */
const NOTHING_TO_DO: ReadonlySet<string> = new Set(['unchanged-for-platforms', 'platform-pin']);

const UPDATE = 'update-image-digest';
const PIN = 'pin-image-digest';

/** Whether the configuration lets the bot do what this use would need. */
export function isWanted({ pinned }: ScannedUse, { leftOut }: FileRules, { pin }: BotSettings): boolean {
  return pinned === null ? pin && !leftOut.has(PIN) : !leftOut.has(UPDATE);
}

export async function planRepository(input: PlanInput): Promise<Plan> {
  const judged = (await Promise.all(input.files.map((file) => judgeFile(file, input)))).flat();
  const held = judged.flatMap(({ held: one }) => (one ? [one] : []));
  const wanted = judged.flatMap(({ change }) => (change ? [change] : []));
  const current = new Set(judged.filter((one) => !one.held && !one.change).map(({ use }) => use.key));
  const bugs: string[] = [];
  const groups: PlannedGroup[] = [];
  for (const [id, changes] of groupChanges(wanted, input.settings)) {
    const { files, kept } = await editFiles(input, changes, bugs);
    if (kept.length === 0) continue;
    groups.push({
      id,
      kind: kept.every(({ from }) => from === null) ? 'pin' : 'update',
      changes: kept,
      fingerprint: fingerprint(kept),
      isUrgent: kept.some(({ isUrgent }) => isUrgent),
      files,
    });
  }
  groups.sort((a, b) => Number(b.isUrgent) - Number(a.isUrgent) || (a.id < b.id ? -1 : 1));
  return { groups, held, current, bugs };
}

// ---- one use ---------------------------------------------------------------------------------------------------------

interface Judged {
  readonly use: ScannedUse;
  readonly change: PlannedChange | null;
  readonly held: HeldUse | null;
}

async function judgeFile(file: ScannedFile, input: PlanInput): Promise<readonly Judged[]> {
  const byLatest = await findingsOf(file, input, (answers) => answers.latest);
  const byProposed = await findingsOf(file, input, (answers) => answers.proposed);
  const targets = await targetsOf(file, input);
  return file.uses.flatMap((use): readonly Judged[] => {
    const answers = input.answers.get(useId(use));
    if (!answers) return [];
    const nothing = { use, change: null, held: null };
    // What has changed is not what is built: waiting for it would be waiting for nothing.
    const first = byLatest.get(use.start);
    if (!first || NOTHING_TO_DO.has(first.code ?? '')) return [nothing];
    const finding = byProposed.get(use.start);
    if (!finding || finding.status === 'ignored' || NOTHING_TO_DO.has(finding.code ?? '')) return [nothing];
    const to = targets.get(use.start) ?? null;
    const proposal = { key: use.key, path: use.path, from: use.pinned, use };
    if (to !== null) {
      const { isUrgent, note } = answers;
      return [{ ...nothing, change: { ...proposal, to, isUrgent, note, isCarried: false } }];
    }
    const carried = input.carried.get(useId(use));
    if (carried !== undefined && carried !== use.pinned) {
      return [
        { ...nothing, change: { ...proposal, to: carried, isUrgent: false, note: null, isCarried: true } },
      ];
    }
    const code = finding.code ?? 'volatile';
    const isError =
      UNJUDGED.has(code) || code === 'not-found' || code === 'digest-mismatch' || code === 'check-failed';
    return [{ ...nothing, held: { use, code, reason: finding.reason, untilMs: answers.untilMs, isError } }];
  });
}

/** An update is unsafe by its nature, and the pull request is where it is judged; a pin has to be safe. */
function isAllowed({ id, safety }: FixedFinding): boolean {
  return id === UPDATE || safety === 'safe';
}

/** What the transforms say of each use, by its place. Nothing is changed. */
async function findingsOf(
  file: ScannedFile,
  input: PlanInput,
  which: (answers: UseAnswers) => Fact<unknown>,
): Promise<ReadonlyMap<number, FixedFinding>> {
  const facts = factsOf(file, input, which);
  const result = await fixDocument(file.document, { ...fixOptions(input, file, facts), refuse: () => true });
  return new Map(result.findings.map((finding) => [finding.span.start, finding]));
}

/**
 * The digest that each use would get, by its place, read from the text that the transforms make: a pin to the image of
 * one platform gets another digest than its tag.
 */
async function targetsOf(file: ScannedFile, input: PlanInput): Promise<ReadonlyMap<number, string>> {
  const facts = factsOf(file, input, ({ proposed }) => proposed);
  const refuse = (finding: FixedFinding): boolean => !isAllowed(finding);
  const { change } = await fixDocument(file.document, { ...fixOptions(input, file, facts), refuse });
  if (change.edits.length === 0) return new Map();
  const after = usesOf(file.path, parseDocument(change.text));
  if (after.length !== file.uses.length) return new Map();
  const moved = file.uses.flatMap((use, index) => {
    const { pinned } = after[index]!;
    return pinned === null || pinned === use.pinned ? [] : [[use.start, pinned] as const];
  });
  return new Map(moved);
}

function factsOf(
  file: ScannedFile,
  input: PlanInput,
  which: (answers: UseAnswers) => Fact<unknown>,
): ReadonlyMap<string, Fact<unknown>> {
  return new Map(
    file.uses.flatMap((use) => {
      const answers = input.answers.get(useId(use));
      return answers ? [[questionOf(use), which(answers)] as const] : [];
    }),
  );
}

function questionOf(use: ScannedUse): string {
  return use.pinned === null
    ? factKey({ kind: 'digest', image: use.image })
    : factKey({ kind: 'image-update', image: use.image });
}

function fixOptions(
  input: PlanInput,
  { path }: ScannedFile,
  facts: ReadonlyMap<string, Fact<unknown>>,
): FixTextOptions {
  const rules = input.rulesFor(path);
  const gatherer: Gatherer = {
    asks: false,
    gather: () => Promise.resolve(),
    facts: factsFrom(facts),
    failures: () => [],
  };
  return {
    transforms: input.transforms
      .filter(({ meta }) => !rules.leftOut.has(meta.id))
      .map((transform) => enabled(transform, rules)),
    knownIds: input.knownIds,
    level: 'unsafe',
    preview: false,
    gatherer,
  };
}

function enabled(transform: Transform, { options }: FileRules): EnabledTransform {
  return { transform, options: { ...defaultOptions(transform), ...options[transform.meta.id] } };
}

// ---- groups ----------------------------------------------------------------------------------------------------------

const FIRST_PINS = 'first pins';

function groupChanges(
  changes: readonly PlannedChange[],
  settings: BotSettings,
): ReadonlyMap<string, readonly PlannedChange[]> {
  const groups = new Map<string, PlannedChange[]>();
  for (const change of changes) {
    const id = change.from === null && settings.groupPins ? FIRST_PINS : groupOf(change, settings);
    const members = groups.get(id);
    if (members) members.push(change);
    else groups.set(id, [change]);
  }
  return groups;
}

function groupOf({ key, path, use }: PlannedChange, { group }: BotSettings): string {
  if (group === 'all') return 'all';
  if (group === 'directory')
    return `directory ${path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '.'}`;
  if (group === 'registry') return `registry ${use.image.registry}`;
  if (group === 'image') return key;
  const repository = `${use.image.registry}/${use.image.repository}`;
  const named = group.find(({ patterns }) =>
    patterns.some((pattern) => matchesWildcard(pattern, repository)),
  );
  return named ? `group ${named.name}` : key;
}

// ---- the new texts ---------------------------------------------------------------------------------------------------

async function editFiles(
  input: PlanInput,
  changes: readonly PlannedChange[],
  bugs: string[],
): Promise<{ readonly files: readonly FileChange[]; readonly kept: readonly PlannedChange[] }> {
  const files: FileChange[] = [];
  const kept: PlannedChange[] = [];
  for (const file of input.files) {
    const own = changes.filter(({ path }) => path === file.path);
    if (own.length === 0) continue;
    const result = await editFile(input, file, own);
    for (const { ids, message } of result.bugs) bugs.push(`${file.path}: ${ids.join(', ')}: ${message}`);
    const done = new Set(
      result.findings.filter(({ status }) => status === 'fixed').map(({ span }) => span.start),
    );
    if (result.bugs.length > 0 || result.change.edits.length === 0) continue;
    kept.push(...own.filter(({ use }) => done.has(use.start)));
    files.push({
      path: file.path,
      mode: file.mode,
      before: file.blob,
      content: encodeText(result.change.text),
    });
  }
  return { files, kept };
}

function editFile(
  input: PlanInput,
  file: ScannedFile,
  changes: readonly PlannedChange[],
): ReturnType<typeof fixDocument> {
  const facts = new Map<string, Fact<unknown>>();
  for (const { use, to, isCarried } of changes) {
    const { proposed } = input.answers.get(useId(use))!;
    facts.set(questionOf(use), isCarried ? carriedFact(use, to) : proposed);
  }
  const places = new Set(changes.map(({ use }) => use.start));
  return fixDocument(file.document, {
    ...fixOptions(input, file, facts),
    refuse: (finding) => !places.has(finding.span.start),
  });
}

/** What was proven when it was proposed first. */
function carriedFact(use: ScannedUse, digest: string): Fact<unknown> {
  const evidence = { kind: 'knowledge', entry: use.key, source: 'an open pull request' } as const;
  const what = { digest, mediaType: '', kind: 'index' } as const;
  if (use.pinned === null) return { ok: true, value: what, evidence };
  const reason = 'it could not be compared today';
  const value = {
    currentDigest: use.pinned,
    currentKind: null,
    currentGone: false,
    latest: what,
    change: { kind: 'unknown', reason },
    current: [],
    candidate: [],
    match: null,
    isFlapping: false,
    missingImages: null,
  };
  return { ok: true, value, evidence };
}
