/** What is proven to be in an image: by the file, by the registry, by the table. */
import { describe, expect, it } from 'vitest';
import { finalStage } from '../../../src/core/context/stage-files.ts';
import { parseDocument } from '../../../src/core/parse.ts';
import type { ImageFiles } from '../../../src/core/image-facts.ts';
import type { Evidence, Fact } from '../../../src/core/types.ts';
import { baseImageOf, hintOf } from '../../../src/facts/health/base.ts';
import { PROBE_PATHS, programsOf } from '../../../src/facts/health/programs.ts';
import type { Presence } from '../../../src/facts/health/programs.ts';

const EVIDENCE: Evidence = { kind: 'reference', url: 'https://example.org' };

function look(text: string, program: string, has: readonly string[] | null = null): Presence {
  const document = parseDocument(text);
  const stage = finalStage(document);
  const base = baseImageOf(document, stage);
  const files: Fact<ImageFiles> | null = has && {
    ok: true,
    evidence: EVIDENCE,
    value: {
      manifestDigest: 'sha256:0',
      platform: 'linux/amd64',
      files: PROBE_PATHS.map((path) => ({
        path,
        present: has.includes(path) ? 'yes' : 'no',
        via: 'test',
        verified: true,
      })),
    },
  };
  const config = has && {
    ok: true as const,
    evidence: EVIDENCE,
    // Only the environment is read.
    value: { config: { env: [] } } as never,
  };
  return programsOf({ document, stage, files, config, hint: hintOf(base), started: new Map() }).presence(
    program,
  );
}

/** `present first-hand`, `absent by hearsay`, `unknown`. */
function said(text: string, program: string, has: readonly string[] | null = null): string {
  const presence = look(text, program, has);
  return presence.state === 'unknown'
    ? 'unknown'
    : `${presence.state} ${presence.firstHand ? 'first-hand' : 'by hearsay'}`;
}

describe('what the file itself does', () => {
  it.each([
    ['FROM x\nRUN apt-get update && apt-get install -y curl', 'curl'],
    ['FROM x\nRUN apk add --no-cache "curl>8"', 'curl'],
    ['FROM x\nRUN microdnf install -y python3', 'python3'],
    ['FROM x\nRUN curl -fsSL https://example.org/x -o /x', 'curl'],
    ['FROM x\nRUN npm ci', 'node'],
    ['FROM x\nCOPY --from=node:22 /usr/local/bin/node /usr/local/bin/', 'node'],
    ['FROM x\nRUN echo a', 'sh'],
    ['FROM y AS a\nRUN apk add curl\nFROM a', 'curl'],
  ])('proves what is installed, run or copied in the final stage: %s', (text, program) => {
    expect(said(text, program)).toBe('present first-hand');
  });

  it.each([
    'FROM y AS a\nRUN apk add curl\nFROM x\nCOPY --from=a /app /app',
    'FROM x\nRUN if true; then apt-get install -y curl; fi',
    'FROM x\nRUN apt-get install -y curl || true',
    'FROM x\nRUN apk add --virtual .deps curl && apk del $THINGS',
    'FROM x\nRUN apt-get install -y curl && apt-mark auto curl && apt-get autoremove -y',
    'FROM x\nRUN apt-get install -y curl\nRUN rm -f /usr/bin/curl',
    'FROM x\nRUN echo $(curl example.org)',
  ])('does not take what only may be there: %s', (text) => {
    expect(said(text, 'curl')).toBe('unknown');
  });

  it.each([
    'FROM x\nRUN apt-get install -y curl && apt-get purge -y curl',
    'FROM x\nRUN apk add --virtual .deps curl make && apk del .deps',
  ])('sees what is removed again: %s', (text) => {
    expect(said(text, 'curl')).toBe('absent first-hand');
  });
});

describe('what the registry and the table say', () => {
  it('takes a file of the base image for a proof, and the table for hearsay', () => {
    expect(said('FROM python:3.12-slim', 'python', ['/usr/local/bin/python'])).toBe('present first-hand');
    expect(said('FROM python:3.12-slim', 'python')).toBe('present by hearsay');
    expect(said('FROM python:3.12-slim', 'curl')).toBe('absent by hearsay');
    expect(said('FROM ghcr.io/acme/base', 'curl')).toBe('unknown');
  });

  it('takes for absent what no folder of the path has, unless a line may have brought it', () => {
    expect(said('FROM ghcr.io/acme/base', 'curl', [])).toBe('absent first-hand');
    // Another package may depend on it.
    expect(said('FROM ghcr.io/acme/base\nRUN apt-get install -y thing', 'curl', [])).toBe(
      'absent by hearsay',
    );
    expect(said('FROM ghcr.io/acme/base\nRUN ./install.sh', 'curl', [])).toBe('unknown');
    expect(said('FROM ghcr.io/acme/base\nCOPY --from=x / /', 'curl', [])).toBe('unknown');
  });

  it('knows the wget of Alpine from that of Debian, and nc only where it can just connect', () => {
    const wget = (text: string): boolean | null => {
      const presence = look(text, 'wget');
      return presence.state === 'present' ? presence.isBusybox : null;
    };
    expect(wget('FROM alpine:3.20')).toBe(true);
    expect(wget('FROM alpine:3.20\nRUN apk add wget')).toBe(false);
    expect(wget('FROM node:22')).toBe(false);
    expect(said('FROM alpine:3.20', 'nc')).toBe('present by hearsay');
    expect(said('FROM busybox:1.36', 'nc')).toBe('unknown');
    expect(said('FROM ghcr.io/acme/base', 'nc', ['/usr/bin/nc'])).toBe('unknown');
    expect(said('FROM ghcr.io/acme/base', 'nc', ['/usr/bin/nc', '/etc/alpine-release'])).toBe(
      'present first-hand',
    );
  });

  it('says that scratch has nothing', () => {
    expect(said('FROM scratch\nCOPY app /app', 'sh')).toBe('absent first-hand');
  });

  it('writes the path of a program that is outside the usual folders', () => {
    const presence = look('FROM gcr.io/distroless/nodejs22-debian12', 'node');
    expect(presence.state === 'present' && presence.program).toBe('/nodejs/bin/node');
  });
});
