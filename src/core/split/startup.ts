/**
 * Which programs a container calls: those of CMD, ENTRYPOINT and HEALTHCHECK, of the shell scripts that they start, one
 * after another, and of the package scripts. Every command counts, also one behind a condition.
 */
import { baseNameOf } from '../context/build-context.ts';
import { stageText } from '../context/stage-files.ts';
import { isWithheld, readShellText } from '../shell.ts';
import type { ShellCommand } from '../shell.ts';
import type { Withheld } from '../types.ts';
import { lastOf } from './steps.ts';
import type { Reading } from './words.ts';

/** Nothing is started that belongs to an application: a shell, or something that only waits. */
export function waits({ start }: Reading): Withheld | null {
  if (isWithheld(start)) return null;
  const isShell = /^(?:ba|da|a|z)?sh$/.test(start.program) && start.args.length === 0;
  if (!isShell && !(start.program === 'sleep' || start.program === 'tail')) return null;
  return {
    code: 'waits-for-commands',
    reason: 'it starts a shell or only waits, so what people run in it, and with which tools, is not known',
  };
}

export interface Startup {
  /** CMD and ENTRYPOINT as the shell or the kernel gets them, HEALTHCHECK, and the scripts, one text each. */
  readonly texts: readonly string[];
  /** Names of programs without their folders, also those that `exec` and the like start. */
  readonly programs: ReadonlySet<string>;
  readonly commands: readonly ShellCommand[];
}

const MAX_SCRIPTS = 30;
const known = new WeakMap<Reading, Startup | Withheld>();

/** What is called when the container runs; withheld where a script that is called cannot be seen. */
export function startupOf(reading: Reading): Startup | Withheld {
  let found = known.get(reading);
  if (!found) known.set(reading, (found = readStartup(reading)));
  return found;
}

function readStartup(reading: Reading): Startup | Withheld {
  const { steps } = reading;
  const texts: string[] = [];
  for (const keyword of ['ENTRYPOINT', 'CMD', 'HEALTHCHECK'] as const) {
    const last = lastOf(steps, keyword)?.instruction;
    if (last)
      texts.push(
        last.json ? last.json.map(quoted).join(' ') : last.rest.text.replace(/^(?:CMD|NONE)\s+/, ''),
      );
  }
  const seen = new Set<string>();
  const commands: ShellCommand[] = [];
  const queue = [...texts];
  for (let text = queue.shift(); text !== undefined; text = queue.shift()) {
    const shell = readShellText(text);
    if (isWithheld(shell))
      return { code: 'start-not-read', reason: `what is started cannot be read: ${shell.reason}` };
    for (const command of shell.commands) {
      commands.push(command);
      const inner = textForShell(command);
      if (inner !== null && !texts.includes(inner)) {
        texts.push(inner);
        queue.push(inner);
      }
      for (const { value, text: raw } of command.words.slice(0, 12)) {
        const script = scriptAt(reading, value ?? raw);
        if (script === null || seen.has(script.key)) continue;
        if (script.text === null) {
          const name = (value ?? raw).slice(0, 80);
          return {
            code: 'script-not-seen',
            reason: `the script ${name} is started, and it is not among the files of the build context that could be read`,
          };
        }
        seen.add(script.key);
        if (seen.size > MAX_SCRIPTS)
          return { code: 'start-not-read', reason: 'too many scripts start one another' };
        texts.push(script.text);
        queue.push(script.text);
      }
    }
  }
  return { texts, programs: new Set(commands.flatMap(called)), commands };
}

/** Programs that run what stands behind them. */
const RUNNERS =
  /^(?:exec|time|nohup|env|xargs|command|gosu|su-exec|setpriv|tini|dumb-init|timeout|nice|sudo|watch|wait-for-it(?:\.sh)?|wait-for(?:\.sh)?|dockerize|npx|run|honcho|bundle|poetry|pipenv|uv)$/;

/** The program of a command, and those that it hands over to. */
function called({ words }: ShellCommand): readonly string[] {
  const names = words.map(({ value }) => baseNameOf(value ?? ''));
  const found = [names[0] ?? ''];
  for (let at = 1; at < names.length; at++) {
    const before = words[at - 1]!.text;
    if (
      before === '--' ||
      before === '-c' ||
      (at < 6 && RUNNERS.test(found.at(-1)!) && !before.startsWith('-'))
    ) {
      if (!words[at]!.text.startsWith('-')) found.push(names[at]!);
    }
  }
  return found.filter((name) => name !== '');
}

/** What `sh -c` is given. */
function textForShell({ words }: ShellCommand): string | null {
  const at = words.findIndex(({ text }) => /^-\w*c$/.test(text));
  const isShell =
    at > 0 && words.slice(0, at).some(({ value }) => /(?:^|\/)(?:ba|da|a)?sh$/.test(value ?? ''));
  return isShell ? (words[at + 1]?.value ?? null) : null;
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replace(/'/g, `'\\''`)}'`;
}

/** The script that a word names; its text is null where it is known to be one and was not read. */
function scriptAt(
  { context, files }: Reading,
  word: string,
): { readonly key: string; readonly text: string | null } | null {
  const name = baseNameOf(word);
  if (name === '' || !/^[\w.-]+$/.test(name)) return null;
  const isScript = /\.(?:sh|bash)$/.test(name);
  for (const path of files.files.keys()) {
    if (baseNameOf(path) !== name) continue;
    const text = stageText(context, files, path);
    if (text === null) return isScript ? { key: path, text: null } : null;
    return isScript || /^#!.*\b(?:ba|da|a)?sh\b/.test(text.slice(0, 120)) ? { key: path, text } : null;
  }
  return isScript && !/wait-for/.test(name) ? { key: word, text: null } : null;
}
