/** Which images move together, and what holds one of them back. */
import { describe, expect, it } from 'vitest';
import { planRepository, useId } from '../../src/bot/plan.ts';
import type { Plan, UseAnswers } from '../../src/bot/plan.ts';
import { whyObsolete } from '../../src/bot/obsolete.ts';
import { dockerfilesOf, scanFile } from '../../src/bot/scan.ts';
import type { ScannedFile, ScannedUse } from '../../src/bot/scan.ts';
import { NO_RULES, mergeSettings } from '../../src/bot/settings.ts';
import type { BotSettings, FileRules } from '../../src/bot/settings.ts';
import type { TreeEntry } from '../../src/forge/forge.ts';
import { transforms } from '../../transforms/index.ts';

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
const [A, B, C] = [digest('a'), digest('b'), digest('c')];

function scan(files: Readonly<Record<string, string>>): readonly ScannedFile[] {
  return Object.entries(files).map(([path, text]) => {
    const result = scanFile({ path, mode: '100644', id: '1'.repeat(40), size: null }, Buffer.from(text));
    if (!('uses' in result)) throw new Error(result.reason);
    return result;
  });
}

const evidence = { kind: 'knowledge', entry: 'x', source: 'x' } as const;
const latest = (to: string): object => ({
  digest: to,
  mediaType: 'application/vnd.oci.image.index.v1+json',
  kind: 'index',
});

function moved(use: ScannedUse, to: string, more: object = {}): UseAnswers {
  const value = {
    currentDigest: use.pinned,
    currentKind: 'index',
    currentGone: false,
    latest: latest(to),
    change: { kind: 'changed', platforms: ['linux/amd64'] },
    current: [{ platform: 'linux/amd64', digest: digest('1') }],
    candidate: [{ platform: 'linux/amd64', digest: digest('2') }],
    match: null,
    isFlapping: false,
    missingImages: null,
    ...more,
  };
  return answer(
    use.pinned === null ? { ok: true, value: latest(to), evidence } : { ok: true, value, evidence },
  );
}

function answer(fact: UseAnswers['latest']): UseAnswers {
  return { latest: fact, proposed: fact, isUrgent: false, note: null, untilMs: null };
}

function plan(
  files: readonly ScannedFile[],
  answerFor: (use: ScannedUse) => UseAnswers,
  settings: Partial<BotSettings> = {},
  carried: ReadonlyMap<string, string> = new Map(),
  rules: Partial<FileRules> = {},
): Promise<Plan> {
  return planRepository({
    files,
    settings: mergeSettings(settings),
    rulesFor: () => ({ ...NO_RULES, ...rules }),
    transforms: transforms.filter(({ meta }) =>
      ['update-image-digest', 'pin-image-digest'].includes(meta.id),
    ),
    knownIds: new Set(transforms.map(({ meta }) => meta.id)),
    answers: new Map(files.flatMap(({ uses }) => uses.map((use) => [useId(use), answerFor(use)] as const))),
    carried,
  });
}

const texts = (one: Plan): Record<string, string> =>
  Object.fromEntries(
    one.groups.flatMap(({ files }) =>
      files.map(({ path, content }) => [path, Buffer.from(content).toString()]),
    ),
  );
const ids = (one: Plan): string[] => one.groups.map(({ id }) => id);

const FILES = {
  Dockerfile: `FROM node:22@${A} AS build\nFROM gcr.io/x/y:1@${A}\n`,
  'api/Dockerfile': `FROM node:22@${A}\nCOPY --from=quay.io/z/z:2@${A} / /\n`,
};

describe('groups', () => {
  // Mutation: `groupOf` answers key and path for `image`.
  it('BOT-2 are one for each image and tag, over all files that name it', async () => {
    const result = await plan(scan(FILES), (use) => moved(use, B));
    expect(ids(result)).toEqual(['docker.io/library/node:22', 'gcr.io/x/y:1', 'quay.io/z/z:2']);
    expect(result.groups[0]!.files.map(({ path }) => path)).toEqual(['Dockerfile', 'api/Dockerfile']);
    expect(Buffer.from(result.groups[0]!.files[0]!.content).toString()).toBe(
      `FROM node:22@${B} AS build\nFROM gcr.io/x/y:1@${A}\n`,
    );
  });

  // Mutation: each line of `groupOf` in plan.ts.
  it('BOT-2 are what the configuration says: all, by folder, by registry, by name', async () => {
    const by = async (group: BotSettings['group']): Promise<string[]> =>
      ids(await plan(scan(FILES), (use) => moved(use, B), { group }));
    expect(await by('all')).toEqual(['all']);
    expect(await by('directory')).toEqual(['directory .', 'directory api']);
    expect(await by('registry')).toEqual(['registry docker.io', 'registry gcr.io', 'registry quay.io']);
    expect(await by([{ name: 'base', patterns: ['docker.io/library/*', 'gcr.io/*'] }])).toEqual([
      'group base',
      'quay.io/z/z:2',
    ]);
  });

  // Mutation: `settings.groupPins` in groupChanges() becomes `true`.
  it('BOT-2 have all first pins in one, or with the others where that is wished for', async () => {
    const files = scan({ Dockerfile: `FROM node:22\nFROM python\nFROM go:1@${A}\n` });
    expect(ids(await plan(files, (use) => moved(use, B)))).toEqual(['docker.io/library/go:1', 'first pins']);
    const apart = await plan(files, (use) => moved(use, B), { groupPins: false });
    expect(ids(apart)).toEqual([
      'docker.io/library/go:1',
      'docker.io/library/node:22',
      'docker.io/library/python:latest',
    ]);
    expect(
      texts(await plan(files, (use) => moved(use, B), { group: 'all', groupPins: false }))['Dockerfile'],
    ).toBe(`FROM node:22@${B}\nFROM python:latest@${B}\nFROM go:1@${B}\n`);
  });

  // Mutation: `judgeFile` gives up the whole file when one of its uses has no answer.
  it('BOT-2 lose nothing but the image that cannot be looked up', async () => {
    const result = await plan(
      scan(FILES),
      (use) =>
        use.key.startsWith('gcr.io')
          ? answer({ ok: false, code: 'not-found', reason: 'no such tag' })
          : moved(use, B),
      { group: 'all' },
    );
    expect(result.groups[0]!.changes.map(({ key }) => key)).toEqual([
      'docker.io/library/node:22',
      'docker.io/library/node:22',
      'quay.io/z/z:2',
    ]);
    expect(result.held).toMatchObject([{ code: 'not-found', isError: true }]);
  });

  // Mutation: `input.carried.get(useId(use))` becomes `undefined`.
  it('BOT-2 keep what is proposed already when it cannot be looked up today', async () => {
    const files = scan(FILES);
    const uses = files.flatMap((file) => file.uses);
    const carried = new Map(uses.filter(({ key }) => key.startsWith('gcr.io')).map((use) => [useId(use), C]));
    const down = (use: ScannedUse): UseAnswers =>
      use.key.startsWith('gcr.io')
        ? answer({ ok: false, code: 'network', reason: 'no connection' })
        : moved(use, B);
    const result = await plan(files, down, { group: 'all' }, carried);
    expect(texts(result)['Dockerfile']).toBe(`FROM node:22@${B} AS build\nFROM gcr.io/x/y:1@${C}\n`);
    const now = await plan(files, (use) => moved(use, B), { group: 'all' }, carried);
    expect(texts(now)['Dockerfile']).toContain(`gcr.io/x/y:1@${B}`);
  });
});

describe('an image', () => {
  // Mutation: `unchanged-for-platforms` is taken out of `NOTHING_TO_DO`.
  it('DIG-6 is left alone when what has changed is not built', async () => {
    const same = [{ platform: 'linux/amd64', digest: digest('1') }];
    const more = { candidate: [...same, { platform: 'linux/arm64', digest: digest('9') }] };
    const files = scan({ Dockerfile: `FROM --platform=linux/amd64 node:22@${A}\n` });
    const result = await plan(files, (use) => moved(use, B, more));
    expect([result.groups, result.held]).toEqual([[], []]);
    expect(result.current).toEqual(new Set(['docker.io/library/node:22']));
  });

  it('DIG-4 that is pinned for one platform stays so, at the image of that platform', async () => {
    const match = { platform: 'linux/arm64', digest: C };
    const result = await plan(scan({ Dockerfile: `FROM node:22@${A}\n` }), (use) =>
      moved(use, B, { currentKind: 'manifest', match }),
    );
    expect(result.groups[0]!.changes).toMatchObject([{ to: C }]);
    expect(texts(result)['Dockerfile']).toBe(`FROM node:22@${C}\n`);
  });

  it.each([
    [
      'DIG-7',
      { change: { kind: 'platform-missing', platforms: ['linux/arm64'] }, candidate: [] },
      'platform-missing',
    ],
    ['DIG-8', { missingImages: ['linux/arm64'] }, 'incomplete-index'],
  ])('%s is held when its index is not whole', async (_, more, code) => {
    const result = await plan(scan({ Dockerfile: `FROM node:22@${A}\n` }), (use) => moved(use, B, more));
    expect(result.groups).toEqual([]);
    expect(result.held).toMatchObject([{ code, isError: false }]);
  });

  // Mutation: `isAllowed` in plan.ts is always true.
  it('RET-2 is not pinned for the first time where a registry deletes what its tag has left', async () => {
    const result = await plan(scan({ Dockerfile: 'FROM quay.io/a/b:stable\nFROM node:22\n' }), (use) =>
      moved(use, B),
    );
    expect(texts(result)['Dockerfile']).toBe(`FROM quay.io/a/b:stable\nFROM node:22@${B}\n`);
    expect(result.held).toMatchObject([{ use: { key: 'quay.io/a/b:stable' }, code: 'volatile' }]);
  });

  it('is left alone where a comment says so, or the configuration', async () => {
    const text = `# dockfix: ignore update-image-digest -- tested by hand\nFROM node:22@${A}\n`;
    expect((await plan(scan({ Dockerfile: text }), (use) => moved(use, B))).groups).toEqual([]);
    const files = scan({ Dockerfile: `FROM node:22@${A}\n` });
    const by = async (rules: Partial<FileRules>): Promise<Plan['groups']> =>
      (await plan(files, (use) => moved(use, B), {}, new Map(), rules)).groups;
    expect(await by({ options: { 'update-image-digest': { exclude: ['docker.io/library/*'] } } })).toEqual(
      [],
    );
    expect(await by({ leftOut: new Set(['update-image-digest']) })).toEqual([]);
    expect(await by({ leftOut: new Set(['pin-image-digest']) })).toHaveLength(1);
  });

  it('keeps the spelling of its name, in an ARG as well', async () => {
    const text = `ARG BASE=docker.io/node:22@${A}\nFROM \${BASE}\nCOPY --from="alpine:3@${A}" / /\n`;
    const result = await plan(scan({ Dockerfile: text }), (use) => moved(use, B), { group: 'all' });
    expect(texts(result)['Dockerfile']).toBe(text.replaceAll(A, B));
  });
});

describe('files', () => {
  const entry = (path: string, mode: TreeEntry['mode'] = '100644'): TreeEntry => ({
    path,
    mode,
    id: '1'.repeat(40),
    size: 1,
  });
  const names = (...entries: TreeEntry[]): string[] =>
    dockerfilesOf({ entries, isComplete: true }).map(({ path }) => path);

  // Mutation: `isRegular` in scan.ts is always true.
  it('SEC-10 are regular files by their mode, never links or submodules, whatever they are called', () => {
    expect(
      names(
        entry('b/Dockerfile', '100755'),
        entry('Dockerfile'),
        entry('x/Dockerfile', '120000'),
        entry('Dockerfile.d', '160000'),
      ),
    ).toEqual(['Dockerfile', 'b/Dockerfile']);
  });

  it('are found by their names, outside of what belongs to others, and without control characters', () => {
    expect(
      names(
        entry('node_modules/a/Dockerfile'),
        entry('a/vendor/x/Dockerfile'),
        entry('a/Dockerfile.md'),
        entry('a/my.dockerfile'),
        entry('a\nb/Dockerfile'),
        entry('c/Containerfile'),
      ),
    ).toEqual(['a/my.dockerfile', 'c/Containerfile']);
  });

  it('that do not parse are a problem of their own', () => {
    expect(
      scanFile({ path: 'Dockerfile', mode: '100644', id: 'x', size: 1 }, Buffer.from('FROM a\rRUN b')),
    ).toMatchObject({ path: 'Dockerfile', reason: expect.any(String) as string });
  });
});

describe('a pull request that nothing is wanted of', () => {
  const change = { key: 'docker.io/library/node:22', path: 'Dockerfile', from: A, to: B };
  const nothing = { held: [], groups: [], bugs: [] };
  const files = { scanned: scan({ Dockerfile: `FROM node:22@${B}\n` }), problems: [] };

  // Mutation: `whyObsolete` does not wait for the number of the heir.
  it('BOT-5 is up to date, its image removed, or superseded, but not before the other one is there', async () => {
    expect(whyObsolete([change], nothing, files, [])).toEqual({ reason: 'up to date' });
    expect(whyObsolete([{ ...change, key: 'docker.io/library/go:1' }], nothing, files, [])).toEqual({
      reason: 'image removed',
    });
    const { groups } = await plan(scan(FILES), (use) => moved(use, B), { group: 'all' });
    const superseded = { ...nothing, groups };
    expect(whyObsolete([change], superseded, files, [])).toBeNull();
    expect(whyObsolete([change], superseded, files, [{ group: 'all', number: 9 }])).toEqual({
      reason: 'superseded',
      by: 9,
    });
    expect(whyObsolete([change], superseded, files, [{ group: 'all', number: null }])).toBeNull();
  });

  // Mutation: `isLeftOut` in `whyObsolete` becomes `false`.
  it('BOT-5 is switched off where the configuration leaves its image, or its file, alone', () => {
    const leftOut = files.scanned.flatMap(({ uses }) => uses);
    const gone = { scanned: [], problems: [] };
    const off = { reason: 'switched off' };
    expect(whyObsolete([change], nothing, { ...files, leftOut }, [])).toEqual(off);
    expect(whyObsolete([change], nothing, { ...gone, excluded: new Set(['Dockerfile']) }, [])).toEqual(off);
    expect(whyObsolete([change], nothing, { ...gone, excluded: new Set(['other']) }, [])).not.toEqual(off);
  });

  // Mutation: `isUnjudged` in `whyObsolete` becomes `false`.
  it('BOT-5 stays as long as anything about it could not be judged', async () => {
    const { held } = await plan(scan({ Dockerfile: `FROM node:22@${A}\n` }), () =>
      answer({ ok: false, code: 'timeout', reason: 'slow' }),
    );
    expect(whyObsolete([change], { ...nothing, held }, files, [])).toBeNull();
    expect(whyObsolete(null, { ...nothing, held }, files, [])).toBeNull();
    expect(whyObsolete([change], { ...nothing, bugs: ['x'] }, files, [])).toBeNull();
    const problems = [{ path: 'Dockerfile', reason: 'does not parse' }];
    expect(whyObsolete([change], nothing, { scanned: [], problems }, [])).toBeNull();
  });
});
