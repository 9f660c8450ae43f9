/** The way through a shell: its text, and the entry scripts of the context. */
import { isWithheld, readShellText } from '../../shell.ts';
import type { ShellCommand } from '../../shell.ts';
import { baseNameOf, cleanPath } from '../build-context.ts';
import { expandWord } from '../shell-words.ts';
import type { RunWord } from '../shell-words.ts';
import { stageText } from '../stage-files.ts';
import { wrapper } from './descent.ts';
import type { Descent, Step } from './descent.ts';

/** `sh -c TEXT` and `sh FILE`; `rest` is what stands behind the shell. */
export function unwrapShell(descent: Descent, rest: readonly RunWord[]): Step {
  let at = 0;
  let isText = false;
  for (; at < rest.length && /^[-+]/.test(rest[at]!.text) && rest[at]!.text !== '--'; at++) {
    if (/^-\w*c\w*$/.test(rest[at]!.text)) isText = true;
    if (/^[-+]\w*o$/.test(rest[at]!.text)) at++;
  }
  const word = rest[at];
  // A shell without anything to run: what a person uses.
  if (!word) return 'done';
  if (!isText) return unwrapScript(descent, word.value ?? '', rest.slice(at + 1), true);
  if (word.value === null)
    return { code: 'command-at-run-time', reason: 'the shell is given a text that only the run knows' };
  descent.firstProcess ??= 'shell';
  descent.steps.push({ kind: 'shell', text: word.value, evidence: descent.steps.at(-1)!.evidence });
  return runText(descent, word.value, rest.slice(at + 2));
}

/** Goes on with the last command of a shell text. */
export function runText(descent: Descent, text: string, args: readonly RunWord[]): Step {
  const shell = readShellText(text);
  if (isWithheld(shell)) return shell;
  if (shell.otherExits.some((command) => !isSameScriptAgain(command))) {
    return { code: 'script-branches', reason: 'conditions decide which program it turns into' };
  }
  const { last } = shell;
  if (!last)
    return {
      code: 'script-branches',
      reason: 'it ends in a condition, a loop or a pipeline, not in a program',
    };
  if (last.words[0]?.value === 'wait') {
    return { code: 'background-programs', reason: 'it starts programs in the background and waits for them' };
  }
  const environment = new Map(descent.environment);
  for (const { name, value } of shell.settings) environment.set(name, expandWord(value, environment).value);
  for (const assignment of last.assignments) {
    const equals = assignment.indexOf('=');
    environment.set(assignment.slice(0, equals), expandWord(assignment.slice(equals + 1), environment).value);
  }
  descent.environment = environment;
  const beside = new Set(shell.background.map(({ span }) => span.start));
  descent.before.push(
    ...shell.commands.filter(({ span }) => span.start < last.span.start && !beside.has(span.start)),
  );
  descent.beside.push(...shell.background);
  if (last.words[0]?.value !== 'exec') descent.isReplaced = false;
  changeFolders(descent, shell.commands, last);
  descent.words = last.words.flatMap(
    (word) => argumentsIn(word.text, args) ?? [expandWord(word.text, environment)],
  );
  return 'on';
}

/** `exec gosu app "$0" "$@"`: the script runs again as another user. */
function isSameScriptAgain({ words }: ShellCommand): boolean {
  return words.some(({ text }) => /^"?\$\{?0\}?"?$|^"?\$\{?BASH_SOURCE\}?"?$/.test(text));
}

/** What `"$@"`, `$*` and `$1` stand for in a script. */
function argumentsIn(text: string, args: readonly RunWord[]): readonly RunWord[] | null {
  const bare = text.replace(/^"(.*)"$/s, '$1');
  if (/^\$\{?[@*]\}?$/.test(bare)) return args;
  const one = /^\$\{?([1-9])\}?$/.exec(bare);
  if (!one) return null;
  const word = args[Number(one[1]) - 1];
  return word ? [word] : [];
}

/** `cd /app && node x`: only the plain commands of the text count. */
function changeFolders(descent: Descent, commands: readonly ShellCommand[], last: ShellCommand): void {
  for (const { words, span } of commands) {
    if (span.start >= last.span.start || words[0]?.value !== 'cd') continue;
    const folder = expandWord(words[1]?.text ?? '', descent.environment).value;
    if (folder === null || folder === '' || folder === '-') descent.workdir = null;
    else if (folder.startsWith('/')) descent.workdir = `/${cleanPath(folder) ?? ''}`;
    else if (descent.workdir !== null)
      descent.workdir = `/${cleanPath(`${descent.workdir}/${folder}`) ?? ''}`;
  }
}

/** Entry scripts of official images, which run their arguments. */
const PASSING_SCRIPTS = new Set(['docker-entrypoint.sh', 'docker-php-entrypoint', 'docker-entrypoint']);
const PATH_FOLDERS = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** A program that may be a script of the context; `done` when it is none. */
export function unwrapScript(
  descent: Descent,
  program: string,
  args: readonly RunWord[],
  isGivenToShell = false,
): Step {
  const path = pathOf(descent, program, isGivenToShell);
  const text =
    path === null || !descent.context || !descent.files
      ? null
      : stageText(descent.context, descent.files, path);
  if (path === null || text === null) {
    if (!isGivenToShell && !/\.(?:sh|bash)$/.test(program)) {
      if (!PASSING_SCRIPTS.has(baseNameOf(program)) || args.length === 0) return 'done';
    } else if (!PASSING_SCRIPTS.has(baseNameOf(program)) || args.length === 0) {
      return {
        code: 'script-not-seen',
        reason: `the script ${program.slice(0, 80)} is not among the files of the build context that could be read`,
      };
    }
    descent.isCertain = false;
    return wrapper(descent, baseNameOf(program), args);
  }
  if (
    !isGivenToShell &&
    !/^#!.*\b(?:sh|bash|ash|dash)\b/.test(text.slice(0, 200)) &&
    !/\.(?:sh|bash)$/.test(path)
  ) {
    return 'done';
  }
  const source = descent.files!.files.get(path)!.source;
  if (descent.scripts.includes(source ?? ''))
    return { code: 'script-branches', reason: 'the script starts itself again' };
  descent.firstProcess ??= 'shell';
  descent.scripts.push(source ?? '');
  descent.steps.push({
    kind: 'script',
    text: path,
    evidence:
      source === null
        ? descent.steps.at(-1)!.evidence
        : { kind: 'context', path: source, note: `${path} in the image` },
  });
  return runText(descent, text, args);
}

/** Where a program's file is in the image, when it came from the context. */
function pathOf({ files, workdir }: Descent, program: string, isGivenToShell: boolean): string | null {
  if (!files || program === '') return null;
  if (program.startsWith('/')) return `/${cleanPath(program) ?? ''}`;
  if (program.includes('/') || isGivenToShell) {
    return workdir === null ? null : `/${cleanPath(`${workdir}/${program}`) ?? ''}`;
  }
  return PATH_FOLDERS.map((folder) => `${folder}/${program}`).find((path) => files.files.has(path)) ?? null;
}
