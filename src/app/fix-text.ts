/**
 * Fixes one text: passes are repeated until one chooses nothing. The text that comes out settles, keeps every
 * invariant, and a second run changes nothing; where that cannot be had, the text stays as it was and the
 * transform to blame is named.
 */
import { lineAt } from '../core/document.ts';
import type { Document } from '../core/document.ts';
import { extendHistory, historyEdits, originMapper, startHistory } from '../core/edit.ts';
import type { History } from '../core/edit.ts';
import { readIgnoreComments } from '../core/ignore.ts';
import type { IgnoreComment } from '../core/ignore.ts';
import { inspectDocument, judgedAt, runPass } from '../core/pass.ts';
import type { EnabledTransform, Inspection, JudgedFinding, Level } from '../core/pass.ts';
import type { Change, FindingStatus, FixBug, FixedFinding, FixedText, Notice } from '../core/outcome.ts';
import type { Evidence, Finding } from '../core/types.ts';
import type { Gatherer } from './gather.ts';

export const MAX_PASSES = 10;

export interface FixTextOptions {
  readonly transforms: readonly EnabledTransform[];
  /** Ids that an ignore comment may name, also those of transforms that are switched off. */
  readonly knownIds: ReadonlySet<string>;
  readonly level: Level;
  /** Also work out what only `--unsafe` would write. */
  readonly preview: boolean;
  readonly gatherer: Gatherer;
  /** Findings that shall not be fixed, decided by the caller (a person said no). */
  readonly refuse?: (finding: FixedFinding) => boolean;
}

export async function fixDocument(document: Document, options: FixTextOptions): Promise<FixedText> {
  const { text } = document;
  const ignores = readIgnoreComments(document, options.knownIds);
  const start: State = { document, history: startHistory(text) };
  const run = await runLoop(start, options, options.level);
  const notices = [...problemNotices(document), ...ignoreNotices(ignores, run, options)];
  let unsafeChange: Change | null = null;
  let bugs = run.bugs;
  if (options.preview && options.level === 'safe' && run.left.some(({ status }) => status === 'available')) {
    const further = { document: run.state.document, history: startHistory(run.state.document.text) };
    const seen = judgedAt('unsafe', run.inspection);
    const preview = await runLoop(further, { ...options, refuse: () => false }, 'unsafe', seen);
    bugs = [...bugs, ...preview.bugs];
    if (preview.fixed.length > 0) unsafeChange = changeOf(preview.state);
  }
  const findings = [...run.fixed, ...run.left].sort(
    (a, b) => a.span.start - b.span.start || compare(a.id, b.id),
  );
  return { original: text, change: changeOf(run.state), unsafeChange, findings, notices, bugs };
}

interface State {
  readonly document: Document;
  readonly history: History;
}

interface Run {
  readonly state: State;
  readonly fixed: readonly FixedFinding[];
  /** The inspection of the document that came out, and what of it is left to say. */
  readonly inspection: Inspection;
  readonly left: readonly FixedFinding[];
  readonly bugs: readonly FixBug[];
  readonly usedIgnores: ReadonlySet<number>;
}

/** `first` is what inspecting the first document says, where that is known already. */
async function runLoop(
  start: State,
  options: FixTextOptions,
  level: Level,
  first: Inspection | null = null,
): Promise<Run> {
  const original = start.document;
  const bugs: FixBug[] = [];
  const banned = new Set<string>();
  const done = new Map<string, string>();
  const fixed: FixedFinding[] = [];
  const usedIgnores = new Set<number>();
  const seen = new Set([original.text]);
  let state = start;

  for (let pass = 1; ; pass++) {
    const { document } = state;
    const inspection = (pass === 1 ? first : null) ?? (await inspect(document, options, level));
    const { findings, failures } = inspection;
    for (const { id, message } of failures) {
      // It fails in every pass; once is enough to say.
      if (bugs.some(({ code, ids }) => code === 'failed' && ids[0] === id)) continue;
      bugs.push({ code: 'failed', ids: [id], pass, message });
    }
    for (const index of inspection.usedIgnores) usedIgnores.add(index);

    const origin = originMapper(state.history);
    const judged = findings.map((finding) => ({ finding, key: findingKey(finding, origin) }));
    const again = judged.find(({ finding, key }) => finding.verdict === 'eligible' && done.has(key));
    if (again) {
      const message = `what it fixed in an earlier pass is found again: ${again.finding.finding.message}`;
      bugs.push({ code: 'found-again', ids: [again.finding.id], pass, message });
      return untouched(start, bugs, usedIgnores);
    }
    const translate = (finding: JudgedFinding, status: FindingStatus): FixedFinding =>
      translated(original, origin, finding, status);
    const wanted = judged.filter(
      ({ finding, key }) =>
        finding.verdict === 'eligible' && !banned.has(key) && !options.refuse?.(translate(finding, 'fixed')),
    );
    const result = runPass(
      document,
      options.transforms,
      wanted.map(({ finding }) => finding),
    );
    for (const { judged: rejected, reason } of result.rejected) {
      banned.add(findingKey(rejected, origin));
      bugs.push({ code: 'invariant', ids: [rejected.id], pass, message: reason });
    }
    if (result.next === null) {
      if (result.rejected.length > 0 && wanted.length > result.rejected.length) continue;
      const left = judged
        .filter(({ key }) => !banned.has(key))
        .map(({ finding }) => translate(finding, statusOf(finding)));
      return { state, fixed, inspection, left, bugs, usedIgnores };
    }
    for (const finding of result.chosen) {
      done.set(findingKey(finding, origin), finding.id);
      fixed.push(translate(finding, 'fixed'));
    }
    state = { document: result.next.document, history: extendHistory(state.history, result.next.edits) };
    const ids = [...new Set(result.chosen.map(({ id }) => id))];
    if (seen.has(state.document.text)) {
      bugs.push({ code: 'cycle', ids, pass, message: 'fixes undo each other' });
      return untouched(start, bugs, usedIgnores);
    }
    seen.add(state.document.text);
    if (pass === MAX_PASSES) {
      bugs.push({ code: 'limit', ids, pass, message: `the file has not settled after ${MAX_PASSES} passes` });
      return untouched(start, bugs, usedIgnores);
    }
  }
}

async function inspect(
  document: Document,
  { transforms, gatherer, knownIds }: FixTextOptions,
  level: Level,
): Promise<Inspection> {
  if (gatherer.asks) {
    await gatherer.gather(
      transforms.flatMap(({ transform, options }) => transform.needs?.(document, options) ?? []),
    );
  }
  const ignores = readIgnoreComments(document, knownIds);
  return inspectDocument(document, transforms, gatherer.facts, ignores, level);
}

const NOTHING: Inspection = { findings: [], failures: [], usedIgnores: new Set() };

function untouched(start: State, bugs: readonly FixBug[], usedIgnores: ReadonlySet<number>): Run {
  return { state: start, fixed: [], inspection: NOTHING, left: [], bugs, usedIgnores };
}

function changeOf({ document, history }: State): Change {
  return { text: document.text, edits: historyEdits(history) };
}

/** A finding is the same one in two passes when transform, message and place in the original text agree. */
function findingKey({ id, finding }: JudgedFinding, origin: (offset: number) => number): string {
  return `${id} ${origin(finding.span.start)} ${finding.message}`;
}

function statusOf({ verdict }: JudgedFinding): FindingStatus {
  // Eligible and still left: a person said no.
  return verdict === 'eligible' ? 'available' : verdict;
}

function translated(
  original: Document,
  origin: (offset: number) => number,
  { id, finding }: JudgedFinding,
  status: FindingStatus,
): FixedFinding {
  const start = origin(finding.span.start);
  const end = Math.max(
    start,
    finding.span.end > finding.span.start ? origin(finding.span.end - 1) + 1 : start,
  );
  return {
    id,
    status,
    span: { start, end },
    line: lineAt(original, start),
    message: finding.message,
    title: finding.fix?.title ?? null,
    safety: finding.fix?.safety ?? null,
    reason: reasonOf(finding),
    code: finding.withheld?.code ?? null,
    evidence: finding.evidence.map((item) => (item.kind === 'source' ? movedEvidence(item, origin) : item)),
    ...(finding.fix?.alone ? { alone: true } : {}),
  };
}

function movedEvidence(item: Evidence & { kind: 'source' }, origin: (offset: number) => number): Evidence {
  return { ...item, span: { start: origin(item.span.start), end: origin(item.span.end) } };
}

function reasonOf(finding: Finding): string {
  return finding.fix?.reason ?? finding.withheld?.reason ?? '';
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

// ---- notices --------------------------------------------------------------------------------------------------

function problemNotices(document: Document): readonly Notice[] {
  return document.problems.map(({ line, message }) => ({ code: 'unterminated-continuation', line, message }));
}

function ignoreNotices(
  ignores: readonly IgnoreComment[],
  run: Run,
  options: FixTextOptions,
): readonly Notice[] {
  const enabled = new Set(options.transforms.map(({ transform }) => transform.meta.id));
  return ignores.flatMap((comment, index): readonly Notice[] => {
    const { line, ids } = comment;
    if (comment.reason === null) {
      const message = `the ignore comment gives no reason, so it is not honoured; write: ignore ${ids.join(',')} -- reason`;
      return [{ code: 'ignore-without-reason', line, message }];
    }
    // A transform that did not run cannot say that there is nothing to ignore.
    if (run.usedIgnores.has(index) || ids.some((id) => !enabled.has(id))) return [];
    return [
      { code: 'ignore-unused', line, message: `the ignore comment for ${ids.join(', ')} matches nothing` },
    ];
  });
}
