import { describe, expect, it } from 'vitest';
import {
  choosePlatform,
  compareImages,
  counterpart,
  matchesPlatform,
  platformKey,
} from '../../src/core/platforms.ts';
import type { PlatformImage } from '../../src/core/platforms.ts';
import type { ImageIndex } from '../../src/registry/registry.ts';
import { makeAttestation, makeImage, makeIndex, makeMultiPlatform } from '../support/images.ts';
import type { Artifact } from '../support/images.ts';
import { image, serve, shelfHandler, valueOf } from '../support/registry.ts';
import type { Served } from '../support/registry.ts';

const one = (platform: string, digest = `sha256:${platform}`): PlatformImage => ({ platform, digest });

describe('a platform', () => {
  it('DIG-5: has a key of what tells two images apart', () => {
    const key = (
      os: string,
      architecture: string,
      variant: string | null,
      osVersion: string | null,
    ): string => platformKey({ os, architecture, variant, osVersion });
    expect(key('linux', 'amd64', null, null)).toBe('linux/amd64');
    expect(key('linux', 'arm', 'v7', null)).toBe('linux/arm/v7');
    expect(key('windows', 'amd64', null, '10.0.20348.1')).toBe('windows/amd64@10.0.20348.1');
  });

  it.each([
    ['linux/amd64', 'linux/amd64', true],
    ['amd64', 'linux/amd64', true],
    ['x86_64', 'linux/amd64', true],
    ['linux/aarch64', 'linux/arm64/v8', true],
    ['linux/arm64', 'linux/arm64/v8', true],
    ['linux/arm64/v8', 'linux/arm64', true],
    ['linux/arm', 'linux/arm/v7', true],
    ['linux/arm/v6', 'linux/arm/v7', false],
    ['linux/amd64/v3', 'linux/amd64', false],
    ['windows/amd64', 'windows/amd64@10.0.20348.1', true],
    ['windows/amd64@10.0.17763.1', 'windows/amd64@10.0.20348.1', false],
    ['linux/amd64', 'windows/amd64', false],
    ['armhf', 'linux/arm/v7', true],
    ['', 'linux/amd64', false],
  ])('META-4: %j means %j: %s', (wanted, key, matches) => {
    expect(matchesPlatform(wanted, key)).toBe(matches);
  });

  it('META-4: is the one asked for, else linux/amd64, else the first; and it is said which', () => {
    const images = [one('linux/arm64/v8'), one('linux/amd64'), one('linux/s390x')];
    expect(choosePlatform(images, 'arm64')).toEqual({ image: images[0], why: 'asked' });
    expect(choosePlatform(images, 'linux/riscv64')).toBeNull();
    expect(choosePlatform(images, null)).toEqual({ image: images[1], why: 'default' });
    expect(choosePlatform([images[2]!, images[0]!], null)).toEqual({ image: images[2], why: 'first' });
    expect(choosePlatform([images[0]!], null)).toEqual({ image: images[0], why: 'only' });
    expect(choosePlatform([], null)).toBeNull();
  });
});

describe('two indexes', () => {
  const old = [one('linux/amd64', 'a1'), one('linux/arm64/v8', 'b1')];

  it('DIG-6: are the same for platforms whose images did not change', () => {
    const next = [one('linux/amd64', 'a1'), one('linux/arm64', 'b2')];
    expect(compareImages(old, next, ['linux/amd64'])).toEqual({
      kind: 'unchanged-for-platforms',
      platforms: ['linux/amd64'],
    });
    expect(compareImages(old, next, ['linux/arm64'])).toEqual({
      kind: 'changed',
      platforms: ['linux/arm64/v8'],
    });
    expect(compareImages(old, next, null)).toEqual({ kind: 'changed', platforms: ['linux/arm64/v8'] });
  });

  it('DIG-6: are the same when only attestations or a new platform came', () => {
    expect(compareImages(old, [...old, one('linux/s390x', 'c')], null)).toEqual({
      kind: 'unchanged-for-platforms',
      platforms: ['linux/amd64', 'linux/arm64/v8'],
    });
  });

  it('DIG-6: differ when the consumed platform is none of the old ones', () => {
    expect(compareImages(old, old, ['linux/riscv64'])).toEqual({
      kind: 'changed',
      platforms: ['linux/riscv64'],
    });
  });

  it('DIG-7: are not settled while the new one lacks a platform, also one that nobody here consumes', () => {
    expect(compareImages(old, [one('linux/amd64', 'a2')], ['linux/amd64'])).toEqual({
      kind: 'platform-missing',
      platforms: ['linux/arm64/v8'],
    });
  });

  it('DIG-7: hold for Windows although its version has a new patch number each month', () => {
    const windows = [one('windows/amd64@10.0.20348.2402', 'w1'), one('windows/amd64@10.0.17763.5696', 'x1')];
    const patched = [one('windows/amd64@10.0.20348.2461', 'w2'), one('windows/amd64@10.0.17763.5820', 'x1')];
    expect(compareImages(windows, patched, null)).toEqual({
      kind: 'changed',
      platforms: ['windows/amd64@10.0.20348.2402'],
    });
    expect(counterpart(patched, 'windows/amd64@10.0.20348.2402')).toEqual(patched[0]);
    expect(compareImages(windows, [patched[0]!], null).kind).toBe('platform-missing');
  });

  it('DIG-4: have a counterpart for a platform, or none', () => {
    expect(counterpart(old, 'linux/arm64')).toEqual(old[1]);
    expect(counterpart(old, 'linux/arm/v7')).toBeNull();
  });
});

describe('the images of an index', () => {
  async function indexOf(artifact: Artifact): Promise<Served & { index: ImageIndex }> {
    const served = await serve(shelfHandler(new Map([['acme/app:1', artifact]])));
    const manifest = valueOf(await served.client.manifest(image(), artifact.digest));
    if (manifest.kind !== 'index') throw new Error('no index');
    return { ...served, index: manifest };
  }

  // Red when isAttestation() is made always false.
  it('DIG-5, DIG-9: leave attestations out, whether annotated or of an unknown platform', async () => {
    const amd64 = makeImage();
    const arm64 = makeImage({ platform: { os: 'linux', architecture: 'arm64' } });
    const attestation = makeAttestation(amd64, ['https://spdx.dev/Document']);
    const { described: _, ...unannotated } = makeAttestation(arm64, ['https://slsa.dev/provenance/v1']);
    const { client, index } = await indexOf(makeIndex([amd64, attestation, arm64, unannotated]));
    const content = valueOf(await client.images(image(), index));
    expect(content.images.map(({ platform }) => platform)).toEqual(['linux/amd64', 'linux/arm64']);
    expect(content.attestations.map(({ digest }) => digest)).toEqual([
      attestation.digest,
      unannotated.digest,
    ]);
  });

  it('DIG-5: do not begin with an attestation that has the platform of its image', async () => {
    const amd64 = makeImage();
    const attestation = {
      ...makeAttestation(amd64, ['x']),
      platform: { os: 'linux', architecture: 'amd64' },
    };
    const { client, index } = await indexOf(makeIndex([attestation, amd64]));
    const { images } = valueOf(await client.images(image(), index));
    expect(images.map(({ digest }) => digest)).toEqual([amd64.digest]);
  });

  it('DIG-5: are those of indexes in it as well, the first of each platform', async () => {
    const inner = makeMultiPlatform('inner');
    const amd64 = makeImage({ salt: 'outer' });
    const { client, index } = await indexOf(makeIndex([amd64, inner]));
    const { images } = valueOf(await client.images(image(), index));
    expect(images.map(({ platform, digest }) => [platform, digest])).toEqual([
      ['linux/amd64', amd64.digest],
      ['linux/arm64', inner.children[1]!.digest],
    ]);
  });

  it('DIG-5: are not looked for below the second index', async () => {
    const { client, index } = await indexOf(makeIndex([makeIndex([makeMultiPlatform('deep')])]));
    expect(await client.images(image(), index)).toMatchObject({
      ok: false,
      code: 'unsupported-media-type',
      reason: 'registry.test: the index holds indexes in indexes, deeper than 2',
    });
  });

  it('DIG-5: are at most 256, however they are spread', async () => {
    const wide = (name: string): Artifact =>
      makeIndex(
        Array.from({ length: 130 }, (_, at) => ({
          ...makeImage({ platform: { os: 'linux', architecture: `${name}${at}` } }),
        })),
      );
    const { client, index } = await indexOf(makeIndex([wide('a'), wide('b')]));
    expect(await client.images(image(), index)).toMatchObject({ ok: false, code: 'unsupported-media-type' });
  });

  it('DIG-8: are reported when the registry has lost them', async () => {
    const artifact = makeMultiPlatform('app');
    const shelf = new Map([['acme/app:1', artifact]]);
    const { client, server } = await serve((request, response, url) => {
      if (!url.pathname.endsWith(artifact.children[1]!.digest))
        return shelfHandler(shelf)(request, response, url);
      response.writeHead(404).end();
    });
    const manifest = valueOf(await client.manifest(image(), artifact.digest));
    const { images } = valueOf(await client.images(image(), manifest as ImageIndex));
    const missing = valueOf(await client.missingImages(image(), images));
    expect(missing.map(({ platform }) => platform)).toEqual(['linux/arm64']);
    expect(server.seen.filter(({ method }) => method === 'HEAD')).toHaveLength(2);
  });
});
