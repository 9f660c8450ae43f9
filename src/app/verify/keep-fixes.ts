/**
 * Keeps the fixes of a file that pass. A fix that stands alone changes what all others look at, so it is judged by
 * itself: what fails of it is refused, and the others are found anew in the file without it. What is left is halved.
 */
import { keepPassing } from './keep-passing.ts';
import type { Dropped, Trial } from './keep-passing.ts';

export interface Unit {
  /** The same fix has the same key in every attempt. */
  readonly key: string;
  readonly alone: boolean;
}

export interface KeepFixesOptions<U extends Unit, R> {
  /** All that would be fixed when these are refused; those that are likeliest to pass first. */
  propose(refused: ReadonlySet<string>): Promise<readonly U[]>;
  /** Tries the file with these and no others. */
  attempt(units: readonly U[]): Promise<Trial<R>>;
  /** Whether an attempt has really made this fix: some are found only where others were made before. */
  applied(result: R, unit: U): boolean;
  readonly maxAttempts: number;
}

export interface KeptFixes<U, R> {
  /** The attempt with exactly what is kept; null when nothing is. */
  readonly passed: R | null;
  readonly dropped: readonly Dropped<U, R>[];
}

export async function keepFixes<U extends Unit, R>(
  options: KeepFixesOptions<U, R>,
): Promise<KeptFixes<U, R>> {
  const trials = new Map<string, Trial<R>>();
  const attempt = async (units: readonly U[]): Promise<Trial<R>> => {
    const name = JSON.stringify(units.map(({ key }) => key).sort());
    let trial = trials.get(name);
    if (!trial) trials.set(name, (trial = await options.attempt(units)));
    return trial;
  };
  const left = (): number => options.maxAttempts - trials.size;
  const refused = new Set<string>();
  const dropped: Dropped<U, R>[] = [];
  /** Those that stand alone and have passed by themselves; the last such attempt. */
  const settled: U[] = [];
  let passed: R | null = null;
  /** Those that cannot be judged by themselves. */
  const common = new Set<string>();

  for (;;) {
    const units = await options.propose(refused);
    const rest = units.filter(({ key }) => !settled.some((unit) => unit.key === key));
    if (rest.length === 0) return { passed, dropped };
    const next = rest.find(({ key, alone }) => alone && !common.has(key));
    const all = next && left() > 1 ? await attempt(units) : null;
    if (!next || all === null || all.outcome !== 'failed') {
      const kept = await keepPassing<U, R>({
        units: rest,
        attempt: (some) => attempt([...settled, ...some]),
        maxAttempts: left() + 1,
      });
      return { passed: kept.passed ?? passed, dropped: [...dropped, ...kept.dropped] };
    }
    const own = rest.length === 1 ? all : await attempt([...settled, next]);
    if (!options.applied(own.result, next)) common.add(next.key);
    else if (own.outcome === 'passed') {
      settled.push(next);
      passed = own.result;
    } else if (own.outcome === 'failed') {
      refused.add(next.key);
      dropped.push({ unit: next, why: 'failed', result: own.result });
    } else {
      const unjudged = rest.map((unit): Dropped<U, R> => ({ unit, why: 'not-judged', result: own.result }));
      return { passed, dropped: [...dropped, ...unjudged] };
    }
  }
}
