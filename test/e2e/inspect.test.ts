/** Facts, cache and `dockfix inspect` against the real distribution server, with every form of image. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createFactSource } from '../../src/facts/source.ts';
import { startCountingProxy } from '../support/counting-proxy.ts';
import { hasDistribution, startDistribution } from '../support/distribution.ts';
import type { Distribution } from '../support/distribution.ts';
import { makeAttestation, makeImage, makeIndex, makeMultiPlatform } from '../support/images.ts';
import type { Artifact } from '../support/images.ts';
import { image, openClient, testClock, valueOf } from '../support/registry.ts';
import { runDockfix } from '../support/run.ts';

const amd64 = makeImage({ config: { User: 'app', Cmd: ['run'] }, salt: 'attested' });
const images: Readonly<Record<string, Artifact>> = {
  'acme/schema2:1': makeImage({ flavour: 'docker', config: { User: '1000' } }),
  'acme/oci:1': makeImage({ config: { User: 'oci' } }),
  'acme/list:1': makeMultiPlatform('list', 'docker'),
  'acme/index:1': makeMultiPlatform('index'),
  'acme/nested:1': makeIndex([makeImage({ salt: 'outer' }), makeMultiPlatform('inner')]),
  'acme/attested:1': makeIndex([amd64, makeAttestation(amd64, ['https://spdx.dev/Document'])]),
};

interface Inspected {
  readonly digest: string;
  readonly kind: string;
  readonly platforms: readonly { readonly platform: string }[];
  readonly config: { readonly user: string };
  readonly attestations: readonly { readonly type: string }[];
}

describe.skipIf(!hasDistribution)('inspecting at a real registry (needs docker-registry)', () => {
  let registry: Distribution;
  let folder: string;

  beforeAll(async () => {
    registry = await startDistribution();
    for (const [name, artifact] of Object.entries(images)) {
      const [repository, tag] = name.split(':') as [string, string];
      await registry.push(repository, tag, artifact);
    }
  });
  afterAll(() => registry.stop());
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dockfix-e2e-'));
    return () => rmSync(folder, { recursive: true, force: true });
  });

  /** At `url`, with the cache of this test. */
  const dockfix = (url: string, ...args: readonly string[]): ReturnType<typeof runDockfix> => {
    const config = join(folder, 'operator.yaml');
    writeFileSync(config, `registries: { docker.io: { endpoint: "${url}" } }\n`);
    return runDockfix([...args, '--config', config, '--cache-dir', join(folder, 'cache')], folder);
  };
  const inspected = async (name: string, ...args: readonly string[]): Promise<Inspected> => {
    const { exit, stdout, stderr } = await dockfix(registry.url, 'inspect', name, '--json', ...args);
    expect([exit, stderr]).toEqual([0, '']);
    return JSON.parse(stdout) as Inspected;
  };

  it.each([
    ['acme/schema2:1', 'manifest', ['linux/amd64'], '1000'],
    ['acme/oci:1', 'manifest', ['linux/amd64'], 'oci'],
    ['acme/list:1', 'index', ['linux/amd64', 'linux/arm64'], ''],
    ['acme/index:1', 'index', ['linux/amd64', 'linux/arm64'], ''],
    ['acme/nested:1', 'index', ['linux/amd64', 'linux/arm64'], ''],
    ['acme/attested:1', 'index', ['linux/amd64'], 'app'],
  ])('DIG-4, DIG-5, META-3: %s is a %s for %j', async (name, kind, platforms, user) => {
    const report = await inspected(name);
    expect(report).toMatchObject({ digest: images[name]!.digest, kind, config: { user } });
    expect(report.platforms.map(({ platform }) => platform)).toEqual(platforms);
  });

  it('DIG-9: names the attestations of an image, although the server keeps no list of referrers', async () => {
    expect((await inspected('acme/attested:1')).attestations).toEqual([
      { type: 'https://spdx.dev/Document', via: 'index' },
    ]);
    expect((await inspected('acme/index:1')).attestations).toEqual([]);
  });

  it('META-4: looks at the platform of a nested index', async () => {
    const report = await inspected('acme/nested:1', '--platform', 'linux/arm64');
    const inner = images['acme/nested:1']!.children[1]!;
    expect(report).toMatchObject({ image: { digest: inner.children[1]!.digest, platform: 'linux/arm64' } });
  });

  it('CACHE-2: a second run over files sends nothing; the first sends one HEAD a tag', async () => {
    const proxy = await startCountingProxy(registry.url);
    try {
      const names = Object.keys(images);
      writeFileSync(join(folder, 'Dockerfile'), names.map((name) => `FROM ${name}\n`).join(''));
      const run = (): ReturnType<typeof runDockfix> =>
        dockfix(proxy.url, '--only', 'pin-image-digest', 'Dockerfile');
      const first = await run();
      expect(proxy.seen.map(({ method }) => method)).toEqual(names.map(() => 'HEAD'));
      const second = await run();
      expect(proxy.seen).toHaveLength(names.length);
      expect(second).toEqual(first);
      for (const artifact of Object.values(images)) expect(second.stdout).toContain(artifact.digest);
    } finally {
      await proxy.close();
    }
  });

  it('CACHE-2: afterwards the server is asked with a condition and answers 304', async () => {
    const proxy = await startCountingProxy(registry.url);
    const clock = testClock();
    try {
      const { createDiskCache } = await import('../../src/registry/cache.ts');
      const { silent } = await import('../../src/net/log.ts');
      const open = () =>
        openClient(proxy.url, clock, createDiskCache({ folder: join(folder, 'cache'), clock, log: silent }))
          .client;
      const ref = image('registry.test/acme/index:1');
      const first = valueOf(await open().resolve(ref));
      clock.pass(11 * 60_000);
      const second = valueOf(await open().resolve(ref));
      expect(second.digest).toBe(first.digest);
      expect(proxy.seen.map(({ method, status }) => `${method} ${status()}`)).toEqual([
        'HEAD 200',
        'HEAD 304',
      ]);
    } finally {
      await proxy.close();
    }
  });

  it('TAG-1, TAG-4: finds the version behind latest in the unsorted list of this server', async () => {
    const current = makeImage({ salt: 'current' });
    const older = makeImage({ salt: 'older' });
    for (let minor = 0; minor < 12; minor++) await registry.push('acme/versions', `1.${minor}.0`, older);
    for (const tag of ['latest', '1', '1.7', '1.7.3', '1.7.3-slim', '2.0.0-rc1'])
      await registry.push('acme/versions', tag, current);
    const { client } = openClient(registry.url, testClock());
    const ask = createFactSource({ registry: client, layers: null, nowMs: () => 0 });
    expect(valueOf(await client.tags(image('registry.test/acme/versions'))).tags).toHaveLength(18);
    expect(await ask({ kind: 'image-tags', image: image('registry.test/acme/versions') })).toMatchObject({
      ok: true,
      value: { digest: current.digest, tag: '1.7.3' },
    });
    expect(client.counts().resolutions).toBeLessThanOrEqual(13);
  });

  it('RET-1, DIG-8: sees that a pin, or an image of an index, was deleted', async () => {
    const old = makeMultiPlatform('pinned');
    const next = makeMultiPlatform('moved');
    await registry.push('acme/moving', '1', old);
    await registry.push('acme/moving', '1', next);
    const ask = () => {
      const { client } = openClient(registry.url, testClock());
      return createFactSource({ registry: client, layers: null, nowMs: () => 0, verifyDigests: true })({
        kind: 'image-update',
        image: image(`registry.test/acme/moving:1@${old.digest}`),
      });
    };
    const remove = async (digest: string): Promise<void> => {
      const { status } = await fetch(`${registry.url}/v2/acme/moving/manifests/${digest}`, {
        method: 'DELETE',
      });
      expect(status).toBe(202);
    };
    expect(await ask()).toMatchObject({
      value: { currentGone: false, change: { kind: 'changed' }, missingImages: [] },
    });
    await remove(next.children[1]!.digest);
    expect(await ask()).toMatchObject({ value: { currentGone: false, missingImages: ['linux/arm64'] } });
    await remove(old.digest);
    expect(await ask()).toMatchObject({
      ok: true,
      value: { currentGone: true, latest: { digest: next.digest }, change: { kind: 'unknown' } },
    });
  });

  it('ends with 3 for what is not there, with the name and the registry', async () => {
    expect(await dockfix(registry.url, 'inspect', 'acme/none:1')).toEqual({
      exit: 3,
      stdout: '',
      stderr: 'dockfix: acme/none:1: docker.io has no acme/none with the tag 1\n',
    });
  });
});
