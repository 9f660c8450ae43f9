import { describe, expect, it } from 'vitest';
import { filesInStage, stageText } from '../../../src/core/context/stage-files.ts';
import { caseOf } from './support.ts';
import type { MemoryFile } from '../../../src/facts/context/memory.ts';

const TREE: Readonly<Record<string, MemoryFile>> = {
  'package.json': '{}',
  'src/main.js': 'main',
  'src/lib/a.js': 'a',
  'README.md': 'read',
  'entry.sh': '#!/bin/sh',
};

async function paths(text: string, files = TREE, workdir: string | null = null): Promise<readonly string[]> {
  const { document, stage, context } = await caseOf(text, files);
  return [...filesInStage(document, stage, context, workdir).files.values()]
    .map(({ path, source }) => `${path} < ${source}`)
    .sort();
}

async function unknown(text: string, files = TREE): Promise<readonly string[]> {
  const { document, stage, context } = await caseOf(text, files);
  return filesInStage(document, stage, context).unknown.map(({ code, target }) => `${code} ${target}`);
}

describe('the files of a stage', () => {
  it.each([
    ['a file to a name', 'COPY package.json /app/manifest.json', ['/app/manifest.json < package.json']],
    ['a file into a folder', 'COPY package.json /app/', ['/app/package.json < package.json']],
    [
      'a file into the working folder',
      'WORKDIR /app\nCOPY package.json .',
      ['/app/package.json < package.json'],
    ],
    [
      'a relative working folder',
      'WORKDIR /app\nWORKDIR sub\nCOPY entry.sh ./',
      ['/app/sub/entry.sh < entry.sh'],
    ],
    [
      'several files',
      'COPY package.json README.md /app',
      ['/app/README.md < README.md', '/app/package.json < package.json'],
    ],
    [
      'what is in a folder, not the folder',
      'COPY src /app',
      ['/app/lib/a.js < src/lib/a.js', '/app/main.js < src/main.js'],
    ],
    ['a pattern', 'COPY pack*.json /app/', ['/app/package.json < package.json']],
    ['the JSON form', 'COPY ["entry.sh", "/usr/local/bin/"]', ['/usr/local/bin/entry.sh < entry.sh']],
    ['variables', 'ARG DIR=/srv\nCOPY entry.sh $DIR/', ['/srv/entry.sh < entry.sh']],
    ['ADD of a local file', 'ADD README.md /', ['/README.md < README.md']],
    ['the last one wins', 'COPY README.md /x\nCOPY entry.sh /x', ['/x < entry.sh']],
    ['a path with dots', 'COPY ./src/../entry.sh /x', ['/x < entry.sh']],
  ])('follows %s', async (_, lines, expected) => {
    expect(await paths(`FROM a\n${lines}\n`)).toEqual(expected);
  });

  it('leaves out what the ignore file keeps back', async () => {
    expect(
      await paths('FROM a\nCOPY . /app/\n', {
        ...TREE,
        '.dockerignore': 'src/lib\n*.md\nDockerfile\n.dockerignore\n',
      }),
    ).toEqual([
      '/app/entry.sh < entry.sh',
      '/app/package.json < package.json',
      '/app/src/main.js < src/main.js',
    ]);
  });

  it('takes the ignore file that belongs to the Dockerfile', async () => {
    const files = { ...TREE, 'Dockerfile.dockerignore': '*\n!entry.sh\n', '.dockerignore': 'entry.sh\n' };
    expect(await paths('FROM a\nCOPY . /\n', files)).toEqual(['/entry.sh < entry.sh']);
  });

  it('follows files through stages, by name, by number and by FROM', async () => {
    const text =
      'FROM a AS build\nWORKDIR /b\nCOPY src .\nFROM a AS base\nCOPY entry.sh /entry\nFROM base\nCOPY --from=build /b /app\nCOPY --from=0 /b/main.js /m.js\n';
    expect(await paths(text)).toEqual([
      '/app/lib/a.js < src/lib/a.js',
      '/app/main.js < src/main.js',
      '/entry < entry.sh',
      '/m.js < src/main.js',
    ]);
  });

  it('reads the text of a heredoc', async () => {
    const { document, stage, context } = await caseOf(
      'FROM a\nCOPY <<EOF /start.sh\n#!/bin/sh\nexec app\nEOF\n',
    );
    const files = filesInStage(document, stage, context);
    expect(stageText(context, files, '/start.sh')).toBe('#!/bin/sh\nexec app\n');
    expect(stageText(context, files, '/other')).toBeNull();
  });

  it.each([
    ['COPY $WHAT /app/', 'variable /app'],
    ['ADD https://user:pass@example.com/a.txt /a', 'download /a'],
    ['ADD bundle.tar.gz /app/', 'archive /app/bundle.tar.gz'],
    ['COPY --from=nginx:1 /etc/nginx /etc/nginx', 'image /etc/nginx'],
    ['COPY missing.txt /app/', 'not-in-context /app'],
    ['COPY ../up.txt /app/', 'outside /app'],
    ['COPY --parents src/main.js /app/', 'option /app'],
    ['COPY entry.sh .', 'workdir null'],
    ['WORKDIR $NOWHERE\nCOPY entry.sh .', 'workdir null'],
  ])('names what it cannot follow: %s', async (line, expected) => {
    expect(await unknown(`FROM a\n${line}\n`, { ...TREE, 'bundle.tar.gz': 'x' })).toContain(expected);
  });

  it('never shows the credentials of a download', async () => {
    const { document, stage, context } = await caseOf('FROM a\nADD https://user:pass@example.com/a /a\n');
    expect(filesInStage(document, stage, context).unknown[0]!.reason).toBe(
      'https://example.com/a is downloaded',
    );
  });

  it('knows the working folder of scratch, and that of a base image that was looked up', async () => {
    expect(await paths('FROM scratch\nCOPY entry.sh .\n')).toEqual(['/entry.sh < entry.sh']);
    expect(await paths('FROM a\nCOPY entry.sh .\n', TREE, '/srv')).toEqual(['/srv/entry.sh < entry.sh']);
  });
});
