/** Platforms of an image: how they are written, which one is meant, and what changed between two sets of them. */

export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant: string | null;
  readonly osVersion: string | null;
}

/** One image of an index. */
export interface PlatformImage {
  /** As {@link platformKey} writes it. */
  readonly platform: string;
  /** Of the manifest for this platform. */
  readonly digest: string;
}

/** `os/arch[/variant][@os.version]`: two images of an index have the same key only when either would do. */
export function platformKey({ os, architecture, variant, osVersion }: Platform): string {
  return `${os}/${architecture}${variant ? `/${variant}` : ''}${osVersion ? `@${osVersion}` : ''}`;
}

/** Other names for the same processors, as people and `uname` write them. */
const ARCHITECTURES: Readonly<Record<string, string>> = {
  x86_64: 'amd64',
  'x86-64': 'amd64',
  aarch64: 'arm64',
  i386: '386',
  i686: '386',
  armhf: 'arm/v7',
  armel: 'arm/v6',
};

/** A variant that is meant when none is written. */
const DEFAULT_VARIANTS: Readonly<Record<string, string>> = { arm64: 'v8', arm: 'v7', amd64: 'v1' };

/** One spelling for each platform; an operating system's name alone, or a processor's, is filled up as Docker does. */
function normalized(text: string): { readonly name: string; readonly version: string | null } {
  const [name = '', version = null] = text.trim().toLowerCase().split('@', 2);
  const parts = name.split('/');
  const [os, rest] = parts.length === 1 ? ['linux', parts] : [parts[0]!, parts.slice(1)];
  const [architecture = '', variant] = (ARCHITECTURES[rest[0] ?? ''] ?? rest[0] ?? '')
    .split('/')
    .concat(rest.slice(1));
  const isDefault = variant === undefined || variant === DEFAULT_VARIANTS[architecture];
  return { name: [os, architecture, ...(isDefault ? [] : [variant])].join('/'), version };
}

/** True when somebody who writes `wanted` gets `key`. A version of the operating system counts only when it is wanted. */
export function matchesPlatform(wanted: string, key: string): boolean {
  const asked = normalized(wanted);
  const offered = normalized(key);
  return asked.name === offered.name && (asked.version === null || asked.version === offered.version);
}

/**
 * The same place in another index. Of a Windows version (10.0.20348.2402) the last number is a monthly patch: with
 * it, no index would ever hold the platforms of the one before.
 */
function place(platform: string): string {
  const { name, version } = normalized(platform);
  return version === null ? name : `${name}@${version.split('.').slice(0, 3).join('.')}`;
}

/** The image of `images` that stands where `platform` stood in an older index. */
export function counterpart(images: readonly PlatformImage[], platform: string): PlatformImage | null {
  return images.find((image) => place(image.platform) === place(platform)) ?? null;
}

/** The platform that is read when nobody says which. */
export const DEFAULT_PLATFORM = 'linux/amd64';

export interface PlatformChoice {
  readonly image: PlatformImage;
  /** `asked`: it was named; `default`: {@link DEFAULT_PLATFORM}; `first`: there is no such, so the first; `only`. */
  readonly why: 'asked' | 'default' | 'first' | 'only';
}

/** Which image to look into; null when the one that is asked for is not there, or there is none at all. */
export function choosePlatform(
  images: readonly PlatformImage[],
  asked: string | null,
): PlatformChoice | null {
  const find = (wanted: string): PlatformImage | undefined =>
    images.find(({ platform }) => matchesPlatform(wanted, platform));
  if (asked !== null) {
    const image = find(asked);
    return image ? { image, why: 'asked' } : null;
  }
  const [first] = images;
  if (!first) return null;
  if (images.length === 1) return { image: first, why: 'only' };
  const usual = find(DEFAULT_PLATFORM);
  return usual ? { image: usual, why: 'default' } : { image: first, why: 'first' };
}

/**
 * What following a tag would change.
 * - `same`: the pin is what the tag names today.
 * - `unchanged-for-platforms`: another index, but the images that are used are the very same.
 * - `platform-missing`: the new index lacks platforms that the old one has; it may still be filling up.
 * - `changed`: images that are used have changed.
 * - `unknown`: one of the two could not be read.
 */
export type ImageChange =
  | { readonly kind: 'same' }
  | { readonly kind: 'unchanged-for-platforms'; readonly platforms: readonly string[] }
  | { readonly kind: 'platform-missing'; readonly platforms: readonly string[] }
  | { readonly kind: 'changed'; readonly platforms: readonly string[] }
  | { readonly kind: 'unknown'; readonly reason: string };

/**
 * Compares the images of two indexes. `consumed` are the platforms that somebody builds for, in any spelling; null
 * means all. A platform that is not in the old index is new and none of the consumed ones.
 */
export function compareImages(
  current: readonly PlatformImage[],
  candidate: readonly PlatformImage[],
  consumed: readonly string[] | null,
): ImageChange {
  const next = new Map(candidate.map(({ platform, digest }) => [place(platform), digest]));
  const missing = current
    .filter(({ platform }) => !next.has(place(platform)))
    .map(({ platform }) => platform);
  if (missing.length > 0) return { kind: 'platform-missing', platforms: missing };
  const used = current.filter(
    ({ platform }) => consumed === null || consumed.some((wanted) => matchesPlatform(wanted, platform)),
  );
  // Nothing that the pin has is used: nothing can be said of what is.
  if (used.length === 0) return { kind: 'changed', platforms: consumed ?? [] };
  const changed = used.filter(({ platform, digest }) => next.get(place(platform)) !== digest);
  return changed.length > 0
    ? { kind: 'changed', platforms: changed.map(({ platform }) => platform) }
    : { kind: 'unchanged-for-platforms', platforms: used.map(({ platform }) => platform) };
}
