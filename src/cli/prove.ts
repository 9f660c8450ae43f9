/** `--write --verify`: of the fixes of a file, those that are proven by building and running it. */
import { fixTextOf } from '../app/fix-files.ts';
import type { FixFilesOptions } from '../app/fix-files.ts';
import { keepPassing } from '../app/verify/keep-passing.ts';
import type { Trial } from '../app/verify/keep-passing.ts';
import type { Subject } from '../app/verify/subject.ts';
import type { Baseline } from '../app/verify/verify.ts';
import type { FixedFinding, FixedText } from '../core/outcome.ts';
import type { Verification } from '../core/verification.ts';
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
  /** Why fixes were left out that nobody could judge; null when all were judged. */
  readonly unjudged: string | null;
}

export interface Prover {
  prove(input: Input, result: FixedText): Promise<ProvenFile>;
}

/** Builds and runs of one file, at most. */
const MAX_ATTEMPTS = 24;
const LINES_IN_REASON = 3;

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
      const units = result.findings.filter(({ status }) => status === 'fixed').sort(bySafety);

      const attempt = async (accepted: readonly FixedFinding[]): Promise<Trial<Attempt>> => {
        const keys = new Set(accepted.map(keyOf));
        const fixed =
          accepted.length === units.length
            ? result
            : await fixTextOf(input, original, {
                ...options,
                preview: false,
                refuse: (finding) => !keys.has(keyOf(finding)),
              });
        const { text } = fixed.change;
        let rows = judged.get(text);
        if (!rows) judged.set(text, (rows = await judge(subjects, baselines, original, text)));
        return { outcome: outcomeOf(rows), result: { fixed, rows } };
      };
      const kept = await keepPassing({ units, attempt, maxAttempts: MAX_ATTEMPTS });
      for (const baseline of baselines.values()) await verifier.forget(baseline);
      const reasons = new Map<string, { readonly code: string; readonly reason: string }>();
      let unjudged: string | null = null;
      for (const { unit, why, result: failed } of kept.dropped) {
        const row = failed?.rows.find(({ status }) => status !== 'passed' && status !== 'unchanged');
        const because =
          why === 'untried' ? `not tried any more after ${MAX_ATTEMPTS} builds` : (row?.reason ?? 'unknown');
        if (why !== 'failed') unjudged ??= because;
        const code = why === 'failed' ? 'proof-failed' : 'not-proven';
        reasons.set(keyOf(unit), { code, reason: reasonOf(why, because, row ?? null) });
      }
      const last = kept.passed ?? null;
      const rows =
        last?.rows ?? kept.dropped.find(({ result: failed }) => failed !== null)?.result?.rows ?? [];
      return { result: withReasons(last?.fixed ?? nothingOf(result), reasons), rows, unjudged };
    },
  };
}

function reasonOf(why: string, because: string, row: Verification | null): string {
  const lines = row?.output.slice(-LINES_IN_REASON) ?? [];
  const said = lines.length > 0 ? ` (last said: ${lines.join(' | ')})` : '';
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

function withReasons(
  result: FixedText,
  reasons: ReadonlyMap<string, { readonly code: string; readonly reason: string }>,
): FixedText {
  const findings = result.findings.map((finding): FixedFinding => {
    const reason = finding.status === 'available' ? reasons.get(keyOf(finding)) : undefined;
    return reason ? { ...finding, ...reason, status: 'withheld', safety: null, title: null } : finding;
  });
  return { ...result, findings };
}
