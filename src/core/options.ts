/** Settings of transforms. */
import type { OptionValues, Transform } from './types.ts';

/** The settings that hold when nothing is configured. */
export function defaultOptions(transform: Transform): OptionValues {
  return Object.fromEntries(
    Object.entries(transform.options ?? {}).map(([name, spec]) => [name, spec.default]),
  );
}
