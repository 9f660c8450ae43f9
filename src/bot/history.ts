/**
 * What was seen of a tag, and which of its digests is old enough. Registries rarely say when something was pushed, and
 * the date inside an image can be anything, so the bot's own first sight of a digest is what counts.
 */

/** One digest of a tag. All times in milliseconds since 1970. */
export interface Sighting {
  readonly digest: string;
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
  /** When the tag was last seen to have left it for another; null while it has not. */
  readonly replacedAtMs: number | null;
  /** When the registry says that the tag was pushed with it. */
  readonly pushedAtMs: number | null;
}

/** In order of the first sight. */
export type History = readonly Sighting[];

const MAX_SIGHTINGS = 30;
const FLAPPING_MS = 86_400_000;

/** The history after the tag has been seen with `digest`. A clock that has gone backwards makes nothing older. */
export function observe(
  history: History,
  {
    digest,
    nowMs,
    pushedAtMs,
  }: { readonly digest: string; readonly nowMs: number; readonly pushedAtMs: number | null },
): History {
  const known = history.find((one) => one.digest === digest);
  const others = history
    .filter((one) => one !== known)
    .map((one) => (isCurrent(one, history) ? { ...one, replacedAtMs: nowMs } : one));
  const pushed = pushedAtMs ?? known?.pushedAtMs ?? null;
  const seen: Sighting = known
    ? { ...known, lastSeenMs: Math.max(known.lastSeenMs, nowMs), pushedAtMs: pushed }
    : { digest, firstSeenMs: nowMs, lastSeenMs: nowMs, replacedAtMs: null, pushedAtMs: pushed };
  return [...others, seen].sort((a, b) => a.firstSeenMs - b.firstSeenMs).slice(-MAX_SIGHTINGS);
}

/** The digest that was seen last is the one that the tag has. */
function isCurrent(one: Sighting, history: History): boolean {
  return history.every((other) => other.lastSeenMs <= one.lastSeenMs);
}

export interface AgePolicy {
  readonly minAgeMs: number;
  readonly maxHoldMs: number;
}

export type Choice =
  | { readonly kind: 'take'; readonly digest: string; readonly note: string | null }
  | { readonly kind: 'maturing'; readonly digest: string; readonly untilMs: number }
  | { readonly kind: 'flapping'; readonly digest: string; readonly untilMs: number };

export interface Question {
  /** Digest of the pin that is to be brought up to date. */
  readonly pinned: string;
  /** What the tag has now; it is in the history. */
  readonly latest: string;
  readonly history: History;
  /** Older digests that are known to be gone, or that a build cannot use. */
  readonly unusable: ReadonlySet<string>;
  readonly policy: AgePolicy;
  readonly nowMs: number;
}

/**
 * The newest digest that is old enough. A tag that is rebuilt faster than digests mature would never give one: then,
 * after `maxHoldMs`, it is the latest one, and the note says so.
 */
export function chooseDigest(question: Question): Choice {
  const { pinned, latest, history, unusable, policy, nowMs } = question;
  const at = history.findIndex(({ digest }) => digest === pinned);
  // What was seen before the pin itself is older than the pin, unless the tag has gone back to it.
  const newer = history.filter(
    ({ digest }, index) => digest === latest || (index > at && digest !== pinned && !unusable.has(digest)),
  );
  const head = history.find(({ digest }) => digest === latest)!;
  const flappingUntilMs = head.replacedAtMs === null ? 0 : head.replacedAtMs + FLAPPING_MS;
  const matured = newer.filter(
    (one) => ageOf(one, nowMs) >= policy.minAgeMs && !(one.digest === latest && flappingUntilMs > nowMs),
  );
  const best = matured.find(({ digest }) => digest === latest) ?? matured.at(-1);
  if (best) return { kind: 'take', digest: best.digest, note: null };
  if (flappingUntilMs > nowMs) return { kind: 'flapping', digest: latest, untilMs: flappingUntilMs };
  const differsSinceMs = at >= 0 ? (history[at]!.replacedAtMs ?? nowMs) : (newer[0] ?? head).firstSeenMs;
  const patienceEndsMs = differsSinceMs + policy.maxHoldMs;
  if (patienceEndsMs <= nowMs) {
    return { kind: 'take', digest: latest, note: 'the tag moves faster than digests mature' };
  }
  const untilMs = Math.min(nowMs + policy.minAgeMs - ageOf(head, nowMs), patienceEndsMs);
  return { kind: 'maturing', digest: latest, untilMs };
}

/** What we saw ourselves, or what the registry says of the push, whichever is longer ago. */
function ageOf({ firstSeenMs, pushedAtMs }: Sighting, nowMs: number): number {
  return Math.max(nowMs - firstSeenMs, pushedAtMs === null ? 0 : nowMs - pushedAtMs);
}
