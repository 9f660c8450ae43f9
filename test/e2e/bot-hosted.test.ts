/** `dockfix bot` against GitHub, GitLab and Gitea, from the command line on: tags that really move, branches in real git. */
import { mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hasDistribution, startDistribution } from '../support/distribution.ts';
import type { Distribution } from '../support/distribution.ts';
import { startFakeForge } from '../support/fake-forge/fake-forge.ts';
import type { FakeForge, Repo } from '../support/fake-forge/fake-forge.ts';
import { addComment, closeIssue } from '../support/fake-forge/world.ts';
import { hasGit } from '../support/git.ts';
import { makeMultiPlatform } from '../support/images.ts';
import { runDockfix } from '../support/run.ts';
import type { RunResult } from '../support/run.ts';

const SETTINGS =
  'bot: { minAge: 0s, limits: { perHour: 100 }, labels: [docker], createLabels: true, reviewers: [ada], schedule: null, writePause: 0s }\n';

const CREDENTIALS = {
  github: 'GITHUB_TOKEN',
  gitlab: 'GITLAB_TOKEN',
  gitea: 'GITEA_TOKEN',
} as const;

describe.skipIf(!hasDistribution || !hasGit).each(['github', 'gitlab', 'gitea'] as const)(
  'the bot on %s (needs docker-registry and git)',
  { timeout: 60_000 },
  (kind) => {
    let distribution: Distribution;
    let fake: FakeForge;
    let repo: Repo;
    let home: string;
    let token: string;
    let image: string;
    let count = 0;
    let seen = '';

    beforeAll(async () => {
      distribution = await startDistribution();
    });
    afterAll(() => distribution.stop());
    beforeEach(async () => {
      home = realpathSync(mkdtempSync(join(tmpdir(), 'dockfix-hosted-')));
      fake = await startFakeForge();
      fake.world.closesWithBranch = kind !== 'gitlab';
      token = fake.addToken(fake.addAccount('dockfix[bot]', 'Bot'), kind === 'github' ? 'app' : 'pat');
      const name = `acme/${kind}${++count}`;
      image = `${distribution.host}/${name}:1`;
      const first = makeMultiPlatform('one');
      await distribution.push(name, '1', first);
      repo = fake.addRepo('acme/shop', {
        files: {
          Dockerfile: `\uFEFFFROM ${image}@${first.digest}\r\nRUN true`,
          'odd/Dockerfile': '../../outside',
          'README.md': 'x',
        },
        modes: { Dockerfile: '100755', 'odd/Dockerfile': '120000' },
      });
      repo.collaborators.push(fake.addAccount('ada'));
      seen = '';
    });
    afterEach(async () => {
      await fake.close();
      rmSync(home, { recursive: true, force: true });
    });

    const move = async (salt: string): Promise<string> => {
      const next = makeMultiPlatform(salt);
      await distribution.push(`acme/${kind}${count}`, '1', next);
      return next.digest;
    };

    async function run(...flags: readonly string[]): Promise<RunResult> {
      // Names in other people's files lead into no private network, unless the operator says so.
      writeFileSync(
        join(home, 'operator.yaml'),
        `${SETTINGS}allowPrivate: ['${distribution.host}']\nregistries: { '${distribution.host}': { insecure: true } }\n`,
      );
      writeFileSync(join(home, 'repos.txt'), 'acme/shop\n');
      const files = ['--config', join(home, 'operator.yaml'), '--repos', join(home, 'repos.txt')];
      const places = [
        '--cache-dir',
        join(home, 'cache'),
        '--state',
        join(home, 'state.json'),
        '--no-packages',
      ];
      const result = await runDockfix(
        ['bot', '--forge', kind, ...files, ...places, '--debug', ...flags],
        home,
        {
          HOME: home,
          PATH: process.env['PATH'] ?? '',
          DOCKFIX_FORGE_URL: fake.url,
          [CREDENTIALS[kind]]: token,
        },
      );
      seen += result.stdout + result.stderr;
      return result;
    }

    const pulls = () => repo.issues.filter(({ pull }) => pull !== null);

    it('E21, E28, E29, E30, E32: opens one pull request, updates it, writes nothing without a change, and keeps its secret', async () => {
      const second = await move('two');
      const first = await run();
      expect(first.exit, first.stderr).toBe(0);
      expect(pulls()).toHaveLength(1);
      const [pull] = pulls();
      expect(pull).toMatchObject({
        state: 'open',
        labels: ['docker'],
        pull: { reviewers: [{ login: 'ada' }] },
      });
      const row = repo.git.listTree(pull!.pull!.head, true)!.find(({ path }) => path === 'Dockerfile')!;
      expect(row.mode).toBe('100755');
      expect(repo.git.readBlob(row.sha).toString()).toBe(`\uFEFFFROM ${image}@${second}\r\nRUN true`);
      expect(repo.git.diff('main', pull!.pull!.head).map(({ path }) => path)).toEqual(['Dockerfile']);

      const start = fake.log.length;
      expect((await run()).exit).toBe(0);
      expect(fake.writesSince(start)).toEqual([]);

      const third = await move('three');
      expect((await run('--no-cache')).exit).toBe(0);
      expect(pulls()).toHaveLength(1);
      const now = repo.git.listTree(pull!.pull!.head, true)!.find(({ path }) => path === 'Dockerfile')!;
      expect(repo.git.readBlob(now.sha).toString()).toContain(third);
      expect(repo.git.between('main', pull!.pull!.head)).toHaveLength(1);

      const texts = repo.issues.flatMap(({ title, body, comments }) => [
        title,
        body,
        ...comments.map((each) => each.body),
      ]);
      const kept = readdirSync(home, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'));
      for (const secret of [token, Buffer.from(token).toString('base64').slice(2, 30)]) {
        expect([seen, ...texts, ...kept].some((text) => text.includes(secret))).toBe(false);
      }
    });

    // Mutation: `refusal` in reconcile.ts always answers null.
    it('E23: does not open again what a person has closed', async () => {
      await move('two');
      await run();
      closeIssue(fake.world, pulls()[0]!, fake.addAccount('ada'));
      await run();
      expect(pulls()).toHaveLength(1);
      expect(pulls()[0]!.state).toBe('closed');
    });

    // Mutations: `isLatest` in reconcile.ts becomes false; `isPersons` in settled.ts answers false (GitLab, Gitea).
    it('BOT-4: comes back when somebody who may push asks for it by a comment, and for nobody else', async () => {
      await move('two');
      await run();
      const [pull] = pulls();
      closeIssue(fake.world, pull!, fake.addAccount('ada'));
      await run();
      addComment(fake.world, pull!, fake.addAccount('mallory'), '/dockfix recreate');
      expect((await run()).exit).toBe(0);
      expect(pulls()).toHaveLength(1);
      addComment(fake.world, pull!, fake.addAccount('ada'), '/dockfix recreate');
      expect((await run()).exit).toBe(0);
      expect(pulls()).toHaveLength(2);
      expect(pulls()[1]!.state).toBe('open');
      // Closed again: what was said of the first one is said and done.
      closeIssue(fake.world, pulls()[1]!, fake.addAccount('ada'));
      await run();
      expect(pulls()).toHaveLength(2);
    });

    // Mutation: `leave-edited` is taken out of keepUp() in reconcile.ts.
    it('E22: leaves a branch alone that a person has pushed to', async () => {
      await move('two');
      await run();
      const branch = pulls()[0]!.pull!.branch;
      const theirs = fake.push(repo, branch, { files: { 'NOTES.md': 'mine' } });
      await move('three');
      await run('--no-cache');
      expect(repo.git.branch(branch)).toBe(theirs);
    });

    // Gitea has no merge queue. Mutation: `isQueued` is not looked at in reconcile.ts.
    const onQueues = kind === 'gitea' ? () => undefined : it;
    onQueues('pushes nothing to a branch that waits in the merge queue', async () => {
      await move('two');
      await run();
      const { pull } = pulls()[0]!;
      pull!.isQueued = true;
      pull!.autoMerge = { by: fake.addAccount('ada'), method: 'merge', at: '2026-01-01T00:00:00Z' };
      const before = repo.git.branch(pull!.branch);
      const start = fake.log.length;
      await move('three');
      expect((await run('--no-cache')).exit).toBe(0);
      expect(repo.git.branch(pull!.branch)).toBe(before);
      const onBranch = fake.writesSince(start).filter(({ path }) => !/\/issues\b/.test(path));
      expect(onBranch).toEqual([]);
    });

    // Mutation: `hasIssues` is not looked at in show-dashboard.ts.
    it('BOT-12: writes no dashboard where issues are switched off, and opens its pull request', async () => {
      repo.hasIssues = false;
      await move('two');
      const result = await run();
      expect(result.exit, result.stderr).toBe(0);
      expect(pulls()).toHaveLength(1);
      const issues = /\/issues$/;
      expect(fake.log.filter(({ path, method }) => method === 'POST' && issues.test(path))).toEqual([]);
    });

    // Mutation: `skip` is not looked at in repository.ts.
    it('skips a repository that is archived, and says why', async () => {
      repo.isArchived = true;
      await move('two');
      const result = await run();
      expect(result.exit).toBe(0);
      expect(result.stderr).toMatch(/repo=acme\/shop key="" action=skip reason=archived/);
      expect(fake.writesSince(0)).toEqual([]);
    });

    // Red when the forge of a dry run is not wrapped by withoutWrites.
    it('BOT-14: a dry run prints what it would write and writes nothing', async () => {
      await move('two');
      const result = await run('--dry-run');
      expect(result.exit).toBe(0);
      expect(result.stdout).toContain('dockfix/');
      expect(fake.writesSince(0)).toEqual([]);
      expect(pulls()).toEqual([]);
    });
  },
);

describe('the bot on a hosted forge', () => {
  it.each([
    [['--forge', 'github'], { NOTHING: '' }, /GITHUB_TOKEN/],
    [['--forge', 'gitea'], { GITEA_TOKEN: 'canary-token' }, /DOCKFIX_FORGE_URL/],
    [
      ['--forge', 'gitlab'],
      { GITLAB_TOKEN: 'canary-token', DOCKFIX_FORGE_URL: 'http://git.example' },
      /unencrypted/,
    ],
    [
      ['--forge', 'gitlab'],
      { GITLAB_TOKEN: 'canary-token', DOCKFIX_FORGE_URL: 'https://u:canary-token@h' },
      /URL/,
    ],
    [
      ['--forge', 'github'],
      { DOCKFIX_GITHUB_APP_ID: '1', DOCKFIX_GITHUB_APP_KEY: 'canary-token' },
      /private key/,
    ],
  ] as [string[], Record<string, string>, RegExp][])(
    'says what is missing: %j',
    async (flags, env, message) => {
      const { exit, stderr } = await runDockfix(['bot', '--repo', 'acme/shop', ...flags], tmpdir(), {
        ...env,
      });
      expect(exit).toBe(2);
      expect(stderr).toMatch(message);
      expect(stderr).not.toContain('canary');
    },
  );
});
