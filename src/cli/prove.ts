/** `--write --verify`: of the fixes of a file, those that are proven by building and running it. */
import { fixTextOf } from '../app/fix-files.ts';
import type { FixFilesOptions } from '../app/fix-files.ts';
import { keepFixes } from '../app/verify/keep-fixes.ts';
import type { Unit } from '../app/verify/keep-fixes.ts';
import type { Trial } from '../app/verify/keep-passing.ts';
import type { Subject } from '../app/verify/subject.ts';
import type { Baseline } from '../app/verify/verify.ts';
import type { FixedFinding, FixedText } from '../core/outcome.ts';
import type { Verification, WithheldByProof } from '../core/verification.ts';
import type { Input } from './inputs.ts';
import type { OpenVerifier } from './real-engine.ts';
import { contextOf } from './verify.ts';
import { subjectsOf } from './verify-subjects.ts';
import type { VerifySettings } from './verify-flags.ts';

export interface ProvenFile {
  /** What passed; the original where nothing did. */
  readonly result: FixedText;
  /** Rows of what is kept, or of what failed or could not be judged where nothing is kept. */
  readonly rows: readonly Verification[];
  /** Every fix that was taken back, or never tried. */
  readonly withheld: readonly WithheldByProof[];
  /** Why fixes were left out that nobody could judge; null when all were judged. */
  readonly unjudged: string | null;
}

export interface Prover {
  prove(input: Input, result: FixedText): Promise<ProvenFile>;
}

/** Builds and runs of one file, at most. */
const MAX_ATTEMPTS = 24;
const LINES_IN_REASON = 3;
const TELLING =
  /error|denied|not found|cannot|can't|no such|fail|fatal|exception|panic|not permitted|missing/i;

interface Attempt {
  readonly fixed: FixedText;
  readonly rows: readonly Verification[];
}

export function createProver(
  opened: OpenVerifier,
  settings: VerifySettings,
  cwd: string,
  options: FixFilesOptions,
): Prover {
  const { verifier, engine } = opened;

  async function judge(
    subjects: readonly Subject[],
    baselines: Map<Subject, Baseline>,
    original: string,
    text: string,
  ): Promise<readonly Verification[]> {
    const rows: Verification[] = [];
    for (const subject of subjects) {
      let baseline = baselines.get(subject);
      if (!baseline) baselines.set(subject, (baseline = await verifier.baseline(subject, original)));
      const row = await verifier.compare(subject, baseline, text);
      rows.push(row);
      // One that fails is enough, and saves the builds of the others.
      if (row.status !== 'passed' && row.status !== 'unchanged') break;
    }
    return rows;
  }

  return {
    async prove(input, result) {
      const { original } = result;
      const context = await contextOf(input, original);
      const hasImage = (image: string): Promise<boolean> => engine.hasImage(image);
      const own = { cwd, settings: settings.forFile(input.verify), hasImage };
      const subjects = await subjectsOf(input, context, own);
      const baselines = new Map<Subject, Baseline>();
      const judged = new Map<string, readonly Verification[]>();
      const fixedWithout = (refuse: (finding: FixedFinding) => boolean): Promise<FixedText> =>
        fixTextOf(input, original, { ...options, preview: false, refuse });

      const kept = await keepFixes<FixUnit, Attempt>({
        async propose(refused) {
          const { findings } =
            refused.size === 0 ? result : await fixedWithout((finding) => refused.has(keyOf(finding)));
          return unitsOf(findings);
        },
        async attempt(units) {
          const keys = new Set(units.map(({ key }) => key));
          const isAll = unitsOf(result.findings).every(({ key }) => keys.has(key));
          const fixed = isAll ? result : await fixedWithout((finding) => !keys.has(keyOf(finding)));
          const { text } = fixed.change;
          let rows = judged.get(text);
          if (!rows) judged.set(text, (rows = await judge(subjects, baselines, original, text)));
          return { outcome: outcomeOf(rows), result: { fixed, rows } };
        },
        applied: ({ fixed }, { key }) => unitsOf(fixed.findings).some((unit) => unit.key === key),
        maxAttempts: MAX_ATTEMPTS,
      });
      for (const baseline of baselines.values()) await verifier.forget(baseline);
      const withheld: WithheldByProof[] = [];
      const reasons = new Map<string, FixedFinding>();
      let unjudged: string | null = null;
      for (const { unit, why, result: failed } of kept.dropped) {
        const row = failed?.rows.find(({ status }) => status !== 'passed' && status !== 'unchanged');
        const because =
          why === 'untried' ? `not tried any more after ${MAX_ATTEMPTS} builds` : (row?.reason ?? 'unknown');
        if (why !== 'failed') unjudged ??= because;
        const code = why === 'failed' ? 'proof-failed' : 'not-proven';
        const reason = reasonOf(why, because, row ?? null);
        const { id, line, message } = unit.finding;
        withheld.push({ id, line, message, reason: because, output: row?.output ?? [] });
        const said = { code, reason, safety: null, title: null };
        reasons.set(unit.key, { ...unit.finding, ...said, status: 'withheld' });
      }
      const last = kept.passed;
      const rows =
        last?.rows ?? kept.dropped.find(({ result: failed }) => failed !== null)?.result?.rows ?? [];
      return { result: withReasons(last?.fixed ?? nothingOf(result), reasons), rows, withheld, unjudged };
    },
  };
}

interface FixUnit extends Unit {
  readonly finding: FixedFinding;
}

function unitsOf(findings: readonly FixedFinding[]): readonly FixUnit[] {
  return findings
    .filter(({ status }) => status === 'fixed')
    .sort(bySafety)
    .map((finding) => ({ key: keyOf(finding), alone: finding.alone === true, finding }));
}

function reasonOf(why: string, because: string, row: Verification | null): string {
  const output = row?.output ?? [];
  const telling = output.filter((line) => TELLING.test(line));
  // What a program says last is often the frame of a stack, or its version.
  const lines = (telling.length > 0 ? telling : output).slice(-LINES_IN_REASON);
  const said = lines.length > 0 ? ` (last said: ${lines.map((line) => line.trim()).join(' | ')})` : '';
  return why === 'failed'
    ? `it does not pass the proof: ${because}${said}`
    : `it is not proven: ${because}${said}`;
}

/** Fixes that are safe are the likeliest to pass; those of one transform share their fate. */
function bySafety(a: FixedFinding, b: FixedFinding): number {
  const rank = ({ safety }: FixedFinding): number => (safety === 'safe' ? 0 : 1);
  return rank(a) - rank(b) || (a.id < b.id ? -1 : a.id > b.id ? 1 : a.span.start - b.span.start);
}

function keyOf({ id, line, message }: FixedFinding): string {
  return `${id} ${line} ${message}`;
}

function outcomeOf(rows: readonly Verification[]): Trial<unknown>['outcome'] {
  if (rows.some(({ status }) => status === 'regression')) return 'failed';
  return rows.every(({ status }) => status === 'passed' || status === 'unchanged') ? 'passed' : 'not-judged';
}

/** Nothing is changed, and everything that was fixed is not. */
function nothingOf(result: FixedText): FixedText {
  const findings = result.findings.map((finding): FixedFinding =>
    finding.status === 'fixed' ? { ...finding, status: 'available' } : finding,
  );
  return { ...result, change: { text: result.original, edits: [] }, unsafeChange: null, findings };
}

/** A fix that is not even found in what is left is said as well. */
function withReasons(result: FixedText, reasons: ReadonlyMap<string, FixedFinding>): FixedText {
  const seen = new Set<string>();
  const findings = result.findings.map((finding): FixedFinding => {
    const key = keyOf(finding);
    const withheld = finding.status === 'fixed' ? undefined : reasons.get(key);
    if (withheld) seen.add(key);
    return withheld ? { ...withheld, span: finding.span, line: finding.line } : finding;
  });
  const others = [...reasons].filter(([key]) => !seen.has(key)).map(([, withheld]) => withheld);
  const all = [...findings, ...others].sort((a, b) => a.span.start - b.span.start || (a.id < b.id ? -1 : 1));
  return { ...result, findings: all };
}
