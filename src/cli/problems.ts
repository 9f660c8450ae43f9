/** Problems of a run: collected for the report, said at once on standard error, one line each. */
import type { FactFailure } from '../app/gather.ts';
import { EnvironmentError, InputError } from '../core/errors.ts';
import type { FixBug } from '../core/outcome.ts';
import type { ReportedError } from '../report/reporter.ts';
import { visibleLine } from '../report/visible.ts';
import type { OutputStream } from './io.ts';

export interface Problems {
  readonly list: readonly ReportedError[];
  add(problem: ReportedError): void;
  /** Adds a failure of a file. What is no known kind of failure is a defect of ours. */
  addFailure(path: string, error: Error): void;
  addBug(path: string, bug: FixBug): void;
  /** Says something that is no problem of the run. */
  warn(path: string, message: string): void;
}

export function createProblems(stderr: OutputStream): Problems {
  const list: ReportedError[] = [];
  const say = (path: string | null, line: number | null, message: string): void => {
    const where = path === null ? 'dockfix: ' : `${path}${line === null ? '' : `:${line}`}: `;
    stderr.write(`${visibleLine(where + message)}\n`);
  };
  const add = (problem: ReportedError): void => {
    list.push(problem);
    say(problem.path, problem.line, problem.message);
  };
  return {
    list,
    add,
    addFailure(path, error) {
      if (error instanceof InputError)
        add({ code: error.code, path, line: error.line, message: error.message });
      else if (error instanceof EnvironmentError)
        add({ code: error.code, path, line: null, message: error.message });
      else {
        const message = `a defect of dockfix stopped it here: ${error.name}: ${error.message}`;
        add({ code: 'bug-crash', path, line: null, message });
      }
    },
    addBug(path, { code, ids, pass, message }) {
      add({
        code: `bug-${code}`,
        path,
        line: null,
        message: `a defect of dockfix in ${ids.join(', ')} (pass ${pass}): ${message}; its fix was not made`,
      });
    },
    warn: (path, message) => say(path, null, message),
  };
}

/** Questions that nobody answered: one problem for each host and reason, however many images it concerns. */
export function hostProblems(failures: readonly FactFailure[]): readonly ReportedError[] {
  const groups = new Map<string, FactFailure[]>();
  for (const failure of failures.filter(({ unjudged }) => unjudged)) {
    const key = `${failure.request.image.registry} ${failure.code}`;
    groups.set(key, [...(groups.get(key) ?? []), failure]);
  }
  return [...groups.values()].map((group) => {
    // Several questions may have been asked about one image.
    const names = [...new Set(group.map(({ request }) => request.image.raw))];
    const shown = names.slice(0, 5).join(', ') + (names.length > 5 ? ` and ${names.length - 5} more` : '');
    const images = names.length === 1 ? 'one image was' : `${names.length} images were`;
    const { code, reason } = group[0]!;
    return { code, path: null, line: null, message: `${images} not looked up (${shown}): ${reason}` };
  });
}
