/** From a reference to the one image that is meant: index, platform, manifest, configuration. */
import type { ImageConfig, PlatformReason } from '../core/image-facts.ts';
import type { ImageRef } from '../core/image-ref.ts';
import { choosePlatform, matchesPlatform, platformKey } from '../core/platforms.ts';
import type { PlatformImage } from '../core/platforms.ts';
import { failure } from '../registry/errors.ts';
import type { RegistryFailure } from '../registry/errors.ts';
import type {
  Descriptor,
  ImageIndex,
  ImageManifest,
  IndexContent,
  Manifest,
  Registry,
  RegistryResult,
  RepositoryName,
} from '../registry/registry.ts';

export interface ReadImage {
  /** What the reference names. */
  readonly digest: string;
  readonly kind: 'index' | 'manifest';
  readonly mediaType: string;
  /** When the registry said so; null when the reference itself names the digest. */
  readonly atMs: number | null;
  readonly lastModifiedMs?: number | undefined;
  readonly index: ImageIndex | null;
  readonly content: IndexContent | null;
  /** What the index says of the chosen image. */
  readonly descriptor: Descriptor | null;
  readonly manifest: ImageManifest;
  readonly config: ImageConfig;
  readonly platform: string;
  readonly platformReason: PlatformReason;
  readonly platforms: readonly PlatformImage[];
}

/** `platform` in any spelling, or null for the usual one. A digest counts before the tag beside it. */
export async function readImage(
  registry: Registry,
  image: ImageRef,
  platform: string | null,
): Promise<RegistryResult<ReadImage>> {
  const resolved = image.digest === null ? await registry.resolve(image) : null;
  if (resolved && !resolved.ok) return resolved;
  const top = await registry.manifest(image, resolved?.value.digest ?? image.digest!);
  if (!top.ok) return top;
  const { digest, kind, mediaType } = top.value;
  const origin = {
    digest,
    kind,
    mediaType,
    atMs: resolved?.value.atMs ?? null,
    lastModifiedMs: resolved?.value.lastModifiedMs,
  };
  if (top.value.kind === 'manifest') {
    const single = await readSingle(registry, image, top.value, platform);
    return single.ok ? { ok: true, value: { ...origin, ...single.value } } : single;
  }
  const index = top.value;
  const content = await registry.images(image, index);
  if (!content.ok) return content;
  const { images } = content.value;
  const choice = choosePlatform(images, platform);
  if (!choice) return noPlatform(image.registry, platform, images);
  const manifest = await registry.manifest(image, choice.image.digest);
  if (!manifest.ok) return manifest;
  if (manifest.value.kind !== 'manifest')
    return failure(image.registry, 'unsupported-media-type', `${image.registry}: its index names no image`);
  const config = await registry.config(image, manifest.value);
  if (!config.ok) return config;
  return {
    ok: true,
    value: {
      ...origin,
      index,
      content: content.value,
      descriptor: images.find(({ platform: key }) => key === choice.image.platform)?.descriptor ?? null,
      manifest: manifest.value,
      config: config.value,
      platform: choice.image.platform,
      platformReason: choice.why,
      platforms: plain(images),
    },
  };
}

type Single = Omit<ReadImage, 'digest' | 'kind' | 'mediaType' | 'atMs' | 'lastModifiedMs'>;

async function readSingle(
  registry: Registry,
  repository: RepositoryName,
  manifest: ImageManifest,
  asked: string | null,
): Promise<RegistryResult<Single>> {
  const config = await registry.config(repository, manifest);
  if (!config.ok) return config;
  const platform = platformKey(config.value);
  const platforms = [{ platform, digest: manifest.digest }];
  if (asked !== null && !matchesPlatform(asked, platform))
    return noPlatform(repository.registry, asked, platforms);
  return {
    ok: true,
    value: {
      index: null,
      content: null,
      descriptor: null,
      manifest,
      config: config.value,
      platform,
      platformReason: asked === null ? 'only' : 'asked',
      platforms,
    },
  };
}

function noPlatform(host: string, asked: string | null, images: readonly PlatformImage[]): RegistryFailure {
  const offered = images.map(({ platform }) => platform).join(', ') || 'no image for a platform';
  const what = asked === null ? 'no platform can be chosen' : `it is not there for ${asked}`;
  return failure(host, 'platform-missing', `${what}; ${host} has ${offered}`);
}

/** The images behind a manifest of either kind. Of a single one, its configuration says the platform. */
export async function imagesOf(
  registry: Registry,
  repository: RepositoryName,
  manifest: Manifest,
): Promise<RegistryResult<readonly PlatformImage[]>> {
  if (manifest.kind === 'index') {
    const content = await registry.images(repository, manifest);
    return content.ok ? { ok: true, value: plain(content.value.images) } : content;
  }
  const config = await registry.config(repository, manifest);
  if (!config.ok) return config;
  return { ok: true, value: [{ platform: platformKey(config.value), digest: manifest.digest }] };
}

function plain(images: readonly PlatformImage[]): readonly PlatformImage[] {
  return images.map(({ platform, digest }) => ({ platform, digest }));
}
