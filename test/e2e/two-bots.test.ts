/** Two bots at once, as processes of their own, that meet each other at their writes. */
import { spawn } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DOCKFIX, ensureBuilt } from '../cli/built.ts';
import { hasDistribution, startDistribution } from '../support/distribution.ts';
import type { Distribution } from '../support/distribution.ts';
import { startFakeForge } from '../support/fake-forge/fake-forge.ts';
import type { FakeForge, Repo } from '../support/fake-forge/fake-forge.ts';
import { hasGit, makeRepository } from '../support/git.ts';
import { makeMultiPlatform } from '../support/images.ts';
import { runDockfix } from '../support/run.ts';

const CREDENTIALS = { github: 'GITHUB_TOKEN', gitlab: 'GITLAB_TOKEN', gitea: 'GITEA_TOKEN' } as const;
const ONE = makeMultiPlatform('one');
const TWO = makeMultiPlatform('two');
const isPossible = hasDistribution && hasGit;

let distribution: Distribution;
let home: string;
beforeAll(async () => {
  if (!isPossible) return;
  ensureBuilt();
  home = realpathSync(mkdtempSync(join(tmpdir(), 'dockfix-two-bots-')));
  distribution = await startDistribution();
  for (const image of [ONE, TWO]) await distribution.push('acme/app', '1', image);
  const { host } = distribution;
  writeFileSync(
    join(home, 'operator.yaml'),
    'bot: { minAge: 0s, limits: { perHour: 100 }, labels: [docker], createLabels: true, reviewers: [ada] }\n' +
      `allowPrivate: ['${host}']\nregistries: { '${host}': { insecure: true } }\n`,
  );
}, 60_000);
afterAll(async () => {
  if (!isPossible) return;
  await distribution.stop();
  rmSync(home, { recursive: true, force: true });
});

const pinned = (): string => `FROM ${distribution.host}/acme/app:1@${ONE.digest}\n`;
const command = (): readonly string[] => [
  'bot',
  ...['--config', join(home, 'operator.yaml'), '--cache-dir', join(home, 'cache'), '--no-packages'],
];
const environment = (): Record<string, string> => ({ HOME: home, PATH: process.env['PATH'] ?? '' });

type Ended = Promise<{ readonly code: number | null; readonly said: string }>;

/** What it says and how it ends. */
function startBot(args: readonly string[], cwd: string, env: Readonly<Record<string, string>>): Ended {
  const child = spawn(process.execPath, [DOCKFIX, ...args], {
    cwd,
    env: { ...env, XDG_CONFIG_HOME: '/nonexistent', XDG_CACHE_HOME: join(home, 'code') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (piece: Buffer) => (said += String(piece)));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, said })));
}

describe.skipIf(!isPossible).each(['github', 'gitlab', 'gitea'] as const)(
  'two bots on %s (needs docker-registry and git)',
  { timeout: 300_000 },
  (kind) => {
    let fake: FakeForge;
    let token: string;
    let count = 0;
    beforeEach(async () => {
      fake = await startFakeForge();
      fake.world.closesWithBranch = kind !== 'gitlab';
      token = fake.addToken(fake.addAccount('dockfix[bot]', 'Bot'), kind === 'github' ? 'app' : 'pat');
      fake.addAccount('ada');
      return () => fake.close();
    });

    function addRepo(): Repo {
      const repo = fake.addRepo(`acme/${kind}${++count}`, { files: { Dockerfile: pinned() } });
      repo.collaborators.push(fake.world.accounts.find(({ login }) => login === 'ada')!);
      return repo;
    }
    const argsOf = (repo: Repo, state: string): readonly string[] => [
      ...command(),
      ...['--forge', kind, '--repo', `${repo.owner.login}/${repo.name}`],
      ...['--state', join(home, `${state}.json`)],
    ];
    const env = (): Record<string, string> => ({
      ...environment(),
      DOCKFIX_FORGE_URL: fake.url,
      [CREDENTIALS[kind]]: token,
    });
    const start = (repo: Repo, state: string): Ended => startBot(argsOf(repo, state), home, env());

    /** The next run, in this process, finds or makes what has to be there; the one after it has nothing to do. */
    async function expectConverged(repo: Repo, state: string, about: string): Promise<void> {
      fake.clearFaults();
      const next = await runDockfix(argsOf(repo, state), home, env());
      expect(next.exit, `${about}\n${next.stderr}`).toBe(0);
      const pulls = repo.issues.filter(({ pull }) => pull !== null);
      const whole = { state: 'open', labels: ['docker'], pull: { reviewers: [{ login: 'ada' }] } };
      expect(pulls, about).toMatchObject([whole]);
      const dashboards = repo.issues.filter((issue) => issue.pull === null && issue.state === 'open');
      expect(dashboards, about).toHaveLength(1);
      const { head, branch } = pulls[0]!.pull!;
      expect(repo.git.branch(branch), about).toBe(head);
      expect(repo.git.between('main', head), about).toHaveLength(1);
      const file = repo.git.listTree(head, true)!.find(({ path }) => path === 'Dockerfile')!;
      expect(repo.git.readBlob(file.sha).toString(), about).toContain(TWO.digest);
      const before = fake.log.length;
      expect((await runDockfix(argsOf(repo, state), home, env())).exit, about).toBe(0);
      expect(fake.writesSince(before), about).toEqual([]);
    }

    // Mutation: what was made as a dashboard is not looked for again.
    it.each([
      ['a state each', ['a', 'b']],
      ['one state', ['c', 'c']],
    ] as const)('E26 two bots at once with %s make one pull request and one dashboard', async (_, states) => {
      const repo = addRepo();
      const waiting: (() => void)[] = [];
      let isAlone = false;
      const goOn = (): void => waiting.forEach((go) => go());
      // At these points each waits for the other, unless that one has ended.
      const meet = (): Promise<void> =>
        new Promise((resolve) => {
          waiting.push(resolve);
          if (isAlone || waiting.length % 2 === 0) goOn();
        });
      for (const point of [{ path: /\/(?:trees|tree)\b/ }, { path: /\/issues$/, method: 'POST' }])
        fake.inject({ at: 'before', times: 2, fault: { kind: 'run', run: meet }, ...point });
      const bots = states.map((state) => start(repo, `${repo.name}-${state}`));
      for (const ended of bots) void ended.then(() => ((isAlone = true), goOn()));
      for (const { code, said } of await Promise.all(bots)) expect([0, 3], said).toContain(code);
      expect(waiting.length).toBeGreaterThanOrEqual(2);
      await expectConverged(repo, `${repo.name}-${states[0]}`, states.join(' and '));
    });
  },
);

describe.skipIf(!isPossible)(
  'two bots in a clone (needs docker-registry and git)',
  { timeout: 60_000 },
  () => {
    // Mutation: branchHash() in fingerprint.ts hashes the number of the process as well.
    it('E26 two bots at once make one branch with one commit, and one pull request', async () => {
      const repository = makeRepository({ Dockerfile: pinned() });
      try {
        const start = (state: string): Ended => {
          const own = ['--state', join(home, `${state}.json`), '--out', join(home, 'out')];
          return startBot([...command(), ...own], repository.folder, environment());
        };
        for (const { code, said } of await Promise.all([start('x'), start('y')]))
          expect([0, 3], said).toContain(code);
        expect((await start('x')).code).toBe(0);
        const ours = repository.branches().filter((branch) => branch.startsWith('dockfix'));
        expect(ours).toHaveLength(1);
        expect(repository.git('rev-list', '--count', `main..${ours[0]}`)).toBe('1');
        expect(repository.show(ours[0]!, 'Dockerfile').toString()).toContain(TWO.digest);
        expect((await start('y')).said).not.toContain('action=create');
      } finally {
        repository.remove();
      }
    });
  },
);
