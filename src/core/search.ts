/** Binary search, for lists that ascend. */

/** The first of `length` indices at which `holds` is true, which it must stay from there on; `length` for none. */
export function firstIndex(length: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
