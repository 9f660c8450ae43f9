/**
 * One pass over a document: every transform speaks, fixes are chosen, the text is changed once, parsed again and
 * compared. Pure; fetching facts and repeating passes is done by app/fix-text.
 */
import type { Document } from './document.ts';
import { EditError, applyEdits, checkEdits } from './edit.ts';
import { InputError } from './errors.ts';
import { ignoreLookup } from './ignore.ts';
import type { IgnoreComment } from './ignore.ts';
import { brokenInvariant } from './invariants.ts';
import { parseDocument } from './parse.ts';
import { selectFixes } from './select.ts';
import type { Candidate } from './select.ts';
import type { Edit, Facts, Finding, Fix, OptionValues, Safety, Transform } from './types.ts';

export interface EnabledTransform {
  readonly transform: Transform;
  readonly options: OptionValues;
}

/** A finding and what becomes of it in this run. */
export interface JudgedFinding {
  readonly id: string;
  readonly finding: Finding;
  /** `eligible`: has a fix that the asked level allows. `available`: has one that `--unsafe` would allow. */
  readonly verdict: 'eligible' | 'available' | 'display' | 'withheld' | 'ignored';
  readonly ignoredBy: IgnoreComment | null;
  readonly priority: number;
}

/** A transform that failed on this document; a defect of it. */
export interface TransformFailure {
  readonly id: string;
  readonly message: string;
}

export interface Inspection {
  readonly findings: readonly JudgedFinding[];
  readonly failures: readonly TransformFailure[];
  /** Indices of the ignore comments that something was ignored by. */
  readonly usedIgnores: ReadonlySet<number>;
}

export type Level = 'safe' | 'unsafe';

/** Lets every transform speak, in order. A transform that throws is named and the others go on. */
export function inspectDocument(
  document: Document,
  transforms: readonly EnabledTransform[],
  facts: Facts,
  ignores: readonly IgnoreComment[],
  level: Level,
): Inspection {
  const findings: JudgedFinding[] = [];
  const failures: TransformFailure[] = [];
  const frozenFrom = document.problems[0]?.from ?? null;
  const ignoring = ignoreLookup(document, ignores);
  const usedIgnores = new Set<number>();
  transforms.forEach(({ transform, options }, priority) => {
    const { id } = transform.meta;
    let found: readonly Finding[];
    try {
      found = transform.inspect(document, facts, options);
    } catch (error) {
      failures.push({ id, message: `failed: ${error instanceof Error ? error.message : String(error)}` });
      return;
    }
    for (const original of found) {
      const finding = withoutFrozen(original, frozenFrom);
      const comment = ignoring(id, finding);
      if (comment) usedIgnores.add(ignores.indexOf(comment));
      const verdict = comment ? 'ignored' : verdictOf(finding.fix?.safety, level);
      findings.push({ id, finding, verdict, ignoredBy: comment, priority });
    }
  });
  return { findings, failures, usedIgnores };
}

/** The same findings as another level judges them; nothing is looked at again. */
export function judgedAt(level: Level, inspection: Inspection): Inspection {
  const findings = inspection.findings.map((judged) =>
    judged.ignoredBy ? judged : { ...judged, verdict: verdictOf(judged.finding.fix?.safety, level) },
  );
  return { ...inspection, findings };
}

function verdictOf(safety: Safety | undefined, level: Level): JudgedFinding['verdict'] {
  if (safety === undefined) return 'withheld';
  if (safety === 'display') return 'display';
  return safety === 'safe' || level === 'unsafe' ? 'eligible' : 'available';
}

/** What stands in or behind an instruction that the file cuts off is not edited. */
function withoutFrozen(finding: Finding, frozenFrom: number | null): Finding {
  if (finding.fix === null || frozenFrom === null) return finding;
  if (finding.fix.edits.every((edit) => edit.end < frozenFrom)) return finding;
  return {
    span: finding.span,
    message: finding.message,
    evidence: finding.evidence,
    fix: null,
    withheld: { code: 'unterminated', reason: 'the file ends in the middle of this instruction' },
  };
}

interface FixCandidate extends Candidate {
  readonly judged: JudgedFinding;
}

/** A fix that was chosen but breaks the document. */
export interface RejectedFix {
  readonly judged: JudgedFinding;
  readonly reason: string;
}

export interface PassResult {
  /** Null when nothing was chosen. */
  readonly next: { readonly document: Document; readonly edits: readonly Edit[] } | null;
  readonly chosen: readonly JudgedFinding[];
  readonly rejected: readonly RejectedFix[];
}

/** Chooses among the eligible fixes, applies them and proves the result; a fix that breaks something is left out. */
export function runPass(
  document: Document,
  transforms: readonly EnabledTransform[],
  eligible: readonly JudgedFinding[],
): PassResult {
  const candidates: FixCandidate[] = [];
  const rejected: RejectedFix[] = [];
  for (const judged of eligible) {
    const fix = judged.finding.fix!;
    const reason = misfit(document, fix);
    if (reason === null) candidates.push({ judged, fix, priority: judged.priority });
    else rejected.push({ judged, reason });
  }
  const { chosen } = selectFixes(candidates);
  if (chosen.length === 0) return { next: null, chosen: [], rejected };
  const all = tryFixes(document, transforms, chosen);
  if ('document' in all) return { next: all, chosen: chosen.map(({ judged }) => judged), rejected };
  const result = oneByOne(document, transforms, chosen);
  return { ...result, rejected: [...rejected, ...result.rejected] };
}

/** Why the edits of a fix cannot be applied to this text at all, or null. */
function misfit(document: Document, fix: Fix): string | null {
  if (fix.edits.length === 0) return 'the fix has no edits';
  try {
    checkEdits(document.text, fix.edits);
    return null;
  } catch (error) {
    if (error instanceof EditError) return error.message;
    throw error;
  }
}

/** Finds the guilty: each fix joins those before it only if the result still holds. */
function oneByOne(
  document: Document,
  transforms: readonly EnabledTransform[],
  candidates: readonly FixCandidate[],
): PassResult {
  let accepted: FixCandidate[] = [];
  let next: PassResult['next'] = null;
  const rejected: RejectedFix[] = [];
  for (const candidate of candidates) {
    const attempt = tryFixes(document, transforms, [...accepted, candidate]);
    if ('document' in attempt) {
      accepted = [...accepted, candidate];
      next = attempt;
    } else rejected.push({ judged: candidate.judged, reason: attempt.broken });
  }
  return { next, chosen: accepted.map(({ judged }) => judged), rejected };
}

function tryFixes(
  document: Document,
  transforms: readonly EnabledTransform[],
  candidates: readonly FixCandidate[],
): { readonly document: Document; readonly edits: readonly Edit[] } | { readonly broken: string } {
  const { edits, chosen } = selectFixes(candidates);
  try {
    const after = parseDocument(applyEdits(document.text, edits), document, edits);
    const declared = chosen.flatMap(({ fix, priority }) =>
      fix.edits.map((edit) => ({ edit, footprint: transforms[priority]!.transform.meta.footprint })),
    );
    const broken = brokenInvariant(document, after, edits, declared);
    return broken === null ? { document: after, edits } : { broken };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { broken: `line ${error.line}: the result ${error.message}` };
  }
}
