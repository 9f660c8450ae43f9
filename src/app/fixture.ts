/**
 * A fixture case: an input with everything a transform may know about it. Read by `dockfix explain`, so that its
 * example cannot be wrong, and by the test harness.
 */
import type { Fact, OptionValues } from '../core/types.ts';
import type { Gatherer } from './gather.ts';
import { factsFrom } from '../facts/requests.ts';

/** `facts.json`: answers by fact key. What is not there was not asked. */
export type FixtureFacts = Readonly<Record<string, Fact<unknown>>>;

/** `options.json`. */
export interface FixtureOptions {
  readonly options?: OptionValues;
  /** Also apply unsafe fixes. */
  readonly unsafe?: boolean;
  /** Variants in which the case means something else, with the reason. */
  readonly skipVariants?: Readonly<Record<string, string>>;
}

/** Answers from the case and from nothing else. */
export function fixtureGatherer(facts: FixtureFacts): Gatherer {
  return {
    asks: false,
    gather: () => Promise.resolve(),
    facts: factsFrom(new Map(Object.entries(facts))),
    failures: () => [],
  };
}
