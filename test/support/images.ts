/** Makes small real images in memory: layers, configs, manifests and indexes, in OCI and in Docker's own types. */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';

export const MEDIA = {
  ociIndex: 'application/vnd.oci.image.index.v1+json',
  ociManifest: 'application/vnd.oci.image.manifest.v1+json',
  ociConfig: 'application/vnd.oci.image.config.v1+json',
  ociLayer: 'application/vnd.oci.image.layer.v1.tar+gzip',
  dockerList: 'application/vnd.docker.distribution.manifest.list.v2+json',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerConfig: 'application/vnd.docker.container.image.v1+json',
  dockerLayer: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
} as const;

export interface Blob {
  readonly digest: string;
  readonly bytes: Uint8Array;
}

/** A manifest or an index with everything that has to be pushed before it. */
export interface Artifact {
  readonly mediaType: string;
  readonly digest: string;
  readonly bytes: Uint8Array;
  readonly blobs: readonly Blob[];
  readonly children: readonly Artifact[];
  readonly platform?: Platform;
  /** Annotations of its descriptor, where an index names it. */
  readonly described?: Annotations;
}

export type Annotations = Readonly<Record<string, string>>;

export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
  readonly 'os.version'?: string;
}

export function sha256Digest(bytes: Uint8Array | string): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

export type Flavour = 'oci' | 'docker';

export interface ImageOptions {
  readonly flavour?: Flavour;
  readonly platform?: Platform;
  /** The `config` object of the image's configuration. */
  readonly config?: object;
  /** Further fields of the configuration, beside `config`: `created`, `history`. */
  readonly root?: object;
  /** Of the manifest. */
  readonly annotations?: Annotations;
  readonly described?: Annotations;
  /** Files of the only layer. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** Makes images that differ in nothing else different. */
  readonly salt?: string;
}

/** One image for one platform. */
export function makeImage(options: ImageOptions = {}): Artifact {
  const flavour = options.flavour ?? 'oci';
  const platform = options.platform ?? { os: 'linux', architecture: 'amd64' };
  const tar = makeTar(options.files ?? { 'etc/salt': options.salt ?? '' });
  const layer = blob(gzipSync(tar));
  const config = blob(
    json({
      ...platform,
      config: options.config ?? {},
      rootfs: { type: 'layers', diff_ids: [sha256Digest(tar)] },
      history: [{ created_by: `salt ${options.salt ?? ''}` }],
      ...options.root,
    }),
  );
  const types =
    flavour === 'oci'
      ? [MEDIA.ociManifest, MEDIA.ociConfig, MEDIA.ociLayer]
      : [MEDIA.dockerManifest, MEDIA.dockerConfig, MEDIA.dockerLayer];
  const [mediaType, configType, layerType] = types as [string, string, string];
  const bytes = json({
    schemaVersion: 2,
    mediaType,
    config: { mediaType: configType, digest: config.digest, size: config.bytes.length },
    layers: [{ mediaType: layerType, digest: layer.digest, size: layer.bytes.length }],
    ...(options.annotations ? { annotations: options.annotations } : {}),
  });
  const digest = sha256Digest(bytes);
  const described = options.described ? { described: options.described } : {};
  return { mediaType, bytes, digest, blobs: [config, layer], children: [], platform, ...described };
}

/** What BuildKit puts beside an image in its index: statements of these types about it. */
export function makeAttestation(
  subject: Artifact,
  predicates: readonly string[],
  /** What the statements of a type say. */
  said: Readonly<Record<string, object>> = {},
): Artifact {
  const config = blob(json({ architecture: 'unknown', os: 'unknown', config: {} }));
  const digest = { sha256: subject.digest.replace('sha256:', '') };
  const statements = predicates.map((predicateType) => {
    const predicate = said[predicateType];
    // With words in it, about whom; without any, as short as can be.
    const about = predicate ? { subject: [{ digest }], predicate } : { subject: subject.digest };
    return blob(json({ _type: 'https://in-toto.io/Statement/v0.1', predicateType, ...about }));
  });
  const bytes = json({
    schemaVersion: 2,
    mediaType: MEDIA.ociManifest,
    config: { mediaType: MEDIA.ociConfig, digest: config.digest, size: config.bytes.length },
    layers: statements.map(({ digest: name, bytes: statement }, at) => ({
      mediaType: 'application/vnd.in-toto+json',
      digest: name,
      size: statement.length,
      annotations: { 'in-toto.io/predicate-type': predicates[at]! },
    })),
  });
  return {
    mediaType: MEDIA.ociManifest,
    bytes,
    digest: sha256Digest(bytes),
    blobs: [config, ...statements],
    children: [],
    platform: { os: 'unknown', architecture: 'unknown' },
    described: {
      'vnd.docker.reference.type': 'attestation-manifest',
      'vnd.docker.reference.digest': subject.digest,
    },
  };
}

/** An index over images, each with its platform. */
export function makeIndex(
  children: readonly Artifact[],
  flavour: Flavour = 'oci',
  annotations?: Annotations,
): Artifact {
  const mediaType = flavour === 'oci' ? MEDIA.ociIndex : MEDIA.dockerList;
  const bytes = json({
    schemaVersion: 2,
    mediaType,
    manifests: children.map((child) => ({
      mediaType: child.mediaType,
      digest: child.digest,
      size: child.bytes.length,
      platform: child.platform,
      annotations: child.described,
    })),
    ...(annotations ? { annotations } : {}),
  });
  return { mediaType, bytes, digest: sha256Digest(bytes), blobs: [], children };
}

/** An index for amd64 and arm64. */
export function makeMultiPlatform(salt: string, flavour: Flavour = 'oci'): Artifact {
  const platforms = ['amd64', 'arm64'].map((architecture) => ({ os: 'linux', architecture }));
  return makeIndex(
    platforms.map((platform) => makeImage({ flavour, platform, salt: `${salt} ${platform.architecture}` })),
    flavour,
  );
}

function blob(bytes: Uint8Array): Blob {
  return { digest: sha256Digest(bytes), bytes };
}

function json(value: object): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}

/** A ustar archive of plain files. */
export function makeTar(files: Readonly<Record<string, string | Uint8Array>>): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const [name, text] of Object.entries(files)) {
    const content = typeof text === 'string' ? Buffer.from(text) : text;
    const header = Buffer.alloc(512);
    header.write(name, 0, 100);
    header.write('0000644\0', 100);
    header.write('0000000\0', 108);
    header.write('0000000\0', 116);
    header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
    header.write('00000000000\0', 136);
    header.write('        ', 148);
    header.write('0', 156);
    header.write('ustar\0' + '00', 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    parts.push(header, content, Buffer.alloc((512 - (content.length % 512)) % 512));
  }
  parts.push(Buffer.alloc(1024));
  return Buffer.concat(parts);
}
