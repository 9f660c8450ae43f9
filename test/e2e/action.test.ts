/** The GitHub action, step for step as a runner does it, with the packed dockfix. */
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ensureBuilt } from '../cli/built.ts';
import { hasDistribution, startDistribution } from '../support/distribution.ts';
import type { Distribution } from '../support/distribution.ts';
import { startFakeForge } from '../support/fake-forge/fake-forge.ts';
import type { FakeForge } from '../support/fake-forge/fake-forge.ts';
import { hasGit } from '../support/git.ts';
import { makeMultiPlatform } from '../support/images.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default: string }>>;
  readonly runs: {
    readonly using: string;
    readonly steps: readonly { readonly run?: string; readonly env?: Readonly<Record<string, string>> }[];
  };
}

/** A file of ours, whose form the tests themselves are about. */
const action = parse(readFileSync(join(ROOT, 'action.yml'), 'utf8')) as Action;

describe.skipIf(!hasDistribution || !hasGit)(
  'the action (needs docker-registry and git)',
  { timeout: 180_000 },
  () => {
    let folder: string;
    let distribution: Distribution;
    let fake: FakeForge;

    beforeAll(async () => {
      ensureBuilt();
      folder = realpathSync(mkdtempSync(join(tmpdir(), 'dockfix-action-')));
      execFileSync('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], {
        cwd: ROOT,
        stdio: 'ignore',
      });
      distribution = await startDistribution();
      fake = await startFakeForge();
    }, 180_000);
    afterAll(async () => {
      await fake.close();
      distribution.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    it('opens a pull request with the packed dockfix, for nobody but the repository of the workflow', async () => {
      const first = makeMultiPlatform('one');
      await distribution.push('acme/action', '1', first);
      const image = `${distribution.host}/acme/action:1`;
      const repo = fake.addRepo('acme/shop', { files: { Dockerfile: `FROM ${image}@${first.digest}\n` } });
      const second = makeMultiPlatform('two');
      await distribution.push('acme/action', '1', second);

      const step = action.runs.steps.find((each) => each.run !== undefined)!;
      const operator = `bot: { minAge: 0s, schedule: null }\nallowPrivate: ['${distribution.host}']\nregistries: { '${distribution.host}': { insecure: true } }\n`;
      writeFileSync(join(folder, 'operator.yaml'), operator);
      const inputs: Record<string, string> = {
        ...Object.fromEntries(Object.entries(action.inputs).map(([name, input]) => [name, input.default])),
        token: fake.addToken(fake.addAccount('github-actions[bot]', 'Bot'), 'actions'),
        tarball: join(
          folder,
          readdirSync(folder).find((name) => name.endsWith('.tgz'))!,
        ),
        config: join(folder, 'operator.yaml'),
        args: '--no-packages\n--no-cache',
      };
      const env = Object.entries(step.env!).map(([name, expression]): [string, string] => {
        const input = /^\$\{\{ inputs\.(\w+) \}\}$/.exec(expression)?.[1];
        return [name, inputs[input!]!];
      });
      await run('bash', ['-c', step.run!], {
        cwd: folder,
        env: {
          ...Object.fromEntries(env),
          PATH: process.env['PATH'],
          HOME: folder,
          RUNNER_TEMP: folder,
          GITHUB_REPOSITORY: 'acme/shop',
          GITHUB_API_URL: fake.url,
          npm_config_offline: 'true',
        },
      });
      expect(repo.issues.filter(({ pull }) => pull !== null)).toMatchObject([{ state: 'open' }]);
      const { head } = repo.issues.find(({ pull }) => pull !== null)!.pull!;
      const row = repo.git.listTree(head, true)!.find(({ path }) => path === 'Dockerfile')!;
      expect(repo.git.readBlob(row.sha).toString()).toBe(`FROM ${image}@${second.digest}\n`);
      expect(readFileSync(join(folder, 'dockfix-state', 'state.json'), 'utf8')).toContain(second.digest);
    });

    // Red when an input is written into the script itself.
    it('SEC-8: puts no expression into a script', () => {
      expect(action.runs.using).toBe('composite');
      for (const { run: script = '' } of action.runs.steps) expect(script).not.toContain('${{');
    });

    it('belongs to this version, and so do the examples', () => {
      // Our own package.json.
      const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
      expect(action.inputs['version']!.default).toBe(version);
      const named = readFileSync(join(ROOT, 'docs/bot.md'), 'utf8').matchAll(/dockfix@v?(\d+\.\d+\.\d+)/g);
      expect(new Set([...named].map(([, each]) => each))).toEqual(new Set([version]));
    });
  },
);
