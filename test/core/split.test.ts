import { describe, expect, it } from 'vitest';
import { fixText } from '../../src/index.ts';
import { fixDocument } from '../../src/app/fix-text.ts';
import { fixtureContext, fixtureGatherer } from '../../src/app/fixture.ts';
import { defaultOptions } from '../../src/core/options.ts';
import { parseDocument } from '../../src/core/parse.ts';
import { parseImageRef } from '../../src/core/image-ref.ts';
import { slimOf, stackOf, variantOf } from '../../src/core/split/images.ts';
import { SUITES, devPackages } from '../../src/core/split/packages.data.ts';
import { packageRole, suiteOf } from '../../src/core/split/packages.ts';
import { candidateOf } from '../../src/core/split/reading.ts';
import { allowsPython, meansPython, pythonOf, uvImageOf } from '../../src/core/split/uv-python.ts';
import type { ImageRef } from '../../src/core/image-ref.ts';
import type { FixedText } from '../../src/core/outcome.ts';
import { transforms } from '../../transforms/index.ts';
import { readCases } from '../fixtures.ts';

function image(text: string): ImageRef {
  const found = parseImageRef(text);
  if ('error' in found) throw new Error(found.error);
  return found;
}

describe('what a -dev package leaves behind', () => {
  it('is named by suite, each row with a source, a mark and at least one package that is no -dev', () => {
    expect(devPackages().size).toBeGreaterThan(70);
    for (const row of devPackages().values()) {
      expect(row.mark).toBe('V');
      expect(row.source).not.toBe('');
      expect(Object.keys(row.runtime)).toEqual(SUITES);
      for (const list of Object.values(row.runtime)) {
        expect(list.length, row.name).toBeGreaterThan(0);
        for (const name of list) expect(name).toMatch(/^[a-z0-9][a-z0-9+.-]+$/);
        expect(list.filter((name) => name.endsWith('-dev'))).toEqual([]);
      }
    }
  });

  it.each([
    ['libssl-dev', 'bookworm', ['libssl3']],
    ['libssl-dev', 'trixie', ['libssl3t64']],
    ['libssl-dev', 'bullseye', ['libssl1.1']],
    ['libpq-dev', 'bullseye', ['libpq5']],
    ['libpq-dev=15.6-1', null, ['libpq5']],
    ['libffi-dev:arm64', 'trixie', ['libffi8']],
  ] as const)('%s in %s', (name, suite, runtime) => {
    expect(packageRole(name, suite)).toEqual({ role: 'library', runtime });
  });

  it('is not guessed: neither without a row nor without the suite that decides', () => {
    expect(packageRole('libicu-dev', null)).toEqual({ role: 'unknown', why: 'no-suite' });
    expect(packageRole('libaio-dev', null)).toEqual({ role: 'unknown', why: 'no-suite' });
    expect(packageRole('libown-dev', 'trixie')).toEqual({ role: 'unknown', why: 'no-row' });
  });

  it('is asked for by the name that both suites know, where the tag does not say which one it is', () => {
    const names = (name: string): unknown => {
      const role = packageRole(name, null);
      return 'runtime' in role ? role.runtime : role;
    };
    expect(names('libssl-dev')).toEqual(['libssl3']);
    expect(names('libgeos-dev')).toEqual(['libgeos-c1v5']);
    expect(names('libxmlsec1-dev')).toEqual(['libxmlsec1', 'libxmlsec1-openssl']);
  });

  it('is nothing for compilers and headers, and the package itself for every other one', () => {
    for (const name of [
      'gcc',
      'g++-12',
      'build-essential',
      'python3-dev',
      'libc6-dev',
      'pkg-config',
      'cmake',
    ])
      expect(packageRole(name, null), name).toEqual({ role: 'build' });
    for (const name of ['curl', 'postgresql-client', 'libvips42', 'makepasswd'])
      expect(packageRole(name, null), name).toEqual({ role: 'runtime' });
  });
});

describe('the variants of the language images', () => {
  it.each([
    ['python', 'python:slim'],
    ['python:latest', 'python:slim'],
    ['python:3.12', 'python:3.12-slim'],
    ['python:3.12-bookworm', 'python:3.12-slim-bookworm'],
    ['python:bookworm', 'python:slim-bookworm'],
    [`python:3.12@sha256:${'a'.repeat(64)}`, 'python:3.12-slim'],
    ['node:20-bookworm', 'node:20-bookworm-slim'],
    ['node:lts', 'node:lts-slim'],
    ['docker.io/library/ruby:3.3-trixie', 'docker.io/library/ruby:3.3-slim-trixie'],
    ['registry.docker.com/library/node:22', 'registry.docker.com/library/node:22-slim'],
  ])('%s as %s', (full, slim) => expect(slimOf(full, image(full))).toBe(slim));

  it('keep a variable that stands for the version alone', () => {
    expect(slimOf('python:${V}', image('python:3.12'))).toBe('python:${V}-slim');
    expect(slimOf('python:${V}', image('python:3.12-bookworm'))).toBeNull();
    expect(slimOf('${IMAGE}', image('python:3.12'))).toBeNull();
  });

  it.each([
    ['python:3.12', 'full', null],
    ['python:3.6', 'full', 'other'],
    ['node:carbon', 'full', 'other'],
    ['python:3.12-slim-trixie', 'slim', 'trixie'],
    ['python:3.12-slim-bullseye', 'slim', 'bullseye'],
    ['python:3.9-slim-buster', 'slim', 'other'],
    ['python:3.9.10-slim', 'slim', 'bullseye'],
    ['python:3.8.2', 'full', 'other'],
    ['python:3.8.20', 'full', 'bookworm'],
    ['python:3.11.9', 'full', null],
    ['python:3', 'full', null],
    ['node:18.16.0', 'full', 'bullseye'],
    ['node:18.3', 'full', 'bullseye'],
    ['node:18', 'full', 'bookworm'],
    ['python:3.8', 'full', 'bookworm'],
    ['python:3.9', 'full', null],
    ['php:8.0-fpm', 'full', 'bookworm'],
    ['php:8.2-fpm', 'full', null],
    ['node:16', 'full', 'other'],
    ['node:22.1.0', 'full', null],
    ['rust:1.79', 'full', 'bookworm'],
    ['rust:1.79.0-slim', 'slim', 'bookworm'],
    ['rust:1.60', 'full', 'bullseye'],
    ['rust:1.89', 'full', null],
    ['rust:1', 'full', null],
    ['rust:latest', 'full', null],
    ['golang:1.13.1', 'full', 'other'],
    ['node:22-alpine3.20', 'alpine', null],
    ['python:3.12-windowsservercore', 'windows', null],
    [`python@sha256:${'a'.repeat(64)}`, 'other', null],
  ])('%s is %s of %s', (text, kind, suite) => expect(variantOf(image(text))).toEqual({ kind, suite }));

  it('know their stack also by a mirror, and nothing else', () => {
    expect(stackOf(image('public.ecr.aws/docker/library/golang:1'))).toBe('go');
    expect(stackOf(image('example.com/python:3'))).toBeNull();
    expect(suiteOf('13')).toBeNull();
  });
});

describe('which files are looked at', () => {
  it.each([
    ['FROM python:3.12\nCMD ["x"]\n', false],
    ['FROM python:3.12\nRUN pip install x\n', true],
    ['FROM python:3.12\nRUN <<EOF\npip install x\nEOF\n', true],
    ['FROM ubuntu\nRUN pip install x\n', false],
    ['FROM ghcr.io/astral-sh/uv:python3.12-alpine\nRUN uv sync\n', true],
    ['FROM python:3.12\nRUN pip install x\nFROM python:3.12\n', false],
    ['FROM ${BASE}\nRUN pip install x\n', false],
  ])('%j: %s', (text, is) => expect(candidateOf(parseDocument(text)) !== null).toBe(is));
});

describe('the Python that uv takes', () => {
  it.each([
    ['python:3.12', [3, 12]],
    ['python:3.12.4-slim-bookworm', [3, 12, 4]],
    ['ghcr.io/astral-sh/uv:0.9.2-python3.13-trixie', [3, 13]],
    ['python:3', null],
    ['python:3.14-rc-slim', null],
    ['ghcr.io/astral-sh/uv:bookworm-slim', null],
    ['ghcr.io/astral-sh/uv:python3.12-alpine', null],
  ])('of %s is %j', (text, version) => expect(pythonOf(image(text))).toEqual(version));

  it('is told from the variant and the suite of the image of uv', () => {
    expect(uvImageOf(image('ghcr.io/astral-sh/uv:python3.12-bookworm-slim'))).toEqual({
      version: [3, 12],
      suite: 'bookworm',
      isSlim: true,
    });
  });

  it.each([
    ['>=3.11', [3, 12], true],
    ['>=3.12,<3.13', [3, 12], true],
    ['==3.12.*', [3, 12], true],
    ['~=3.11', [3, 12], true],
    ['~=3.12.1', [3, 12, 4], true],
    ['>=3.12.1', [3, 12], false],
    ['==3.12', [3, 12], false],
    ['>=3.13', [3, 12], false],
    ['<3.12', [3, 12], false],
    ['~=3.11.2', [3, 12], false],
    ['!=3.12.*', [3, 12], false],
    ['!=3.12.1', [3, 12], false],
    ['!=3.11.*', [3, 12], true],
    ['^3.12', [3, 12], false],
  ] as const)('by requires-python = %j is %j: %s', (specifiers, version, is) =>
    expect(allowsPython(specifiers, version)).toBe(is),
  );

  it.each([
    ['3.12', true],
    ['3', true],
    ['cpython@3.12', true],
    ['/usr/local/bin/python3', true],
    ['3.12.4', false],
    ['3.13', false],
    ['3.12t', false],
    ['pypy@3.12', false],
  ])('by the request %s is 3.12: %s', (request, is) => expect(meansPython(request, [3, 12])).toBe(is));
});

/** Every transform over a case of split-stages, as `--write --unsafe` would run them. */
async function runAll(text: string, name: string): Promise<FixedText> {
  const fixture = readCases('split-stages').find((one) => one.name === name)!;
  const document = parseDocument(text);
  return fixDocument(document, {
    transforms: transforms.map((transform) => ({ transform, options: defaultOptions(transform) })),
    knownIds: new Set(transforms.map(({ meta }) => meta.id)),
    level: 'unsafe',
    preview: true,
    gatherer: fixtureGatherer(fixture.facts, () => fixtureContext(fixture.context!)(document)),
  });
}

describe('all transforms over what is split', () => {
  const changing = readCases('split-stages').filter(({ input, expected }) => input !== expected);

  it.each(changing.map(({ name, input }) => [name, input] as const))(
    '%s settles in one run, with the user and the health check in the new last stage, and a second run changes nothing',
    async (name, input) => {
      const first = await runAll(input, name);
      expect(first.bugs).toEqual([]);
      const text = first.change.text;
      expect(text.match(/^from /gim)).toHaveLength(2);
      const builder = text.slice(0, text.search(/\n\nfrom /i));
      const had = input.match(/^user /gim)?.length ?? 0;
      expect(
        builder.match(/^(?:user|healthcheck|cmd|entrypoint|expose) /gim)?.length ?? 0,
      ).toBeLessThanOrEqual(had);
      const second = await runAll(text, name);
      expect(second.change.text).toBe(text);
      expect(second.bugs).toEqual([]);
    },
  );

  it('adds the user behind what is copied from the builder', async () => {
    const fixture = changing.find(({ name }) => name === 'python-full-image')!;
    const { change } = await runAll(fixture.input, fixture.name);
    const runtime = change.text.slice(change.text.indexOf('\n\nFROM '));
    expect(runtime).toMatch(/^USER 10001:10001$/m);
    expect(runtime).toMatch(/^HEALTHCHECK /m);
  });

  it('is left out without --unsafe, and the file is then fixed as it is', async () => {
    const { text } = await fixText(
      'FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm ci\nCMD ["node", "a.js"]\n',
      {
        only: ['split-stages'],
      },
    ).then(({ change }) => change);
    expect(text.match(/^FROM /gm)).toHaveLength(1);
  });
});

describe('a container that starts uv', () => {
  const { input, context, facts } = readCases('split-stages').find(
    ({ name }) => name === 'uv-run-at-the-start',
  )!;

  async function startOf(start: string): Promise<string> {
    const document = parseDocument(input.replace(/^CMD .*$/m, () => start));
    const only = transforms.filter(({ meta }) => meta.id === 'split-stages');
    const { change } = await fixDocument(document, {
      transforms: only.map((transform) => ({ transform, options: defaultOptions(transform) })),
      knownIds: new Set(only.map(({ meta }) => meta.id)),
      level: 'unsafe',
      preview: true,
      gatherer: fixtureGatherer(facts, () => fixtureContext(context!)(document)),
    });
    const at = change.text.search(/^(?:CMD|ENTRYPOINT)/m);
    return change.text.includes('builder') ? change.text.slice(at).trimEnd() : 'left alone';
  }

  it.each([
    ['CMD ["uv", "run", "uvicorn", "main:app"]', 'CMD ["uvicorn", "main:app"]'],
    ['CMD ["uv", "run", "--no-sync", "uvicorn"]', 'CMD ["uvicorn"]'],
    ['CMD ["uv","run","main.py"]', 'CMD ["python", "main.py"]'],
    ['CMD ["uv", "run", "-m", "main"]', 'CMD ["python", "-m", "main"]'],
    ['ENTRYPOINT []\nCMD ["uv", "run", "python", "-m", "x"]', 'ENTRYPOINT []\nCMD ["python", "-m", "x"]'],
    ['ENTRYPOINT ["uv", "run", "uvicorn"]', 'ENTRYPOINT ["uvicorn"]'],
    ['CMD exec uv run  uvicorn main:app', 'CMD exec uvicorn main:app'],
  ])('by %s starts %s', async (start, instead) => expect(await startOf(start)).toBe(instead));

  it.each([
    'CMD ["uv", "run", "celery"]',
    'CMD ["uv", "run", "--with", "x", "uvicorn"]',
    'CMD ["uv", "run", "--group", "dev", "uvicorn"]',
    'CMD ["uv", "run"]',
    'CMD ["sh", "-c", "uv run uvicorn main:app"]',
    'CMD timeout 5 uv run uvicorn main:app',
    'CMD ["uv", "sync"]',
    'HEALTHCHECK CMD uv run main.py\nCMD ["uv", "run", "uvicorn", "main:app"]',
  ])('by %s is left alone', async (start) => expect(await startOf(start)).toBe('left alone'));
});
