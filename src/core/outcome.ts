/** What fixing a text results in. Shapes only; made by app/fix-text, read by reporters. */
import type { Edit, Evidence, Safety, Span } from './types.ts';

export type FindingStatus = 'fixed' | 'available' | 'withheld' | 'display' | 'ignored';

/** A finding in terms of the original text. */
export interface FixedFinding {
  readonly id: string;
  readonly status: FindingStatus;
  readonly span: Span;
  /** 1-based. */
  readonly line: number;
  readonly message: string;
  readonly title: string | null;
  readonly safety: Safety | null;
  /** Why the fix is as safe as it says, or why there is none. */
  readonly reason: string;
  /** Code of the reason, for findings without a fix. */
  readonly code: string | null;
  readonly evidence: readonly Evidence[];
  /** Its fix changes what other transforms look at, see `alone` of a fix. */
  readonly alone?: true;
}

export interface FixBug {
  readonly code: 'invariant' | 'cycle' | 'limit' | 'found-again' | 'failed';
  readonly ids: readonly string[];
  readonly pass: number;
  readonly message: string;
}

export interface Change {
  readonly text: string;
  /** All changes as edits of the text before. */
  readonly edits: readonly Edit[];
}

/** Something that the user must hear about the file and that no transform said. */
export interface Notice {
  readonly code: 'ignore-without-reason' | 'ignore-unused' | 'unterminated-continuation';
  readonly line: number;
  readonly message: string;
}

export interface FixedText {
  readonly original: string;
  /** What the asked level changes; the original itself when nothing is changed. */
  readonly change: Change;
  /** What `--unsafe` would change on top of `change`, when asked for a preview and there is any. */
  readonly unsafeChange: Change | null;
  readonly findings: readonly FixedFinding[];
  readonly notices: readonly Notice[];
  readonly bugs: readonly FixBug[];
}
