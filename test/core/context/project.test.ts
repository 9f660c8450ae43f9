import { describe, expect, it } from 'vitest';
import { describeProject, labelsSetByCi } from '../../../src/core/context/project.ts';
import { licenceOfText, spdxExpression } from '../../../src/core/context/spdx.ts';
import { parseDocument } from '../../../src/core/parse.ts';
import { createContextSource } from '../../../src/facts/context/context.ts';
import { memoryFiles } from '../../../src/facts/context/memory.ts';

async function contextOf(
  files: Record<string, string>,
  dockerfile = 'Dockerfile',
  remote = 'git@github.com:acme/shop.git',
) {
  const tree: Record<string, string> = {
    '/r/.git/config': `[remote "origin"]\nurl = ${remote}\n`,
    [`/r/${dockerfile}`]: '',
  };
  for (const [path, text] of Object.entries(files)) tree[`/r/${path}`] = text;
  const source = createContextSource(memoryFiles(tree));
  const fact = await source.contextOf(
    { dockerfile: `/r/${dockerfile}`, folder: '/r', cwd: '/r' },
    parseDocument('FROM a\nCOPY . .\n'),
  );
  if (!fact.ok) throw new Error(fact.reason);
  return fact.value;
}

async function title(files: Record<string, string>, dockerfile?: string): Promise<string | undefined> {
  return describeProject(await contextOf(files, dockerfile)).title?.value;
}

describe('the title of an image', () => {
  it.each([
    [
      'the name of package.json, without its scope',
      { 'package.json': '{"name":"@acme/orders"}' },
      undefined,
      'orders',
    ],
    ['the name of pyproject.toml', { 'pyproject.toml': '[tool.poetry]\nname = "feed"\n' }, undefined, 'feed'],
    ['the name of Cargo.toml', { 'Cargo.toml': '[package]\nname = "relay"\n' }, undefined, 'relay'],
    ['the last part of a Go module', { 'go.mod': 'module github.com/acme/ledger/v3\n' }, undefined, 'ledger'],
    [
      'the artifact of pom.xml, not that of its parent',
      {
        'pom.xml':
          '<project><parent><artifactId>p</artifactId></parent><artifactId>own</artifactId></project>',
      },
      undefined,
      'own',
    ],
    ['the repository where a generator named it', { 'package.json': '{"name":"my-app"}' }, undefined, 'shop'],
    ['the repository and the part', { 'package.json': '{"name":"frontend"}' }, undefined, 'shop-frontend'],
    ['the repository where there is no manifest', {}, undefined, 'shop'],
    ['the folder of the Dockerfile', {}, 'services/mail/Dockerfile', 'shop-mail'],
    [
      'the manifest beside the Dockerfile, not that of the root',
      { 'package.json': '{"name":"root-x"}', 'api/package.json': '{"name":"orders-api"}' },
      'api/Dockerfile',
      'orders-api',
    ],
    [
      'the root for a folder of Dockerfiles',
      { 'package.json': '{"name":"orders"}' },
      'docker/Dockerfile',
      'orders',
    ],
    [
      'the folder of one of several images',
      { 'package.json': '{"name":"orders"}' },
      'docker/mailer/Dockerfile',
      'shop-mailer',
    ],
    [
      'the module of a Maven build',
      { 'api/pom.xml': '<artifactId>orders</artifactId>' },
      'api/src/main/docker/Dockerfile',
      'orders',
    ],
    [
      'the folder above the one for production',
      { 'package.json': '{"name":"orders"}' },
      'docker/production/Dockerfile',
      'orders',
    ],
    [
      'with what the Dockerfile is for',
      { 'package.json': '{"name":"orders"}' },
      'Dockerfile.worker',
      'orders-worker',
    ],
    ['with that in front', { 'package.json': '{"name":"orders"}' }, 'worker.Dockerfile', 'orders-worker'],
    ['without how it is built', { 'package.json': '{"name":"orders"}' }, 'Dockerfile.prod', 'orders'],
    ['never a name with odd characters', { 'package.json': '{"name":"$(rm -rf)"}' }, undefined, 'shop'],
  ] as const)('is %s', async (_, files, dockerfile, expected) => {
    expect(await title(files, dockerfile)).toBe(expected);
  });
});

describe('what a project says', () => {
  it('reads what is fit to be shown, and leaves out what generators write', async () => {
    const good = describeProject(
      await contextOf({
        'package.json':
          '{"name":"o","description":" Sells  things\\n to people ","author":{"name":"Mira","email":"m@acme.dev"},"homepage":"https://github.com/acme/shop#readme"}',
      }),
    );
    expect([good.description?.value, good.authors?.value, good.documentation?.value]).toEqual([
      'Sells things to people',
      'Mira <m@acme.dev>',
      'https://github.com/acme/shop#readme',
    ]);
    for (const description of [
      '',
      'Add your description here',
      'Demo project for Spring Boot',
      'A Vue.js project',
      'o',
      'x'.repeat(300),
      'hid\u202eden text',
    ]) {
      const { description: said } = describeProject(
        await contextOf({ 'package.json': JSON.stringify({ name: 'o', description }) }),
      );
      expect(said, description).toBeNull();
    }
  });

  it.each([
    ['MIT', null, 'MIT'],
    ['(MIT OR Apache-2.0)', null, 'MIT OR Apache-2.0'],
    ['ISC', null, undefined],
    ['UNLICENSED', null, undefined],
    ['SEE LICENSE IN LICENSE', 'Apache License\nVersion 2.0, January 2004', undefined],
    [undefined, 'Apache License\nVersion 2.0, January 2004', 'Apache-2.0'],
    ['MIT', 'Apache License\nVersion 2.0, January 2004', undefined],
    [undefined, 'GNU GENERAL PUBLIC LICENSE Version 3', undefined],
  ])('takes the licence %j with the text %j as %j', async (license, text, expected) => {
    const files = {
      'package.json': JSON.stringify({ name: 'o', license }),
      ...(text === null ? {} : { LICENSE: text }),
    };
    expect(describeProject(await contextOf(files)).licenses?.value).toBe(expected);
  });

  it('knows SPDX names and the texts of licences', () => {
    expect([
      spdxExpression('GPL-3.0'),
      spdxExpression('MIT AND (BSD-2-Clause OR Zlib)'),
      spdxExpression('(MIT'),
    ]).toEqual([null, 'MIT AND (BSD-2-Clause OR Zlib)', null]);
    expect(licenceOfText('Redistribution and use in source and binary forms, ...\nNeither the name of')).toBe(
      'BSD-3-Clause',
    );
    expect(licenceOfText('All rights reserved')).toBeNull();
  });

  it('survives manifests that are none', async () => {
    for (const text of ['[]', 'null', '{', '"x"', '{"name":{"a":1},"author":[],"description":7}']) {
      expect(await title({ 'package.json': text })).toBe('shop');
    }
  });
});

describe('labels that the CI sets', () => {
  const keys = async (files: Record<string, string>): Promise<readonly string[]> =>
    [...labelsSetByCi(await contextOf(files)).keys()].sort();
  const action = '- id: meta\n  uses: docker/metadata-action@v5\n';

  it('are those of docker/metadata-action where its labels are used', async () => {
    expect(
      await keys({
        '.github/workflows/a.yml': `${action}- with:\n    labels: \${{ steps.meta.outputs.labels }}\n`,
      }),
    ).toContain('revision');
    expect(await keys({ '.github/workflows/a.yml': action })).toEqual([]);
    expect(
      await keys({
        '.github/workflows/a.yml': `# ${action.replace('\n', '\n# ')}# labels: steps.meta.outputs.labels\n`,
      }),
    ).toEqual([]);
  });

  it('are those that a build command or a bake file names', async () => {
    expect(await keys({ 'docker-bake.hcl': 'labels = { "org.opencontainers.image.source" = "x" }' })).toEqual(
      ['source'],
    );
    expect(
      await keys({ 'scripts/image.sh': 'docker build --label "org.opencontainers.image.base.name=x" .' }),
    ).toEqual(['base.name']);
    expect(await keys({ '.circleci/config.yml': 'environment:\n  BUILDX_GIT_LABELS: 1\n' })).toEqual([
      'revision',
      'source',
    ]);
    expect(
      await keys({
        LICENSE: 'org.opencontainers.image.title',
        'README.md': 'org.opencontainers.image.title',
      }),
    ).toEqual([]);
  });
});
