/**
 * The four kinds of failure. A sentence says what is wrong, why it matters and what to do; stack traces and
 * secrets never reach a user, so messages are made from known words only.
 */

export type ErrorCode = string;

abstract class DockfixError extends Error {
  abstract readonly exitCode: 2 | 3 | 4;
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.name = new.target.name;
  }
}

/** The command line or the configuration asks for something that does not exist. */
export class UsageError extends DockfixError {
  readonly exitCode = 2;
}

/** A file that cannot be judged: unreadable bytes, or a Dockerfile that does not parse. `line` is 1-based. */
export class InputError extends DockfixError {
  readonly exitCode = 3;
  readonly line: number | null;

  constructor(code: ErrorCode, message: string, line: number | null = null, options?: ErrorOptions) {
    super(code, message, options);
    this.line = line;
  }
}

/** Something outside failed: a registry, the file system, an engine. */
export class EnvironmentError extends DockfixError {
  readonly exitCode = 3;
}

/** A defect of dockfix. The file stays as it was; `transforms` are the ones to blame. */
export class TransformBug extends DockfixError {
  readonly exitCode = 4;
  readonly transforms: readonly string[];

  constructor(code: ErrorCode, message: string, transforms: readonly string[]) {
    super(code, message);
    this.transforms = transforms;
  }
}

/**
 * The entry of `known` that is nearest to `word`, for "did you mean"; null when nothing is near.
 * Distance: Damerau-Levenshtein, at most a third of the longer word.
 */
export function nearest(word: string, known: Iterable<string>): string | null {
  const wanted = word.slice(0, 80).toLowerCase();
  let best: string | null = null;
  let bestDistance = Infinity;
  for (const candidate of known) {
    const distance = editDistance(wanted, candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best !== null && bestDistance <= Math.max(wanted.length, best.length) / 3 ? best : null;
}

function editDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = rows[i - 1]![j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      let cost = Math.min(rows[i - 1]![j]! + 1, row[j - 1]! + 1, substitution);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, rows[i - 2]![j - 2]! + 1);
      }
      row.push(cost);
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}
