/**
 * What the bot asks of registries in one cycle: each tag once, whichever repositories name it, and each pin that its
 * tag has left once. What comes back goes into the history of the tag.
 */
import { createGatherer } from '../app/gather.ts';
import type { FactSource, Gatherer } from '../app/gather.ts';
import type { ConfiguredImage, ImageUpdate } from '../core/image-facts.ts';
import type { ImageRef } from '../core/image-ref.ts';
import type { Fact, FactRequest, FactValues, RegistryRequest, ResolvedImage } from '../core/types.ts';
import { chooseDigest, observe } from './history.ts';
import type { AgePolicy, History, Sighting } from './history.ts';

/** Where histories are kept. */
export interface Observations {
  history(key: string): History;
  setHistory(key: string, history: History): void;
}

/** The operator's own check of an image: null when nothing speaks against it, else why it has to wait. */
export type CheckImage = (
  image: ImageRef,
  digest: string,
) => Promise<{ readonly code: string; readonly reason: string } | null>;

export interface LookUpOptions {
  readonly source: FactSource;
  /** Asked before anything is proposed, however urgent; once for each digest in a cycle. */
  readonly check?: CheckImage;
  /** When the registry says that the tag was pushed with this digest, ISO 8601; null where it does not say. */
  readonly pushed: (image: ImageRef, digest: string) => Promise<string | null>;
  /** Whether the registry still has a digest; null when it does not tell. */
  readonly exists: (image: ImageRef, digest: string) => Promise<boolean | null>;
  readonly observations: Observations;
  readonly nowMs: () => number;
}

/** What is known of a pin whose tag has moved. */
export interface PinAnswer {
  /** Compared with what the tag has now, whatever its age. */
  readonly latest: Fact<ImageUpdate>;
  /** What may be proposed; a failure with the code `maturing` or `flapping` says that it has to wait. */
  readonly proposed: Fact<ImageUpdate>;
  readonly isUrgent: boolean;
  readonly note: string | null;
  /** Until when it waits, where that is known. */
  readonly untilMs: number | null;
}

export interface LookUps {
  /** What the tag has now. */
  tip(key: string, image: ImageRef): Promise<Fact<ResolvedImage>>;
  /** Null when the pin is what the tag has. `image` has tag and digest. */
  pin(key: string, image: ImageRef, policy: AgePolicy): Promise<PinAnswer | null>;
  /** Proves the digest of a tag that is to be pinned for the first time: its bytes, and the images of an index. */
  firstPin(key: string, image: ImageRef): Promise<Fact<ResolvedImage>>;
  /** Whether the registry says that it does not have the pinned digest any more. */
  isGone(image: ImageRef): Promise<boolean>;
  config(image: ImageRef, platform: string | null): Promise<Fact<ConfiguredImage>>;
  ask<R extends RegistryRequest>(request: R): Promise<Fact<FactValues[R['kind']]>>;
}

export function createLookUps(options: LookUpOptions): LookUps {
  const { source, pushed, exists, observations, nowMs } = options;
  const gatherer: Gatherer = createGatherer(source);
  const seen = new Set<string>();
  const checks = new Map<string, ReturnType<CheckImage>>();

  /** The fact, or what the operator's check has against its digest. */
  async function checked<T>(image: ImageRef, digest: string, fact: Fact<T>): Promise<Fact<T>> {
    if (!fact.ok || !options.check) return fact;
    const id = `${image.registry}/${image.repository}@${digest}`;
    const asked = checks.get(id) ?? options.check(image, digest);
    checks.set(id, asked);
    const objection = await asked;
    return objection === null ? fact : { ok: false, ...objection };
  }

  async function ask<R extends FactRequest>(request: R): Promise<Fact<FactValues[R['kind']]>> {
    await gatherer.gather([request]);
    return gatherer.facts.get(request);
  }

  async function tip(key: string, image: ImageRef): Promise<Fact<ResolvedImage>> {
    const fact = await ask({ kind: 'digest', image: { ...image, digest: null } });
    if (fact.ok && !seen.has(key)) {
      seen.add(key);
      const history = observations.history(key);
      const sight = { digest: fact.value.digest, nowMs: nowMs(), pushedAtMs: null };
      observations.setHistory(key, observe(history, sight));
    }
    return fact;
  }

  /** Asks for the date of the push only where it could end the wait. */
  async function historyWithDate(key: string, image: ImageRef, latest: string): Promise<History> {
    const history = observations.history(key);
    if (history.find(({ digest }) => digest === latest)?.pushedAtMs != null) return history;
    const date = await pushed({ ...image, digest: null }, latest);
    if (date === null) return history;
    const dated = observe(history, { digest: latest, nowMs: nowMs(), pushedAtMs: Date.parse(date) });
    observations.setHistory(key, dated);
    return dated;
  }

  const update = (image: ImageRef, candidate: string): Promise<Fact<ImageUpdate>> =>
    ask({ kind: 'image-update', image, candidate });

  async function pin(key: string, image: ImageRef, policy: AgePolicy): Promise<PinAnswer | null> {
    const pinned = image.digest!;
    const now = await tip(key, image);
    if (!now.ok) return { latest: now, proposed: now, isUrgent: false, note: null, untilMs: null };
    const { digest } = now.value;
    if (digest === pinned) return null;
    const latest = await update(image, digest);
    if (!latest.ok) return { latest, proposed: latest, isUrgent: false, note: null, untilMs: null };
    if (latest.value.currentGone) {
      const proposed = await checked(image, digest, latest);
      return { latest, proposed, isUrgent: true, note: null, untilMs: null };
    }
    const history = await historyWithDate(key, image, digest);
    return { latest, isUrgent: false, ...(await mature({ image, pinned, digest, history, policy, latest })) };
  }

  interface Maturing {
    readonly image: ImageRef;
    readonly pinned: string;
    readonly digest: string;
    readonly history: History;
    readonly policy: AgePolicy;
    readonly latest: Fact<ImageUpdate>;
  }

  async function mature(question: Maturing): Promise<Pick<PinAnswer, 'proposed' | 'note' | 'untilMs'>> {
    const { image, pinned, digest, history, policy, latest } = question;
    const unusable = new Set<string>();
    for (;;) {
      const choice = chooseDigest({ pinned, latest: digest, history, unusable, policy, nowMs: nowMs() });
      if (choice.kind !== 'take') {
        const reason =
          choice.kind === 'maturing'
            ? `it is maturing until ${isoMinute(choice.untilMs)}`
            : `the tag goes back and forth between digests; it is left alone until ${isoMinute(choice.untilMs)}`;
        const proposed = { ok: false, code: choice.kind, reason } as const;
        return { proposed, note: null, untilMs: choice.untilMs };
      }
      const fact = choice.digest === digest ? latest : await update(image, choice.digest);
      if (!fact.ok && fact.code === 'candidate-gone' && !unusable.has(choice.digest)) {
        unusable.add(choice.digest);
        continue;
      }
      if (!fact.ok) return { proposed: fact, note: null, untilMs: null };
      const young = choice.note === null ? await tooYoung(image, choice.digest, policy, history) : null;
      if (young) return young;
      // Whether the tag goes back and forth has been judged here, by what was seen over weeks.
      const judged = { ...fact, value: { ...fact.value, isFlapping: false } };
      const proposed = await checked(image, choice.digest, judged);
      return { proposed, note: choice.note, untilMs: null };
    }
  }

  /** An image that says it was made a moment ago is not older than that. That it says so of long ago proves nothing. */
  async function tooYoung(
    image: ImageRef,
    digest: string,
    { minAgeMs, maxHoldMs }: AgePolicy,
    history: History,
  ): Promise<Pick<PinAnswer, 'proposed' | 'note' | 'untilMs'> | null> {
    if (minAgeMs === 0) return null;
    const config = await ask({ kind: 'image-config', image: { ...image, digest }, platform: null });
    const created = config.ok ? Date.parse(config.value.metadata.created?.value ?? '') : NaN;
    if (Number.isNaN(created)) return null;
    const firstSeenMs = history.find((one: Sighting) => one.digest === digest)?.firstSeenMs ?? nowMs();
    // A date in the future must not hold it for ever.
    const untilMs = Math.min(created + minAgeMs, firstSeenMs + maxHoldMs);
    if (untilMs <= nowMs()) return null;
    const reason = `it says that it was built on ${isoMinute(created)}; it is maturing until ${isoMinute(untilMs)}`;
    return { proposed: { ok: false, code: 'maturing', reason }, note: null, untilMs };
  }

  return {
    tip,
    pin,
    async firstPin(key, image) {
      const now = await tip(key, image);
      if (!now.ok) return now;
      const { digest } = now.value;
      const proof = await update({ ...image, tag: image.tag ?? 'latest', digest }, digest);
      if (!proof.ok) return proof;
      const missing = proof.value.missingImages ?? [];
      if (missing.length === 0) return checked(image, digest, now);
      const reason = `its index names images that the registry does not have (${missing.join(', ')})`;
      return { ok: false, code: 'incomplete-index', reason };
    },
    isGone: async (image) => image.digest !== null && (await exists(image, image.digest)) === false,
    config: (image, platform) => ask({ kind: 'image-config', image, platform }),
    ask,
  };
}

/** `2026-01-31 14:05 UTC`. */
export function isoMinute(ms: number): string {
  return `${new Date(Math.min(Math.max(ms, 0), 8e15)).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
