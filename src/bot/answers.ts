/** What registries say of the images of a repository, and what its open pull requests have said before. */
import { mapLimited } from '../app/fix-files.ts';
import type { Workspace } from './apply.ts';
import type { LookUps } from './look-ups.ts';
import { useId } from './plan.ts';
import type { UseAnswers } from './plan.ts';
import type { RepositoryOptions } from './repository.ts';
import type { ScannedFile, ScannedUse } from './scan.ts';
import type { BotSettings } from './settings.ts';

const IMAGES_AT_ONCE = 8;

/** By {@link useId}. */
export async function answerAll(
  uses: readonly ScannedUse[],
  { minAgeMs, maxHoldMs }: BotSettings,
  options: RepositoryOptions,
): Promise<ReadonlyMap<string, UseAnswers>> {
  const policy = { minAgeMs, maxHoldMs: maxHoldMs ?? 2 * minAgeMs };
  const answers = new Map<string, UseAnswers>();
  await mapLimited(uses, IMAGES_AT_ONCE, async (use) => {
    answers.set(useId(use), await answerOf(use, policy, options));
  });
  return answers;
}

async function answerOf(
  { key, image, pinned }: ScannedUse,
  policy: Parameters<LookUps['pin']>[2],
  { lookUps, store, metrics, nowMs }: RepositoryOptions,
): Promise<UseAnswers> {
  if (pinned === null) {
    const fact = await lookUps.firstPin(key, image);
    return { latest: fact, proposed: fact, isUrgent: false, note: null, untilMs: null };
  }
  const answer = await lookUps.pin(key, image, policy);
  if (answer !== null) {
    const left = store.history(key).find(({ digest }) => digest === pinned)?.replacedAtMs;
    if (left != null) metrics.sawPinAge(nowMs() - left);
    return answer;
  }
  const tip = await lookUps.tip(key, image);
  const same = tip.ok ? { ok: true as const, value: sameAs(pinned, tip.value), evidence: tip.evidence } : tip;
  return { latest: same, proposed: same, isUrgent: false, note: null, untilMs: null };
}

/** The answer to `image-update` for a pin that its tag still has. */
function sameAs(
  pinned: string,
  latest: { readonly digest: string; readonly mediaType: string; readonly kind: 'index' | 'manifest' },
): object {
  return {
    currentDigest: pinned,
    currentKind: latest.kind,
    currentGone: false,
    latest,
    change: { kind: 'same' },
    current: [],
    candidate: [],
    match: null,
    isFlapping: false,
    missingImages: null,
  };
}

/** What open pull requests propose, by our own memory: it stays proposed on a day when nothing can be looked up. */
export function carriedBy(
  files: readonly ScannedFile[],
  { memory, open }: Workspace,
): ReadonlyMap<string, string> {
  const openBranches = new Set(open.map(({ branch }) => branch));
  const proposed = new Map<string, string>();
  for (const [branch, pull] of Object.entries(memory.pulls)) {
    if (!openBranches.has(branch)) continue;
    for (const { key, path, from, to } of pull.changes) proposed.set(`${path} ${from} ${key}`, to);
  }
  const carried = new Map<string, string>();
  for (const use of files.flatMap((file) => file.uses)) {
    const to = proposed.get(`${use.path} ${use.pinned} ${use.key}`);
    if (to !== undefined) carried.set(useId(use), to);
  }
  return carried;
}
