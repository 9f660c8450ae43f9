/** Nothing but the diffs of what `--write` would write, for `git apply` and `patch -p1`. */
import { unifiedDiff } from './diff.ts';
import type { Reporter } from './reporter.ts';

export function createPatchReporter(): Reporter {
  return {
    start: () => '',
    file: ({ path, result }) => (result ? unifiedDiff(path, result.original, result.change.edits) : ''),
    end: () => '',
  };
}
