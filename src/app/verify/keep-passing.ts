/**
 * Keeps the fixes that pass. All are tried together; where that fails, halves are tried, so that one bad fix does not
 * take good ones with it. What is kept at the end is a text that has itself been tried.
 */

export interface Trial<R> {
  readonly outcome: 'passed' | 'failed' | 'not-judged';
  readonly result: R;
}

export interface KeepOptions<U, R> {
  /** Those that are likeliest to pass first. */
  readonly units: readonly U[];
  /** Tries the file with these units and no others. */
  attempt(units: readonly U[]): Promise<Trial<R>>;
  readonly maxAttempts: number;
}

export interface Kept<U, R> {
  readonly units: readonly U[];
  /** The attempt with exactly those; null when there was none. */
  readonly passed: R | null;
  readonly dropped: readonly Dropped<U, R>[];
}

/** `failed`: on top of those that were kept then it failed. `untried`: nobody knows. */
export interface Dropped<U, R> {
  readonly unit: U;
  readonly why: 'failed' | 'untried' | 'not-judged';
  /** The attempt that failed or could not be judged. */
  readonly result: R | null;
}

export async function keepPassing<U, R>(options: KeepOptions<U, R>): Promise<Kept<U, R>> {
  const { attempt, maxAttempts } = options;
  const kept: U[] = [];
  const dropped: Dropped<U, R>[] = [];
  let passed: R | null = null;
  let attempts = 0;
  let unjudged: R | null = null;

  async function add(group: readonly U[], known: Trial<R> | null): Promise<void> {
    if (group.length === 0) return;
    if (unjudged !== null || (known === null && attempts >= maxAttempts)) {
      const why = unjudged !== null ? 'not-judged' : 'untried';
      for (const unit of group) dropped.push({ unit, why, result: unjudged });
      return;
    }
    if (known === null) attempts++;
    const trial = known ?? (await attempt([...kept, ...group]));
    if (trial.outcome === 'passed') {
      kept.push(...group);
      passed = trial.result;
      return;
    }
    if (trial.outcome === 'not-judged') {
      unjudged = trial.result;
      for (const unit of group) dropped.push({ unit, why: 'not-judged', result: trial.result });
      return;
    }
    if (group.length === 1) {
      dropped.push({ unit: group[0]!, why: 'failed', result: trial.result });
      return;
    }
    const middle = Math.ceil(group.length / 2);
    const before = dropped.length;
    await add(group.slice(0, middle), null);
    // With all of the first half kept, the second half on top of it is what has just failed.
    const isSame = dropped.length === before;
    await add(group.slice(middle), isSame ? trial : null);
  }

  await add(options.units, null);
  return { units: kept, passed, dropped };
}
