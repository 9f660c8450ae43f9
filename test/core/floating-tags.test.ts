import { describe, expect, it } from 'vitest';
import { fixText } from '../../src/index.ts';
import type { FactSource } from '../../src/index.ts';
import { isFloatingTag, namesOneVersion } from '../../src/core/floating-tags.ts';

describe('isFloatingTag', () => {
  it.each([
    ['library/node', 'latest'],
    ['library/node', 'alpine'],
    ['library/node', 'alpine3.20'],
    ['library/node', 'lts-slim'],
    ['library/python', 'slim-bookworm'],
    ['library/nginx', 'mainline-alpine'],
    ['library/php', 'fpm-alpine'],
    ['library/debian', 'stable-slim'],
    ['library/ubuntu', 'latest'],
    ['acme/app', 'Latest'],
  ])('is true for a tag that every version has in turn: %s:%s', (repository, tag) => {
    expect(isFloatingTag(repository, tag)).toBe(true);
  });

  it.each([
    ['library/node', '22'],
    ['library/node', '22-alpine'],
    ['library/debian', 'bookworm-slim'],
    ['library/ubuntu', 'noble'],
    ['bitnami/minideb', 'bookworm'],
    ['acme/app', 'prod'],
    ['acme/caddy', 'builder'],
    ['acme/app', 'nightly'],
    ['acme/app', 'python3.9'],
    ['acme/app', 'release-candidate'],
    ['acme/app', 'latest-2024'],
  ])('is false for a tag that says a version, or whose words are not known: %s:%s', (repository, tag) => {
    expect(isFloatingTag(repository, tag)).toBe(false);
  });
});

describe('namesOneVersion (RET-2)', () => {
  it.each(['1.2.3', 'v0.14.1-alpine', '20260101', 'bookworm-20241111-slim', 'main-4f2c91e', 'v3-immutable'])(
    'is true for %s',
    (tag) => {
      expect(namesOneVersion(tag)).toBe(true);
    },
  );

  it.each(['1', '1.4', 'latest', 'stable', '2026', 'alpine3.20', 'v2'])('is false for %s', (tag) => {
    expect(namesOneVersion(tag)).toBe(false);
  });
});

describe('a pin at a registry that deletes what its tags have left', () => {
  async function safetyOf(reference: string): Promise<string | null> {
    const digest = `sha256:${'1'.repeat(64)}`;
    const mediaType = 'application/vnd.oci.image.index.v1+json';
    const evidence = {
      kind: 'registry',
      reference,
      digest,
      mediaType,
      at: '2026-01-01T00:00:00.000Z',
    } as const;
    const facts: FactSource = () =>
      Promise.resolve({ ok: true, value: { digest, mediaType, kind: 'index' }, evidence });
    const { findings } = await fixText(`FROM ${reference}\n`, { only: ['pin-image-digest'], facts });
    return findings[0]!.safety;
  }

  it('RET-2: is unsafe for a tag that moves, and safe for one that stays', async () => {
    expect(await safetyOf('quay.io/acme/base:stable')).toBe('unsafe');
    expect(await safetyOf('quay.io/acme/base:1.4')).toBe('unsafe');
    expect(await safetyOf('quay.io/acme/base:v1.4.2')).toBe('safe');
    expect(await safetyOf('quay.io/acme/base:20260101-immutable')).toBe('safe');
    expect(await safetyOf('ghcr.io/acme/base:stable')).toBe('safe');
  });
});
