/**
 * Gathers facts: every question once in a run, all of them together, however many files ask. The only place where
 * fixing waits for anything.
 */
import type { BuildContext } from '../core/context/build-context.ts';
import type { Fact, FactRequest, FactValues, Facts, RegistryRequest } from '../core/types.ts';
import { factKey, factsFrom } from '../facts/requests.ts';
import { UNJUDGED } from '../registry/errors.ts';

/** Answers a question; never throws, a failure is an answer. */
export type FactSource = (request: RegistryRequest) => Promise<Fact<unknown>>;

export interface Gatherer {
  /** False when no question is ever sent, so that collecting questions is wasted work. */
  readonly asks: boolean;
  /** Resolves when all of these are answered. */
  gather(requests: readonly FactRequest[]): Promise<void>;
  readonly facts: Facts;
  /** Questions that got no answer, with the reason. */
  failures(): readonly FactFailure[];
}

export interface FactFailure {
  readonly request: RegistryRequest;
  readonly code: string;
  readonly reason: string;
  /** Nobody can say what the answer would have been. */
  readonly unjudged: boolean;
}

/** Called whenever the number of open or answered questions changes. */
export type ProgressListener = (answered: number, asked: number) => void;

export function createGatherer(source: FactSource, onProgress: ProgressListener = () => {}): Gatherer {
  const answers = new Map<string, Fact<unknown>>();
  const pending = new Map<string, Promise<void>>();
  const failures: FactFailure[] = [];
  let asked = 0;

  function ask(request: RegistryRequest): Promise<void> {
    const key = factKey(request);
    const known = pending.get(key);
    if (known) return known;
    asked++;
    const answered = source(request).then((fact) => {
      answers.set(key, fact);
      if (!fact.ok)
        failures.push({ request, code: fact.code, reason: fact.reason, unjudged: UNJUDGED.has(fact.code) });
      onProgress(answers.size, asked);
    });
    pending.set(key, answered);
    return answered;
  }

  return {
    asks: true,
    async gather(requests) {
      await Promise.all(requests.filter(isRegistryRequest).map(ask));
    },
    facts: factsFrom(answers),
    failures: () => failures,
  };
}

function isRegistryRequest(request: FactRequest): request is RegistryRequest {
  return request.kind !== 'context';
}

/** Asks for the build context of one file; never throws. */
export type ContextAsker = () => Promise<Fact<BuildContext>>;

/**
 * The gatherer of one file: its build context is its own and is asked once, everything else goes to the gatherer
 * that all files share.
 */
export function createFileGatherer(shared: Gatherer, askContext: ContextAsker): Gatherer {
  let context: Fact<BuildContext> | null = null;
  return {
    asks: true,
    async gather(requests) {
      const others = requests.filter(isRegistryRequest);
      if (others.length < requests.length) context ??= await askContext();
      if (shared.asks && others.length > 0) await shared.gather(others);
    },
    facts: {
      get<R extends FactRequest>(request: R): Fact<FactValues[R['kind']]> {
        if (isRegistryRequest(request) || context === null) return shared.facts.get(request);
        // The request is for the context, so its answer is of that kind.
        return context as Fact<FactValues[R['kind']]>;
      },
    },
    failures: () => shared.failures(),
  };
}

/** With `--offline`: nothing is asked, and every fact says so. */
export function createOfflineGatherer(): Gatherer {
  const answer = {
    ok: false,
    code: 'offline',
    reason: 'this run is offline, so no registry was asked',
  } as const;
  const noContext = {
    ok: false,
    code: 'no-context',
    reason: 'nothing beside the Dockerfile was given',
  } as const;
  return {
    asks: false,
    gather: () => Promise.resolve(),
    facts: { get: ({ kind }) => (kind === 'context' ? noContext : answer) },
    failures: () => [],
  };
}
