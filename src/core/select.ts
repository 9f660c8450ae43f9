/**
 * Which fixes go into a pass: in the order of the transforms, then of the file, each one whose edits touch no edit
 * that is already taken. What clashes waits for the next pass. The same edit wanted twice is made once. A fix that
 * stands alone is a barrier: it waits for those above it, and those below it wait for it.
 */
import type { Edit, Fix } from './types.ts';

export interface Candidate {
  readonly fix: Fix;
  /** Position of its transform; the lower one is served first. */
  readonly priority: number;
}

export interface Selection<C extends Candidate> {
  readonly chosen: readonly C[];
  /** The edits of all chosen fixes, without repetitions. */
  readonly edits: readonly Edit[];
}

export function selectFixes<C extends Candidate>(candidates: readonly C[]): Selection<C> {
  const ordered = [...candidates].sort(
    (a, b) => a.priority - b.priority || firstOffset(a.fix) - firstOffset(b.fix),
  );
  const taken = new TakenEdits();
  const chosen: C[] = [];
  for (const candidate of ordered) {
    if (candidate.fix.alone && chosen.length > 0) break;
    if (candidate.fix.edits.some((edit) => taken.clashes(edit))) continue;
    for (const edit of candidate.fix.edits) taken.add(edit);
    chosen.push(candidate);
    if (candidate.fix.alone) break;
  }
  return { chosen, edits: taken.edits };
}

function firstOffset(fix: Fix): number {
  return fix.edits.reduce((least, edit) => Math.min(least, edit.start), Infinity);
}

const BUCKET = 256;

/** Edits by place: a grid over the text keeps the question "does this one touch another?" constant in cost. */
class TakenEdits {
  readonly edits: Edit[] = [];
  private readonly buckets = new Map<number, Edit[]>();

  clashes(edit: Edit): boolean {
    return this.near(edit).some((other) => touches(other, edit) && !isSame(other, edit));
  }

  add(edit: Edit): void {
    if (this.near(edit).some((other) => isSame(other, edit))) return;
    this.edits.push(edit);
    for (let bucket = Math.floor(edit.start / BUCKET); bucket * BUCKET <= edit.end; bucket++) {
      const list = this.buckets.get(bucket);
      if (list) list.push(edit);
      else this.buckets.set(bucket, [edit]);
    }
  }

  private near(edit: Edit): readonly Edit[] {
    const found: Edit[] = [];
    for (let bucket = Math.floor(edit.start / BUCKET); bucket * BUCKET <= edit.end; bucket++) {
      found.push(...(this.buckets.get(bucket) ?? []));
    }
    return found;
  }
}

/** Neighbours count as touching: whether an insertion goes before or behind them would be a guess. */
function touches(a: Edit, b: Edit): boolean {
  return a.start <= b.end && b.start <= a.end;
}

function isSame(a: Edit, b: Edit): boolean {
  return a.start === b.start && a.end === b.end && a.text === b.text;
}
