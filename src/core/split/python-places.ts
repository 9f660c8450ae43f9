/** What the plans for pip, poetry, pipenv and uv have in common: where files go, and what the slim image lacks. */
import { plainWords } from '../arguments.ts';
import { baseNameOf } from '../context/build-context.ts';
import type { Instruction } from '../document.ts';
import type { ShellCommand } from '../shell.ts';
import { isWithheld } from '../shell.ts';
import type { Withheld } from '../types.ts';
import { librariesOf, lostPrograms } from './demands.ts';
import { PYTHON_NEEDS } from './python.data.ts';
import { toolOf } from './python-installs.ts';
import type { Installs } from './python-installs.ts';
import { programOf } from './reading.ts';
import { above, below } from './steps.ts';
import type { Place, Reading, Step } from './words.ts';

/** A command that installs, or that brings the program that does. */
export function isPythonBuild(command: ShellCommand): boolean {
  if (toolOf(command)) return true;
  const program = programOf(command.words);
  // The installer of poetry and uv, by a pipe.
  return (
    (/^(?:curl|wget)$/.test(program) &&
      command.words.some(({ text }) => /python-poetry|astral\.sh\/uv|bootstrap\.pypa\.io/.test(text))) ||
    (/^python[\d.]*$|^sh$/.test(program) &&
      command.words.length <= 2 &&
      (command.words[1]?.text ?? '-') === '-')
  );
}

/** What stands in the way whatever installs: builds behind the last installation, and folders by option. */
export function buildsBehind(reading: Reading, last: Step): Withheld | null {
  for (const { instruction, commands } of below(reading, last.instruction.index)) {
    const builds = (commands ?? []).some((one) => /^(?:git|gcc|make)$/.test(programOf(one.words)));
    if (!builds) continue;
    return {
      code: 'builds-behind',
      reason: `line ${instruction.line} builds behind the installation of the packages, where the runtime stage has no tools for it`,
    };
  }
  const named = reading.steps.find(
    ({ instruction }) =>
      instruction.keyword === 'COPY' && instruction.flags.some(({ name }) => name === 'parents'),
  );
  return named
    ? { code: 'copy-option', reason: `line ${named.instruction.line}: --parents decides where the files go` }
    : null;
}

/** Packages of the system that the slim image lacks. */
export function systemNeeds(
  reading: Reading,
  { packages }: Pick<Installs, 'packages'>,
): readonly string[] | Withheld {
  const lost = lostPrograms(reading);
  if (isWithheld(lost)) return lost;
  const needed = new Set(lost);
  for (const [name, rest] of packages) {
    const row = PYTHON_NEEDS.get(name);
    if (!row || (name === 'psycopg' && /\[[^\]]*binary/.test(rest))) continue;
    if (row.anything) {
      return {
        code: 'links-to-what-it-finds',
        reason: `${name} is compiled against whatever libraries the build image has, so which of them it needs is not known`,
      };
    }
    if (row.program !== undefined) needed.add(row.program);
    const libraries = librariesOf(reading, row.links ?? [], name);
    if (isWithheld(libraries)) return libraries;
    for (const library of libraries) needed.add(library);
  }
  // What the rest of the file installs by itself is not needed twice.
  const own = below(reading, -1)
    .map(({ instruction }) => (instruction.keyword === 'RUN' ? instruction.rest.text : ''))
    .join('\n');
  return [...needed].filter(
    (name) => !new RegExp(`(?:^|\\s)${name.replace(/[.+]/g, '\\$&')}(?=[\\s=;]|$)`, 'm').test(own),
  );
}

// ---- where the files go -----------------------------------------------------------------------------------------

const UV_SOURCE = /^(?:ghcr\.io\/astral-sh\/uv|(?:docker\.io\/)?astral\/uv)(?:[:@]|$)/;

/** `COPY --from=ghcr.io/astral-sh/uv …`. */
export function bringsUv({ flags }: Instruction): boolean {
  const from = flags.find(({ name }) => name === 'from')?.value?.text;
  return from !== undefined && UV_SOURCE.test(from);
}

export function copyPlace(
  reading: Reading,
  { manifests, usesSources, last }: Pick<Installs, 'manifests' | 'usesSources' | 'last'>,
  { instruction, workdir }: Step,
): Place {
  if (instruction.flags.some(({ name }) => name === 'from')) return { at: 'both' };
  const provided = manifests.filter((path) => reading.files.files.get(path)?.instruction === instruction);
  const words = instruction.json ?? plainWords(instruction.rest).map(({ text }) => text);
  const sources = words.slice(0, -1);
  const isManifest = sources.every((source) => MANIFEST.test(baseNameOf(source)));
  if (isManifest) {
    // Something of the application may read pyproject.toml; nothing reads a list of requirements.
    const isKept = sources.some(
      (source) => /pyproject\.toml$|setup\.|^\.|\*$/.test(source) && !/requirements/.test(source),
    );
    const again = below(reading, last.instruction.index).some(
      ({ instruction: other, workdir: at }) =>
        (other.keyword === 'COPY' || other.keyword === 'ADD') &&
        at === workdir &&
        /(?:^|\s)\.\/?\s/.test(other.rest.text),
    );
    return { at: isKept && !again ? 'both' : 'builder' };
  }
  if (usesSources || provided.length > 0 || readsBehind(reading, instruction, last)) return { at: 'both' };
  return { at: 'runtime' };
}

const MANIFEST =
  /^(?:requirements[\w.*-]*|constraints[\w.*-]*\.txt|pyproject\.toml|poetry\.lock\*?|Pipfile(?:\.lock)?\*?|setup\.(?:py|cfg)|uv\.lock\*?|\.python-version)$/;

/** A requirement file that an earlier COPY brought and a later one brought again. */
function readsBehind(reading: Reading, instruction: Instruction, last: Step): boolean {
  return above(reading, last.instruction.index).some(
    ({ instruction: other, commands }) =>
      other.index > instruction.index &&
      (commands ?? []).some((one) => {
        const found = toolOf(one);
        return (
          found !== null &&
          /Pipfile|poetry|-r/.test(one.words.map(({ text }) => text).join(' ')) &&
          /(?:^|\s)\.\/?(?:\s|$)/.test(instruction.rest.text.replace(/\s\S+\s*$/, ' '))
        );
      }),
  );
}
