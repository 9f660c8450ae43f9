/** Questions about images and their answers, each against a registry of the test's own. */
import { describe, expect, it } from 'vitest';
import { createGatherer } from '../../src/app/gather.ts';
import type { ImageUpdate, VersionTag } from '../../src/core/image-facts.ts';
import type { Fact, RegistryRequest } from '../../src/core/types.ts';
import type { LayerReader, PathPresence } from '../../src/registry/layers/index.ts';
import { factKey } from '../../src/facts/requests.ts';
import { createFactSource } from '../../src/facts/source.ts';
import type { FactSourceOptions } from '../../src/facts/source.ts';
import type { ContentCache, TagCache } from '../../src/registry/registry.ts';
import { send, startFakeRegistry } from '../support/fake-registry.ts';
import { makeAttestation, makeImage, makeIndex, makeMultiPlatform } from '../support/images.ts';
import type { Artifact } from '../support/images.ts';
import { image, openClient, plainHttp, requestsOf, serve, shelfHandler } from '../support/registry.ts';
import type { Served } from '../support/registry.ts';

interface Asked extends Served {
  ask(request: RegistryRequest): Promise<Fact<unknown>>;
}

async function registryWith(
  images: Readonly<Record<string, Artifact>>,
  options: Partial<FactSourceOptions> = {},
): Promise<Asked & { shelf: Map<string, Artifact> }> {
  const shelf = new Map(Object.entries(images).map(([name, artifact]) => [`acme/app:${name}`, artifact]));
  const served = await serve(shelfHandler(shelf));
  const source = createFactSource({
    registry: served.client,
    layers: null,
    nowMs: () => served.clock.now(),
    ...options,
  });
  return { ...served, shelf, ask: source };
}

const linux = (architecture: string): { os: string; architecture: string } => ({ os: 'linux', architecture });

describe('image-config', () => {
  const amd64 = makeImage({ config: { User: 'app' }, salt: 'a' });
  const arm64 = makeImage({ config: { User: 'arm' }, platform: linux('arm64'), salt: 'b' });
  const index = makeIndex([arm64, amd64]);
  const request = (raw: string, platform: string | null = null): RegistryRequest => ({
    kind: 'image-config',
    image: image(raw),
    platform,
  });

  it('META-3, META-4: is that of linux/amd64, and says so', async () => {
    const { ask } = await registryWith({ '1': index });
    expect(await ask(request('registry.test/acme/app:1'))).toMatchObject({
      ok: true,
      value: {
        digest: index.digest,
        kind: 'index',
        manifestDigest: amd64.digest,
        platform: 'linux/amd64',
        platformReason: 'default',
        platforms: [
          { platform: 'linux/arm64', digest: arm64.digest },
          { platform: 'linux/amd64', digest: amd64.digest },
        ],
        config: { user: 'app' },
      },
      evidence: {
        kind: 'registry',
        reference: 'registry.test/acme/app:1',
        digest: index.digest,
        note: 'for linux/amd64',
        at: '2026-01-01T00:00:00.000Z',
      },
    });
    expect(await ask(request('registry.test/acme/app:1', 'arm64'))).toMatchObject({
      value: { platform: 'linux/arm64', platformReason: 'asked', config: { user: 'arm' } },
    });
  });

  it('META-4: is a failure that lists the platforms when the one asked for is not there', async () => {
    const { ask } = await registryWith({ '1': index, '2': amd64 });
    const reason = 'it is not there for linux/s390x; registry.test has';
    expect(await ask(request('registry.test/acme/app:1', 'linux/s390x'))).toEqual({
      ok: false,
      code: 'platform-missing',
      reason: `${reason} linux/arm64, linux/amd64`,
    });
    expect(await ask(request('registry.test/acme/app:2', 'linux/s390x'))).toMatchObject({
      reason: `${reason} linux/amd64`,
    });
  });

  it('of a reference with a digest asks for the digest, whatever the tag is now', async () => {
    const { ask, server } = await registryWith({ '1': makeMultiPlatform('moved'), old: index });
    const fact = await ask(request(`registry.test/acme/app:1@${index.digest}`));
    expect(fact).toMatchObject({ value: { config: { user: 'app' } } });
    expect(requestsOf(server).filter((line) => line.endsWith('/manifests/1'))).toEqual([]);
  });

  it('is plain data, so that a fixture can hold it', async () => {
    const { ask } = await registryWith({ '1': index });
    const fact = await ask(request('registry.test/acme/app:1'));
    expect(JSON.parse(JSON.stringify(fact))).toEqual(fact);
  });

  it('costs four requests, and none more for another question about the same image', async () => {
    const { ask, server } = await registryWith({ '1': index });
    const gatherer = createGatherer(ask);
    const requests = [request('registry.test/acme/app:1'), { kind: 'digest', image: image() } as const];
    await gatherer.gather([...requests, ...requests]);
    expect(server.seen.map(({ method }) => method)).toEqual(['HEAD', 'GET', 'GET', 'GET']);
    expect(
      gatherer.facts.get(requests[1] as { kind: 'digest'; image: ReturnType<typeof image> }),
    ).toMatchObject({
      ok: true,
    });
  });
});

describe('image-update', () => {
  const amd64 = makeImage({ salt: 'a' });
  const arm64 = makeImage({ salt: 'b', platform: linux('arm64') });
  const newAmd64 = makeImage({ salt: 'a2' });
  const old = makeIndex([amd64, arm64]);
  const request = (digest: string): RegistryRequest => ({
    kind: 'image-update',
    image: image(`registry.test/acme/app:1@${digest}`),
  });
  const update = async (asked: Asked, digest: string): Promise<ImageUpdate> => {
    const fact = await asked.ask(request(digest));
    if (!fact.ok) throw new Error(fact.reason);
    return fact.value as ImageUpdate;
  };

  it('is "same" after one request while the tag has not moved', async () => {
    const asked = await registryWith({ '1': old });
    expect(await update(asked, old.digest)).toMatchObject({ change: { kind: 'same' }, currentGone: false });
    expect(asked.server.seen).toHaveLength(1);
  });

  it('DIG-4: is another index whose images changed', async () => {
    const next = makeIndex([newAmd64, arm64]);
    const asked = await registryWith({ '1': next, old });
    expect(await update(asked, old.digest)).toMatchObject({
      currentDigest: old.digest,
      currentKind: 'index',
      currentGone: false,
      latest: { digest: next.digest, kind: 'index' },
      change: { kind: 'changed', platforms: ['linux/amd64'] },
      match: null,
      isFlapping: false,
      missingImages: null,
    });
  });

  it('DIG-6: is no change when only something beside the images did', async () => {
    const next = makeIndex([amd64, arm64], 'oci', { built: 'again' });
    const asked = await registryWith({ '1': next, old });
    expect((await update(asked, old.digest)).change).toEqual({
      kind: 'unchanged-for-platforms',
      platforms: ['linux/amd64', 'linux/arm64'],
    });
  });

  it('DIG-7: waits for platforms that are still to come', async () => {
    const asked = await registryWith({ '1': makeIndex([newAmd64]), old });
    expect((await update(asked, old.digest)).change).toEqual({
      kind: 'platform-missing',
      platforms: ['linux/arm64'],
    });
  });

  it('DIG-4: of the pin of one platform finds the same platform in the new index', async () => {
    const next = makeIndex([newAmd64, makeImage({ salt: 'b2', platform: linux('arm64') })]);
    const asked = await registryWith({ '1': next, old });
    expect(await update(asked, arm64.digest)).toMatchObject({
      currentKind: 'manifest',
      match: { platform: 'linux/arm64', digest: next.children[1]!.digest },
      change: { kind: 'changed', platforms: ['linux/arm64'] },
    });
    const without = await registryWith({ '1': makeIndex([newAmd64]), old });
    expect(await update(without, arm64.digest)).toMatchObject({
      match: null,
      change: { kind: 'platform-missing', platforms: ['linux/arm64'] },
    });
    const same = await registryWith({ '1': makeIndex([newAmd64, arm64]), old });
    expect((await update(same, arm64.digest)).change.kind).toBe('unchanged-for-platforms');
  });

  it('RET-1: says that the pinned digest is gone, and does not guess what it was', async () => {
    const asked = await registryWith({ '1': makeIndex([newAmd64]) });
    expect(await update(asked, old.digest)).toMatchObject({
      currentGone: true,
      currentKind: null,
      change: { kind: 'unknown', reason: `registry.test has no acme/app with the digest ${old.digest}` },
    });
  });

  it('RET-1: says it also when the cache still has the manifest', async () => {
    const kept = new Map([[old.digest, old.bytes]]);
    const content: ContentCache = {
      get: (digest) => Promise.resolve(kept.get(digest) ?? null),
      put: () => Promise.resolve(),
    };
    const { server, clock } = await serve(shelfHandler(new Map([['acme/app:1', makeIndex([newAmd64])]])));
    const { client } = openClient(server.url, clock, { content });
    const ask = createFactSource({ registry: client, layers: null, nowMs: clock.now });
    expect(await ask(request(old.digest))).toMatchObject({
      value: { currentGone: true, currentKind: 'index', change: { kind: 'platform-missing' } },
    });
  });

  it('RET-1: fails, rather than to say "gone", when the registry cannot tell', async () => {
    const next = makeIndex([newAmd64]);
    const shelf = new Map([['acme/app:1', next]]);
    const served = await serve((incoming, response, url) => {
      if (url.pathname.endsWith(old.digest)) return send(incoming, response, 500, {});
      return shelfHandler(shelf)(incoming, response, url);
    });
    const ask = createFactSource({ registry: served.client, layers: null, nowMs: served.clock.now });
    expect(await ask(request(old.digest))).toMatchObject({ ok: false, code: 'registry-error' });
  });

  it('DIG-7: is flapping when the tag goes back to a digest that it left within a day', async () => {
    for (const [ageMs, isFlapping] of [
      [3_600_000, true],
      [90_000_000, false],
    ] as const) {
      const tags: TagCache = {
        get: () => Promise.resolve(null),
        put: (_, value) => Promise.resolve({ ...value, replacedAtMs: value.atMs - ageMs }),
      };
      const { server, clock } = await serve(
        shelfHandler(
          new Map([
            ['acme/app:1', makeIndex([newAmd64, arm64])],
            ['acme/app:old', old],
          ]),
        ),
      );
      const { client } = openClient(server.url, clock, { tags });
      const ask = createFactSource({ registry: client, layers: null, nowMs: clock.now });
      expect(await ask(request(old.digest))).toMatchObject({ value: { isFlapping } });
    }
  });

  it('DIG-8: names images that the new index promises and the registry does not have', async () => {
    const next = makeIndex([newAmd64, makeImage({ salt: 'b2', platform: linux('arm64') })]);
    const shelf = new Map([
      ['acme/app:1', next],
      ['acme/app:old', old],
    ]);
    const served = await serve((incoming, response, url) => {
      if (url.pathname.endsWith(next.children[1]!.digest)) return send(incoming, response, 404, {});
      return shelfHandler(shelf)(incoming, response, url);
    });
    const ask = createFactSource({
      registry: served.client,
      layers: null,
      nowMs: served.clock.now,
      verifyDigests: true,
    });
    expect(await ask(request(old.digest))).toMatchObject({ value: { missingImages: ['linux/arm64'] } });
  });

  it('DIG-8: gives no digest to pin whose index promises what is not there, when it has to prove it', async () => {
    const next = makeIndex([newAmd64, makeImage({ salt: 'b3', platform: linux('arm64') })]);
    const served = await serve((incoming, response, url) => {
      if (url.pathname.endsWith(next.children[1]!.digest)) return send(incoming, response, 404, {});
      return shelfHandler(new Map([['acme/app:1', next]]))(incoming, response, url);
    });
    const facts = { registry: served.client, layers: null, nowMs: served.clock.now };
    const pin: RegistryRequest = { kind: 'digest', image: image('registry.test/acme/app:1') };
    expect(await createFactSource({ ...facts, verifyDigests: true })(pin)).toMatchObject({
      ok: false,
      code: 'incomplete-index',
      reason: 'its index names images that registry.test does not have (linux/arm64)',
    });
    expect(await createFactSource(facts)(pin)).toMatchObject({ ok: true, value: { digest: next.digest } });
  });

  it('REF-4: has nothing to follow without a tag, and says what to do', async () => {
    const { ask, server } = await registryWith({ '1': old });
    const fact = await ask({ kind: 'image-update', image: image(`registry.test/acme/app@${old.digest}`) });
    expect(fact).toMatchObject({ ok: false, code: 'no-tag' });
    expect(fact.ok ? '' : fact.reason).toContain('name:tag@sha256');
    expect(server.seen).toHaveLength(0);
    expect(await ask({ kind: 'image-update', image: image() })).toMatchObject({ code: 'not-pinned' });
  });
});

describe('image-tags', () => {
  const current = makeImage({ salt: 'current', config: { Env: ['APP_VERSION=2.4.1'] } });
  const older = makeImage({ salt: 'older' });
  const request = (raw = 'registry.test/acme/app:latest', digest?: string): RegistryRequest => ({
    kind: 'image-tags',
    image: image(raw),
    ...(digest === undefined ? {} : { digest }),
  });
  const tagOf = async (asked: Asked, wanted: RegistryRequest = request()): Promise<VersionTag> => {
    const fact = await asked.ask(wanted);
    if (!fact.ok) throw new Error(fact.reason);
    return fact.value as VersionTag;
  };

  it('TAG-4: is the most specific version with the same digest, never the highest number', async () => {
    const asked = await registryWith({
      latest: current,
      '2': current,
      '2.4': current,
      '2.4.1': current,
      '2.4.1-alpine': older,
      '2.5.0-rc1': current,
      '9.0.0': older,
    });
    expect(await tagOf(asked)).toEqual({
      digest: current.digest,
      tag: '2.4.1',
      why: 'latest is today 2.4.1',
    });
  });

  it('TAG-5: is asked of the registry tag by tag, at most twelve times', async () => {
    const many = Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`${at}.0.0`, older]));
    const asked = await registryWith({ latest: makeImage({ salt: 'unknown' }), ...many });
    const { tag, why } = await tagOf(asked);
    expect(tag).toBeNull();
    expect(why).toMatch(/^none of 199\.0\.0, .* has its digest$/);
    const heads = requestsOf(asked.server).filter((line) => /^HEAD .*\.0\.0$/.test(line));
    expect(heads.length).toBe(12);
  });

  it('TAG-4: keeps the family, and takes the digest that is asked for', async () => {
    const asked = await registryWith({
      alpine: current,
      '2.4.1-alpine': current,
      '2.4.1': current,
      '1.0.0-alpine': older,
    });
    expect((await tagOf(asked, request('registry.test/acme/app:alpine'))).tag).toBe('2.4.1-alpine');
    expect((await tagOf(asked, request('registry.test/acme/app:alpine', older.digest))).tag).toBe(
      '1.0.0-alpine',
    );
    const pinned = await tagOf(asked, request(`registry.test/acme/app@${older.digest}`));
    expect(pinned).toEqual({
      digest: older.digest,
      tag: '1.0.0-alpine',
      why: 'it has the same digest as 1.0.0-alpine',
    });
  });

  it('TAG-4: finds by its label a version that the list does not have, when the registry confirms it', async () => {
    const labelled = makeImage({ config: { Labels: { 'org.opencontainers.image.version': '3.1.4' } } });
    const shelf = new Map([
      ['acme/app:latest', labelled],
      ['acme/app:3.1.4', labelled],
    ]);
    const served = await serve((incoming, response, url) => {
      if (url.pathname.endsWith('/tags/list')) return send(incoming, response, 401, {});
      return shelfHandler(shelf)(incoming, response, url);
    });
    const ask = createFactSource({ registry: served.client, layers: null, nowMs: served.clock.now });
    expect(await ask(request())).toMatchObject({ value: { tag: '3.1.4' } });

    shelf.set('acme/app:3.1.4', older);
    const again = openClient(served.server.url, served.clock);
    const source = createFactSource({ registry: again.client, layers: null, nowMs: served.clock.now });
    // Now nothing is known: the list was refused.
    expect(await source(request())).toMatchObject({ ok: false });
  });

  it('TAG-4: is nothing, with the reason, when no version has the digest', async () => {
    const asked = await registryWith({ latest: current, '1.0.0': older });
    expect(await tagOf(asked)).toMatchObject({ tag: null, why: 'none of 1.0.0 has its digest' });
    const bare = await registryWith({ latest: current, main: current });
    expect(await tagOf(bare)).toMatchObject({ tag: null, why: 'there is no version tag' });
  });

  it('TAG-4: fails, rather than to say "none", when the registry stops answering', async () => {
    const shelf = new Map([
      ['acme/app:latest', current],
      ['acme/app:2.4.1', current],
    ]);
    const served = await serve((incoming, response, url) => {
      if (url.pathname.endsWith('/2.4.1')) return send(incoming, response, 429, { 'retry-after': '9999' });
      return shelfHandler(shelf)(incoming, response, url);
    });
    const ask = createFactSource({ registry: served.client, layers: null, nowMs: served.clock.now });
    expect(await ask(request())).toMatchObject({ ok: false, code: 'rate-limited' });
  });

  it("TAG-3: asks Docker Hub's own list first, and the registry for the result only", async () => {
    const shelf = new Map([
      ['library/app:latest', current],
      ['library/app:2.4.1', current],
    ]);
    const { server, clock } = await serve(shelfHandler(shelf));
    const hub = await startFakeRegistry((incoming, response) =>
      send(
        incoming,
        response,
        200,
        {},
        JSON.stringify({
          next: null,
          results: ['latest', '2', '2.4.1', '2.4.1-bookworm'].map((name) => ({
            name,
            digest: current.digest,
          })),
        }),
      ),
    );
    try {
      const { client } = openClient(server.url, clock, { hub: { http: plainHttp, base: new URL(hub.url) } });
      const ask = createFactSource({ registry: client, layers: null, nowMs: clock.now });
      expect(await ask(request('app'))).toMatchObject({ value: { tag: '2.4.1' } });
      expect(requestsOf(server)).toEqual([
        'HEAD /v2/library/app/manifests/latest',
        'HEAD /v2/library/app/manifests/2.4.1',
      ]);
      expect(hub.seen).toHaveLength(1);
      // Another registry than Docker Hub is none of its business.
      await ask(request('registry.test/library/app:latest'));
      expect(hub.seen).toHaveLength(1);
    } finally {
      await hub.close();
    }
  });
});

describe('image-files and os-release', () => {
  const artifact = makeImage();
  const request = (kind: 'os-release' | 'image-files', paths: readonly string[] = []): RegistryRequest =>
    kind === 'os-release'
      ? { kind, image: image(), platform: null }
      : { kind, image: image(), platform: null, paths };

  function layers(
    files: Readonly<Record<string, string>>,
  ): LayerReader & { readonly asked: (readonly string[])[] } {
    const asked: (readonly string[])[] = [];
    return {
      asked,
      find(_, manifest, paths) {
        asked.push(paths);
        expect(manifest.digest).toBe(artifact.digest);
        const found = new Map<string, PathPresence>();
        for (const path of paths.filter((one) => one in files))
          found.set(path, { present: 'yes', via: 'layer 1', verified: true });
        return Promise.resolve({ ok: true, value: found });
      },
      readFile: (_, __, path) =>
        Promise.resolve({ ok: true, value: path in files ? Buffer.from(files[path]!) : null }),
      readFiles: () => Promise.resolve({ ok: true, value: { files: new Map(), problem: null } }),
      readStatement: () => Promise.resolve({ ok: true, value: null }),
    };
  }

  it('LAY: say of each path whether it is there and how that is known', async () => {
    const reader = layers({ '/usr/bin/curl': '' });
    const { ask } = await registryWith({ '1': artifact }, { layers: reader });
    expect(
      await ask(request('image-files', ['usr/bin/curl', '/usr/bin/wget', '/usr/bin/curl'])),
    ).toMatchObject({
      ok: true,
      value: {
        platform: 'linux/amd64',
        files: [
          { path: '/usr/bin/curl', present: 'yes', via: 'layer 1', verified: true },
          { path: '/usr/bin/wget', present: 'unknown', verified: false },
        ],
      },
    });
    expect(reader.asked).toEqual([['/usr/bin/curl', '/usr/bin/wget']]);
  });

  it('LAY: hand the statements about the image on, for hints', async () => {
    const statements = makeAttestation(artifact, ['https://spdx.dev/Document']);
    let handed: string | undefined;
    const reader: LayerReader = {
      ...layers({}),
      find(_, __, ___, options) {
        handed = options?.attestation?.manifest.digest;
        return Promise.resolve({ ok: true, value: new Map() });
      },
    };
    const { ask } = await registryWith({ '1': makeIndex([artifact, statements]) }, { layers: reader });
    await ask(request('image-files', ['/x']));
    expect(handed).toBe(statements.digest);
  });

  it('META-5: read os-release where it is, also where only the second place has it', async () => {
    const { ask } = await registryWith(
      { '1': artifact },
      { layers: layers({ '/usr/lib/os-release': 'ID=alpine\nVERSION_ID=3.20.1\n' }) },
    );
    expect(await ask(request('os-release'))).toMatchObject({ value: { id: 'alpine', versionId: '3.20.1' } });
    const bare = await registryWith({ '1': artifact }, { layers: layers({}) });
    expect(await bare.ask(request('os-release'))).toMatchObject({ ok: false, code: 'no-os-release' });
  });

  it('META-5: tell "there is none" from "nobody could look"', async () => {
    const blind: LayerReader = {
      find: (_, __, paths) =>
        Promise.resolve({
          ok: true,
          value: new Map(
            paths.map((path) => [path, { present: 'unknown', via: 'read with --deep', verified: false }]),
          ),
        }),
      readFile: () => Promise.resolve({ ok: true, value: null }),
      readFiles: () => Promise.resolve({ ok: true, value: { files: new Map(), problem: null } }),
      readStatement: () => Promise.resolve({ ok: true, value: null }),
    };
    const { ask } = await registryWith({ '1': artifact }, { layers: blind });
    expect(await ask(request('os-release'))).toEqual({
      ok: false,
      code: 'os-release-unknown',
      reason: 'its os-release could not be read: read with --deep',
    });
  });

  it('say that nothing looked, and ask nothing, where layers are not read', async () => {
    const { ask, server } = await registryWith({ '1': artifact });
    expect(await ask(request('os-release'))).toMatchObject({ ok: false, code: 'layers-unread' });
    expect(await ask(request('image-files', ['/x']))).toMatchObject({ ok: false, code: 'layers-unread' });
    expect(server.seen).toHaveLength(0);
  });
});

describe('the key of a question', () => {
  it('is the same for what is the same question', () => {
    const files = (paths: readonly string[]): string =>
      factKey({ kind: 'image-files', image: image('node'), platform: null, paths });
    expect(files(['/b', '/a'])).toBe(files(['/a', '/b', '/a']));
    expect(files(['/a'])).toBe('image-files docker.io/library/node:latest /a');
    expect(factKey({ kind: 'digest', image: image('node:22') })).toBe('digest docker.io/library/node:22');
    expect(factKey({ kind: 'image-config', image: image('node'), platform: 'linux/arm64' })).toBe(
      'image-config docker.io/library/node:latest for linux/arm64',
    );
    const pinned = `node:22@sha256:${'a'.repeat(64)}`;
    expect(factKey({ kind: 'image-update', image: image(pinned) })).toBe(
      `image-update docker.io/library/${pinned}`,
    );
    expect(factKey({ kind: 'image-tags', image: image('node'), digest: 'sha256:x' })).toBe(
      'image-tags docker.io/library/node:latest as sha256:x',
    );
  });
});
