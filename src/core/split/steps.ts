/** Small questions about the steps of a stage. */
import type { Keyword } from '../document.ts';
import type { Reading, Step } from './words.ts';

export function lastOf(steps: readonly Step[], keyword: Keyword): Step | undefined {
  return steps.findLast(({ instruction }) => instruction.keyword === keyword);
}

/** The steps above and including the one at `index` of the document. */
export function above({ steps }: Reading, index: number): readonly Step[] {
  return steps.filter(({ instruction }) => instruction.index <= index);
}

export function below({ steps }: Reading, index: number): readonly Step[] {
  return steps.filter(({ instruction }) => instruction.index > index);
}
