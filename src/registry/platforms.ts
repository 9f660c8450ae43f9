/** The images of an index: without attestations, with those of indexes inside it. */
import { platformKey } from '../core/platforms.ts';
import type { PlatformImage } from '../core/platforms.ts';
import { failure } from './errors.ts';
import type { RegistryResult } from './errors.ts';
import { MAX_CHILDREN, manifestKind } from './manifest.ts';
import type { Descriptor, ImageIndex, IndexContent, IndexedImage, Manifest } from './registry.ts';

/** The index itself and one more below it. */
const MAX_DEPTH = 2;

const REFERENCE_TYPE = 'vnd.docker.reference.type';
/** Names the image that an attestation belongs to. */
export const REFERENCE_DIGEST = 'vnd.docker.reference.digest';

/** `fetch` gets a manifest of the same repository. Of two images for one platform, clients take the first. */
export async function indexContent(
  host: string,
  index: ImageIndex,
  fetch: (digest: string) => Promise<RegistryResult<Manifest>>,
): Promise<RegistryResult<IndexContent>> {
  const images: IndexedImage[] = [];
  const attestations: Descriptor[] = [];
  const add = (descriptor: Descriptor): void => {
    if (isAttestation(descriptor)) attestations.push(descriptor);
    else if (descriptor.platform && descriptor.platform.os !== 'unknown') {
      const platform = platformKey(descriptor.platform);
      if (!images.some((known) => known.platform === platform))
        images.push({ platform, digest: descriptor.digest, descriptor });
    }
  };
  let seen = index.children.length;
  for (const child of index.children) {
    if (manifestKind(child.mediaType) !== 'index') {
      add(child);
      continue;
    }
    const inner = await fetch(child.digest);
    if (!inner.ok) return inner;
    if (inner.value.kind !== 'index') continue;
    seen += inner.value.children.length;
    const tooDeep = inner.value.children.some(({ mediaType }) => manifestKind(mediaType) === 'index');
    if (tooDeep || seen > MAX_CHILDREN) {
      const what = tooDeep
        ? `indexes in indexes, deeper than ${MAX_DEPTH}`
        : `more than ${MAX_CHILDREN} images`;
      return failure(host, 'unsupported-media-type', `${host}: the index holds ${what}`);
    }
    inner.value.children.forEach(add);
  }
  return { ok: true, value: { images, attestations } };
}

/** A statement about an image (SBOM, provenance), which has no platform of its own. */
export function isAttestation({ annotations, platform }: Descriptor): boolean {
  return (
    annotations.has(REFERENCE_TYPE) || (platform?.os === 'unknown' && platform.architecture === 'unknown')
  );
}

/** Those that `exists` denies; asked only for so many as a careful reader would ask for. */
export async function missingOf(
  images: readonly PlatformImage[],
  exists: (digest: string) => Promise<RegistryResult<boolean>>,
): Promise<RegistryResult<readonly PlatformImage[]>> {
  const answers = await Promise.all(images.map(({ digest }) => exists(digest)));
  const missing: PlatformImage[] = [];
  for (const [at, answer] of answers.entries()) {
    if (!answer.ok) return answer;
    if (!answer.value) missing.push(images[at]!);
  }
  return { ok: true, value: missing };
}
