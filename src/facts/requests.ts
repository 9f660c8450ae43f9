/**
 * The kinds of facts and their keys. Two requests with the same key are one question: it is asked once in a run,
 * however many files want the answer.
 */
import { effectiveTag, repositoryName } from '../core/image-ref.ts';
import type { Fact, FactRequest, Facts } from '../core/types.ts';

/** A stable name for a question, also used in `facts.json` of a fixture. */
export function factKey(request: FactRequest): string {
  switch (request.kind) {
    case 'digest':
      return `digest ${repositoryName(request.image)}:${effectiveTag(request.image) ?? ''}`;
  }
}

/** Answers at hand, by {@link factKey}. */
export type Answers = ReadonlyMap<string, Fact<unknown>>;

export function factsFrom(answers: Answers): Facts {
  return {
    get(request) {
      const answer = answers.get(factKey(request));
      // The key holds the kind, so an answer found under it has the type of its kind.
      return (answer as ReturnType<Facts['get']> | undefined) ?? NOT_ASKED;
    },
  };
}

const NOT_ASKED: Fact<never> = {
  ok: false,
  code: 'not-asked',
  reason: 'nothing was asked about it in this run',
};
