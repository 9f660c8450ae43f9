/**
 * The health check that a file sets: which HEALTHCHECK holds for a stage, and what it runs. A check is inherited like
 * USER: the last one of the stage, else the last one of the stages it is FROM, else the base image's.
 */
import { plainWords } from './arguments.ts';
import type { Flag } from './arguments.ts';
import type { Instruction } from './document.ts';
import { sliceLogical, sourceSpan } from './lines.ts';
import type { LogicalText } from './lines.ts';
import { isWithheld, readShellText } from './shell.ts';
import type { ShellCommand, ShellText } from './shell.ts';
import { chainInstructions } from './stages.ts';
import type { Stage } from './stages.ts';
import type { Span } from './types.ts';

export interface CheckText {
  readonly instruction: Instruction;
  /** `none`: HEALTHCHECK NONE. `odd`: neither NONE nor CMD, which builders refuse. */
  readonly form: 'none' | 'exec' | 'shell' | 'odd';
  /** Behind CMD, as written; empty for `none`. */
  readonly command: LogicalText;
  readonly flags: readonly Flag[];
  /** The exec form's words; null for every other form. */
  readonly words: readonly string[] | null;
  /**
   * What a shell is given: the shell form's text, or the script of `["sh", "-c", …]`. Null when no shell is run.
   * Its offsets can be mapped to the source by `command` only for the shell form.
   */
  readonly script: string | null;
  /** The script as commands; null when there is none or it cannot be read. */
  readonly shell: ShellText | null;
}

/** The HEALTHCHECK of the file that holds in a stage; null when it is left to the base image. */
export function effectiveCheck(stage: Stage): Instruction | null {
  return chainInstructions(stage).findLast(({ keyword }) => keyword === 'HEALTHCHECK') ?? null;
}

const SHELLS = /^(?:\/(?:usr\/)?bin\/)?(?:sh|bash|ash|dash)$/;

export function readCheck(instruction: Instruction): CheckText {
  const { rest, flags, json } = instruction;
  const [first] = plainWords(rest);
  const type = first?.text.toUpperCase() ?? '';
  const empty = sliceLogical(rest, rest.text.length, rest.text.length);
  const shape = { instruction, flags, words: null, script: null, shell: null };
  if (type === 'NONE') return { ...shape, form: 'none', command: empty };
  if (type !== 'CMD') return { ...shape, form: 'odd', command: rest };
  const start = /^\S+\s*/.exec(rest.text)![0].length;
  const command = sliceLogical(rest, start, rest.text.length);
  if (json === null)
    return { ...shape, form: 'shell', command, script: command.text, shell: shellOrNull(command.text) };
  const script = SHELLS.test(json[0] ?? '') && /^-[a-z]*c$/.test(json[1] ?? '') ? (json[2] ?? null) : null;
  return {
    ...shape,
    form: 'exec',
    command,
    words: json,
    script,
    shell: script === null ? null : shellOrNull(script),
  };
}

function shellOrNull(text: string): ShellText | null {
  const shell = readShellText(text);
  return isWithheld(shell) ? null : shell;
}

/** The span in the source of a part of the shell form's text. */
export function commandSpan({ command }: CheckText, start: number, end: number): Span {
  return sourceSpan(command, start, end);
}

/** One program that a check runs, with its arguments; variables are kept as written. */
export interface CheckCall {
  /** Without its folder. */
  readonly program: string;
  /** As written. */
  readonly path: string;
  readonly args: readonly string[];
  /** In the script; null for the exec form. */
  readonly command: ShellCommand | null;
}

/** The programs that a check runs, in order; null when the text cannot be read. */
export function checkCalls(check: CheckText): readonly CheckCall[] | null {
  if (check.script !== null) {
    if (!check.shell) return null;
    return check.shell.commands.flatMap((command) => {
      const words = command.words.map((word) => word.value ?? word.text.replace(/^(["'])(.*)\1$/s, '$2'));
      const skip = words.findIndex(
        (word, index) => !(WRAPPERS.has(word) || (index > 0 && /^-|^\d+[smh]?$|=/.test(word))),
      );
      return skip < 0 ? [] : [call(words.slice(skip), command)];
    });
  }
  return check.words && check.words.length > 0 ? [call(check.words, null)] : null;
}

/** They start the program behind them. */
const WRAPPERS = new Set(['exec', 'env', 'command', 'timeout', 'time', 'nice']);

function call(words: readonly string[], command: ShellCommand | null): CheckCall {
  const path = words[0]!;
  return { program: path.slice(path.lastIndexOf('/') + 1), path, args: words.slice(1), command };
}

/** What a check asks over HTTP. */
export interface CheckedUrl {
  readonly scheme: 'http' | 'https';
  readonly host: string;
  /** As written: digits, or a variable; null for the scheme's own. */
  readonly port: string | null;
  /** With the slash; `/` when none is written. */
  readonly path: string;
  readonly text: string;
}

const URL_PATTERN =
  /\b(?:(https?):\/\/)?(localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1?\])(?::(\d{1,5}|\$\w+|\$\{\w+(?::?-\d+)?\}))?((?:\/[\w./~@=,+%-]*)?)(?![\w.])(\?[^\s"'|;&)]*)?/i;

/** The first address of the container itself in a text; null when there is none, or its path is put together. */
export function checkedUrl(text: string): CheckedUrl | null {
  const found = URL_PATTERN.exec(text);
  // A bare host is no address: it may be an argument of anything.
  if (!found || (found[1] === undefined && found[3] === undefined)) return null;
  const behind = text.slice(found.index + found[0].length);
  // `…/$NAME`, `?query`: what is asked is not all there.
  if (found[5] !== undefined || /^[$%\w{]/.test(behind)) return null;
  return {
    scheme: found[1]?.toLowerCase() === 'https' ? 'https' : 'http',
    host: found[2]!,
    port: found[3] ?? null,
    path: found[4] === '' || found[4] === undefined ? '/' : found[4],
    text: found[0],
  };
}
