/**
 * The recipe of our own image. It names its base by a tag, because a digest is one of a registry and of a day: what
 * dockfix does for everybody's Dockerfile it has to do for this one.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hasDistribution, startDistribution } from '../support/distribution.ts';
import type { Distribution } from '../support/distribution.ts';
import { makeImage, makeIndex } from '../support/images.ts';
import { runDockfix } from '../support/run.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const RECIPE = readFileSync(join(ROOT, 'Dockerfile'), 'utf8');
/** Nothing of it belongs to the build context. */
const LEFT_OUT = new Set(['node_modules', 'dist', '.git', 'bench', 'test']);

describe.skipIf(!hasDistribution)(
  'the recipe of our own image (needs docker-registry)',
  { timeout: 60_000 },
  () => {
    let registry: Distribution;
    let folder: string;
    const bases = [...new Set([...RECIPE.matchAll(/^FROM ([^\s@]+)/gm)].map(([, name]) => name!))];
    /** Looks like the image of that name: configuration and platforms. */
    const base = makeIndex(
      ['amd64', 'arm64'].map((architecture) =>
        makeImage({
          platform: { os: 'linux', architecture },
          config: {
            Env: ['PATH=/usr/local/bin:/usr/bin:/bin'],
            Entrypoint: ['docker-entrypoint.sh'],
            Cmd: ['node'],
          },
          files: { 'etc/os-release': 'ID=debian\nVERSION_ID="12"\n' },
        }),
      ),
    );

    beforeAll(async () => {
      registry = await startDistribution();
      for (const name of bases) {
        const [repository, tag] = name.split(':') as [string, string];
        await registry.push(`library/${repository}`, tag, base);
      }
      folder = mkdtempSync(join(tmpdir(), 'dockfix-recipe-'));
      cpSync(ROOT, join(folder, 'context'), {
        recursive: true,
        filter: (path) => !LEFT_OUT.has(relative(ROOT, path)),
      });
      const operator = `registries: { docker.io: { endpoint: "${registry.url}" } }\n`;
      writeFileSync(join(folder, 'operator.yaml'), operator);
    }, 60_000);
    afterAll(() => {
      registry.stop();
      rmSync(folder, { recursive: true, force: true });
    });
    beforeEach(() => writeFileSync(join(folder, 'context', 'Dockerfile'), RECIPE));

    const dockfix = (...args: string[]): ReturnType<typeof runDockfix> =>
      runDockfix(['--config', join(folder, 'operator.yaml'), ...args, 'Dockerfile'], join(folder, 'context'));

    it('passes our own check where no registry is asked', async () => {
      expect(await dockfix('--check', '--offline')).toMatchObject({ exit: 0, stderr: '' });
    });

    it('lacks nothing but the digests of its bases, and labels that name them; with those it passes our own check', async () => {
      const before = await dockfix('--check');
      expect(before.exit).toBe(1);
      expect((await dockfix('--write', '--yes')).exit).toBe(0);
      const pinned = readFileSync(join(folder, 'context', 'Dockerfile'), 'utf8');
      expect(bases).toHaveLength(1);
      const created = 'org.opencontainers.image.created="${BUILD_DATE}"\n';
      expect(pinned).toBe(
        RECIPE.replace(/^FROM [^\s@]+/gm, (from) => `${from}@${base.digest}`).replace(
          created,
          `${created.trim()} \\
      org.opencontainers.image.base.name="docker.io/library/${bases[0]!}" \\
      org.opencontainers.image.base.digest="${base.digest}"\n`,
        ),
      );
      expect(await dockfix('--check')).toMatchObject({ exit: 0, stderr: '' });
    });
  },
);
