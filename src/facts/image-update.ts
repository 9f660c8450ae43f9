/** Has the tag of a pin moved, and what would following it change? */
import type { ImageUpdate } from '../core/image-facts.ts';
import { compareImages, counterpart } from '../core/platforms.ts';
import type { ImageChange, PlatformImage } from '../core/platforms.ts';
import type { Fact, ImageUpdateRequest } from '../core/types.ts';
import type { Manifest, Registry, RegistryResult, ResolvedManifest } from '../registry/registry.ts';
import { imagesOf } from './read-image.ts';
import { registryEvidence, unanswered } from './image.ts';

/** A tag that goes back to a digest it left so short a time ago is not settled. */
const FLAPPING_MS = 86_400_000;

export interface UpdateOptions {
  /** Read the bytes of the new manifest, and ask whether the images of an index are really there. */
  readonly verify: boolean;
}

export async function imageUpdateFact(
  registry: Registry,
  { image, candidate: wanted }: ImageUpdateRequest,
  { verify }: UpdateOptions,
): Promise<Fact<ImageUpdate>> {
  const { digest, tag } = image;
  if (digest === null) return { ok: false, code: 'not-pinned', reason: 'the reference has no digest' };
  if (tag === null) {
    const reason =
      'it has a digest and no tag, so there is nothing to follow; write the tag before the digest (name:tag@sha256:…)';
    return { ok: false, code: 'no-tag', reason };
  }
  const latest =
    wanted === undefined
      ? await registry.resolve({ ...image, digest: null }, { verify })
      : await resolveCandidate(registry, image, wanted);
  if (!latest.ok) return unanswered(latest);
  const evidence = registryEvidence({ ...image, digest: null }, latest.value);
  const settled = (
    update: Omit<ImageUpdate, 'currentDigest' | 'latest' | 'isFlapping'>,
  ): Fact<ImageUpdate> => ({
    ok: true,
    value: {
      currentDigest: digest,
      latest: {
        digest: latest.value.digest,
        mediaType: latest.value.mediaType,
        kind: latest.value.kind,
      },
      isFlapping: isFlapping(latest.value),
      ...update,
    },
    evidence,
  });
  // Whoever names a candidate wants to know whether it is whole.
  if (latest.value.digest === digest && wanted === undefined) {
    return settled({
      currentKind: latest.value.kind,
      currentGone: false,
      change: { kind: 'same' },
      current: [],
      candidate: [],
      match: null,
      missingImages: null,
    });
  }

  const exists = await registry.exists(image, digest);
  if (!exists.ok) return unanswered(exists);
  // Also of a digest that is gone: the cache may remember it.
  const current = await readSide(registry, image, digest);
  const candidate = await readSide(registry, image, latest.value.digest);
  const missing =
    verify && candidate.images.length > 0 ? await registry.missingImages(image, candidate.images) : null;
  if (missing && !missing.ok) return unanswered(missing);
  const [own] = current.images;
  const isPlatformPin = current.kind === 'manifest' && latest.value.kind === 'index';
  return settled({
    currentKind: current.kind,
    currentGone: !exists.value,
    change: changeBetween(current, candidate, isPlatformPin),
    current: current.images,
    candidate: candidate.images,
    match: isPlatformPin && own ? counterpart(candidate.images, own.platform) : null,
    missingImages: missing ? missing.value.map(({ platform }) => platform) : null,
  });
}

/** A digest that is to be pinned: its bytes are read, and it is asked for where the tag has another by now. */
async function resolveCandidate(
  registry: Registry,
  image: ImageUpdateRequest['image'],
  digest: string,
): Promise<
  RegistryResult<ResolvedManifest> | { readonly ok: false; readonly code: string; readonly reason: string }
> {
  const latest = await registry.resolve({ ...image, digest: null });
  if (!latest.ok) return latest;
  const gone = {
    ok: false,
    code: 'candidate-gone',
    reason: 'the registry does not have the new digest any more',
  } as const;
  if (latest.value.digest !== digest) {
    const exists = await registry.exists(image, digest);
    if (!exists.ok) return exists;
    if (!exists.value) return gone;
  }
  const manifest = await registry.manifest(image, digest);
  if (!manifest.ok) return manifest.code === 'not-found' ? gone : manifest;
  const { mediaType, kind } = manifest.value;
  const { replacedAtMs, ...plain } = latest.value;
  const own = latest.value.digest === digest && replacedAtMs !== undefined ? { replacedAtMs } : {};
  return { ok: true, value: { ...plain, ...own, digest, mediaType, kind } };
}

interface Side {
  readonly kind: Manifest['kind'] | null;
  readonly images: readonly PlatformImage[];
  /** Why there are no images. */
  readonly problem: string | null;
}

async function readSide(
  registry: Registry,
  image: ImageUpdateRequest['image'],
  digest: string,
): Promise<Side> {
  const manifest = await registry.manifest(image, digest);
  if (!manifest.ok) return { kind: null, images: [], problem: manifest.reason };
  const images: RegistryResult<readonly PlatformImage[]> = await imagesOf(registry, image, manifest.value);
  const { kind } = manifest.value;
  return images.ok
    ? { kind, images: images.value, problem: null }
    : { kind, images: [], problem: images.reason };
}

/** A pin of one platform that follows a tag to an index wants its own platform in there and no other. */
function changeBetween(current: Side, candidate: Side, isPlatformPin: boolean): ImageChange {
  const problem = current.problem ?? candidate.problem;
  if (problem !== null) return { kind: 'unknown', reason: problem };
  return compareImages(
    current.images,
    candidate.images,
    isPlatformPin ? current.images.map((one) => one.platform) : null,
  );
}

function isFlapping({ replacedAtMs, atMs }: ResolvedManifest): boolean {
  return replacedAtMs !== undefined && atMs - replacedAtMs < FLAPPING_MS;
}
