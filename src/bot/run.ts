/** One cycle over many repositories. What fails in one never stops the next. */
import { mapLimited } from '../app/fix-files.ts';
import { EnvironmentError } from '../core/errors.ts';
import { sha256 } from './fingerprint.ts';
import { runRepository } from './repository.ts';
import type { Outcome, RepositoryOptions } from './repository.ts';

export interface CycleOptions extends RepositoryOptions {
  /** Repositories that are looked at together. */
  readonly jobs: number;
  /** True once a person has asked to stop: no further repository is begun. */
  readonly isStopped: () => boolean;
  readonly onOutcome?: (outcome: Outcome) => void;
}

export interface CycleSummary {
  readonly done: number;
  readonly unchanged: number;
  readonly skipped: number;
  readonly failed: number;
  /** Repositories with questions that got no answer. */
  readonly incomplete: number;
  /** Defects of this program. */
  readonly defects: readonly string[];
}

/** Throws {@link EnvironmentError} only when the state cannot be kept: going on would forget what was done. */
export async function runCycle(paths: readonly string[], options: CycleOptions): Promise<CycleSummary> {
  const { jobs, isStopped, metrics, store, log } = options;
  const counts = { done: 0, unchanged: 0, skipped: 0, failed: 0 };
  let incomplete = 0;
  const defects: string[] = [];
  await mapLimited(paths, jobs, async (path) => {
    if (isStopped()) return;
    const outcome = await runSafely(path, options, defects);
    counts[outcome.status]++;
    if (outcome.unanswered.length > 0) incomplete++;
    if (outcome.status === 'done') log({ repository: path, key: '', action: 'done', reason: outcome.reason });
    metrics.add('repositories');
    if (outcome.status === 'unchanged') metrics.add('repositories_unchanged');
    if (outcome.status === 'failed') metrics.add('repositories_failed');
    options.onOutcome?.(outcome);
  });
  await store.flush();
  const { reads, writes } = options.forge.counts();
  metrics.add('forge_reads', reads);
  metrics.add('forge_writes', writes);
  return { ...counts, incomplete, defects };
}

async function runSafely(path: string, options: RepositoryOptions, defects: string[]): Promise<Outcome> {
  try {
    return await runRepository(path, options);
  } catch (error) {
    if (error instanceof EnvironmentError && error.code === 'state') throw error;
    const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    if (!(error instanceof EnvironmentError)) defects.push(`${path}: ${message}`);
    options.log({ repository: path, key: '', action: 'failed', reason: message });
    return { path, status: 'failed', reason: message, unanswered: [] };
  }
}

/** `2/5`: the second of five parts. Null for anything else. */
export function parseShard(text: string): { readonly index: number; readonly count: number } | null {
  const match = /^(\d{1,4})\/(\d{1,4})$/.exec(text);
  const index = Number(match?.[1]);
  const count = Number(match?.[2]);
  return match && index >= 1 && index <= count ? { index, count } : null;
}

/** Every repository is in exactly one part, and stays in it as others come and go. */
export function inShard(
  path: string,
  { index, count }: { readonly index: number; readonly count: number },
): boolean {
  return parseInt(sha256(path.toLowerCase()).slice(0, 8), 16) % count === index - 1;
}
