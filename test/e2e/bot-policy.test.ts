/** What people set, tick and configure, from end to end: limits, labels, auto-merge, the dashboard, the configuration. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { withoutWrites } from '../../src/bot/writes.ts';
import type { Forge, ForgeResult, Written } from '../../src/forge/forge.ts';
import { forgeFailure } from '../../src/forge/forge.ts';
import { createTestBot, DAY, EAGER, runBot } from '../support/bot.ts';
import type { BotRun, TestBot } from '../support/bot.ts';
import { hasDistribution, startDistribution } from '../support/distribution.ts';
import type { Distribution } from '../support/distribution.ts';
import { hasGit, makeRepository } from '../support/git.ts';
import type { TestRepository } from '../support/git.ts';
import { makeImage } from '../support/images.ts';
import type { ImageOptions } from '../support/images.ts';

const ops = ({ writes }: BotRun): string[] => writes.map(({ op }) => op);
const HOUR = 3_600_000;

/** The local forge, with what only real forges have: each call is kept, and answered by `answer`. */
function rich(
  calls: (readonly unknown[])[],
  answer: ForgeResult<Written> = { ok: true, value: { wrote: true } },
) {
  const keep =
    (name: string) =>
    (...args: readonly unknown[]): Promise<ForgeResult<Written>> => {
      calls.push([name, ...args.slice(1)]);
      return Promise.resolve(answer);
    };
  return (forge: Forge): Forge => ({
    ...forge,
    features: {
      ...forge.features,
      labels: true,
      reviewers: true,
      assignees: true,
      comments: true,
      autoMerge: true,
    },
    addLabels: keep('labels'),
    requestReviewers: keep('reviewers'),
    addAssignees: keep('assignees'),
    upsertComment: keep('comment'),
    enableAutoMerge: keep('auto-merge'),
  });
}

describe.skipIf(!hasDistribution || !hasGit)(
  'policy (needs docker-registry and git)',
  { timeout: 30_000 },
  () => {
    let distribution: Distribution;
    let repository: TestRepository;
    let bot: TestBot;
    let count = 0;
    let folder: string;

    beforeAll(async () => {
      distribution = await startDistribution();
    });
    afterAll(() => distribution.stop());
    beforeEach(() => {
      folder = `acme/policy${++count}`;
      repository = makeRepository({ 'README.md': 'x' });
      bot = createTestBot(repository);
    });
    afterEach(() => repository.remove());

    const ours = (): string[] => repository.branches().filter((branch) => branch.startsWith('dockfix'));
    const dashboard = (): string =>
      readFileSync(join(repository.folder, '.git/dockfix/dockfix-dashboard.md'), 'utf8');

    /** So many images whose tags have moved, in one file. */
    async function movedTags(number: number, second: ImageOptions = {}): Promise<void> {
      const lines: string[] = [];
      for (let at = 0; at < number; at++) {
        const first = makeImage({ salt: `one ${at}` });
        await distribution.push(`${folder}/${at}`, '1', first);
        lines.push(`FROM ${distribution.host}/${folder}/${at}:1@${first.digest}`);
        await distribution.push(`${folder}/${at}`, '1', makeImage({ salt: `two ${at}`, ...second }));
      }
      repository.write('Dockerfile', `${lines.join('\n')}\n`);
      repository.commit('Pin');
    }

    // Mutations: `limited` in apply.ts gives its action back; `createdThisRun++` and `createdAtMs` are taken away.
    it('BOT-6 opens as many as the limits allow: in a run, in an hour, and in all, counting what is open', async () => {
      await movedTags(5);
      const settings = { ...EAGER, maxNewPerRun: 2, maxNewPerHour: 3, maxOpenPulls: 4 };
      const opened = async (): Promise<number> =>
        ops(await bot.run({ settings })).filter((op) => op === 'create-pull-request').length;
      expect(await opened()).toBe(2);
      expect(dashboard()).toContain('one run opens at most 2');
      expect(await opened()).toBe(1);
      expect(await opened()).toBe(0);
      bot.nowMs += HOUR;
      expect(await opened()).toBe(1);
      bot.nowMs += HOUR;
      expect(await opened()).toBe(0);
      expect(dashboard()).toContain('4 pull requests are open, and the limit is 4');
      expect(ours()).toHaveLength(4);
    });

    // Mutation: `forgotten` in apply.ts becomes empty.
    it('BOT-6 counts what it opened in this hour also when its state is lost', async () => {
      await movedTags(4);
      const settings = { ...EAGER, maxNewPerHour: 2 };
      const opened = async (state: string): Promise<number> =>
        ops(await bot.run({ settings, state: join(repository.folder, '.git', state) })).filter(
          (op) => op === 'create-pull-request',
        ).length;
      expect(await opened('first.json')).toBe(2);
      expect(await opened('second.json')).toBe(0);
      bot.nowMs += HOUR;
      expect(await opened('third.json')).toBe(2);
    });

    // Mutation: `time.isOpen` in situation.ts becomes `true`.
    it('BOT-7 opens nothing outside the schedule, says when, and comes back by itself', async () => {
      await movedTags(1);
      const settings = {
        ...EAGER,
        schedule: { cron: '0 3 * * 1', timezone: 'Europe/Berlin', openForMs: HOUR },
      };
      // The first of June 2026 is a Monday; it is two in the morning in Berlin.
      expect(ops(await bot.run({ settings }))).toEqual(['issue']);
      expect(dashboard()).toContain('2026-06-01 01:00 UTC');
      expect(await bot.run({ settings })).toMatchObject({ summary: { unchanged: 1 } });
      bot.nowMs = Date.UTC(2026, 5, 1, 1, 30);
      expect(ops(await bot.run({ settings }))).toContain('create-pull-request');
    });

    // Mutation: `known.isDecorated` in apply.ts becomes `false`.
    it('BOT-10 adds labels and asks people once, and does not put back what a person takes away', async () => {
      await movedTags(1);
      const calls: (readonly unknown[])[] = [];
      const settings = { ...EAGER, labels: ['docker'], reviewers: ['ada', 'team:base'], assignees: ['bob'] };
      await bot.run({ settings, wrapForge: rich(calls) });
      expect(calls).toEqual([
        ['labels', 1, ['docker'], false],
        ['reviewers', 1, ['ada', 'team:base']],
        ['assignees', 1, ['bob']],
      ]);
      await distribution.push(`${folder}/0`, '1', makeImage({ salt: 'three' }));
      await bot.run({ settings, wrapForge: rich(calls) });
      expect(calls).toHaveLength(3);
    });

    // Mutation: `attempt` in apply.ts gives a failure on.
    it('BOT-10 is not stopped by labels or people that the forge refuses', async () => {
      await movedTags(1);
      const calls: (readonly unknown[])[] = [];
      const settings = { ...EAGER, labels: ['docker'], reviewers: ['nobody'] };
      const run = await bot.run({ settings, wrapForge: rich(calls, forgeFailure('denied', 'may not')) });
      expect(run.summary).toMatchObject({ done: 1, failed: 0 });
      expect(run.log).toContainEqual(
        expect.objectContaining({ action: 'label', reason: 'left out: may not' }),
      );
      expect(ours()).toHaveLength(1);
    });

    // Mutation: `mayMerge` in apply.ts answers true.
    it('BOT-11 lets the forge merge only what changes nothing but bytes, and only when it is asked to', async () => {
      const cases: readonly (readonly [ImageOptions, boolean, boolean])[] = [
        [{}, true, true],
        [{}, false, false],
        [{ config: { User: 'root2' } }, true, false],
        [{ config: { Entrypoint: ['/evil'] } }, true, false],
        [{ config: { Env: ['LD_PRELOAD=/evil.so'] } }, true, false],
        [{ config: { OnBuild: ['RUN evil'] } }, true, false],
        [{ config: { Labels: { 'org.opencontainers.image.revision': 'f'.repeat(40) } } }, true, true],
      ];
      for (const [second, automerge, expected] of cases) {
        const own = makeRepository({ 'README.md': 'x' });
        try {
          folder = `acme/merge${++count}`;
          repository = own;
          await movedTags(1, second);
          const calls: (readonly unknown[])[] = [];
          await createTestBot(own).run({ settings: { ...EAGER, automerge }, wrapForge: rich(calls) });
          expect(calls.length === 1, JSON.stringify(second)).toBe(expected);
          if (expected)
            expect(calls[0]).toEqual(['auto-merge', 1, own.git('rev-parse', ours()[0]!), 'squash']);
        } finally {
          own.remove();
        }
      }
    }, 60_000);

    // Mutation: `isOurs` in git-plumbing.ts is always true.
    it('SEC-12 BOT-3 comments once on a branch that others have committed to, and touches neither it nor its texts', async () => {
      await movedTags(1);
      await bot.run();
      const theirs = repository.commitOn(ours()[0]!, 'x', 'y');
      await distribution.push(`${folder}/0`, '1', makeImage({ salt: 'three' }));
      const calls: (readonly unknown[])[] = [];
      const run = await bot.run({ wrapForge: rich(calls) });
      expect(calls).toMatchObject([['comment', 1, { marker: 'dockfix:edited' }]]);
      expect(ops(run).filter((op) => op !== 'issue')).toEqual(['comment']);
      expect(repository.git('rev-parse', ours()[0]!)).toBe(theirs);
    });

    // Mutation: `authorship === 'ours'` in obsolete() of reconcile.ts becomes `true`.
    it('SEC-12 BOT-5 says so and leaves everything there when a branch that others work on is not needed any more', async () => {
      await movedTags(1);
      await bot.run();
      repository.commitOn(ours()[0]!, 'x', 'y');
      repository.write('Dockerfile', 'FROM scratch\n');
      repository.commit('Away');
      const calls: (readonly unknown[])[] = [];
      await bot.run({ wrapForge: rich(calls) });
      expect(calls).toMatchObject([
        ['comment', 1, { marker: 'dockfix:obsolete', body: expect.stringContaining('stays open') as string }],
      ]);
      expect(ours()).toHaveLength(1);
    });

    it('makes the branch again when somebody ticks the box, and the box is empty afterwards', async () => {
      await movedTags(1);
      await bot.run();
      repository.commitOn(ours()[0]!, 'x', 'y');
      const path = join(repository.folder, '.git/dockfix', `0001-${ours()[0]!.replace('dockfix/', '')}.md`);
      repository.write(
        path.slice(repository.folder.length + 1),
        readFileSync(path, 'utf8').replace('- [ ] Rebuild', '- [x] Rebuild'),
      );
      const run = await bot.run();
      expect(run.log).toContainEqual(expect.objectContaining({ action: 'refresh', reason: 'asked for' }));
      expect(repository.git('rev-list', '--count', `main..${ours()[0]}`)).toBe('1');
      expect(readFileSync(path, 'utf8')).toContain('- [ ] Rebuild');
    });

    // Mutation: `await pulls.stamp()` is taken away from git.ts.
    it('sees a ticked box where nothing else has changed', async () => {
      await movedTags(1);
      await bot.run();
      expect((await bot.run()).summary.unchanged).toBe(1);
      const path = `.git/dockfix/0001-${ours()[0]!.replace('dockfix/', '')}.md`;
      const text = readFileSync(join(repository.folder, path), 'utf8');
      repository.write(path, text.replace('- [ ] Rebuild', '- [x] Rebuild'));
      const run = await bot.run();
      expect(run.log).toContainEqual(expect.objectContaining({ action: 'refresh', reason: 'asked for' }));
      repository.git('branch', '-D', ours()[0]!);
      await bot.run();
      expect((await bot.run()).summary.unchanged).toBe(1);
      repository.write(
        '.git/dockfix/dockfix-dashboard.md',
        dashboard().replace('- [ ] Propose', '- [x] Propose'),
      );
      expect(ops(await bot.run())).toContain('create-pull-request');
    });

    // Mutations: `isIgnored` in situation.ts answers false, then true; either `isNamed` is taken away.
    it("BOT-3 takes no commit of ignored authors for a person's work, where author and committer are named", async () => {
      await movedTags(1);
      repository.write('.dockfixrc', 'bot: { ignoredAuthors: [CI@example.com, web@example.com] }\n');
      repository.commit('Configure');
      await bot.run();
      const branch = ours()[0]!;
      const after = async (author: string, committer: string): Promise<string> => {
        const theirs = repository.commitOn(branch, 'x', 'y', { author, committer });
        await distribution.push(`${folder}/0`, '1', makeImage({ salt: `${author} ${committer}` }));
        await bot.run();
        const now = repository.git('rev-parse', branch);
        if (now === theirs) repository.git('update-ref', `refs/heads/${branch}`, `${theirs}~1`);
        return now === theirs ? 'left' : 'made again';
      };
      expect(await after('ci@example.com', 'web@example.com')).toBe('made again');
      expect(await after('ada@example.com', 'web@example.com')).toBe('left');
      expect(await after('ci@example.com', 'ada@example.com')).toBe('left');
    });

    // Mutation: `if (dashboard !== null && includesText(…)) return;` in show-dashboard.ts is taken away: it is asked again.
    it('BOT-12 lists what is open, waits, was closed and cannot be looked up; and a ticked box brings one back', async () => {
      await movedTags(2);
      repository.write('b/Dockerfile', `FROM ${distribution.host}/${folder}/missing:1\n`);
      repository.commit('More');
      await bot.run();
      expect(dashboard()).toMatch(/### Open[^]*#1[^]*#2[^]*### Could not be looked up[^]*missing:1/);
      repository.git('branch', '-D', ours()[0]!);
      await bot.run();
      const shown = dashboard();
      expect(shown).toMatch(/### Closed by people\n\n- \[ \] Propose again \(`[0-9a-f]{8}`\)/);
      const again = await bot.run();
      expect(again.writes).toEqual([]);
      repository.write('.git/dockfix/dockfix-dashboard.md', shown.replace('- [ ] Propose', '- [x] Propose'));
      expect(ops(await bot.run())).toContain('create-pull-request');
      expect(dashboard()).not.toContain('Closed by people');
    });

    // Mutation: `if (!settings.dashboard)` in show-dashboard.ts becomes `if (false)`.
    it('BOT-12 can be switched off', async () => {
      await movedTags(1);
      expect(ops(await bot.run({ settings: { ...EAGER, dashboard: false } }))).not.toContain('issue');
    });

    // Mutation: `config.value.problem !== null` in repository.ts becomes `false`.
    it.each([
      ['an unknown key', 'bot: { grup: all }'],
      ['broken YAML', 'bot: ['],
      [
        'what only an operator may set',
        'registries: { evil.example: { endpoint: "http://169.254.169.254" } }',
      ],
      ['credentials', 'bot: { token: x }'],
      ['a preset that nobody has made', 'bot: { extends: [evil] }'],
      ['a schedule that never comes', 'bot: { schedule: { cron: "0 0 30 2 *" } }'],
      ['a bomb of aliases', `bot:\n  labels: ${'&a [x]\n'}${'  x: [*a, *a, *a]\n'.repeat(200)}`],
      ['a group that is no name', 'bot: { group: [{ name: "$(id)", patterns: ["*"] }] }'],
      ['a tag of code', 'bot: !!js/function "() => 1"'],
    ])('BOT-13 SEC-13 does nothing but say so when the configuration has %s', async (_, text) => {
      await movedTags(1);
      repository.write('.dockfixrc.yaml', text);
      repository.commit('Configure');
      const run = await bot.run();
      expect(ops(run)).toEqual(['issue']);
      expect(dashboard()).toContain('not valid');
      expect(run.summary).toMatchObject({ failed: 1, defects: [] });
      expect(ours()).toEqual([]);
      expect((await bot.run()).summary.failed).toBe(1);
    });

    // Mutation: the two settings change places in mergeSettings() of repository.ts.
    it('BOT-13 follows the configuration of the repository over that of the operator', async () => {
      await movedTags(2);
      repository.write('skip/Dockerfile', `FROM ${distribution.host}/${folder}/0:1\n`);
      repository.write(
        '.dockfixrc.yaml',
        'exclude: [skip/]\nbot: { group: all, minAge: 2d, commitPrefix: "chore" }\n',
      );
      repository.commit('Configure');
      expect(ops(await bot.run())).toEqual(['issue']);
      bot.nowMs += 2 * DAY;
      const run = await bot.run();
      expect(ours()).toHaveLength(1);
      expect(run.writes.find(({ op }) => op === 'create-pull-request')).toMatchObject({
        request: { title: 'chore: update digests of 2 images' },
      });
      expect(repository.git('diff', '--name-only', 'main', ours()[0]!)).toBe('Dockerfile');
    });

    const opened = ({ writes }: BotRun): string[] =>
      writes.flatMap((write) => (write.op === 'create-pull-request' ? [write.request.title] : []));

    it.each(['.dockfix.yml', '.github/dockfix.yml'])('BOT-13 is configured by %s as well', async (name) => {
      await movedTags(1);
      repository.write(name, 'bot: { commitPrefix: "chore" }\n');
      repository.commit('Configure');
      expect(opened(await bot.run())).toEqual([expect.stringMatching(/^chore: /)]);
    });

    // Mutation: `first && second` in load.ts becomes `false`.
    it('BOT-13 does nothing but say so where two files configure it', async () => {
      await movedTags(1);
      repository.write('.dockfixrc.yaml', 'bot: { group: all }\n');
      repository.write('.github/dockfix.yml', 'bot: { enabled: false }\n');
      repository.commit('Configure twice');
      expect(ops(await bot.run())).toEqual(['issue']);
      expect(dashboard()).toContain('`.github/dockfix.yml configures dockfix as well; keep one of the two`');
      expect(ours()).toEqual([]);
    });

    // Mutation: `foldersAbove(folder)` in tree.ts becomes `['']`. What is left out is held by two guards in plan.ts.
    it('BOT-13 obeys for each Dockerfile what lies nearest to it, as the command line does', async () => {
      await movedTags(3);
      const lines = repository.show('main', 'Dockerfile').toString().split('\n');
      const folders = ['a', 'b', 'c/d'];
      for (const [at, name] of folders.entries()) repository.write(`${name}/Dockerfile`, `${lines[at]}\n`);
      repository.write('Dockerfile', 'FROM scratch\n');
      repository.write('a/.dockfixrc', 'skip: [update-image-digest]\n');
      repository.write('b/package.json', '{ "dockfix": { "exclude": ["Dockerfile"] } }');
      repository.write('c/package.json', '{ "name": "nothing to do with it" }');
      // Of no concern: nothing is below it that could be configured, and a folder's say is not about pull requests.
      repository.write('e/.dockfixrc', 'broken: [');
      repository.write('c/.dockfix.yml', 'bot: { enabled: false }\n');
      repository.commit('Configure');
      const run = await bot.run();
      expect(opened(run)).toEqual([expect.stringContaining(`${folder}/2:1 digest`)]);
      repository.write('c/d/.dockfixrc', 'skp: []\n');
      repository.commit('Break');
      expect(ops(await bot.run())).toEqual(['issue']);
      expect(dashboard()).toContain('`c/d/.dockfixrc`: `line 1: unknown key "skp", did you mean "skip"?`');
    });

    it('BOT-13 closes what the configuration does not want any more, and says that it was switched off', async () => {
      await movedTags(1);
      await bot.run();
      repository.write('.dockfix.yml', 'only: [pin-image-digest]\n');
      repository.commit('No updates');
      const calls: (readonly unknown[])[] = [];
      const run = await bot.run({ wrapForge: rich(calls) });
      expect(ops(run)).toContain('close-pull-request');
      expect(calls).toMatchObject([
        ['comment', 1, { body: expect.stringContaining('switched off') as string }],
      ]);
    });

    it('BOT-13 leaves out what the operator leaves out, unless the repository says otherwise', async () => {
      await movedTags(1);
      const operator = { skip: ['update-image-digest'] };
      expect(opened(await bot.run({ operator }))).toEqual([]);
      repository.write('.dockfixrc', 'skip: []\n');
      repository.commit('All of it');
      expect(opened(await bot.run({ operator }))).toHaveLength(1);
    });

    it('does nothing where it is switched off', async () => {
      await movedTags(1);
      repository.write('package.json', '{ "dockfix": { "bot": { "enabled": false } } }');
      repository.commit('Off');
      expect(await bot.run()).toMatchObject({ writes: [], summary: { skipped: 1 } });
    });

    // Mutation: `commitFiles` is taken away from `withoutWrites` in writes.ts.
    it('BOT-14 a dry run announces exactly what a run writes, numbers of new ones excepted, and changes nothing', async () => {
      await movedTags(2);
      const before = repository.git('for-each-ref');
      const dry = await bot.run({
        wrapForge: withoutWrites,
        state: join(repository.folder, '.git', 'dry.json'),
      });
      expect(repository.git('for-each-ref')).toBe(before);
      expect(() => dashboard()).toThrow();
      const real = await bot.run();
      const comparable = ({ writes }: BotRun): unknown =>
        JSON.parse(JSON.stringify(writes).replace(/#\d+ /g, ''));
      expect(comparable(dry)).toEqual(comparable(real));
    });

    // Mutation: `say` in apply.ts leaves the key out.
    it('BOT-15 says of everything that it does in which repository, to what, and why; and counts it', async () => {
      await movedTags(1);
      const run = await bot.run();
      for (const entry of run.log)
        expect(Object.keys(entry).sort()).toEqual(['action', 'key', 'reason', 'repository']);
      expect(run.log).toContainEqual({
        repository: repository.folder,
        key: `${distribution.host}/${folder}/0:1`,
        action: 'create',
        reason: 'update',
      });
      expect(run.metrics.text()).toMatch(
        /^# HELP dockfix_repositories_total .*\n# TYPE dockfix_repositories_total counter\ndockfix_repositories_total 1\n/,
      );
      expect(run.metrics.get('pulls_created')).toBe(1);
      expect(run.metrics.text()).toContain('dockfix_oldest_pin_seconds ');
    });

    it('does not stop at a repository that fails', async () => {
      await movedTags(1);
      const state = mkdtempSync(join(tmpdir(), 'dockfix-state-'));
      try {
        const paths = ['/nonexistent', repository.folder, join(repository.folder, 'README.md')];
        const run = await runBot(paths, bot, { state: join(state, 'bot.json') });
        expect(run.summary).toMatchObject({ done: 1, failed: 2, defects: [] });
        expect(ours()).toHaveLength(1);
      } finally {
        rmSync(state, { recursive: true });
      }
    });

    it('leaves everything as it is when a file cannot be read, and says which', async () => {
      await movedTags(1);
      await bot.run();
      repository.write('Dockerfile', 'FROM a\rRUN b\n');
      repository.commit('Break');
      const run = await bot.run();
      expect(ops(run).filter((op) => op !== 'issue')).toEqual([]);
      expect(run.log).toContainEqual(expect.objectContaining({ action: 'unreadable', key: 'Dockerfile' }));
      expect(ours()).toHaveLength(1);
    });

    it('takes another form of the name where a branch "dockfix" is in the way, and finds it again', async () => {
      await movedTags(1);
      repository.git('branch', 'dockfix');
      await bot.run();
      expect(ours()[0]).toBe('dockfix');
      expect(ours()[1]).toMatch(/^dockfix-[\w.-]+-[0-9a-f]{8}$/);
      expect((await bot.run()).writes).toEqual([]);
      await distribution.push(`${folder}/0`, '1', makeImage({ salt: 'three' }));
      expect(ops(await bot.run())).toEqual(['commit', 'update-pull-request']);
    });
  },
);
