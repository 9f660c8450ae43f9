import { describe, expect, it } from 'vitest';
import { parseImageRef } from '../../src/core/image-ref.ts';
import type { ImageRef } from '../../src/core/image-ref.ts';
import { BASE_IMAGES } from '../../src/facts/base-images.data.ts';
import { atMost, baseImageHint, scratchHint } from '../../src/facts/base-images.ts';
import type { BaseImageHint } from '../../src/facts/base-images.ts';

function hint(name: string): BaseImageHint | null {
  return baseImageHint(parseImageRef(name) as ImageRef);
}

describe('the table of base images', () => {
  it('says of every row where it is from, and once only', () => {
    for (const { id, source } of BASE_IMAGES) expect(source.trim().length, id).toBeGreaterThan(10);
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
    const alpine = hint('postgres:16-alpine');
    const debian = hint('postgres:16');
    expect(alpine?.mark !== 'K' && alpine?.facts.ready?.uid).toBe(70);
    expect(debian?.mark !== 'K' && debian?.facts.ready?.uid).toBe(999);
    expect(debian?.mark !== 'K' && debian?.facts.drops?.guard).toBe('postgres');
    const scratch = scratchHint();
    expect(scratch.mark === 'V' && scratch.facts.missing).toContain('sh');
  });

  it('gives what was not checked as a guess that may carry advice alone', () => {
    const fedora = hint('fedora:40')!;
    expect(fedora.mark).toBe('K');
    expect('facts' in fedora).toBe(false);
    // @ts-expect-error: facts of a row that was not checked do not exist, and the compiler says so.
    expect(fedora.facts).toBeUndefined();
    expect(atMost('safe', fedora.ceiling)).toBe('display');
  });

  it('never lets a row carry a safe fix', () => {
    for (const { repositories, tag } of BASE_IMAGES) {
      if (tag || repositories[0]!.includes('*') || repositories[0] === 'scratch') continue;
      const found = hint(repositories[0]!)!;
      expect(atMost('safe', found.ceiling)).not.toBe('safe');
    }
    expect(atMost('display', 'unsafe')).toBe('display');
  });
});
