/** Carries an engine's failure out of the middle of a measurement. */
import type { EngineFailure, EngineResult } from '../../engine/engine.ts';

export class EngineProblem extends Error {
  readonly failure: EngineFailure;

  constructor(failure: EngineFailure) {
    super(failure.message);
    this.name = 'EngineProblem';
    this.failure = failure;
  }
}

/** Throws {@link EngineProblem}. */
export function must<T>(result: EngineResult<T>): T {
  if (result.ok) return result.value;
  throw new EngineProblem(result);
}
