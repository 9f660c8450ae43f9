/** Nothing but the diffs of what `--write` would write, for `git apply` and `patch -p1`. */
import { unifiedDiff } from './diff.ts';
import type { Reporter, ReporterOptions } from './reporter.ts';
import { visible } from './visible.ts';

export function createPatchReporter({ terminal }: ReporterOptions): Reporter {
  // Nobody applies what a terminal shows, but a terminal obeys what a hostile file says.
  const clean = terminal ? visible : (text: string): string => text;
  return {
    start: () => '',
    file: ({ path, result }) =>
      result ? clean(unifiedDiff(path, result.original, result.change.edits)) : '',
    end: () => '',
  };
}
