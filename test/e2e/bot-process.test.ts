/**
 * The bot as a process of its own, which is killed (SIGKILL) at every write of every forge, before and after it is
 * carried out; and over git's own smart HTTP, where somebody else pushes at the same moment.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DOCKFIX, ensureBuilt } from '../cli/built.ts';
import { createAuthority, hasOpenssl } from '../support/certificates.ts';
import type { Authority } from '../support/certificates.ts';
import { hasDistribution, startDistribution } from '../support/distribution.ts';
import type { Distribution } from '../support/distribution.ts';
import { startFakeForge } from '../support/fake-forge/fake-forge.ts';
import type { FakeForge, Repo } from '../support/fake-forge/fake-forge.ts';
import { hasGit } from '../support/git.ts';
import { startGitServer } from '../support/git-server.ts';
import type { GitServer } from '../support/git-server.ts';
import { makeMultiPlatform } from '../support/images.ts';
import { runDockfix } from '../support/run.ts';
import type { RunResult } from '../support/run.ts';

const SETTINGS =
  'bot: { minAge: 0s, limits: { perHour: 100 }, labels: [docker], createLabels: true, reviewers: [ada], schedule: null, writePause: 0s }\n';
const MOMENTS = ['before', 'after'] as const;
type Moment = (typeof MOMENTS)[number];

const CREDENTIALS = { github: 'GITHUB_TOKEN', gitlab: 'GITLAB_TOKEN', gitea: 'GITEA_TOKEN' } as const;

let distribution: Distribution;
let home: string;
let count = 0;

/** An image whose tag moves; the digest that it has now. */
async function move(name: string, salt: string): Promise<string> {
  const artifact = makeMultiPlatform(salt);
  await distribution.push(name, '1', artifact);
  return artifact.digest;
}

/** A folder for one scenario, with the configuration of the operator. */
function prepare(): string {
  const folder = mkdtempSync(join(home, 'run-'));
  const { host } = distribution;
  const registry = `allowPrivate: ['${host}']\nregistries: { '${host}': { insecure: true } }\n`;
  writeFileSync(join(folder, 'operator.yaml'), SETTINGS + registry);
  return folder;
}

function argsOf(folder: string, kind: string, repository: string): string[] {
  const files = ['--config', join(folder, 'operator.yaml'), '--repo', repository];
  const places = ['--cache-dir', join(folder, 'cache'), '--state', join(folder, 'state.json')];
  return ['bot', '--forge', kind, ...files, ...places, '--no-cache', '--no-packages'];
}

interface Bot {
  /** To its end, in this process. */
  run(): Promise<RunResult>;
  /** As a process of its own; `kill` ends it and waits for that. */
  start(): { readonly ended: Promise<unknown>; kill(): Promise<void> };
}

function botOf(folder: string, kind: string, repository: string, more: Record<string, string>): Bot {
  const env = { HOME: folder, PATH: process.env['PATH'] ?? '', XDG_CONFIG_HOME: '/nonexistent', ...more };
  const args = argsOf(folder, kind, repository);
  return {
    run: () => runDockfix(args, folder, env),
    start() {
      const child: ChildProcess = spawn(process.execPath, [DOCKFIX, ...args], {
        cwd: folder,
        env,
        stdio: 'ignore',
        // Git is killed with it, as when the machine goes down.
        detached: true,
      });
      const ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve(signal ?? code)));
      return {
        ended,
        async kill() {
          if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
          await ended;
        },
      };
    },
  };
}

beforeAll(async () => {
  if (!hasDistribution) return;
  ensureBuilt();
  home = realpathSync(mkdtempSync(join(tmpdir(), 'dockfix-process-')));
  distribution = await startDistribution();
}, 180_000);
afterAll(() => {
  if (!hasDistribution) return;
  distribution.stop();
  rmSync(home, { recursive: true, force: true });
});

describe.skipIf(!hasDistribution || !hasGit).each(['github', 'gitlab', 'gitea'] as const)(
  'a bot on %s that is killed (needs docker-registry and git)',
  { timeout: 300_000 },
  (kind) => {
    let fake: FakeForge;
    let token: string;

    beforeEach(async () => {
      fake = await startFakeForge();
      fake.world.closesWithBranch = kind !== 'gitlab';
      token = fake.addToken(fake.addAccount('dockfix[bot]', 'Bot'), kind === 'github' ? 'app' : 'pat');
      fake.addAccount('ada');
    });
    afterEach(() => fake.close());

    interface Scenario {
      readonly bot: Bot;
      readonly repo: Repo;
      readonly image: string;
    }

    async function open(): Promise<Scenario> {
      const image = `acme/${kind}-killed${++count}`;
      const first = await move(image, 'one');
      const path = `acme/shop${count}`;
      const files = { Dockerfile: `FROM ${distribution.host}/${image}:1@${first}\n` };
      const repo = fake.addRepo(path, { files });
      repo.collaborators.push(fake.addAccount('ada'));
      const env = { DOCKFIX_FORGE_URL: fake.url, [CREDENTIALS[kind]]: token, NO_COLOR: '1' };
      return { bot: botOf(prepare(), kind, path, env), repo, image };
    }

    /** False when there was no such write. */
    async function killAt(bot: Bot, nth: number, at: Moment): Promise<boolean> {
      const run = bot.start();
      const start = fake.log.length;
      let isKilled = false;
      const end = async (): Promise<void> => {
        isKilled = true;
        await run.kill();
      };
      fake.inject({ at, nth, writesOnly: true, fault: { kind: 'end', end } });
      await run.ended;
      fake.clearFaults();
      // A run that could not begin would say nothing here.
      expect(fake.log.length).toBeGreaterThan(start);
      return isKilled;
    }

    function expectOnePull(repo: Repo, digest: string, where: string): void {
      const pulls = repo.issues.filter(({ pull }) => pull !== null);
      expect(pulls, where).toMatchObject([
        { state: 'open', labels: ['docker'], pull: { reviewers: [{ login: 'ada' }] } },
      ]);
      const branches = [...repo.git.branches().keys()].filter((name) => name.startsWith('dockfix'));
      expect(branches, where).toEqual([pulls[0]!.pull!.branch]);
      const commits = repo.git.between('main', repo.git.branch(branches[0]!)!);
      expect(commits, where).toHaveLength(1);
      const row = repo.git.listTree(commits[0]!, true)!.find(({ path }) => path === 'Dockerfile')!;
      expect(repo.git.readBlob(row.sha).toString(), where).toContain(digest);
      expect(pulls[0]!.body, where).toContain(digest);
      expect(repo.issues.length - pulls.length, where).toBeLessThanOrEqual(1);
    }

    // Mutation: `start` in reconcile.ts answers `branch-taken` for every branch that is there.
    it('E25: opens one pull request with all that belongs to it in the end, wherever it was killed', async () => {
      let points = 0;
      for (let nth = 1, isThere = true; isThere; nth++) {
        for (const at of MOMENTS) {
          const { bot, repo, image } = await open();
          const digest = await move(image, 'two');
          isThere = await killAt(bot, nth, at);
          if (!isThere) break;
          points++;
          const resumed = await bot.run();
          expect(resumed.exit, resumed.stderr).toBe(0);
          expectOnePull(repo, digest, `killed ${at} write ${nth}`);
          const start = fake.log.length;
          await bot.run();
          expect(fake.writesSince(start), `after being killed ${at} write ${nth}`).toEqual([]);
        }
      }
      // Branch, pull request, label, reviewer: more or less of them by forge.
      expect(points).toBeGreaterThanOrEqual(8);
    });

    // Mutation: `isOurs` of a commit is false (summary() in github/commits.ts).
    it('E25, E21: brings it to the next digest in the end, wherever it was killed', async () => {
      let points = 0;
      for (let nth = 1, isThere = true; isThere; nth++) {
        for (const at of MOMENTS) {
          const { bot, repo, image } = await open();
          await move(image, 'two');
          await bot.run();
          const digest = await move(image, 'three');
          isThere = await killAt(bot, nth, at);
          if (!isThere) break;
          points++;
          await bot.run();
          expectOnePull(repo, digest, `killed ${at} write ${nth}`);
        }
      }
      expect(points).toBeGreaterThanOrEqual(4);
    });

    // Mutation: tidyUp() in finish.ts does nothing, so that a branch stays whose pull request was closed.
    it('E25, BOT-5: closes it in the end, wherever it was killed, and takes that for nobody else', async () => {
      let points = 0;
      for (let nth = 1, isThere = true; isThere; nth++) {
        for (const at of MOMENTS) {
          const { bot, repo, image } = await open();
          const digest = await move(image, 'two');
          await bot.run();
          const Dockerfile = `FROM ${distribution.host}/${image}:1@${digest}\n`;
          fake.push(repo, 'main', { files: { Dockerfile } });
          isThere = await killAt(bot, nth, at);
          if (!isThere) break;
          points++;
          const where = `killed ${at} write ${nth}`;
          await bot.run();
          const pulls = repo.issues.filter(({ pull }) => pull !== null);
          expect(
            pulls.map(({ state }) => state),
            where,
          ).toEqual(['closed']);
          expect([...repo.git.branches().keys()], where).toEqual(['main']);
          await move(image, 'three');
          await bot.run();
          const states = repo.issues.filter(({ pull }) => pull !== null).map(({ state }) => state);
          expect(states, where).toEqual(['closed', 'open']);
        }
      }
      expect(points).toBeGreaterThanOrEqual(4);
    });

    // Mutation: `isOurs` of a commit is true (summary() in github/commits.ts).
    it('E22, E25: keeps what a person commits to the branch after it was killed', async () => {
      const { bot, repo, image } = await open();
      await move(image, 'two');
      await bot.run();
      const { branch } = repo.issues.find(({ pull }) => pull)!.pull!;
      await move(image, 'three');
      expect(await killAt(bot, 1, 'after')).toBe(true);
      const theirs = fake.push(repo, branch, { files: { 'NOTES.md': 'mine' } });
      await bot.run();
      expect(repo.git.branch(branch)).toBe(theirs);
    });
  },
);

describe.skipIf(!hasDistribution || !hasGit || !hasOpenssl)(
  'a bot that pushes by git alone (needs docker-registry, git and openssl)',
  { timeout: 120_000 },
  () => {
    let fake: FakeForge;
    let authority: Authority;
    let server: GitServer;
    let repo: Repo;
    let bot: Bot;
    let folder: string;
    let image: string;

    beforeAll(() => {
      authority = createAuthority();
    });
    afterAll(() => authority.remove());
    beforeEach(async () => {
      // For its repositories only: what is talked to is git's own server.
      fake = await startFakeForge();
      image = `acme/pushed${++count}`;
      const first = await move(image, 'one');
      const files = { Dockerfile: `FROM ${distribution.host}/${image}:1@${first}\n` };
      repo = fake.addRepo('acme/shop', { files });
      server = await startGitServer(repo.git.folder, authority);
      folder = prepare();
      bot = botOf(folder, 'git', server.url, { GIT_SSL_CAINFO: authority.caPath });
    });
    afterEach(async () => {
      await server.close();
      await fake.close();
    });

    const ours = (): string[] => [...repo.git.branches().keys()].filter((name) => name.startsWith('dockfix'));
    const dockerfile = (branch: string): string => {
      const row = repo.git
        .listTree(repo.git.branch(branch)!, true)!
        .find(({ path }) => path === 'Dockerfile');
      return repo.git.readBlob(row!.sha).toString();
    };
    /** The texts that stand for pull requests. */
    const pulls = (): unknown => {
      const [name] = readdirSync(join(folder, 'cache', 'git'));
      const path = join(folder, 'cache', 'git', name!, 'dockfix', 'pulls.json');
      return (JSON.parse(readFileSync(path, 'utf8')) as { pulls: unknown }).pulls;
    };
    const expectOne = (digest: string): void => {
      expect(ours()).toHaveLength(1);
      expect(dockerfile(ours()[0]!)).toContain(digest);
      expect(repo.git.between('main', repo.git.branch(ours()[0]!)!)).toHaveLength(1);
      expect(pulls()).toMatchObject([{ state: 'open' }]);
    };

    it('E21, E28: pushes one branch over smart HTTP, brings it up to date, and pushes nothing without a change', async () => {
      const second = await move(image, 'two');
      expect(await bot.start().ended).toBe(0);
      expectOne(second);
      expect(server.pushes).toBe(1);
      expect(await bot.start().ended).toBe(0);
      expect(server.pushes).toBe(1);
      const third = await move(image, 'three');
      expect(await bot.start().ended).toBe(0);
      expectOne(third);
      expect(server.pushes).toBe(2);
    });

    // Mutations: `lease` is taken away in git-branches.ts and the refspec is forced; the server's own words for a branch
    // that has moved are not known there.
    it.each([
      ['its last look', false],
      ['the push itself', true],
    ])(
      'E22, SEC-11: the lease is stale when somebody pushes right before %s, and their commit stays',
      async (_, isPack) => {
        await move(image, 'two');
        expect(await bot.start().ended).toBe(0);
        await move(image, 'three');
        let theirs = '';
        server.watch((moment, pack) => {
          if (theirs !== '' || moment !== 'before' || pack !== isPack) return;
          theirs = fake.push(repo, ours()[0]!, { files: { 'NOTES.md': 'mine' } });
        });
        const raced = await bot.run();
        expect(theirs).not.toBe('');
        expect(raced.exit).toBe(0);
        expect(raced.stderr).toContain('somebody else has moved the branch');
        expect(repo.git.branch(ours()[0]!)).toBe(theirs);
        expect(await bot.start().ended).toBe(0);
        expect(repo.git.branch(ours()[0]!)).toBe(theirs);
      },
    );

    // Mutation: a branch of ours that is there already is not taken up.
    it.each(MOMENTS)('E25: has one branch and one text in the end, killed %s the push', async (at) => {
      for (const salt of ['two', 'three']) {
        const digest = await move(image, salt);
        const run = bot.start();
        let isKilled = false;
        server.watch(async (moment, isPack) => {
          if (isKilled || moment !== at || !isPack) return;
          isKilled = true;
          await run.kill();
        });
        await run.ended;
        expect(isKilled).toBe(true);
        const resumed = await bot.run();
        expect(resumed.exit, resumed.stderr).toBe(0);
        expectOne(digest);
      }
    });
  },
);
