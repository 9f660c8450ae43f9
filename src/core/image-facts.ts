/**
 * What can be known of an image from its registry. Plain data, so that an answer can be kept as JSON; every string
 * in it was written by somebody else.
 */
import type { Package } from './packages.ts';
import type { ImageChange, PlatformImage } from './platforms.ts';

/** A name with its value: a label, a variable, an annotation. */
export interface NamedValue {
  readonly name: string;
  readonly value: string;
}

/** How a container of this image is checked. */
export type Healthcheck =
  /** Switched off by the image (`HEALTHCHECK NONE`). */
  | { readonly kind: 'none' }
  | {
      readonly kind: 'exec' | 'shell';
      /** The words of `exec`; the one line of `shell`. */
      readonly command: readonly string[];
      readonly intervalMs: number | null;
      readonly timeoutMs: number | null;
      readonly startPeriodMs: number | null;
      readonly retries: number | null;
    };

/** An image's configuration. */
export interface ImageConfig {
  readonly os: string;
  readonly architecture: string;
  readonly variant: string | null;
  readonly osVersion: string | null;
  /** As written: RFC 3339, perhaps 1970. */
  readonly created: string | null;
  /** `''` means root; else `name`, `uid` or `uid:gid`. */
  readonly user: string;
  /** Null when there is none; `[]` was set to nothing. */
  readonly entrypoint: readonly string[] | null;
  readonly cmd: readonly string[] | null;
  /** `8080/tcp`, in order of the number. */
  readonly ports: readonly string[];
  /** Null when the image says nothing. */
  readonly healthcheck: Healthcheck | null;
  /** In order; the last of a name counts. */
  readonly env: readonly NamedValue[];
  /** By name. */
  readonly labels: readonly NamedValue[];
  readonly workingDirectory: string;
  readonly volumes: readonly string[];
  readonly stopSignal: string | null;
  /** Instructions that run in every build on top of this image. */
  readonly onBuild: readonly string[];
  readonly shell: readonly string[] | null;
  /** The command of each step, oldest first. */
  readonly history: readonly string[];
  /** Lists or strings were longer than anything sensible and have been cut. */
  readonly isCut: boolean;
}

/** Where a piece of metadata was found. */
export type MetadataOrigin =
  | 'index annotation'
  | 'descriptor annotation'
  | 'manifest annotation'
  | 'config label'
  | 'label-schema label'
  | 'image config'
  | 'last pushed'
  | 'Last-Modified header';

export interface Sourced {
  readonly value: string;
  readonly origin: MetadataOrigin;
}

export interface ImageMetadata {
  readonly source: Sourced | null;
  readonly revision: Sourced | null;
  readonly version: Sourced | null;
  /** The first date that can be one; ISO 8601. */
  readonly created: Sourced | null;
  /** The build was made reproducible: its own date is a fixed one long ago, here as written. */
  readonly fixedDate: string | null;
}

/** Why this platform was read, of those that the image has. */
export type PlatformReason = 'asked' | 'default' | 'first' | 'only';

/** The answer to `image-config`. */
export interface ConfiguredImage {
  /** What the reference names: of an index, where there is one. */
  readonly digest: string;
  readonly kind: 'index' | 'manifest';
  /** Of the image for `platform`. */
  readonly manifestDigest: string;
  readonly platform: string;
  readonly platformReason: PlatformReason;
  /** All that can be had. */
  readonly platforms: readonly PlatformImage[];
  readonly config: ImageConfig;
  readonly metadata: ImageMetadata;
}

/** The answer to `image-update`: a pin beside what its tag names now. */
export interface ImageUpdate {
  readonly currentDigest: string;
  /** Null when it is gone and nobody remembers. */
  readonly currentKind: 'index' | 'manifest' | null;
  /** The registry does not have the pinned digest any more: a build fails. */
  readonly currentGone: boolean;
  readonly latest: {
    readonly digest: string;
    readonly mediaType: string;
    readonly kind: 'index' | 'manifest';
  };
  /** Compared over all platforms; `compareImages` does it for some. */
  readonly change: ImageChange;
  /** The images of the pinned index; of a pinned single image, itself. Empty when it cannot be read. */
  readonly current: readonly PlatformImage[];
  readonly candidate: readonly PlatformImage[];
  /** For the pin of a single image where the tag names an index: the image for the same platform in there. */
  readonly match: PlatformImage | null;
  /** This digest was seen on the tag before and replaced by another within the last day: it goes back and forth. */
  readonly isFlapping: boolean;
  /** Platforms of the new index whose images the registry does not have; null when that was not asked. */
  readonly missingImages: readonly string[] | null;
}

/** The answer to `image-tags`: the version that a floating tag stands for today. */
export interface VersionTag {
  readonly digest: string;
  /** Null when no version tag has this digest. */
  readonly tag: string | null;
  /** A sentence without the name of the image. */
  readonly why: string;
}

/** Whether a path exists in an image. */
export interface FilePresence {
  /** As asked, with a leading `/`. */
  readonly path: string;
  readonly present: 'yes' | 'no' | 'unknown';
  /** How that is known, or why not. */
  readonly via: string;
  /** Read from bytes whose digest was checked to the end. */
  readonly verified: boolean;
  /** Where a symbolic link leads. */
  readonly target?: string;
}

/** The answer to `image-files`. */
export interface ImageFiles {
  readonly manifestDigest: string;
  readonly platform: string;
  readonly files: readonly FilePresence[];
}

/** The answer to `os-release`. */
export interface OsRelease {
  /** `debian`, `alpine`; never empty. */
  readonly id: string;
  readonly idLike: readonly string[];
  readonly versionId: string | null;
  readonly codename: string | null;
  readonly prettyName: string | null;
}

/** The answer to `image-packages`: what an image is made of. */
export interface ImagePackages {
  readonly manifestDigest: string;
  readonly platform: string;
  /** Bottom first; bytes are compressed, as the manifest claims. */
  readonly layers: readonly { readonly digest: string; readonly bytes: number }[];
  /** Null where nothing lists them. */
  readonly packages: readonly Package[] | null;
  /** What kind of list it is; only two of the same kind can be compared. Null where there is none. */
  readonly source: 'database' | 'spdx' | 'cyclonedx' | null;
  /** Where the list is from, or why there is none. */
  readonly via: string;
}

/** Something that was said about an image and is kept beside it. */
export interface Attestation {
  /** The type of the statement, as its author names it (`https://spdx.dev/Document`). */
  readonly type: string;
  readonly via: 'index' | 'referrers';
}

/** What `dockfix inspect` shows. */
export interface Inspection {
  /** Host, repository, tag and digest. */
  readonly reference: string;
  readonly digest: string;
  readonly kind: 'index' | 'manifest';
  readonly mediaType: string;
  readonly platforms: readonly PlatformImage[];
  /** The one image that is looked into. */
  readonly image: {
    readonly platform: string;
    readonly reason: PlatformReason;
    readonly digest: string;
    readonly layers: number;
    /** Compressed, as the manifest claims. */
    readonly bytes: number;
  };
  readonly metadata: ImageMetadata;
  readonly config: ImageConfig;
  readonly osRelease: OsRelease | null;
  /** Why there is none. */
  readonly osReleaseProblem: string | null;
  readonly attestations: readonly Attestation[];
  /** Those that were asked about. */
  readonly files: readonly FilePresence[];
}
