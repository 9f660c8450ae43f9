/**
 * `poetry run`, `pipenv run` and `uv run` in front of what is started: they find the environment and start the program
 * in it. Where the environment is on PATH, the program alone does the same, and the manager can stay behind.
 */
import { stageText } from '../context/stage-files.ts';
import type { Instruction } from '../document.ts';
import { sourceSpan } from '../lines.ts';
import { isWithheld, shellOf } from '../shell.ts';
import type { Edit, Span } from '../types.ts';
import { absolutePath } from '../runtime/final-image.ts';
import { startupOf } from './startup.ts';
import { lastOf } from './steps.ts';
import type { Reading } from './words.ts';

export type Launcher = 'poetry' | 'pipenv' | 'uv';

/** Options of uv run that only say how the environment is brought up to date. */
const UV_OPTIONS = /^(?:--(?:frozen|locked|no-sync|no-dev|no-cache|quiet|offline)|-q)$/;

/**
 * The edits that take `<launcher> run` out of CMD and ENTRYPOINT: none where it is not called. Null where it is called
 * in another way, or above `cut`, or for something that it alone knows. `isKnown` says of a name that the environment
 * has a program of it.
 */
export function withoutRun(
  reading: Reading,
  launcher: Launcher,
  cut: number,
  isKnown: (name: string) => boolean,
): readonly Edit[] | null {
  const startup = startupOf(reading);
  if (isWithheld(startup)) return null;
  const wanted = startup.commands.filter(({ words }) => words.some(({ value }) => value === launcher)).length;
  if (wanted === 0) return startup.programs.has(launcher) ? null : [];
  const edits: Edit[] = [];
  for (const keyword of ['ENTRYPOINT', 'CMD'] as const) {
    const instruction = lastOf(reading.steps, keyword)?.instruction;
    if (!instruction) continue;
    const found = instruction.json
      ? inExecForm(reading, instruction, launcher, isKnown)
      : inShellForm(reading, instruction, launcher, isKnown);
    if (found === null || (found.length > 0 && instruction.index <= cut)) return null;
    edits.push(...found);
  }
  return edits.length === wanted ? edits : null;
}

function inExecForm(
  reading: Reading,
  { json, rest }: Instruction,
  launcher: Launcher,
  isKnown: (name: string) => boolean,
): readonly Edit[] | null {
  const words = json ?? [];
  const at = words.indexOf(launcher);
  if (at < 0) return [];
  const skipped = skippedWords(words.slice(at), launcher);
  const rests = skipped === null ? null : startedBy(reading, launcher, words.slice(at + skipped), isKnown);
  if (skipped === null || rests === null) return null;
  // The words as they are written; one with an escape in it is left alone.
  const places = [...rest.text.matchAll(/"((?:[^"\\]|\\.)*)"/g)];
  if (places.length !== words.length || !places.every((place, index) => place[1] === words[index]))
    return null;
  const start = places[at]!.index;
  const end = places[at + skipped]!.index;
  return [edit(reading, sourceSpan(rest, start, end), rests === '' ? '' : `"${rests}", `)];
}

function inShellForm(
  reading: Reading,
  instruction: Instruction,
  launcher: Launcher,
  isKnown: (name: string) => boolean,
): readonly Edit[] | null {
  const shell = shellOf(reading.document, instruction);
  if (isWithheld(shell)) return null;
  const edits: Edit[] = [];
  for (const { words } of shell.commands) {
    const at = words.findIndex(({ value }) => value === launcher);
    if (at < 0) continue;
    const values = words.map(({ value }) => value ?? '$');
    const skipped = values.slice(0, at).every((value) => value === 'exec')
      ? skippedWords(values.slice(at), launcher)
      : null;
    const rests = skipped === null ? null : startedBy(reading, launcher, values.slice(at + skipped), isKnown);
    if (skipped === null || rests === null) return null;
    const span = { start: words[at]!.span.start, end: words[at + skipped]!.span.start };
    edits.push(edit(reading, span, rests === '' ? '' : `${rests} `));
  }
  return edits;
}

/** How many words make `uv run --frozen`; null for another call, and for one with nothing behind it. */
function skippedWords(words: readonly string[], launcher: Launcher): number | null {
  if (words[1] !== 'run') return null;
  let count = 2;
  while (launcher === 'uv' && UV_OPTIONS.test(words[count] ?? '')) count++;
  return words[count] === undefined ? null : count;
}

/** What has to stand in front of the rest, mostly nothing; null where only the launcher knows what the name means. */
function startedBy(
  reading: Reading,
  launcher: Launcher,
  [name = '', ...args]: readonly string[],
  isKnown: (name: string) => boolean,
): string | null {
  if (launcher === 'uv') {
    if (/^(?:-m|--module)$/.test(name) && args.length > 0) return 'python';
    if (/^[\w./-]+\.py$/.test(name)) return 'python';
  }
  if (!/^[A-Za-z][\w.-]*$/.test(name)) return null;
  if (/^python3?$/.test(name)) return '';
  if (launcher === 'uv') return isKnown(name) ? '' : null;
  const { files, start, steps } = reading;
  const folder = isWithheld(start) ? (steps.at(-1)?.workdir ?? null) : start.workdir;
  // pipenv reads variables from .env; both have names of their own for scripts.
  const env = absolutePath(folder, '.env');
  if (launcher === 'pipenv' && (env === null || files.files.has(env))) return null;
  const manifest = absolutePath(folder, launcher === 'pipenv' ? 'Pipfile' : 'pyproject.toml');
  const text = manifest === null ? null : stageText(reading.context, files, manifest);
  if (text === null) return null;
  const scripts = /^\[(?:tool\.poetry\.scripts|project\.scripts|scripts)\]$([^[]*)/m.exec(text)?.[1] ?? '';
  return new RegExp(`^\\s*["']?${name.replace(/\./g, '\\.')}["']?\\s*=`, 'm').test(scripts) ? null : '';
}

function edit({ document }: Reading, { start, end }: Span, text: string): Edit {
  return { start, end, before: document.text.slice(start, end), text };
}
