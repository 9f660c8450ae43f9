/** The texts of a pull request: what they say, and that nothing in them is anybody else's Markdown. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pullTexts } from '../../src/bot/body.ts';
import type { TextFeatures } from '../../src/bot/body.ts';
import { dashboardBody, isAskedFor } from '../../src/bot/dashboard.ts';
import type { UpdateDetails } from '../../src/bot/details.ts';
import { cell, code, link, linkUrl, plainText } from '../../src/bot/markdown.ts';
import { readMetadata } from '../../src/bot/metadata.ts';
import type { PlannedGroup } from '../../src/bot/plan.ts';
import { isTicked, REBUILD_BOX } from '../../src/bot/reconcile.ts';
import { mergeSettings } from '../../src/bot/settings.ts';
import { sourceChange } from '../../src/bot/source-link.ts';
import type { ConfiguredImage, ImageConfig, ImagePackages } from '../../src/core/image-facts.ts';
import { comparePackages } from '../../src/core/packages.ts';
import { parseImageRef } from '../../src/core/image-ref.ts';
import { markdownParts, OWN_HTML } from '../support/markdown.ts';

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
const REVISION = { old: '1'.repeat(40), new: '2'.repeat(40) };

const CONFIG: ImageConfig = {
  os: 'linux',
  architecture: 'amd64',
  variant: null,
  osVersion: null,
  created: null,
  user: '',
  entrypoint: null,
  cmd: ['python3'],
  ports: [],
  healthcheck: null,
  env: [],
  labels: [],
  workingDirectory: '',
  volumes: [],
  stopSignal: null,
  onBuild: [],
  shell: null,
  history: [],
  isCut: false,
};

function image(
  letter: string,
  more: { config?: Partial<ImageConfig>; revision?: string; source?: string; created?: string } = {},
): ConfiguredImage {
  const origin = 'config label';
  const sourced = (value: string | undefined): { value: string; origin: 'config label' } | null =>
    value === undefined ? null : { value, origin };
  return {
    digest: digest(letter),
    kind: 'index',
    manifestDigest: digest(letter),
    platform: 'linux/amd64',
    platformReason: 'default',
    platforms: [
      { platform: 'linux/amd64', digest: digest(letter) },
      { platform: 'linux/arm64', digest: digest('e') },
    ],
    config: { ...CONFIG, ...more.config },
    metadata: {
      source: sourced(more.source ?? 'https://github.com/acme/python.git#main:3.12'),
      revision: sourced(more.revision),
      version: null,
      created: sourced(more.created ?? '2026-05-30T12:00:00Z'),
      fixedDate: null,
    },
  };
}

function content(letter: string, packages: ImagePackages['packages'], bytes = 30_000_000): ImagePackages {
  const layers = [
    { digest: digest('d'), bytes: 20_000_000 },
    { digest: digest(letter), bytes },
  ];
  return {
    manifestDigest: digest(letter),
    platform: 'linux/amd64',
    layers,
    packages,
    source: packages === null ? null : 'database',
    via: 'its dpkg database',
  };
}

function details(more: Partial<UpdateDetails> = {}): UpdateDetails {
  const contentBefore = content('a', [
    { name: 'libssl3', version: '3.0.1' },
    { name: 'perl', version: '5' },
  ]);
  const contentAfter = content(
    'b',
    [
      { name: 'libssl3', version: '3.0.2' },
      { name: 'tzdata', version: '2026a' },
    ],
    31_500_000,
  );
  return {
    key: 'docker.io/library/python:3.12',
    name: 'python:3.12',
    from: digest('a'),
    to: digest('b'),
    uses: [{ path: 'app/Dockerfile', line: 3, stage: 'build' }],
    isUrgent: false,
    notes: [],
    firstSeenMs: Date.UTC(2026, 5, 1),
    pushedAtMs: null,
    before: image('a', { revision: REVISION.old }),
    after: image('b', { revision: REVISION.new }),
    osBefore: { id: 'debian', idLike: [], versionId: '12', codename: null, prettyName: 'Debian 12.5' },
    osAfter: { id: 'debian', idLike: [], versionId: '12', codename: null, prettyName: 'Debian 12.6' },
    contentBefore,
    contentAfter,
    packages: comparePackages(contentBefore.packages!, contentAfter.packages!),
    ...more,
  };
}

function group(all: readonly UpdateDetails[], more: Partial<PlannedGroup> = {}): PlannedGroup {
  const changes = all.flatMap((one) =>
    one.uses.map((use) => {
      const parsed = parseImageRef('python:3.12');
      if ('error' in parsed) throw new Error(parsed.error);
      return {
        key: one.key,
        path: use.path,
        from: one.from,
        to: one.to,
        isUrgent: one.isUrgent,
        note: null,
        isCarried: false,
        use: {
          key: one.key,
          image: parsed,
          path: use.path,
          line: use.line,
          stage: use.stage,
          start: 0,
          pinned: one.from,
          platform: null,
        },
      };
    }),
  );
  return {
    id: all[0]?.key ?? 'none',
    kind: 'update',
    changes,
    fingerprint: 'f'.repeat(32),
    isUrgent: all.some(({ isUrgent }) => isUrgent),
    files: [],
    ...more,
  };
}

const SETTINGS = mergeSettings();
const texts = (
  all: readonly UpdateDetails[],
  more: Partial<PlannedGroup> = {},
  max = 65_536,
  features: Partial<TextFeatures> = {},
): ReturnType<typeof pullTexts> =>
  pullTexts(group(all, more), all, SETTINGS, {
    labels: true,
    comments: true,
    maxBodyCharacters: max,
    ...features,
  });

describe('the text of a pull request', () => {
  it('says what moved where, from which commit to which, what else changed, and how to look at it', () => {
    const { title, body, commitMessage } = texts([details()]);
    expect(title).toBe('build(docker): update python:3.12 digest to bbbbbbb');
    for (const part of [
      '| `python:3.12` | `app/Dockerfile:3` (stage `build`) | `aaaaaaaaaaaa` → `bbbbbbbbbbbb` | tag moved |',
      'Built: `2026-05-30T12:00:00` (config label)',
      'First seen by dockfix: 2026-06-01',
      'Source: [`https://github.com/acme/python`](<https://redirect.github.com/acme/python>)',
      `[\`compare\`](<https://redirect.github.com/acme/python/compare/${REVISION.old}...${REVISION.new}>)`,
      'Distribution: `Debian 12.5` → `Debian 12.6`',
      'Platforms: 1 of 2 changed',
      'Compared below: the images for `linux/amd64`\n',
      'Size for `linux/amd64`: 51.5 MB compressed (+1.5 MB), 1 of 2 layers shared',
      'Configuration: unchanged.',
      'Packages (from `its dpkg database`): 1 updated, 1 added, 1 removed.',
      '- `libssl3` `3.0.1` → `3.0.2`',
      '- added `tzdata` `2026a`',
      '- removed `perl` `5`',
      `\`docker buildx imagetools inspect docker.io/library/python:3.12@${digest('b')}\``,
      '`dockfix:ignore`',
      `- [ ] ${REBUILD_BOX}`,
    ])
      expect(body).toContain(part);
    expect(commitMessage).toBe(
      `${title}\n\n- python:3.12: ${digest('a')} -> ${digest('b')}\n\nImage: docker.io/library/python:3.12@${digest('b')}\n`,
    );
    expect(readMetadata(body)).toMatchObject({
      group: 'docker.io/library/python:3.12',
      title,
      fingerprint: 'f'.repeat(32),
    });
  });

  // Mutation: `isRebuild` in source-link.ts is always false.
  it('says that it is only a rebuild when both images are made from the same commit', () => {
    const same = { revision: REVISION.new };
    const { body } = texts([details({ before: image('a', same), after: image('b', same) })]);
    expect(body).toContain('**Same revision** (`222222222222`): a rebuild only');
    expect(body).not.toContain('/compare/');
  });

  it('compares nothing when the source has changed, the forge is not known, or a revision is no commit', () => {
    const pairs = [
      [
        image('a', { revision: REVISION.old, source: 'https://github.com/other/place' }),
        image('b', { revision: REVISION.new }),
      ],
      [
        image('a', { revision: REVISION.old, source: 'https://git.example.com/a/b' }),
        image('b', { revision: REVISION.new, source: 'https://git.example.com/a/b' }),
      ],
      [image('a', { revision: 'main' }), image('b', { revision: REVISION.new })],
      [image('a'), image('b')],
    ] as const;
    for (const [before, after] of pairs)
      expect(texts([details({ before, after })]).body).not.toContain('compare`](');
  });

  it('highlights what runs and as whom, and hides the values of secrets', () => {
    const before = image('a', {
      config: {
        user: 'app',
        env: [
          { name: 'API_KEY', value: 'hunter1' },
          { name: 'NODE_VERSION', value: '22.1' },
        ],
      },
    });
    const after = image('b', {
      config: {
        env: [
          { name: 'API_KEY', value: 'hunter2' },
          { name: 'NODE_VERSION', value: '22.2' },
          { name: 'LD_PRELOAD', value: '/x.so' },
        ],
        entrypoint: ['/x', 'a b'],
      },
    });
    const { body } = texts([details({ before, after })]);
    expect(body).toContain('what runs or as whom is among it');
    expect(body).toContain('- **`User`**: `app` → `root`');
    expect(body).toContain('- **`Entrypoint`**: none → `["/x","a b"]`');
    expect(body).toContain('- **`Env LD_PRELOAD`**: none → `/x.so`');
    expect(body).toContain('- `Env API_KEY`: `(hidden)` → `(hidden, another one)`');
    // It moves with every release, and decides nothing.
    expect(body).toContain('- `Env NODE_VERSION`: `22.1` → `22.2`');
    expect(body).not.toContain('hunter');
  });

  it('says "unknown" where nothing is known, and guesses nothing', () => {
    const nothing = {
      before: null,
      after: null,
      osBefore: null,
      osAfter: null,
      contentBefore: null,
      contentAfter: null,
      packages: null,
      firstSeenMs: null,
    };
    const { body } = texts([details(nothing)]);
    for (const part of [
      'Built: unknown',
      'First seen by dockfix: unknown',
      'Source: unknown',
      'Platforms: unknown',
      'Configuration: unknown',
      'Packages: unknown',
    ])
      expect(body).toContain(part);
  });

  // Mutation: `isComparable` in body.ts is always true.
  it('compares no two platforms with each other, and says which one it has compared', () => {
    const arm = {
      ...image('a', { config: { user: 'app' } }),
      platform: 'linux/arm64',
      platforms: [{ platform: 'linux/arm64', digest: digest('a') }],
    };
    const other = texts([details({ before: arm, contentBefore: null, contentAfter: null, packages: null })]);
    expect(other.body).toContain(
      'Configuration: not compared, the old digest has no image for `linux/amd64`.',
    );
    expect(other.body).toContain('Platforms: 1 of 2 changed; added `linux/amd64`');
    expect(other.body).not.toContain('Compared below');
    const same = texts([details({ before: { ...image('a'), manifestDigest: digest('b') } })]);
    expect(same.body).toContain('Compared below: the images for `linux/amd64`, whose own image is the same');
    const only = [{ platform: 'linux/amd64', digest: digest('b') }];
    const single = details({
      before: { ...image('a'), platforms: only },
      after: { ...image('b'), platforms: only },
    });
    expect(texts([single]).body).not.toContain('Compared below');
  });

  it('shows thirty packages, updates first, and folds the rest away', () => {
    const list = (from: number, to: number, version: string): { name: string; version: string }[] =>
      Array.from({ length: to - from }, (_, at) => ({
        name: `p${String(from + at).padStart(3, '0')}`,
        version,
      }));
    const packages = comparePackages(list(0, 40, '1:2-3'), list(20, 60, '1:2-4'));
    const { body } = texts([details({ packages })]);
    expect(body).toContain('20 updated, 20 added, 20 removed.');
    const [shown, folded] = body.split('<summary>30 more packages</summary>') as [string, string];
    const rows = (text: string): string[] => text.split('\n').filter((line) => /^- .*`p\d{3}`/.test(line));
    expect(rows(shown)).toHaveLength(30);
    expect(rows(shown).at(0)).toBe('- `p020` `1:2-3` → `1:2-4`');
    expect(rows(shown).at(20)).toBe('- added `p040` `1:2-4`');
    expect(rows(folded)).toHaveLength(30);
    expect(rows(folded).at(-1)).toBe('- removed `p019` `1:2-3`');
  });

  it('compares no list of a database with one of an SBOM', () => {
    const { contentAfter, contentBefore } = details();
    const sbom = { ...contentAfter!, source: 'spdx' as const, via: 'the SBOM beside the image' };
    expect(texts([details({ contentBefore, contentAfter: sbom, packages: null })]).body).toContain(
      'Packages: not compared; one list is from `its dpkg database`, the other from `the SBOM beside the image`.',
    );
  });

  it('BOT-4 tells people only what they can do where they read it', () => {
    const forge = texts([details()]).body;
    for (const words of ['Close it to refuse', '`dockfix:ignore`', '`/dockfix recreate`', 'newer ones wait'])
      expect(forge).toContain(words);
    const local = texts([details()], {}, 65_536, { labels: false, comments: false }).body;
    expect(local).toContain(
      'Merge the branch to take these digests, delete it to refuse them; newer ones wait for 14 days.',
    );
    for (const words of ['Close it', 'dockfix:ignore', 'recreate', 'new title'])
      expect(local).not.toContain(words);
  });

  it('calls a pin a pin and an emergency an emergency', () => {
    expect(texts([details({ from: null })], { kind: 'pin' }).title).toBe(
      'build(docker): pin python:3.12 to its digest',
    );
    expect(texts([details({ isUrgent: true })]).title).toBe(
      'build(docker): update python:3.12, a pinned digest no longer exists',
    );
    expect(texts([details({ isUrgent: true })]).body).toContain('**A pinned digest no longer exists');
    const two = [details(), details({ key: 'docker.io/library/node:22', name: 'node:22', to: digest('c') })];
    expect(texts(two).title).toBe('build(docker): update digests of 2 images');
  });

  it('is the same text for the same facts', () => {
    expect(texts([details()])).toEqual(texts([details()]));
  });

  // Mutation: `body.length <= maxCharacters` becomes `true`.
  it('is never longer than the forge takes, and keeps its metadata when all else has to go', () => {
    const many = Array.from({ length: 600 }, (_, at) => ({ name: `package-${at}`, version: '1' }));
    const packages = { added: many, removed: [], updated: [] };
    const all = Array.from({ length: 12 }, (_, at) =>
      details({ key: `docker.io/library/i${at}:1`, name: `i${at}:1`, packages }),
    );
    for (const max of [1_000_000, 65_536, 30_000, 12_000]) {
      const { body } = texts(all, {}, max);
      expect(body.length).toBeLessThanOrEqual(max);
      expect(readMetadata(body)).not.toBeNull();
    }
    expect(texts([details({ packages })], {}, 65_536).body).toContain('<summary>471 more packages</summary>');
  });

  it('has a box that is found again when it is ticked', () => {
    const { body } = texts([details()]);
    expect(isTicked(body, REBUILD_BOX)).toBe(false);
    expect(isTicked(body.replace('- [ ]', '- [x]'), REBUILD_BOX)).toBe(true);
  });
});

/** What people try, and anything else. */
const NASTY = [
  '@everyone',
  '@org/team',
  '#1',
  'GH-1',
  'org/repo#1',
  '](javascript:alert(1))',
  '![x](https://evil.example/x.png)',
  '[a](https://evil.example)',
  '<img src=x onerror=alert(1)>',
  '<script>',
  '-->',
  '<!-- dockfix:1:e30 -->',
  '`',
  '``',
  '```',
  '~~~',
  '|',
  '\\|',
  '\\',
  '\n\n# Heading',
  '\r\n- [x] Rebuild',
  '</details>',
  'https://evil.example',
  'www.evil.example',
  'me@evil.example',
  '\u202edrow',
  '\u200b',
  '&lt;',
  '*_~',
  '    code',
  '[^1]',
  '[ref]: https://evil.example',
  '$(id)',
] as const;
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(...NASTY),
      fc.string({ maxLength: 12 }),
      fc.string({ unit: 'binary', maxLength: 6 }),
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(''));

function expectInert(markdown: string, ownLinks: (url: string) => boolean): void {
  const parts = markdownParts(markdown);
  expect(parts.links.filter((url) => !ownLinks(url))).toEqual([]);
  expect(parts.images).toEqual([]);
  expect(parts.html.filter((html) => !OWN_HTML.test(html))).toEqual([]);
  expect(parts.plain).not.toMatch(/@\w|(?:^|[\s(])(?:#|GH-)\d|https?:\/\/|www\./);
  for (const type of parts.types)
    expect([
      'footnoteDefinition',
      'footnoteReference',
      'definition',
      'imageReference',
      'linkReference',
      'image',
    ]).not.toContain(type);
}

describe('text that others wrote', { timeout: 60_000 }, () => {
  // Mutations: `longest + 1` in markdown.ts becomes `1`; the replacement of blanks is taken away; `cell` does not escape.
  it('SEC-7 makes no link, mention, image, HTML or table cell in a pull request, whatever it is', () => {
    const named = fc.record({ name: hostile, value: hostile });
    const config = fc.record({
      user: hostile,
      cmd: fc.array(hostile, { maxLength: 2 }),
      env: fc.array(named, { maxLength: 2 }),
      onBuild: fc.array(hostile, { maxLength: 2 }),
    });
    const versions = fc.array(fc.record({ name: hostile, version: hostile }), { maxLength: 3 });
    const arbitrary = fc.record({
      name: hostile,
      path: hostile,
      stage: hostile,
      note: hostile,
      source: hostile,
      revision: hostile,
      created: hostile,
      os: hostile,
      via: hostile,
      config,
      added: versions,
      platform: hostile,
      isComparable: fc.boolean(),
      key: hostile,
    });
    fc.assert(
      fc.property(arbitrary, (given) => {
        const after = image('b', {
          config: {
            ...given.config,
            labels: [{ name: 'org.opencontainers.image.base.name', value: given.name }],
          },
          revision: given.revision,
          source: given.source,
          created: given.created,
        });
        const one = details({
          name: given.name,
          key: given.key,
          uses: [{ path: given.path, line: 1, stage: given.stage }],
          notes: [],
          before: { ...image('a'), ...(given.isComparable ? { platform: given.platform } : {}) },
          after: {
            ...after,
            platform: given.platform,
            platforms: [{ platform: given.platform, digest: digest('b') }],
          },
          osAfter: { id: given.os, idLike: [], versionId: null, codename: null, prettyName: given.os },
          packages: {
            added: given.added,
            removed: given.added,
            updated: given.added.map(({ name, version }) => ({ name, from: version, to: name })),
          },
        });
        const { title, body } = texts([one]);
        // The one link that a label may become is the page of the source.
        const { source, compare } = sourceChange(one.before?.metadata ?? null, after.metadata);
        const own = [source, compare].map((address) => (address === null ? null : linkUrl(address)));
        expectInert(body, (url) => own.includes(url));
        expect(markdownParts(body).rows).toEqual([4, 4]);
        expect(readMetadata(body)).not.toBeNull();
        expect(isTicked(body, REBUILD_BOX)).toBe(false);
        expect(title).toMatch(/^[\w ():./[\]-]+$/);
        const unknown = texts([
          details({ contentAfter: { ...content('b', null), via: given.via }, packages: null }),
        ]);
        const twoKinds = texts([
          details({ contentAfter: { ...content('b', given.added), via: given.via }, packages: null }),
        ]);
        for (const { body: other } of [unknown, twoKinds])
          expectInert(other, (url) => url.startsWith('https://redirect.github.com/acme/python'));
      }),
      { numRuns: 200 },
    );
  });

  // Mutation: `code` in markdown.ts gives its text back as it is.
  it('SEC-7 makes nothing of the dashboard but text, and ticks none of its boxes', () => {
    const row = fc.record({
      names: fc.array(hostile, { maxLength: 2 }),
      hash: fc.constantFrom(null, '0123abcd'),
      reason: hostile,
      untilMs: fc.constant(null),
      number: fc.constant(null),
    });
    const rows = fc.array(row, { maxLength: 3 });
    fc.assert(
      fc.property(rows, rows, rows, rows, (open, held, snoozed, errors) => {
        const body = dashboardBody({ open, held, snoozed, errors }, 65_536);
        if (body === null) return;
        expectInert(body, () => false);
        expect(isAskedFor(body, '0123abcd')).toBe(false);
      }),
      { numRuns: 150 },
    );
  });

  // Mutation: `plainText` in markdown.ts keeps `\p{C}`.
  it('SEC-7 is one line, without control, bidirectional and invisible characters, and cut', () => {
    expect(plainText('a\u0000b\u202ec\u200bd\n\ne\u2028f')).toBe('abcd e f');
    expect(plainText('x'.repeat(1_000_000))).toHaveLength(200);
    expect(code('')).toBe('_(empty)_');
    expect(code('a`b')).toBe('`` a`b ``');
    expect(cell('a|b')).toBe('`a\\|b`');
  });

  // Mutations: each condition of `linkUrl` in turn.
  it('SEC-7 becomes a link only as an https address without credentials, written anew', () => {
    expect(link('x', 'https://example.com/a b|c<d>"`')).toBe(
      '[`x`](<https://example.com/a%20b%7Cc%3Cd%3E%22%60>)',
    );
    expect(linkUrl('https://github.com/a/b')).toBe('https://redirect.github.com/a/b');
    for (const address of [
      'javascript:alert(1)',
      'http://example.com/',
      'https://user@example.com/',
      'https://user:pw@example.com/',
      'data:text/html,x',
      '//example.com',
      `https://example.com/${'a'.repeat(600)}`,
      'https://[::1]/',
    ])
      expect(link('x', address), address).toBe('`x`');
  });
});
