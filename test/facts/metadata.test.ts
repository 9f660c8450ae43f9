import { describe, expect, it } from 'vitest';
import { metadataOf } from '../../src/facts/metadata.ts';
import { readOsRelease } from '../../src/facts/os-release.ts';
import { readConfig } from '../../src/registry/config.ts';
import { readManifest } from '../../src/registry/manifest.ts';
import type { ImageIndex, ImageManifest } from '../../src/registry/registry.ts';
import { makeImage, makeIndex } from '../support/images.ts';
import type { Annotations } from '../support/images.ts';

const NOW = Date.UTC(2026, 0, 1);
const SOURCE = 'org.opencontainers.image.source';

interface Parts {
  readonly index?: Annotations;
  readonly described?: Annotations;
  readonly manifest?: Annotations;
  readonly labels?: Annotations;
  readonly created?: string;
}

function metadata(parts: Parts, further: { pushed?: string; lastModifiedMs?: number } = {}) {
  const image = makeImage({
    config: { Labels: parts.labels ?? {} },
    root: parts.created === undefined ? {} : { created: parts.created },
    annotations: parts.manifest ?? {},
    described: parts.described ?? {},
  });
  const artifact = makeIndex([image], 'oci', parts.index);
  const index = readManifest(artifact.digest, artifact.bytes, '') as ImageIndex;
  return metadataOf({
    index,
    descriptor: index.children[0]!,
    manifest: readManifest(image.digest, image.bytes, '') as ImageManifest,
    config: readConfig(image.blobs[0]!.bytes)!,
    nowMs: NOW,
    ...further,
  });
}

describe('where an image comes from', () => {
  it('META-1: is asked of the nearest place first, and the place is said', () => {
    const everywhere: Parts = {
      index: { [SOURCE]: 'index' },
      described: { [SOURCE]: 'descriptor' },
      manifest: { [SOURCE]: 'manifest' },
      labels: { [SOURCE]: 'label', 'org.label-schema.vcs-url': 'legacy' },
    };
    const { index: _i, ...withoutIndex } = everywhere;
    const { described: _d, ...withoutDescriptor } = withoutIndex;
    const { manifest: _m, ...withoutManifest } = withoutDescriptor;
    const legacy = { labels: { 'org.label-schema.vcs-url': 'legacy' } };
    expect(
      [everywhere, withoutIndex, withoutDescriptor, withoutManifest, legacy, {}].map(
        (parts) => metadata(parts).source,
      ),
    ).toEqual([
      { value: 'index', origin: 'index annotation' },
      { value: 'descriptor', origin: 'descriptor annotation' },
      { value: 'manifest', origin: 'manifest annotation' },
      { value: 'label', origin: 'config label' },
      { value: 'legacy', origin: 'label-schema label' },
      null,
    ]);
  });

  it('META-1: takes an empty value for none', () => {
    expect(
      metadata({ index: { [SOURCE]: '' }, manifest: { [SOURCE]: ' ' }, labels: { [SOURCE]: 'label' } })
        .source,
    ).toEqual({ value: 'label', origin: 'config label' });
  });

  it('META-1: has revision and version too, by old names as well', () => {
    expect(
      metadata({ labels: { 'org.opencontainers.image.version': '1.2', 'org.label-schema.vcs-ref': 'abc' } }),
    ).toMatchObject({
      version: { value: '1.2', origin: 'config label' },
      revision: { value: 'abc', origin: 'label-schema label' },
    });
  });
});

describe('when an image was made', () => {
  it('META-2: is what its configuration says', () => {
    expect(metadata({ created: '2024-05-01T12:00:00.123456789+02:00' })).toMatchObject({
      created: { value: '2024-05-01T10:00:00.123Z', origin: 'image config' },
      fixedDate: null,
    });
  });

  it.each([
    '1970-01-01T00:00:00Z',
    '1980-01-01T00:00:01Z',
    '0001-01-01T00:00:00Z',
    '2099-01-01T00:00:00Z',
    'never',
  ])('META-2: is not %s, and the next date counts, named as what it is', (created) => {
    expect(metadata({ created })).toMatchObject({ created: null, fixedDate: created });
    const annotation = { 'org.opencontainers.image.created': '2025-01-02T00:00:00Z' };
    expect(metadata({ created, manifest: annotation })).toMatchObject({
      created: { value: '2025-01-02T00:00:00.000Z', origin: 'manifest annotation' },
      fixedDate: created,
    });
    expect(metadata({ created }, { pushed: '2025-03-04T00:00:00Z', lastModifiedMs: NOW }).created).toEqual({
      value: '2025-03-04T00:00:00.000Z',
      origin: 'last pushed',
    });
    expect(metadata({ created }, { lastModifiedMs: Date.UTC(2025, 4, 6) }).created).toEqual({
      value: '2025-05-06T00:00:00.000Z',
      origin: 'Last-Modified header',
    });
  });
});

describe('os-release', () => {
  it('META-5: names the distribution', () => {
    const text = [
      '# comment',
      'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"',
      "ID='debian'",
      'VERSION_ID="12"',
      'VERSION_CODENAME=bookworm',
      'ID_LIKE="a b"',
      'HOME_URL="https://www.debian.org/"',
      'BROKEN',
    ].join('\r\n');
    expect(readOsRelease(text)).toEqual({
      id: 'debian',
      idLike: ['a', 'b'],
      versionId: '12',
      codename: 'bookworm',
      prettyName: 'Debian GNU/Linux 12 (bookworm)',
    });
  });

  it('META-5: is unknown rather than a guess', () => {
    expect(readOsRelease('')).toBeNull();
    expect(readOsRelease('NAME="No id"')).toBeNull();
    expect(readOsRelease('ID="$(id) x"')).toBeNull();
    expect(readOsRelease('ID=alpine\nVERSION_ID="; rm"\nPRETTY_NAME="a\\"b"')).toEqual({
      id: 'alpine',
      idLike: [],
      versionId: null,
      codename: null,
      prettyName: 'a"b',
    });
  });
});
