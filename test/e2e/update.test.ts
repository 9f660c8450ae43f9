/** Tags that move, stand for versions and lose their digests, at the real distribution server. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hasDistribution, startDistribution } from '../support/distribution.ts';
import type { Distribution } from '../support/distribution.ts';
import { makeImage, makeIndex, makeMultiPlatform } from '../support/images.ts';
import type { Artifact } from '../support/images.ts';
import { runDockfix } from '../support/run.ts';

const IDS = 'use-explicit-tag,pin-image-digest,update-image-digest';

describe.skipIf(!hasDistribution)('following tags at a real registry (needs docker-registry)', () => {
  let registry: Distribution;
  let folder: string;

  beforeEach(async () => {
    registry = await startDistribution();
    folder = mkdtempSync(join(tmpdir(), 'dockfix-e2e-'));
    writeFileSync(
      join(folder, 'operator.yaml'),
      `registries: { docker.io: { endpoint: "${registry.url}" } }\n`,
    );
  });
  afterEach(async () => {
    await registry.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const push = async (tags: readonly string[], image: Artifact): Promise<void> => {
    for (const tag of tags) await registry.push('acme/app', tag, image);
  };
  const write = (text: string): void => writeFileSync(join(folder, 'Dockerfile'), text);
  const read = (): string => readFileSync(join(folder, 'Dockerfile'), 'utf8');
  const dockfix = (...args: string[]): ReturnType<typeof runDockfix> =>
    runDockfix(['--config', 'operator.yaml', '--no-cache', '--only', IDS, ...args], folder);

  it('TAG-4: writes the version that latest is, with its digest, and not the highest number', async () => {
    const current = makeMultiPlatform('2.4');
    await push(['latest', '2', '2.4', '2.4.1', '2.4.1-rc1'], current);
    await push(['9.0.0', '3.0.0-rc1'], makeMultiPlatform('a build for tests'));
    write('FROM acme/app\nFROM acme/app:latest AS b\n');
    expect(await dockfix('--write', '--yes')).toMatchObject({ exit: 0, stderr: '' });
    expect(read()).toBe(
      `FROM acme/app:2.4.1@${current.digest}\nFROM acme/app:2.4.1@${current.digest} AS b\n`,
    );
    expect(await dockfix('--check', '--unsafe')).toMatchObject({ exit: 0, stderr: '' });
  });

  it('leaves latest as it is, pinned, where no version has its digest', async () => {
    const current = makeMultiPlatform('untold');
    await push(['latest'], current);
    await push(['1.0.0'], makeMultiPlatform('old'));
    write('FROM acme/app\n');
    expect(await dockfix('--write', '--yes')).toMatchObject({ exit: 0, stderr: '' });
    expect(read()).toBe(`FROM acme/app:latest@${current.digest}\n`);
  });

  it('DIG-4, DIG-6: moves a pin with its tag, keeps its kind, and waits where nothing that is built changes', async () => {
    const amd64 = (salt: string): Artifact =>
      makeImage({ salt, platform: { os: 'linux', architecture: 'amd64' } });
    const arm64 = (salt: string): Artifact =>
      makeImage({ salt, platform: { os: 'linux', architecture: 'arm64' } });
    const old = makeIndex([amd64('a1'), arm64('b1')]);
    const next = makeIndex([amd64('a1'), arm64('b2')]);
    await push(['1'], old);
    const text =
      `FROM acme/app:1@${old.digest}\n` +
      `FROM --platform=linux/amd64 acme/app:1@${old.digest}\n` +
      `FROM acme/app:1@${old.children[1]!.digest}\n`;
    write(text);
    await push(['1'], next);
    const dry = await dockfix();
    expect(dry.stdout).toContain('acme/app:1 has moved since it was pinned');
    expect(dry.stdout).toContain('the images for linux/amd64 in it are the same');
    expect(await dockfix('--write', '--yes')).toMatchObject({ exit: 0, stderr: '' });
    expect(read()).toBe(text);
    expect(await dockfix('--write', '--yes', '--unsafe')).toMatchObject({ exit: 0, stderr: '' });
    expect(read()).toBe(
      `FROM acme/app:1@${next.digest}\n` +
        `FROM --platform=linux/amd64 acme/app:1@${old.digest}\n` +
        `FROM acme/app:1@${next.children[1]!.digest}\n`,
    );
  });

  it('RET-1: says that a pinned digest is gone', async () => {
    const old = makeMultiPlatform('gone');
    await push(['1'], old);
    await push(['1'], makeMultiPlatform('next'));
    await fetch(`${registry.url}/v2/acme/app/manifests/${old.digest}`, { method: 'DELETE' });
    write(`FROM acme/app:1@${old.digest}\n`);
    const { exit, stdout } = await dockfix();
    expect(exit).toBe(0);
    expect(stdout).toContain(
      'the digest that acme/app:1 is pinned to is gone from the registry: builds fail',
    );
  });
});
