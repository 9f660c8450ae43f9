/**
 * The bot is killed at every write, before and after it: the next run finishes what was begun, nothing is there twice,
 * and nothing that people did is lost.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestBot, DAY } from '../support/bot.ts';
import type { TestBot } from '../support/bot.ts';
import { hasDistribution, startDistribution } from '../support/distribution.ts';
import type { Distribution } from '../support/distribution.ts';
import type { Forge } from '../../src/forge/forge.ts';
import { hasGit, makeRepository } from '../support/git.ts';
import type { TestRepository } from '../support/git.ts';
import { makeMultiPlatform } from '../support/images.ts';

type Moment = 'before' | 'after';

const WRITES = [
  'commitFiles',
  'deleteBranch',
  'createPullRequest',
  'updatePullRequest',
  'closePullRequest',
  'ensureIssue',
] as const;

/** A forge at whose write number `at` the process is gone: nothing after it ever happens. */
function killedAt(forge: Forge, at: number, moment: Moment, killed: () => void): Forge {
  let count = 0;
  const deadly = (name: (typeof WRITES)[number]): unknown => {
    // Each is called with the arguments of the one that it stands for.
    const send = forge[name] as (...args: readonly unknown[]) => Promise<unknown>;
    return async (...args: readonly unknown[]): Promise<unknown> => {
      if (count++ !== at) return send(...args);
      if (moment === 'after') await send(...args);
      killed();
      return new Promise(() => {});
    };
  };
  return { ...forge, ...Object.fromEntries(WRITES.map((name) => [name, deadly(name)])) };
}

describe.skipIf(!hasDistribution || !hasGit)(
  'a bot that is killed (needs docker-registry and git)',
  { timeout: 30_000 },
  () => {
    let distribution: Distribution;
    let repository: TestRepository;
    let bot: TestBot;
    let name: string;
    let count = 0;
    const digests: string[] = [];

    beforeAll(async () => {
      distribution = await startDistribution();
    });
    afterAll(() => distribution.stop());
    beforeEach(async () => {
      name = `acme/fault${++count}`;
      repository = makeRepository({ 'README.md': 'x' });
      bot = createTestBot(repository);
      digests.length = 0;
      await push('one');
      repository.write('Dockerfile', `FROM ${distribution.host}/${name}:1@${digests[0]}\n`);
      repository.commit('Pin');
      await push('two');
    });
    afterEach(() => repository.remove());

    async function push(salt: string): Promise<void> {
      const artifact = makeMultiPlatform(salt);
      await distribution.push(name, '1', artifact);
      digests.push(artifact.digest);
    }
    const ours = (): string[] => repository.branches().filter((branch) => branch.startsWith('dockfix'));
    const pulls = (): { state: string; closedBy: string | null }[] =>
      (
        JSON.parse(readFileSync(join(repository.folder, '.git/dockfix/pulls.json'), 'utf8')) as {
          pulls: never[];
        }
      ).pulls;

    /** True when there was such a write; the run is abandoned at it. */
    async function runUntil(at: number, moment: Moment): Promise<boolean> {
      let stop = (): void => {};
      const killed = new Promise<true>((resolve) => (stop = () => resolve(true)));
      const run = bot.run({ wrapForge: (forge) => killedAt(forge, at, moment, stop) });
      return Promise.race([killed, run.then(() => false)]);
    }

    /** What has to be there in the end, however it came to it. */
    async function expectOnePull(digest: string): Promise<void> {
      bot.nowMs += 60_000;
      await bot.run();
      expect(ours()).toHaveLength(1);
      expect(pulls()).toMatchObject([{ state: 'open' }]);
      expect(repository.git('rev-list', '--count', `main..${ours()[0]}`)).toBe('1');
      expect(repository.show(ours()[0]!, 'Dockerfile').toString()).toContain(digest);
      bot.nowMs += 60_000;
      expect((await bot.run()).writes).toEqual([]);
    }

    // Mutation: `start` in reconcile.ts answers `branch-taken` for every branch that is there.
    it.each([0, 1, 2].flatMap((at) => (['before', 'after'] as const).map((moment) => [at, moment] as const)))(
      'E25 opens one pull request in the end, killed at write %i, %s it',
      async (at, moment) => {
        expect(await runUntil(at, moment)).toBe(true);
        await expectOnePull(digests[1]!);
      },
    );

    // Mutation: staleness() in reconcile.ts never answers `moved`.
    it.each([0, 1].flatMap((at) => (['before', 'after'] as const).map((moment) => [at, moment] as const)))(
      'E25 brings it to the next digest in the end, killed at write %i, %s it',
      async (at, moment) => {
        await bot.run();
        await push('three');
        expect(await runUntil(at, moment)).toBe(true);
        await expectOnePull(digests[2]!);
      },
    );

    // Mutation: that of the test above.
    it('E25 opens one pull request although the base moves on between being killed and the next run', async () => {
      expect(await runUntil(0, 'after')).toBe(true);
      repository.write('other.txt', 'x');
      repository.commit('Unrelated');
      await expectOnePull(digests[1]!);
    });

    // Mutation: `isOurs` in git-plumbing.ts is always true.
    it('E25 never takes away what a person has committed to the branch after it was killed', async () => {
      expect(await runUntil(0, 'after')).toBe(true);
      const theirs = repository.commitOn(ours()[0]!, 'mine.txt', 'mine');
      await bot.run();
      expect(repository.git('rev-parse', ours()[0]!)).toBe(theirs);
    });

    // Mutation: the number is not kept in `closed` before it is closed, and local-pulls.ts does not keep who closed it.
    it.each([0, 1, 2].flatMap((at) => (['before', 'after'] as const).map((moment) => [at, moment] as const)))(
      'E25 closes it and takes the branch away in the end, killed at write %i, %s it, and takes that for nobody else',
      async (at, moment) => {
        await bot.run();
        repository.write('Dockerfile', `FROM ${distribution.host}/${name}:1@${digests[1]}\n`);
        repository.commit('By hand');
        expect(await runUntil(at, moment)).toBe(true);
        bot.nowMs += 60_000;
        await bot.run();
        expect(ours()).toEqual([]);
        expect(pulls()).toMatchObject([{ state: 'closed', closedBy: 'us' }]);
        expect((await bot.run()).writes).toEqual([]);
        await push('three');
        await bot.run();
        expect(pulls().map(({ state }) => state)).toEqual(['closed', 'open']);
      },
    );

    // Mutation: branchHash() in fingerprint.ts hashes something that is new each time.
    it('E26 two bots at once make one pull request', async () => {
      const states = ['a.json', 'b.json'].map((file) => join(repository.folder, '.git', file));
      await Promise.all(states.map((state) => bot.run({ state })));
      expect(ours()).toHaveLength(1);
      expect(pulls()).toMatchObject([{ state: 'open' }]);
      await expectOnePull(digests[1]!);
    });

    // Mutation: staleness() in reconcile.ts never answers `moved`.
    it('E26 of two bots that see different digests, the branch has one of them, and the next run the right one', async () => {
      await bot.run();
      await push('three');
      const states = ['a.json', 'b.json'].map((file) => join(repository.folder, '.git', file));
      bot.nowMs += DAY;
      const [, other] = [bot.run({ state: states[0]! }), bot.run({ state: states[1]! })];
      await other;
      await expectOnePull(digests[2]!);
    });
  },
);
