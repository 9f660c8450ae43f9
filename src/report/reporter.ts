/** What a run reports, and what a reporter is. Reporters turn data into text; they never read or write anything. */
import type { FixedText } from '../core/outcome.ts';
import type { Verification, VerificationRun, WithheldByProof } from '../core/verification.ts';

/**
 * - `unchanged`: nothing to do. `changed`: a write would change it. `written`: it was changed.
 * - `declined`: a person said no. `failed`: it could not be judged or written, or a transform failed on it.
 */
export type FileStatus = 'unchanged' | 'changed' | 'written' | 'declined' | 'failed';

export interface FileReport {
  readonly path: string;
  readonly status: FileStatus;
  /** Of the bytes that were judged, hex; null when they could not be read. */
  readonly sha256: string | null;
  /** Null when the file could not be judged. */
  readonly result: FixedText | null;
  /** What `--verify` saw; left out where nothing was built. */
  readonly proof?: FileProof;
}

export interface FileProof {
  /** Of what is kept, or of what failed or could not be judged where nothing is. */
  readonly rows: readonly Verification[];
  readonly withheld: readonly WithheldByProof[];
}

export interface ReportedError {
  readonly code: string;
  /** Null for what belongs to no file. */
  readonly path: string | null;
  readonly line: number | null;
  readonly message: string;
}

export interface Summary {
  readonly files: number;
  readonly changed: number;
  readonly written: number;
  readonly fixes: number;
  /** Fixes that only `--unsafe` would apply. */
  readonly unsafeFixes: number;
  readonly withheld: number;
  /** Findings that wait for a registry which was not asked (`--offline`). */
  readonly notAsked: number;
  readonly ignored: number;
  /** Ignore comments that are not honoured, because they give no reason. */
  readonly ignoresWithoutReason: number;
  readonly errors: number;
}

export interface ReporterOptions {
  readonly color: boolean;
  /** Show control characters instead of sending them to a terminal. */
  readonly terminal: boolean;
  readonly quiet: boolean;
  /** One line a file: its diff has been shown already. */
  readonly brief: boolean;
  readonly verbose: boolean;
  readonly mode: 'dry-run' | 'write' | 'check';
  readonly version: string;
  /** What builds and runs, with `--verify`. */
  readonly engine?: VerificationRun['engine'];
}

/** Gives the report in pieces: a start, one piece a file, an end. */
export interface Reporter {
  start(): string;
  file(report: FileReport): string;
  end(summary: Summary, errors: readonly ReportedError[]): string;
}

export function emptySummary(): Summary {
  return {
    files: 0,
    changed: 0,
    written: 0,
    fixes: 0,
    unsafeFixes: 0,
    withheld: 0,
    notAsked: 0,
    ignored: 0,
    ignoresWithoutReason: 0,
    errors: 0,
  };
}

/** Counts one file. `errors` are counted at the end of the run, because not each belongs to a file. */
export function addToSummary(summary: Summary, report: FileReport): Summary {
  const count = (status: string): number =>
    report.result?.findings.filter((finding) => finding.status === status).length ?? 0;
  const offline = report.result?.findings.filter(({ code }) => code === 'offline').length ?? 0;
  const unexplained =
    report.result?.notices.filter(({ code }) => code === 'ignore-without-reason').length ?? 0;
  return {
    ...summary,
    files: summary.files + 1,
    changed: summary.changed + (report.status === 'changed' ? 1 : 0),
    written: summary.written + (report.status === 'written' ? 1 : 0),
    fixes: summary.fixes + count('fixed'),
    unsafeFixes: summary.unsafeFixes + count('available'),
    withheld: summary.withheld + count('withheld') - offline,
    notAsked: summary.notAsked + offline,
    ignored: summary.ignored + count('ignored'),
    ignoresWithoutReason: summary.ignoresWithoutReason + unexplained,
  };
}
