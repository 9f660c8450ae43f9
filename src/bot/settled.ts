/** What is remembered of a repository in which nothing was left to do, so that the next look costs one request. */
import { parseImageRef } from '../core/image-ref.ts';
import type { ForgeFailure } from '../forge/forge.ts';
import type { Applied, Workspace } from './apply.ts';
import { sha256 } from './fingerprint.ts';
import type { Plan } from './plan.ts';
import type { RepositoryOptions } from './repository.ts';
import type { ScannedUse } from './scan.ts';
import type { RepositoryMemory } from './store.ts';

export type Unchanged =
  | { readonly kind: 'unchanged'; readonly unanswered: readonly string[] }
  | { readonly kind: 'changed' }
  | { readonly kind: 'failed'; readonly failure: ForgeFailure };

const CHANGED: Unchanged = { kind: 'changed' };

/** One request to the forge; the tags have been asked for by other repositories of the cycle, or are asked now. */
export async function lookAgain(
  path: string,
  memory: RepositoryMemory,
  options: RepositoryOptions,
): Promise<Unchanged> {
  const { forge, lookUps, nowMs } = options;
  const settled = memory.settled!;
  const glance = await forge.glance(path, memory.defaultBranch);
  if (!glance.ok) return { kind: 'failed', failure: glance };
  const { head, activity } = glance.value;
  if (head !== settled.head || settled.settings !== settingsPrint(options)) return CHANGED;
  if (activity === null ? settled.hasOpenPulls : activity !== settled.activity) return CHANGED;
  if (settled.wakeAtMs !== null && settled.wakeAtMs <= nowMs()) return CHANGED;
  const unanswered: string[] = [];
  for (const [key, digest] of Object.entries(settled.tips)) {
    const image = parseImageRef(key);
    if ('error' in image) return CHANGED;
    const tip = await lookUps.tip(key, image);
    if (!tip.ok) unanswered.push(`${key}: ${tip.reason}`);
    else if (tip.value.digest !== digest) return CHANGED;
  }
  for (const reference of settled.watched) {
    const image = parseImageRef(reference);
    if ('error' in image || (await lookUps.isGone(image))) return CHANGED;
  }
  return { kind: 'unchanged', unanswered };
}

function settingsPrint({ operatorSettings, config, readPackages, spreadMs }: RepositoryOptions): string {
  return sha256(JSON.stringify([operatorSettings, config.operator, readPackages, spreadMs])).slice(0, 16);
}

/** A person holds it, and may let go of it at any time: by a label, a title, a comment, a tick on the dashboard. */
function isPersons(hold: Applied['hold']): boolean {
  return hold === 'snoozed' || hold === 'ignored' || hold === 'ignored-digest';
}

export async function settle(
  workspace: Workspace,
  plan: Plan,
  applied: readonly Applied[],
  uses: readonly ScannedUse[],
  isJudged: boolean,
): Promise<void> {
  const { repository, options } = workspace;
  const { forge, lookUps, store, nowMs } = options;
  const { path, id, head, defaultBranch } = repository;
  const memory = store.repository(id) ?? workspace.memory;
  const waits = [...plan.held, ...applied].flatMap(({ untilMs }) => (untilMs === null ? [] : [untilMs]));
  // What waits for the next run of all has no time.
  const isDone = isJudged && applied.every(({ isFinal }) => isFinal);
  let settled: RepositoryMemory['settled'] = null;
  // A change that a person makes between our look and this one is seen with the next one after it.
  const glance = isDone ? await forge.glance(path, defaultBranch) : null;
  if (glance?.ok && glance.value.head === head) {
    const tips: Record<string, string> = {};
    const watched = new Set<string>();
    for (const { key, image, pinned } of uses) {
      const tip = await lookUps.tip(key, image);
      if (tip.ok) tips[key] = tip.value.digest;
      if (tip.ok && pinned !== null && pinned !== tip.value.digest && !(await lookUps.isGone(image)))
        watched.add(`${key}@${pinned}`);
    }
    settled = {
      head,
      activity: glance.value.activity,
      settings: settingsPrint(options),
      tips,
      watched: [...watched].sort(),
      wakeAtMs: waits.length === 0 ? null : Math.max(nowMs() + 1, Math.min(...waits)),
      hasOpenPulls: applied.some(({ number, hold }) => number !== null || isPersons(hold)),
    };
  }
  await store.saveRepository(id, { ...memory, defaultBranch, settled });
}
