import { describe, expect, it } from 'vitest';
import { stageSuite } from '../../src/core/debian-suite.ts';
import { parseDocument } from '../../src/core/parse.ts';
import { stagesOf } from '../../src/core/stages.ts';

function suiteOfLast(text: string): string | null {
  const document = parseDocument(text);
  return stageSuite(document, stagesOf(document).at(-1)!).suite;
}

describe('the release of Debian that a stage is built on', () => {
  it.each([
    ['debian:11.9-slim', 'bullseye'],
    ['debian:12', 'bookworm'],
    ['debian:10', 'other'],
    ['debian:bookworm-20240101-slim', 'bookworm'],
    ['node:20-trixie-slim', 'trixie'],
    ['python:3.11.2', 'bullseye'],
    ['python:3.6-slim', 'other'],
    ['ubuntu', 'other'],
    ['eclipse-temurin:21-jre-jammy', 'other'],
    ['mcr.microsoft.com/dotnet/aspnet:8.0', 'bookworm'],
    ['mcr.microsoft.com/dotnet/core/aspnet:3.1', 'other'],
    ['mcr.microsoft.com/dotnet/aspnet:10.0', 'other'],
    ['debian', 'any'],
    ['debian:stable-slim', 'any'],
    ['python:3.13', 'any'],
    ['node:lts', 'any'],
    ['golang:1.18', 'other'],
    ['ruby:2.4', 'other'],
    ['rust:1.80', 'bookworm'],
  ])('of %s is %s', (image, suite) => {
    expect(suiteOfLast(`FROM ${image}\n`)).toBe(suite);
  });

  it.each(['debian:unheard-of', 'example.com/team/base:12', 'example.com/library/python:3.13', '$BASE'])(
    'is not known of %s',
    (image) => {
      expect(suiteOfLast(`ARG BASE\nFROM ${image}\n`)).toBeNull();
    },
  );

  it('is that of the image below the stages above, with the defaults of build arguments', () => {
    expect(suiteOfLast('ARG S=bookworm\nFROM debian:$S-slim AS base\nFROM base AS tools\nFROM tools\n')).toBe(
      'bookworm',
    );
  });
});
