/** What building and running an image before and after a rewrite has shown. Shapes only; made by app, read by report. */

export type CheckId =
  | 'build'
  | 'build-time'
  | 'size'
  | 'layers'
  | 'start'
  | 'user'
  | 'ports'
  | 'http'
  | 'health'
  | 'stop'
  | 'files'
  | 'libraries'
  | 'hardened';

/**
 * - `same`: nothing to tell. `better`, `changed`: different, and no reason to worry, or one to look.
 * - `worse`: what worked before does not work any more; one is enough to fail.
 * - `unknown`: could not be looked at.
 */
export type CheckVerdict = 'same' | 'better' | 'changed' | 'worse' | 'unknown';

export interface Check {
  readonly id: CheckId;
  readonly verdict: CheckVerdict;
  /** For a cell of a table, a few words each. */
  readonly before: string;
  readonly after: string;
  /** More about it, a line each. */
  readonly notes: readonly string[];
}

/**
 * - `passed`: everything that worked still works. `regression`: something does not.
 * - `unchanged`: the rewrite is the original. `broken-before`: the original does not build, so nothing is judged.
 * - `not-judged`: what would be needed is not there.
 */
export type VerificationStatus = 'passed' | 'regression' | 'unchanged' | 'broken-before' | 'not-judged';

/** A row of the matrix: a Dockerfile, or a service that is built from it. */
export interface Verification {
  readonly path: string;
  /** Of a compose file; null when there is none. */
  readonly service: string | null;
  readonly status: VerificationStatus;
  /** One sentence; empty when the checks say it. */
  readonly reason: string;
  readonly checks: readonly Check[];
  /** The last lines of the build or the container that failed, cleaned. */
  readonly output: readonly string[];
  /** What was done for this row that the reader should know: where the context is, what was left out. */
  readonly notes: readonly string[];
  /** Names of images that stay, with --keep-images. */
  readonly kept: readonly string[];
}

/** A fix that was tried and taken back, or never tried. */
export interface WithheldByProof {
  readonly id: string;
  /** 1-based. */
  readonly line: number;
  readonly message: string;
  readonly reason: string;
  readonly output: readonly string[];
}

export interface VerificationRun {
  readonly engine: { readonly name: string; readonly version: string; readonly limits: string };
  readonly onlyBuild: boolean;
  readonly rows: readonly Verification[];
}
