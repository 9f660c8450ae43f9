/**
 * The kinds of facts and their keys. Two requests with the same key are one question: it is asked once in a run,
 * however many files want the answer.
 */
import { effectiveTag, repositoryName } from '../core/image-ref.ts';
import type { ImageRef } from '../core/image-ref.ts';
import type { Fact, FactRequest, FactValues, Facts } from '../core/types.ts';

/** A stable name for a question, also used in `facts.json` of a fixture. */
export function factKey(request: FactRequest): string {
  switch (request.kind) {
    case 'context':
      return 'context';
    case 'digest':
      return `digest ${repositoryName(request.image)}:${effectiveTag(request.image) ?? ''}`;
    case 'image-config':
    case 'image-packages':
    case 'os-release':
      return `${request.kind} ${canonical(request.image)}${onPlatform(request.platform)}`;
    case 'image-update':
      return `image-update ${canonical(request.image)}${request.candidate ? ` to ${request.candidate}` : ''}`;
    case 'image-tags':
      return `image-tags ${canonical(request.image)}${request.digest ? ` as ${request.digest}` : ''}`;
    case 'image-files': {
      const paths = [...new Set(request.paths)].sort().join(' ');
      return `image-files ${canonical(request.image)}${onPlatform(request.platform)} ${paths}`;
    }
  }
}

/** `docker.io/library/node:22@sha256:…`: one spelling for everything that is the same. */
export function canonical(image: ImageRef): string {
  const tag = effectiveTag(image);
  return `${repositoryName(image)}${tag === null ? '' : `:${tag}`}${image.digest === null ? '' : `@${image.digest}`}`;
}

function onPlatform(platform: string | null): string {
  return platform === null ? '' : ` for ${platform}`;
}

/** Answers at hand, by {@link factKey}. */
export type Answers = ReadonlyMap<string, Fact<unknown>>;

export function factsFrom(answers: Answers): Facts {
  return {
    get<R extends FactRequest>(request: R): Fact<FactValues[R['kind']]> {
      const answer = answers.get(factKey(request));
      // The key holds the kind, so an answer found under it has the type of its kind.
      return (answer as Fact<FactValues[R['kind']]> | undefined) ?? NOT_ASKED;
    },
  };
}

const NOT_ASKED: Fact<never> = {
  ok: false,
  code: 'not-asked',
  reason: 'nothing was asked about it in this run',
};
