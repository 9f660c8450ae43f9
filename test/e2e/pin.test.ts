/** The command against the real distribution server: images pushed by skopeo and by hand, tags that are missing. */
import { spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { freePort, hasDistribution, hasSkopeo, startDistribution } from '../support/distribution.ts';
import type { Distribution } from '../support/distribution.ts';
import { makeImage, makeMultiPlatform } from '../support/images.ts';
import type { Artifact } from '../support/images.ts';
import { runDockfix } from '../support/run.ts';

const images: Readonly<Record<string, Artifact>> = {
  'library/node:22': makeMultiPlatform('node'),
  'library/alpine:3.20': makeMultiPlatform('alpine', 'docker'),
  'acme/single-oci:1': makeImage({ salt: 'oci' }),
  'acme/single-docker:1': makeImage({ salt: 'docker', flavour: 'docker' }),
};

describe.skipIf(!hasDistribution)('pinning against a real registry (needs docker-registry)', () => {
  let registry: Distribution;
  let folder: string;
  let config: string;

  beforeAll(async () => {
    registry = await startDistribution();
    for (const [name, image] of Object.entries(images)) {
      const [repository, tag] = name.split(':') as [string, string];
      await registry.push(repository, tag, image);
    }
  });
  afterAll(() => registry.stop());

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dockfix-e2e-'));
    config = join(folder, 'operator.yaml');
    writeFileSync(config, `registries: { docker.io: { endpoint: "${registry.url}" } }\n`);
    return () => rmSync(folder, { recursive: true, force: true });
  });

  const write = (name: string, text: string): void => {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), text);
  };
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
  const dockfix = (...args: string[]): ReturnType<typeof runDockfix> =>
    runDockfix(['--config', config, '--only', 'pin-image-digest', ...args], folder);

  it('writes the digest of indexes and single manifests, OCI and schema 2', async () => {
    write(
      'Dockerfile',
      `FROM node:22\nFROM alpine:3.20\nFROM acme/single-oci:1\nFROM acme/single-docker:1\n` +
        `FROM ${registry.host}/acme/single-oci:1\nCOPY --from=library/node:22 /a /a\n`,
    );
    const result = await dockfix('--write', '--yes');
    expect(result).toMatchObject({ exit: 0, stderr: '' });
    const digest = (name: string): string => images[name]!.digest;
    expect(read('Dockerfile')).toBe(
      `FROM node:22@${digest('library/node:22')}\nFROM alpine:3.20@${digest('library/alpine:3.20')}\n` +
        `FROM acme/single-oci:1@${digest('acme/single-oci:1')}\nFROM acme/single-docker:1@${digest('acme/single-docker:1')}\n` +
        `FROM ${registry.host}/acme/single-oci:1@${digest('acme/single-oci:1')}\n` +
        `COPY --from=library/node:22@${digest('library/node:22')} /a /a\n`,
    );
    expect(await dockfix('--check')).toMatchObject({ exit: 0 });
  });

  it('leaves a tag that the registry does not have, says so, and pins the others', async () => {
    write('Dockerfile', 'FROM node:99\nFROM node:22\n');
    const result = await dockfix('--write', '--yes');
    expect(result.exit).toBe(0);
    expect(result.stdout).toContain('docker.io has no library/node with the tag 99');
    expect(read('Dockerfile')).toBe(`FROM node:99\nFROM node:22@${images['library/node:22']!.digest}\n`);
  });

  it('says once for each host that a registry is down, pins what others tell, and exits 3', async () => {
    const down = `127.0.0.1:${await freePort()}`;
    write('a/Dockerfile', `FROM ${down}/x:1\nFROM node:22\n`);
    write('b/Dockerfile', `FROM ${down}/x:1\nFROM ${down}/y:2\n`);
    const result = await dockfix('--write', '--yes');
    expect(result.exit).toBe(3);
    const lines = result.stderr.trim().split('\n');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('2 images were not looked up');
    expect(lines[0]).toContain(down);
    expect(read('a/Dockerfile')).toBe(
      `FROM ${down}/x:1\nFROM node:22@${images['library/node:22']!.digest}\n`,
    );
  });

  it('looks every tag up once, however many files name it', async () => {
    const seen: string[] = [];
    const proxy = createServer((request, response) => {
      seen.push(`${request.method} ${request.url}`);
      void fetch(registry.url + request.url, {
        method: request.method!,
        headers: { accept: request.headers.accept! },
      }).then(async (answer) => {
        response.writeHead(answer.status, Object.fromEntries(answer.headers));
        response.end(Buffer.from(await answer.arrayBuffer()));
      });
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    try {
      const endpoint = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
      writeFileSync(config, `registries: { docker.io: { endpoint: "${endpoint}" } }\n`);
      for (let n = 0; n < 60; n++)
        write(`services/s${n}/Dockerfile`, 'FROM node:22\nFROM alpine:3.20 AS x\nFROM acme/single-oci:1\n');
      expect(await dockfix('--write', '--yes')).toMatchObject({ exit: 0 });
    } finally {
      await new Promise((resolve) => proxy.close(resolve));
    }
    expect(seen.sort()).toEqual([
      'HEAD /v2/acme/single-oci/manifests/1',
      'HEAD /v2/library/alpine/manifests/3.20',
      'HEAD /v2/library/node/manifests/22',
    ]);
  });

  it.skipIf(!hasSkopeo)('pins the very digest that skopeo sees (needs skopeo)', async () => {
    const copy = spawnSync('skopeo', [
      'copy',
      '--all',
      '--src-tls-verify=false',
      '--dest-tls-verify=false',
      `docker://${registry.host}/library/node:22`,
      `docker://${registry.host}/copied/node:by-skopeo`,
    ]);
    expect(copy.status, String(copy.stderr)).toBe(0);
    const inspect = spawnSync('skopeo', [
      'inspect',
      '--tls-verify=false',
      '--format',
      '{{.Digest}}',
      `docker://${registry.host}/copied/node:by-skopeo`,
    ]);
    write('Dockerfile', 'FROM copied/node:by-skopeo\n');
    expect(await dockfix('--write', '--yes')).toMatchObject({ exit: 0 });
    expect(read('Dockerfile')).toBe(`FROM copied/node:by-skopeo@${String(inspect.stdout).trim()}\n`);
  });
});
