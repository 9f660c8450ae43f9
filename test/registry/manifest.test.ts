import { describe, expect, it } from 'vitest';
import { hasDigest, inspectManifest, readManifest } from '../../src/registry/manifest.ts';
import { MEDIA, makeImage, makeIndex, makeMultiPlatform, sha256Digest } from '../support/images.ts';

const DIGEST = sha256Digest('x');
const json = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));
const descriptor = { mediaType: MEDIA.ociConfig, digest: DIGEST, size: 3 };

describe('a manifest', () => {
  it('is read with its configuration, its layers in order and its annotations', () => {
    const image = makeImage({ annotations: { 'org.opencontainers.image.source': 'https://example.com' } });
    const manifest = readManifest(image.digest, image.bytes, image.mediaType);
    expect(manifest).toMatchObject({
      kind: 'manifest',
      digest: image.digest,
      mediaType: MEDIA.ociManifest,
      config: { mediaType: MEDIA.ociConfig, digest: image.blobs[0]!.digest },
      layers: [{ mediaType: MEDIA.ociLayer, digest: image.blobs[1]!.digest, platform: null }],
    });
    expect('kind' in manifest && manifest.annotations.get('org.opencontainers.image.source')).toBe(
      'https://example.com',
    );
  });

  it('DIG-5: of several platforms names each of them', () => {
    const windows = makeImage({
      platform: { os: 'windows', architecture: 'amd64', 'os.version': '10.0.20348.2402' },
    });
    const arm = makeImage({ platform: { os: 'linux', architecture: 'arm', variant: 'v7' } });
    const index = makeIndex([windows, arm], 'docker');
    const read = readManifest(index.digest, index.bytes, '');
    expect(read).toMatchObject({
      kind: 'index',
      mediaType: MEDIA.dockerList,
      children: [
        {
          digest: windows.digest,
          platform: { os: 'windows', architecture: 'amd64', variant: null, osVersion: '10.0.20348.2402' },
        },
        {
          digest: arm.digest,
          platform: { os: 'linux', architecture: 'arm', variant: 'v7', osVersion: null },
        },
      ],
    });
  });

  it('has a digest of either algorithm', () => {
    const { bytes, digest } = makeImage();
    expect(hasDigest(bytes, digest)).toBe(true);
    expect(hasDigest(bytes, `sha512:${digest.slice(7).repeat(2)}`)).toBe(false);
    expect(hasDigest(Buffer.from('other'), digest)).toBe(false);
  });

  // Each row is red when the line of typeOf() or descriptors() with these words is taken out.
  it.each<[string, unknown, string]>([
    ['an index and a manifest at once', { schemaVersion: 2, manifests: [], config: descriptor }, 'at once'],
    ['an index with layers', { schemaVersion: 2, manifests: [], layers: [] }, 'at once'],
    [
      'keys that a reader without case would see',
      { schemaVersion: 2, config: descriptor, layers: [], Manifests: [] },
      'another case',
    ],
    ['a media type that is no text', { schemaVersion: 2, mediaType: 1, config: descriptor }, 'is not text'],
    [
      'an index that calls itself a manifest',
      { schemaVersion: 2, mediaType: MEDIA.ociManifest, manifests: [] },
      'contradicts its content',
    ],
    ['another schema', { schemaVersion: 3, manifests: [] }, 'neither'],
    ['a list', [], 'not an object'],
    ['no configuration', { schemaVersion: 2, layers: [] }, 'no configuration'],
    [
      'a digest that leads elsewhere',
      { schemaVersion: 2, config: { ...descriptor, digest: 'sha256:../../../etc/passwd' } },
      'no configuration',
    ],
    [
      'a child without a digest',
      { schemaVersion: 2, manifests: [{ mediaType: MEDIA.ociManifest, size: 1 }] },
      'without a valid digest',
    ],
    ['children that are no list', { schemaVersion: 2, manifests: { 0: descriptor } }, 'is no list'],
  ])('SEC-5: is refused with %s', (_, body, detail) => {
    const read = readManifest(DIGEST, json(body), '');
    expect(read).toMatchObject({ problem: 'unsupported-media-type' });
    expect('detail' in read && read.detail).toContain(detail);
  });

  // Red without the comparison `own !== contentType`.
  it('SEC-5: is refused when it is served as another type than it says', () => {
    const { bytes } = makeMultiPlatform('x');
    expect(inspectManifest(bytes, MEDIA.dockerList)).toMatchObject({ problem: 'unsupported-media-type' });
    expect(inspectManifest(bytes, MEDIA.ociIndex)).toEqual({ mediaType: MEDIA.ociIndex });
  });

  // Red when `value.length > limit` is taken out.
  it('SEC-3, DIG-5: is refused with more than 256 images', () => {
    const children = (count: number): unknown => ({
      schemaVersion: 2,
      manifests: Array.from({ length: count }, () => ({ ...descriptor, mediaType: MEDIA.ociManifest })),
    });
    expect(readManifest(DIGEST, json(children(256)), '')).toMatchObject({ kind: 'index' });
    expect(readManifest(DIGEST, json(children(257)), '')).toMatchObject({
      problem: 'unsupported-media-type',
      detail: 'its list of images has more than 256 entries',
    });
  });

  it('SEC-3: is refused when it nests too deeply', () => {
    const nested = (depth: number): Buffer =>
      Buffer.from(`{"schemaVersion":2,"manifests":[],"x":${'['.repeat(depth)}${']'.repeat(depth)}}`);
    expect(readManifest(DIGEST, nested(10), '')).toMatchObject({ kind: 'index' });
    expect(readManifest(DIGEST, nested(100), '')).toMatchObject({ problem: 'unsupported-media-type' });
  });

  it('DIG-3: of schema 1 is refused with what to do', () => {
    const read = readManifest(DIGEST, json({ schemaVersion: 1, name: 'x' }), 'text/plain');
    expect(read).toMatchObject({ problem: 'unsupported-schema1' });
    expect('detail' in read && read.detail).toContain('push the image again');
  });

  it('keeps sizes that nobody can believe out', () => {
    const body = {
      schemaVersion: 2,
      config: { ...descriptor, size: -5 },
      layers: [{ ...descriptor, size: 1e300 }],
    };
    expect(readManifest(DIGEST, json(body), '')).toMatchObject({
      config: { size: 0 },
      layers: [{ size: 0 }],
    });
  });
});
