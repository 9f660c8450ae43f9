/** Files in images at the real distribution server, in layers that skopeo compressed. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHttp } from '../../src/net/http.ts';
import { systemClock } from '../../src/net/retry.ts';
import { createRegistryClient } from '../../src/registry/client.ts';
import { anonymousKeychain } from '../../src/registry/keychain.ts';
import { createLayerReader } from '../../src/registry/layers/index.ts';
import { noCache } from '../../src/registry/registry.ts';
import { createSession } from '../../src/registry/session.ts';
import { hasDistribution, hasSkopeo, startDistribution } from '../support/distribution.ts';
import type { Distribution } from '../support/distribution.ts';
import { sha256Digest } from '../support/images.ts';
import { dir, file, gzipLayer, link, stargzLayer, tarLayer, whiteout } from '../support/layers.ts';
import type { Layer } from '../support/layers.ts';
import { startBench } from '../support/layers-figures.ts';
import type { Bench } from '../support/layers-figures.ts';

const MIB = 1024 * 1024;

describe.skipIf(!hasDistribution || !hasSkopeo)(
  'a large layer below two others at a real registry (needs docker-registry, skopeo)',
  { timeout: 30_000 },
  () => {
    let bench: Bench;

    beforeAll(async () => {
      bench = await startBench(1200, 12_000);
    }, 60_000);
    afterAll(() => bench.close());

    it('LAY-2: of zstd:chunked, made by skopeo, costs a small part of its size', async () => {
      expect(bench.layerBytes.chunked).toBeGreaterThan(12 * MIB);
      const asked = { paths: ['/usr/bin/curl', '/usr/bin/wget'], read: ['/etc/os-release'], deep: false };
      const figure = await bench.ask('chunked', asked);
      expect(figure.answers).toEqual({
        '/usr/bin/curl': {
          present: 'yes',
          via: 'it is in layer 1 of 3',
          verified: true,
          kind: 'file',
          mode: 0o755,
        },
        '/usr/bin/wget': { present: 'no', via: 'it is in none of the 3 layers', verified: true },
      });
      expect(figure.contents).toEqual({ '/etc/os-release': 'ID=debian\n' });
      expect(figure.wireBytes).toBeLessThan(bench.layerBytes.chunked / 20);
      expect(figure.peakMib).toBeLessThan(200);
    });

    it('CACHE-1: asked a second time, by another process, costs nothing', async () => {
      const cache = bench.folder('answers');
      const asked = { paths: ['/usr/bin/curl', '/usr/bin/wget'], read: ['/etc/os-release'], cache };
      for (const image of ['chunked', 'gzip'] as const) {
        const first = await bench.ask(image, { ...asked, deep: true });
        const second = await bench.ask(image, { ...asked, deep: true });
        expect(first.requests).toBeGreaterThan(0);
        expect(second).toMatchObject({
          answers: first.answers,
          contents: first.contents,
          requests: 0,
          wireBytes: 0,
        });
      }
    });

    it('LAY-4: of gzip is read up to the first proof, and never held in memory', async () => {
      const found = await bench.ask('gzip', {
        paths: ['/usr/bin/curl'],
        deep: true,
      });
      expect(found.answers).toMatchObject({ '/usr/bin/curl': { present: 'yes', verified: false } });
      expect(found.readBytes).toBeLessThan(bench.layerBytes.gzip * 0.4);
      const read = await bench.ask('gzip', { paths: [], read: ['/etc/os-release'], deep: true });
      expect(read.contents).toEqual({ '/etc/os-release': 'ID=debian\n' });
      expect(read.readBytes).toBeLessThan(bench.layerBytes.gzip * 0.4);
      const missing = await bench.ask('gzip', { paths: ['/usr/bin/wget'], deep: true });
      expect(missing.answers).toMatchObject({ '/usr/bin/wget': { present: 'no', verified: true } });
      expect(missing.wireBytes).toBeGreaterThan(bench.layerBytes.gzip);
      for (const { peakMib } of [found, read, missing]) expect(peakMib).toBeLessThan(150);
    });

    it('LAY-4: without a table of contents is not read unless that is allowed', async () => {
      const { answers, requests } = await bench.ask('gzip', { paths: ['/usr/bin/curl'], deep: false });
      expect(answers).toMatchObject({
        '/usr/bin/curl': { present: 'unknown', via: expect.stringContaining('--deep') as string },
      });
      expect(requests).toBe(1);
    });
  },
);

describe.skipIf(!hasDistribution)('layers of every kind at a real registry (needs docker-registry)', () => {
  let registry: Distribution;

  beforeAll(async () => {
    registry = await startDistribution();
  });
  afterAll(() => registry.stop());

  async function push(name: string, layers: readonly Layer[]): Promise<string> {
    const config = Buffer.from('{"os":"linux","architecture":"amd64","config":{}}');
    const bytes = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        config: {
          mediaType: 'application/vnd.oci.image.config.v1+json',
          digest: sha256Digest(config),
          size: config.length,
        },
        layers: layers.map(({ bytes: layer, mediaType, annotations }) => ({
          mediaType,
          digest: sha256Digest(layer),
          size: layer.length,
          annotations,
        })),
      }),
    );
    const digest = sha256Digest(bytes);
    await registry.push(name, '1', {
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      digest,
      bytes,
      blobs: [...layers.map((layer) => layer.bytes), config].map((blob) => ({
        digest: sha256Digest(blob),
        bytes: blob,
      })),
      children: [],
    });
    return digest;
  }

  it('LAY-3: eStargz by ranges, gzip and plain archives as streams, one over the other', async () => {
    const digest = await push('acme/mixed', [
      tarLayer([dir('usr'), dir('usr/bin'), link('bin', 'usr/bin'), file('usr/bin/old')]),
      stargzLayer([
        dir('usr'),
        dir('usr/bin'),
        file('usr/bin/curl', 'ELF', 0o755),
        file('usr/lib/os-release', 'ID=x\n'),
      ]),
      gzipLayer([dir('usr'), dir('usr/bin'), whiteout('usr/bin/old')]),
    ]);
    const http = createHttp({ userAgent: 'dockfix/test' });
    const session = createSession({ http, keychain: anonymousKeychain, clock: systemClock, registries: {} });
    const repository = { registry: registry.host, repository: 'acme/mixed' };
    const manifest = await createRegistryClient(session, systemClock).manifest(repository, digest);
    if (!manifest.ok || manifest.value.kind !== 'manifest') throw new Error('no manifest');
    const reader = createLayerReader(session, noCache, { deep: true });
    const paths = ['/bin/curl', '/usr/bin/old', '/bin/nope'];
    const found = await reader.find(repository, manifest.value, paths);
    expect(found.ok && Object.fromEntries(found.value)).toMatchObject({
      '/bin/curl': { present: 'yes', target: '/usr/bin/curl', mode: 0o755 },
      '/usr/bin/old': { present: 'no', via: 'it is removed by layer 3 of 3', verified: true },
      '/bin/nope': { present: 'no', verified: true },
    });
    const release = await reader.readFile(repository, manifest.value, '/usr/lib/os-release', 100);
    expect(release.ok && Buffer.from(release.value ?? []).toString()).toBe('ID=x\n');
    const gone = {
      ...manifest.value,
      digest: sha256Digest('other'),
      layers: [{ ...manifest.value.layers[0]!, digest: sha256Digest('gone') }],
    };
    expect(await reader.find(repository, gone, ['/x'])).toMatchObject({
      ok: false,
      code: 'not-found',
      host: registry.host,
    });
    await session.close();
  });
});
