import { describe, expect, it } from 'vitest';
import { parseImageRef } from '../../src/core/image-ref.ts';
import type { ImageRef } from '../../src/core/image-ref.ts';
import type { Evidence } from '../../src/core/types.ts';
import {
  BASE_IMAGES,
  atMost,
  baseAccounts,
  baseImageHint,
  baseWorkdir,
  scratchHint,
} from '../../src/facts/base-images.ts';
import type { BaseImageHint, BaseImageRow } from '../../src/facts/base-images.ts';
import { fixText } from '../../src/index.ts';
import type { FixedFinding } from '../../src/index.ts';

/** An image of each repository of a row, with a tag that the row takes where `latest` does not fit. */
function examples({ repositories, tag, notTag }: BaseImageRow): readonly string[] {
  const tags = [
    'latest',
    'minimal',
    'alpine',
    'slim',
    'noble',
    'jammy',
    'fpm',
    '9',
    '6.0',
    'debug',
    'nonroot',
  ];
  const fitting = tags.find((one) => (tag?.test(one) ?? true) && !(notTag?.test(one) ?? false));
  return fitting === undefined
    ? []
    : repositories.map((one) => `${one.replace(/^\*/, 'example.com/a').replaceAll('*', 'x')}:${fitting}`);
}

function accounts(name: string) {
  return baseAccounts(parseImageRef(name) as ImageRef);
}

function hint(name: string): BaseImageHint | null {
  return baseImageHint(parseImageRef(name) as ImageRef);
}

describe('the folder in which a base image starts', () => {
  it.each([
    ['golang:1.24', '/go'],
    ['php:8.3-fpm', '/var/www/html'],
    ['php:8.3-cli', '/'],
    ['httpd:2.4', '/usr/local/apache2'],
    ['oven/bun:1', '/home/bun/app'],
    ['gradle:8', '/home/gradle'],
    ['composer:2', '/app'],
    ['redis:7', '/data'],
    ['public.ecr.aws/lambda/nodejs:22', '/var/task'],
    ['node:22', '/'],
    ['mcr.microsoft.com/dotnet/core/aspnet:3.1', '/'],
  ])('of %s is %s', (name, folder) => {
    expect(baseWorkdir(parseImageRef(name) as ImageRef)).toBe(folder);
  });

  it.each(['node:8-onbuild', 'nvidia/cuda:12.4.0-base', 'example.com/team/base', 'perl:5'])(
    'is not known of %s',
    (name) => {
      expect(baseWorkdir(parseImageRef(name) as ImageRef)).toBeNull();
    },
  );
});

describe('the table of base images', () => {
  it('says of every row where it is from, and once only', () => {
    for (const { id, source } of BASE_IMAGES)
      expect(source, id).toMatch(/^(?:https:\/\/\S{10}|run: \S|general knowledge, not checked)/);
    expect(new Set(BASE_IMAGES.map(({ id }) => id)).size).toBe(BASE_IMAGES.length);
  });

  it('calls a source not checked exactly where the mark is K', () => {
    for (const { id, mark, source } of BASE_IMAGES) expect(/not checked/.test(source), id).toBe(mark === 'K');
  });

  it('has every row of the list, 1 to 80', () => {
    const numbers = new Set(BASE_IMAGES.map(({ id }) => Number(/^\d+/.exec(id)![0])));
    for (let number = 1; number <= 80; number++) expect(numbers.has(number), String(number)).toBe(true);
  });

  it('has no row that another one above hides', () => {
    const general = BASE_IMAGES.filter(({ tag, notTag }) => !tag && !notTag);
    BASE_IMAGES.forEach((row, index) => {
      for (const name of row.repositories) {
        const hiding = general.find(
          (other) => BASE_IMAGES.indexOf(other) < index && other.repositories.includes(name),
        );
        expect(
          hiding === undefined || row.repositories.length > 1,
          `${row.id}: ${name} behind ${hiding?.id}`,
        ).toBe(true);
      }
    });
  });

  it.each([
    ['python:3.12-slim', '26'],
    ['python:3.12-slim-bookworm@sha256:' + 'a'.repeat(64), '26'],
    ['docker.io/library/python:3-alpine3.20', '27'],
    ['python', '25'],
    ['debian:trixie-slim', '2'],
    ['debian:bookworm', '1'],
    ['ubuntu:22.04', '3'],
    ['ubuntu:24.04', '4'],
    ['node:22-alpine', '30'],
    ['gcr.io/distroless/nodejs22-debian12:nonroot', '10n'],
    ['gcr.io/distroless/static-debian12', '8'],
    ['gcr.io/distroless/cc:debug', '8d'],
    ['gcr.io/distroless/static:debug-nonroot', '8a'],
    ['nginx:1.27-alpine-slim', '55'],
    ['nginx:alpine', '54a'],
    ['nginxinc/nginx-unprivileged:1.27', '56'],
    ['haproxy:2.2', '60o'],
    ['haproxy:2.9', '60'],
    ['php:8.3-fpm-alpine', '37a'],
    ['php:8.3-apache', '38'],
    ['mcr.microsoft.com/dotnet/aspnet:8.0-jammy-chiseled', '46'],
    ['mcr.microsoft.com/dotnet/aspnet:6.0', '45o'],
    ['mcr.microsoft.com/dotnet/aspnet:8.0-nanoserver-ltsc2022', '80b'],
    ['public.ecr.aws/lambda/python:3.12', '20'],
    ['registry.access.redhat.com/ubi9/ubi-minimal:9.4', '15'],
    ['bitnami/redis:7', '76'],
    ['cgr.dev/chainguard/python:latest-dev', '12a'],
  ])('knows %s by row %s', (name, row) => {
    expect(hint(name)?.row).toBe(row);
  });

  it('knows nothing of other images', () => {
    expect(hint('acme/python:3.12-slim')).toBeNull();
    expect(hint('ghcr.io/library/python:3.12')).toBeNull();
  });

  it('gives what was checked as facts, with the accounts that differ by tag', () => {
    expect(accounts('postgres:16-alpine')?.ready).toEqual({ name: 'postgres', uid: 70, gid: 70 });
    expect(accounts('postgres:16')?.ready?.uid).toBe(999);
    expect(accounts('postgres:16')?.guard?.test('postgres')).toBe(true);
    expect(accounts('redis:7-alpine')?.ready).toEqual({ name: 'redis', uid: 999, gid: 1000 });
    const scratch = scratchHint();
    expect(scratch.mark === 'V' && scratch.facts.missing).toContain('sh');
  });

  it('says the same of a copy of an official image', () => {
    for (const name of ['mirror.gcr.io/library/node:22', 'public.ecr.aws/docker/library/node:22']) {
      expect(accounts(name)).toEqual(accounts('node:22'));
      expect(hint(name)).toEqual(hint('node:22'));
    }
  });

  it('keeps the one object for the one name', () => {
    expect(accounts('python:3.12')).toBe(accounts('docker.io/library/python:3.12'));
    expect(hint('python:3.12')).toBe(hint('docker.io/library/python:3.12'));
  });

  it('says how an image is run only where somebody has looked', () => {
    expect(accounts('varnish:fresh')).toBeNull();
    expect(hint('varnish:fresh')).not.toBeNull();
    expect(accounts('ghcr.io/astral-sh/uv:python3.12-bookworm')?.role).toBe('language');
    expect(hint('ghcr.io/astral-sh/uv:python3.12-bookworm')).toBeNull();
  });

  it('has the account for applications among the accounts, and each name once', () => {
    for (const name of BASE_IMAGES.flatMap(examples)) {
      const row = accounts(name);
      if (!row) continue;
      const names = row.accounts.map((account) => account.name);
      expect(new Set(names).size, name).toBe(names.length);
      if (row.ready) expect(row.accounts, name).toContainEqual(row.ready);
    }
  });

  it('gives what was not checked as a guess that may carry advice alone', () => {
    const fedora = hint('fedora:40')!;
    expect(fedora.mark).toBe('K');
    expect('facts' in fedora).toBe(false);
    // @ts-expect-error: facts of a row that was not checked do not exist, and the compiler says so.
    expect(fedora.facts).toBeUndefined();
    expect(atMost('safe', fedora.ceiling)).toBe('display');
    expect(atMost('display', 'unsafe')).toBe('display');
  });
});

describe('a fix that rests on the table', () => {
  const GUESSES = new Set(BASE_IMAGES.filter(({ mark }) => mark === 'K').map(({ id }) => `base image ${id}`));
  const ENTRIES = new Set(BASE_IMAGES.map(({ id }) => `base image ${id}`));

  const isGuess = (evidence: Evidence): boolean =>
    evidence.kind === 'knowledge' && (GUESSES.has(evidence.entry) || evidence.entry.endsWith(' [K]'));
  const isOfTable = (evidence: Evidence): boolean =>
    evidence.kind === 'knowledge' && (ENTRIES.has(evidence.entry) || / \[[VSK]\]$/.test(evidence.entry));

  /** Everything that the table is asked for: who runs it, which number a name has, how it is probed and stopped. */
  async function findings(
    image: string,
    name: string,
  ): Promise<readonly (FixedFinding & { readonly key: string })[]> {
    const starts = ['CMD ["gunicorn", "-b", ":8000", "app:app"]', 'CMD ["./server"]', ''];
    const texts = [
      ...starts.map((start) => `FROM ${image}\nWORKDIR /app\nCOPY . .\nEXPOSE 8000\n${start}\n`),
      `FROM ${image}\nWORKDIR /app\nUSER ${name}\nCOPY . .\nEXPOSE 8000\nCMD ["uwsgi", "--http", ":8000"]\n`,
      `FROM ${image}\nCOPY . /app\nHEALTHCHECK CMD curl localhost:8000\nUSER ${name}:${name}\nCMD ["./server"]\n`,
    ];
    const options = { unsafe: true, options: { 'add-user': { profile: 'openshift' } } };
    const results = await Promise.all(
      texts.flatMap((text) => [fixText(text, { unsafe: true }), fixText(text, options)]),
    );
    return results.flatMap((result, index) =>
      result.findings.map((finding) => ({ ...finding, key: `${finding.id} in text ${index}` })),
    );
  }

  it('is never safe, and is made without the row as well when nobody has checked it', async () => {
    let resting = 0;
    for (const image of BASE_IMAGES.flatMap((row) => examples(row).slice(0, 1))) {
      if (image.startsWith('scratch')) continue;
      const name = accounts(image)?.accounts.at(-1)?.name ?? 'nobody';
      const fixed = (await findings(image, name)).filter(({ status }) => status === 'fixed');
      const found = fixed.filter(({ evidence }) => evidence.some(isOfTable));
      resting += found.length;
      for (const { id, safety } of found) expect(safety, `${id} of ${image}`).toBe('unsafe');
      const guessed = found.filter(({ evidence }) => evidence.some(isGuess));
      if (guessed.length === 0) continue;
      const without = await findings('example.com/nobody/knows:1', name);
      const keys = without.filter(({ status }) => status === 'fixed').map(({ key }) => key);
      for (const { key } of guessed) expect(keys, `${key} of ${image}`).toContain(key);
    }
    expect(resting).toBeGreaterThan(150);
  }, 30_000);
});
