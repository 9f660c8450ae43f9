/** The bot from end to end: a real clone, the real git, and tags that really move at the real distribution server. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestBot, DAY, EAGER } from '../support/bot.ts';
import type { BotRun, TestBot } from '../support/bot.ts';
import { hasDistribution, startDistribution } from '../support/distribution.ts';
import type { Distribution } from '../support/distribution.ts';
import { hasGit, makeRepository } from '../support/git.ts';
import type { TestRepository } from '../support/git.ts';
import { markdownParts, OWN_HTML } from '../support/markdown.ts';
import { hasRpm, makeRpmDatabase } from '../support/rpm.ts';
import type { FakePackage } from '../support/rpm.ts';
import { makeAttestation, makeImage, makeIndex, makeMultiPlatform } from '../support/images.ts';
import type { Artifact } from '../support/images.ts';

const ops = ({ writes }: BotRun): string[] => writes.map(({ op }) => op);

describe.skipIf(!hasDistribution || !hasGit)(
  'the bot (needs docker-registry and git)',
  { timeout: 30_000 },
  () => {
    let distribution: Distribution;
    let repository: TestRepository;
    let bot: TestBot;
    let count = 0;
    /** A repository of images of its own for each test. */
    let name: string;

    beforeAll(async () => {
      distribution = await startDistribution();
    });
    afterAll(() => distribution.stop());
    beforeEach(() => {
      name = `acme/base${++count}`;
      repository = makeRepository({ 'README.md': 'x' });
      bot = createTestBot(repository);
    });
    afterEach(() => repository.remove());

    const image = (tag = '1'): string => `${distribution.host}/${name}:${tag}`;
    const push = (artifact: Artifact, tag = '1'): Promise<void> => distribution.push(name, tag, artifact);
    const remove = async (digest: string): Promise<void> => {
      const answer = await fetch(`${distribution.url}/v2/${name}/manifests/${digest}`, { method: 'DELETE' });
      expect(answer.status).toBe(202);
    };
    const ours = (): string[] => repository.branches().filter((branch) => branch.startsWith('dockfix'));
    const pulls = (): {
      number: number;
      state: string;
      closedBy: string | null;
      title: string;
      branch: string;
    }[] =>
      (
        JSON.parse(readFileSync(join(repository.folder, '.git/dockfix/pulls.json'), 'utf8')) as {
          pulls: never[];
        }
      ).pulls;
    const body = (pull: { number: number; branch: string }): string =>
      readFileSync(
        join(
          repository.folder,
          '.git/dockfix',
          `${String(pull.number).padStart(4, '0')}-${pull.branch.replace('dockfix/', '')}.md`,
        ),
        'utf8',
      );

    /** A repository pinned to the first image, while the tag has the second. */
    async function movedTag(
      first = makeMultiPlatform('one'),
      second = makeMultiPlatform('two'),
    ): Promise<{ old: string; new: string }> {
      await push(first);
      repository.write('Dockerfile', `FROM ${image()}@${first.digest}\nRUN true\n`);
      repository.commit('Pin');
      await push(second);
      return { old: first.digest, new: second.digest };
    }

    it('opens one pull request for a tag that has moved, with a commit that changes the digest and nothing else', async () => {
      const digests = await movedTag();
      const run = await bot.run();
      expect(run.summary).toMatchObject({ done: 1, failed: 0, defects: [] });
      expect(ops(run)).toEqual(['commit', 'create-pull-request', 'issue']);
      const [branch] = ours();
      expect(repository.show(branch!, 'Dockerfile').toString()).toBe(
        `FROM ${image()}@${digests.new}\nRUN true\n`,
      );
      expect(repository.git('diff', '--stat', 'main', branch!)).toContain(
        '1 file changed, 1 insertion(+), 1 deletion(-)',
      );
      expect(repository.git('status', '--porcelain')).toBe('');
      expect(pulls()).toMatchObject([
        { number: 1, state: 'open', title: expect.stringContaining('digest to') as string },
      ]);
      expect(body(pulls()[0]!)).toContain(digests.new);
    });

    // Mutation: `head !== settled.head` in settled.ts becomes `true`, and `staleness` always answers `moved`.
    it('E28 writes nothing in a second run without a change, and asks the forge one thing', async () => {
      await movedTag();
      await bot.run();
      const again = await bot.run();
      expect(again.writes).toEqual([]);
      expect(again.summary).toMatchObject({ unchanged: 1, done: 0 });
      expect(again.metrics.get('forge_reads')).toBe(1);
      expect(again.metrics.get('forge_writes')).toBe(0);
    });

    // Mutation: `staleness` in reconcile.ts always answers `moved`.
    it('E28 writes nothing in a second run although it has forgotten everything', async () => {
      await movedTag();
      await bot.run();
      const again = await bot.run({ state: join(repository.folder, '.git', 'other.json') });
      expect(again.writes).toEqual([]);
      expect(again.summary).toMatchObject({ done: 1 });
    });

    // Mutation: `NOTHING_TO_DO` in plan.ts becomes empty.
    it('E18 makes no pull request when only attestations have changed', async () => {
      const one = makeImage({ salt: 'same' });
      const with1 = makeIndex([one, makeAttestation(one, ['https://spdx.dev/Document'])]);
      const with2 = makeIndex([one, makeAttestation(one, ['https://slsa.dev/provenance/v0.2'])]);
      await movedTag(with1, with2);
      const run = await bot.run();
      expect(run.writes).toEqual([]);
      expect(run.summary).toMatchObject({ done: 1, incomplete: 0 });
    });

    // Mutation: `staleness` and holds: `if (to !== null)` in plan.ts becomes `if (true)`.
    it('E19 holds an update whose index lacks a platform of the pinned one, and shows it', async () => {
      await movedTag(makeMultiPlatform('one'), makeIndex([makeImage({ salt: 'two' })]));
      const run = await bot.run();
      expect(ours()).toEqual([]);
      expect(run.writes).toMatchObject([{ op: 'issue', body: expect.stringContaining('arm64') as string }]);
      await push(makeMultiPlatform('two'));
      expect(ops(await bot.run())).toContain('create-pull-request');
    });

    // Mutation: `if (latest.value.currentGone)` in look-ups.ts becomes `if (false)`.
    it('E20 RET-1 opens a pull request at once when the pinned digest is gone, whatever schedule, age and limits say', async () => {
      const digests = await movedTag();
      const strict = {
        minAgeMs: 30 * DAY,
        maxNewPerRun: 0,
        maxOpenPulls: 0,
        // The first of January at noon; it is June.
        schedule: { cron: '0 12 1 1 *', timezone: 'UTC', openForMs: 3_600_000 },
      };
      expect(ops(await bot.run({ settings: strict }))).not.toContain('create-pull-request');
      await remove(digests.old);
      const run = await bot.run({ settings: strict });
      expect(ops(run)).toContain('create-pull-request');
      expect(pulls()[0]!.title).toContain('no longer exists');
      expect(repository.show(ours()[0]!, 'Dockerfile').toString()).toContain(digests.new);
    });

    // Mutation: `branchHash` also hashes the number of the run (a new branch for each digest).
    it('E21 BOT-1 brings the same pull request up to date when the digest moves twice while it is open', async () => {
      await movedTag();
      await bot.run();
      for (const salt of ['three', 'four']) {
        const next = makeMultiPlatform(salt);
        await push(next);
        bot.nowMs += DAY;
        const run = await bot.run();
        expect(ops(run)).toEqual(['commit', 'update-pull-request']);
        expect(ours()).toHaveLength(1);
        expect(pulls()).toHaveLength(1);
        expect(repository.show(ours()[0]!, 'Dockerfile').toString()).toContain(next.digest);
        expect(body(pulls()[0]!)).toContain(next.digest);
        expect(repository.git('rev-list', '--count', `main..${ours()[0]}`)).toBe('1');
      }
    });

    // Mutation: `isOurs` in git-plumbing.ts is always true, and the bot forgets what it wrote.
    it('E22 BOT-3 leaves a branch alone that somebody has pushed to', async () => {
      await movedTag();
      await bot.run();
      const theirs = repository.commitOn(ours()[0]!, 'fix.txt', 'mine');
      await push(makeMultiPlatform('three'));
      const run = await bot.run();
      expect(ops(run).filter((op) => op !== 'issue')).toEqual([]);
      expect(repository.git('rev-parse', ours()[0]!)).toBe(theirs);
    });

    // Mutation: `refusal` in reconcile.ts always answers null.
    it('E23 BOT-4 snoozes what a person has closed, and comes back with a newer digest afterwards', async () => {
      await movedTag();
      await bot.run();
      repository.git('branch', '-D', ours()[0]!);
      bot.nowMs += DAY;
      expect(ops(await bot.run()).filter((op) => op !== 'issue')).toEqual([]);
      expect(pulls()).toMatchObject([{ state: 'closed', closedBy: 'person' }]);
      await push(makeMultiPlatform('three'));
      expect(ops(await bot.run()).filter((op) => op !== 'issue')).toEqual([]);
      bot.nowMs += 20 * DAY;
      expect(ops(await bot.run())).toContain('create-pull-request');
      expect(pulls()).toMatchObject([
        { number: 1, state: 'closed' },
        { number: 2, state: 'open' },
      ]);
    });

    // Mutation: `refusal` in reconcile.ts always answers null.
    it('E23 BOT-4 never proposes the refused digest again, however long it stays', async () => {
      await movedTag();
      await bot.run();
      repository.git('branch', '-D', ours()[0]!);
      await bot.run();
      bot.nowMs += 300 * DAY;
      expect(ops(await bot.run()).filter((op) => op !== 'issue')).toEqual([]);
      expect(ours()).toEqual([]);
    });

    // Mutation: `open.isMergeable === false` in reconcile.ts becomes `false`.
    it('E24 BOT-9 makes the branch again when the base has come into conflict with it', async () => {
      const digests = await movedTag();
      await bot.run();
      repository.write('Dockerfile', `# The base\nFROM ${image()}@${digests.old} AS base\nRUN true\n`);
      const base = repository.commit('Conflict');
      const run = await bot.run();
      expect(ops(run)[0]).toBe('commit');
      expect(repository.git('rev-parse', `${ours()[0]}^`)).toBe(base);
      expect(repository.show(ours()[0]!, 'Dockerfile').toString()).toBe(
        `# The base\nFROM ${image()}@${digests.new} AS base\nRUN true\n`,
      );
    });

    // Mutation: `open.mustBeUpToDate` in reconcile.ts becomes `true`.
    it('BOT-9 leaves the branch alone when the base has merely moved on', async () => {
      await movedTag();
      await bot.run();
      repository.write('other.txt', 'x');
      repository.commit('Unrelated');
      expect((await bot.run()).writes).toEqual([]);
    });

    // Mutation: `NOTHING_TO_DO` in plan.ts holds 'network' as well: the failure is taken for "up to date".
    it('E27 writes nothing and concludes nothing while registries cannot be asked', async () => {
      await movedTag();
      await bot.run();
      await push(makeMultiPlatform('three'));
      const head = repository.git('rev-parse', ours()[0]!);
      const down = { ok: false, code: 'network', reason: 'no connection' } as const;
      for (const state of [undefined, join(repository.folder, '.git', 'other.json')]) {
        const run = await bot.run({
          wrapSource: () => () => Promise.resolve(down),
          ...(state ? { state } : {}),
        });
        expect(ops(run).filter((op) => op !== 'issue')).toEqual([]);
        expect(run.summary.incomplete).toBe(1);
        expect(pulls()).toMatchObject([{ state: 'open' }]);
      }
      expect(repository.git('rev-parse', ours()[0]!)).toBe(head);
    });

    // Mutation: `encodeText` in plan.ts gets the text with its line endings changed.
    it.each([
      ['CRLF', (from: string) => `FROM ${from}\r\nRUN true\r\n`, 0o644],
      ['a BOM', (from: string) => `\ufeffFROM ${from}\nRUN true\n`, 0o644],
      ['no line feed at the end', (from: string) => `FROM ${from}\nRUN true`, 0o644],
      ['the mode 100755', (from: string) => `FROM ${from}\n`, 0o755],
    ])('E29 keeps %s as it is, byte for byte', async (_, text, mode) => {
      const [one, two] = [makeMultiPlatform('one'), makeMultiPlatform('two')];
      await push(one);
      repository.write('Dockerfile', text(`${image()}@${one.digest}`), mode);
      repository.git('config', 'core.autocrlf', 'false');
      repository.commit('Pin');
      await push(two);
      await bot.run();
      const [branch] = ours();
      expect(
        repository.show(branch!, 'Dockerfile').equals(Buffer.from(text(`${image()}@${two.digest}`))),
      ).toBe(true);
      expect(repository.git('ls-tree', branch!, 'Dockerfile')).toContain(
        mode === 0o755 ? '100755' : '100644',
      );
    });

    // Mutation: `isRegular` in scan.ts is always true.
    it('E30 SEC-10 skips a Dockerfile that is a link, inside the repository or out of it', async () => {
      const digests = await movedTag();
      repository.git('mv', 'Dockerfile', 'real.Dockerfile');
      for (const [path, target] of [
        ['Dockerfile', 'real.Dockerfile'],
        ['out/Dockerfile', '/etc/passwd'],
        ['odd/Dockerfile', `FROM ${image()}@${digests.old}`],
      ] as const) {
        repository.write('.git/link', target);
        const blob = repository.git('hash-object', '-w', '--no-filters', '.git/link');
        repository.git('update-index', '--add', '--cacheinfo', `120000,${blob},${path}`);
      }
      repository.git('commit', '-q', '-m', 'Links');
      await bot.run();
      const [branch] = ours();
      expect(repository.git('diff', '--name-only', 'main', branch!)).toBe('real.Dockerfile');
      expect(repository.show(branch!, 'real.Dockerfile').toString()).toContain(digests.new);
      expect(repository.git('ls-tree', branch!, 'Dockerfile')).toContain('120000');
    });

    // Mutation: `code` in markdown.ts gives its text back as it is.
    it('E31 SEC-7 shows hostile labels as text', async () => {
      const hostile = '@everyone ](javascript:alert(1)) <!-- x --> <img src=x> #1 `` `';
      const labels = (revision: string): object => ({
        Labels: {
          'org.opencontainers.image.source': 'https://github.com/acme/app',
          'org.opencontainers.image.revision': revision,
          'org.opencontainers.image.title': hostile + revision,
        },
        User: hostile + revision,
      });
      await movedTag(
        makeImage({ config: labels('1'.repeat(40)) }),
        makeImage({ config: labels('2'.repeat(40)) }),
      );
      await bot.run();
      const text = body(pulls()[0]!);
      expect(text).toContain('javascript:alert');
      const parts = markdownParts(text);
      expect(parts.plain).not.toMatch(/javascript|@everyone|<img|<!--/);
      expect(parts.links).toEqual([
        'https://redirect.github.com/acme/app',
        `https://redirect.github.com/acme/app/compare/${'1'.repeat(40)}...${'2'.repeat(40)}`,
      ]);
      expect([...parts.images, ...parts.html.filter((html) => !OWN_HTML.test(html))]).toEqual([]);
      expect(parts.code.some((code) => code.includes('@everyone ](javascript:alert(1))'))).toBe(true);
    });

    // Mutation: `closePullRequest` is not called in finish.ts.
    it('BOT-5 closes its pull request with the reason when the base is up to date, and takes its branch away', async () => {
      const digests = await movedTag();
      await bot.run();
      repository.write('Dockerfile', `FROM ${image()}@${digests.new}\nRUN true\n`);
      repository.commit('By hand');
      const run = await bot.run();
      expect(ops(run)).toEqual(expect.arrayContaining(['close-pull-request', 'delete-branch']));
      expect(run.log).toContainEqual(expect.objectContaining({ action: 'close', reason: 'up to date' }));
      expect(ours()).toEqual([]);
      expect(pulls()).toMatchObject([{ state: 'closed', closedBy: 'us' }]);
      await push(makeMultiPlatform('three'));
      expect(ops(await bot.run())).toContain('create-pull-request');
    });

    // Mutation: `whyObsolete` in obsolete.ts always answers `up to date`.
    it('BOT-5 closes it as "image removed" when nothing names the image any more', async () => {
      await movedTag();
      await bot.run();
      repository.write('Dockerfile', 'FROM scratch\n');
      repository.commit('Away');
      expect((await bot.run()).log).toContainEqual(expect.objectContaining({ reason: 'image removed' }));
    });

    // Mutation: `ageOf(one, nowMs) >= policy.minAgeMs` in history.ts becomes `true`.
    it('BOT-8 holds a digest until it is old enough, says until when, and then proposes it', async () => {
      await movedTag();
      const settings = { ...EAGER, minAgeMs: 3 * DAY };
      const first = await bot.run({ settings });
      expect(ours()).toEqual([]);
      expect(first.writes).toMatchObject([
        { op: 'issue', body: expect.stringContaining('2026-06-04 00:00 UTC') as string },
      ]);
      bot.nowMs += 2 * DAY;
      expect(await bot.run({ settings })).toMatchObject({ summary: { unchanged: 1 }, writes: [] });
      bot.nowMs += DAY;
      expect(ops(await bot.run({ settings }))).toContain('create-pull-request');
    });

    // Mutation: `FIRST_PINS` is not asked for in groupChanges() of plan.ts.
    it('BOT-2 pins what has no digest yet, all first pins in one pull request, and asks no age of them', async () => {
      const [one, two] = [makeMultiPlatform('one'), makeMultiPlatform('two')];
      await push(one, '1');
      await push(two, '2');
      repository.write('Dockerfile', `FROM ${image('1')} AS a\nFROM ${image('2')}\n`);
      repository.write('b/Dockerfile', `FROM ${image('2')}\n`);
      repository.commit('Not pinned');
      await bot.run({ settings: { ...EAGER, minAgeMs: 3 * DAY } });
      expect(ours()).toHaveLength(1);
      expect(repository.show(ours()[0]!, 'Dockerfile').toString()).toBe(
        `FROM ${image('1')}@${one.digest} AS a\nFROM ${image('2')}@${two.digest}\n`,
      );
      expect(repository.show(ours()[0]!, 'b/Dockerfile').toString()).toBe(
        `FROM ${image('2')}@${two.digest}\n`,
      );
    });

    describe('the packages that have changed', () => {
      const dpkg = (...packages: readonly (readonly [string, string])[]): string =>
        packages
          .map(([pkg, version]) => `Package: ${pkg}\nStatus: install ok installed\nVersion: ${version}\n`)
          .join('\n');

      it.each([
        [
          'the dpkg database',
          'var/lib/dpkg/status',
          dpkg(['libssl3', '3.0.1'], ['perl', '5']),
          dpkg(['libssl3', '3.0.2'], ['tzdata', '1']),
        ],
        [
          'the apk database',
          'lib/apk/db/installed',
          'P:libssl3\nV:3.0.1\n\nP:perl\nV:5\n',
          'P:libssl3\nV:3.0.2\n\nP:tzdata\nV:1\n',
        ],
        [
          'the apk database below /usr',
          'usr/lib/apk/db/installed',
          'P:libssl3\nV:3.0.1\n\nP:perl\nV:5\n',
          'P:libssl3\nV:3.0.2\n\nP:tzdata\nV:1\n',
        ],
        [
          'a file for each package',
          'var/lib/dpkg/status.d/all',
          dpkg(['libssl3', '3.0.1'], ['perl', '5']),
          dpkg(['libssl3', '3.0.2'], ['tzdata', '1']),
        ],
      ])('are read from %s in the layers of both images', async (_, path, before, after) => {
        await movedTag(makeImage({ files: { [path]: before } }), makeImage({ files: { [path]: after } }));
        await bot.run({ readPackages: true });
        const text = body(pulls()[0]!);
        expect(text).toContain('1 updated, 1 added, 1 removed');
        expect(text).toContain('- `libssl3` `3.0.1` → `3.0.2`');
        expect(text).toContain('- added `tzdata` `1`');
        expect(text).toContain('- removed `perl` `5`');
        expect(text).toMatch(/Size for `linux\/amd64`: [\d.]+ kB compressed \([^)]*\), 0 of 1 layers shared/);
      });

      it('are read of an image without dpkg as well, which has lists of checksums beside them', async () => {
        const files = (version: string): Readonly<Record<string, string>> => ({
          'var/lib/dpkg/status.d/libssl3': `Package: libssl3\nVersion: ${version}\n`,
          'var/lib/dpkg/status.d/libssl3.md5sums': 'Package: d41d8cd9  usr/lib/x\nVersion: 9\n',
          'var/lib/dpkg/status.d/tzdata': 'Package: tzdata\nVersion: 2026a\n',
          'var/lib/dpkg/status.d/tzdata.md5sums': '',
        });
        await movedTag(makeImage({ files: files('3.0.1') }), makeImage({ files: files('3.0.2') }));
        await bot.run({ readPackages: true });
        const text = body(pulls()[0]!);
        expect(text).toContain('Packages (from `its dpkg database`): 1 updated, 0 added, 0 removed.');
        expect(text).toContain('- `libssl3` `3.0.1` → `3.0.2`');
      });

      it('are read from the SBOM beside the images where these have no database', async () => {
        const spdx = (version: string): object => ({
          packages: [
            {
              name: 'curl',
              versionInfo: version,
              externalRefs: [{ referenceLocator: `pkg:apk/curl@${version}` }],
            },
          ],
        });
        const withSbom = (salt: string, version: string): Artifact => {
          const one = makeImage({ salt });
          return makeIndex([
            one,
            makeAttestation(one, ['https://spdx.dev/Document'], {
              'https://spdx.dev/Document': spdx(version),
            }),
          ]);
        };
        await movedTag(withSbom('one', '8.1'), withSbom('two', '8.2'));
        await bot.run({ readPackages: true });
        expect(body(pulls()[0]!)).toContain('Packages (from `the SBOM beside the image`): 1 updated');
        expect(body(pulls()[0]!)).toContain('- `curl` `8.1` → `8.2`');
      });

      it('are read from the SBOM in CycloneDX where there is no other', async () => {
        const type = 'https://cyclonedx.org/bom';
        const withSbom = (salt: string, version: string): Artifact => {
          const one = makeImage({ salt });
          const components = [{ name: 'curl', version, purl: `pkg:deb/debian/curl@${version}` }];
          return makeIndex([one, makeAttestation(one, [type], { [type]: { components } })]);
        };
        await movedTag(withSbom('one', '8.1'), withSbom('two', '8.2'));
        await bot.run({ readPackages: true });
        expect(body(pulls()[0]!)).toContain('- `curl` `8.1` → `8.2`');
      });

      it('are not compared where one image has a database and the other an SBOM only', async () => {
        const one = makeImage({ salt: 'one' });
        const spdx = {
          packages: [{ name: 'a', versionInfo: '1', externalRefs: [{ referenceLocator: 'pkg:deb/a@1' }] }],
        };
        const type = 'https://spdx.dev/Document';
        const before = makeIndex([one, makeAttestation(one, [type], { [type]: spdx })]);
        await movedTag(
          before,
          makeIndex([makeImage({ files: { 'var/lib/dpkg/status': dpkg(['a', '2']) } })]),
        );
        await bot.run({ readPackages: true });
        expect(body(pulls()[0]!)).toContain(
          'Packages: not compared; one list is from `the SBOM beside the image`, the other from `its dpkg database`.',
        );
      });

      it('are those of one platform, the same on both sides, and it is said which', async () => {
        const status = (version: string): object => ({
          files: { 'var/lib/dpkg/status': dpkg(['libc6', version]) },
        });
        const platform = (architecture: string): object => ({ platform: { os: 'linux', architecture } });
        const arm = makeImage({ ...platform('arm64'), ...status('1-arm') });
        const index = (version: string): Artifact =>
          makeIndex([arm, makeImage({ ...platform('amd64'), ...status(version) })]);
        await movedTag(index('1'), index('2'));
        await bot.run({ readPackages: true });
        const text = body(pulls()[0]!);
        expect(text).toContain('Compared below: the images for `linux/amd64`\n');
        expect(text).toContain('- `libc6` `1` → `2`');
      });

      // Mutation: `platform-missing` in details.ts is another word: everything about the old digest is unknown then.
      it('are not compared with those of another platform', async () => {
        const status = (version: string): object => ({
          files: { 'var/lib/dpkg/status': dpkg(['libc6', version]) },
        });
        const arm = (version: string): Artifact =>
          makeImage({ platform: { os: 'linux', architecture: 'arm64' }, ...status(version) });
        await movedTag(makeIndex([arm('1')]), makeIndex([arm('2'), makeImage(status('2'))]));
        await bot.run({ readPackages: true });
        const text = body(pulls()[0]!);
        expect(text).toContain('Platforms: 1 of 2 changed; added `linux/amd64`');
        expect(text).toContain('not compared, the old digest has no image for `linux/amd64`.');
        expect(text).toContain('Packages: unknown.');
      });

      describe.skipIf(!hasRpm)('of a database of RPM (needs rpm and sqlite3)', () => {
        const PATH = 'var/lib/rpm/rpmdb.sqlite';
        const database = (...packages: readonly FakePackage[]): Uint8Array => {
          const made = makeRpmDatabase(packages);
          made.remove();
          return made.bytes;
        };
        let before: Uint8Array;
        let after: Uint8Array;
        beforeAll(() => {
          before = database(
            { name: 'openssl-libs', version: '3.0.1', epoch: 1 },
            { name: 'perl', version: '5' },
          );
          after = database(
            { name: 'openssl-libs', version: '3.0.7', epoch: 1 },
            { name: 'bash', version: '5' },
          );
        });
        const text = async (
          old: Readonly<Record<string, string | Uint8Array>>,
          now: Readonly<Record<string, string | Uint8Array>>,
        ): Promise<string> => {
          await movedTag(makeImage({ files: old }), makeImage({ files: now }));
          await bot.run({ readPackages: true });
          return body(pulls()[0]!);
        };

        it.each([PATH, 'usr/lib/sysimage/rpm/rpmdb.sqlite'])('are read from %s', async (path) => {
          // What rpm leaves beside it.
          const empty = { [`${path}-wal`]: '', [`${path}-shm`]: '\0' };
          const said = await text({ [path]: before, ...empty }, { [path]: after, ...empty });
          expect(said).toContain('Packages (from `its RPM database`): 1 updated, 1 added, 1 removed.');
          expect(said).toContain('- `openssl-libs` `1:3.0.1-1.el9` → `1:3.0.7-1.el9`');
          expect(said).toContain('- added `bash` `5-1.el9`');
          expect(said).toContain('- removed `perl` `5-1.el9`');
        });

        // Mutation: `isWhole` in image-packages.ts is always true.
        it('are unknown where changes lie beside it that were never written into it', async () => {
          expect(await text({ [PATH]: before }, { [PATH]: after, [`${PATH}-wal`]: 'x' })).toContain(
            'Packages: unknown (`its RPM database has, or may have, changes beside it that were never written into it`)',
          );
        });

        it('are unknown, and none is called removed, where a part of it is missing', async () => {
          expect(await text({ [PATH]: before }, { [PATH]: after.subarray(0, 50_000) })).toContain(
            'Packages: unknown (`its RPM database cannot be read: a part of it is missing`)',
          );
        });
      });

      it.each(['var/lib/rpm/Packages', 'usr/lib/sysimage/rpm/Packages.db'])(
        'are unknown where the database of RPM is of an old kind (%s)',
        async (path) => {
          await movedTag(makeImage({ files: { [path]: '1' } }), makeImage({ files: { [path]: '2' } }));
          await bot.run({ readPackages: true });
          expect(body(pulls()[0]!)).toContain(
            'Packages: unknown (`its RPM database is of an old kind, which is not read`)',
          );
        },
      );

      it('are called unknown, with the reason, where nothing lists them', async () => {
        await movedTag(makeImage({ salt: 'one' }), makeImage({ salt: 'two' }));
        await bot.run({ readPackages: true });
        expect(body(pulls()[0]!)).toContain(
          'Packages: unknown (`it has no package database that is known`).',
        );
      });
    });
  },
);
