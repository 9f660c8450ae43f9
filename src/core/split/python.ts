/**
 * Python: everything is installed into a virtual environment, whose folder is all that the runtime stage takes over. The
 * environment keeps its path, because its scripts hold it.
 */
import { plainWords } from '../arguments.ts';
import { baseNameOf } from '../context/build-context.ts';
import type { Instruction } from '../document.ts';
import type { ShellCommand } from '../shell.ts';
import { isWithheld } from '../shell.ts';
import type { Evidence, Withheld } from '../types.ts';
import { librariesOf, lostPrograms } from './demands.ts';
import { slimOf } from './images.ts';
import { aptRun } from './installs.ts';
import { placeSteps } from './places.ts';
import { PYTHON_NEEDS } from './python.data.ts';
import { programOf } from './reading.ts';
import { startupOf } from './startup.ts';
import { above, below } from './steps.ts';
import { BUILDER } from './words.ts';
import type { Place, Planned, Reading, Step } from './words.ts';
import { toolOf, installsMany, readInstalls } from './python-installs.ts';
import type { Installs } from './python-installs.ts';

const VENV = '/opt/venv';

function isBuild(command: ShellCommand): boolean {
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

export function planPython(reading: Reading): Planned {
  const { image, variant, stage } = reading;
  if (/^2(?:\.|-|$)/.test(image.tag ?? '')) {
    return {
      code: 'python-2',
      reason: 'Python 2 has no virtual environments of its own; it is out of support',
    };
  }
  const installs = readInstalls(reading);
  if (isWithheld(installs)) return installs;
  const startup = startupOf(reading);
  if (isWithheld(startup)) return startup;
  const obstacle = atStart(reading, startup.texts, startup.programs) ?? inSettings(reading, installs);
  if (obstacle) return obstacle;

  const isFull = variant.kind === 'full';
  const runtime = isFull ? slimOf(stage.base.text, image) : stage.base.text;
  if (runtime === null || variant.kind === 'other') {
    return {
      code: 'variant-not-known',
      reason: `the tag of ${stage.base.text} does not say which variant it is, so no smaller one is known`,
    };
  }
  const extra = isFull ? systemNeeds(reading, installs) : [];
  if (isWithheld(extra)) return extra;
  const placed = placeSteps(reading, {
    cut: installs.last.instruction.index,
    isBuild,
    copy: (step) => copyPlace(reading, installs, step),
    extraPackages: extra,
    movesFiles: !installs.usesSources,
  });
  if (isWithheld(placed)) return placed;
  const dropsPackages = placed.dropped.length > 0;
  if (!isFull && !dropsPackages) {
    return {
      code: 'nothing-to-leave-behind',
      reason:
        'the base image is small and no tools are installed for the build, so a second stage would leave nothing out; pip install --no-cache-dir is all there is to save',
    };
  }
  const venv = installs.ownVenv ?? VENV;
  const path = `ENV ${installs.tool === 'pip' ? '' : `VIRTUAL_ENV=${venv} `}PATH="${venv}/bin:$PATH"`;
  const { places } = placed;
  places.set(installs.last.instruction, {
    at: 'builder',
    instead: [
      ...(placed.extra.length > 0 ? [aptRun(placed.extra, false)] : []),
      ...(insteadOf(places.get(installs.last.instruction)) ?? []),
      `COPY --from=${BUILDER} ${venv} ${venv}`,
      ...(installs.ownVenv === null ? [path] : []),
    ],
  });
  const evidence: Evidence[] = installs.steps.map(({ instruction }) => ({
    kind: 'source',
    span: instruction.span,
    note: 'installs into the virtual environment',
  }));
  return {
    runtime,
    cut: installs.last.instruction,
    places,
    ...(installs.ownVenv === null
      ? { added: [{ before: venvPlace(reading, installs), lines: [`RUN python -m venv ${venv}`, path] }] }
      : {}),
    certainty: installs.onlyWheels && !installs.usesSources ? 'provable' : 'likely',
    leaves: isFull
      ? `the build tools of ${image.repository.replace(/^library\//, '')}'s full image`
      : 'the compilers and headers',
    reason: installs.onlyWheels
      ? 'only wheels are installed, which bring their libraries with them'
      : 'a package that was compiled here may load a library that only the build image has; a run shows it',
    evidence,
  };
}

function insteadOf(place: Place | undefined): readonly string[] | undefined {
  return place?.at === 'builder' ? place.instead : undefined;
}

/** In front of the COPY that brings the requirements, so that it does not stand between them and their installation. */
function venvPlace(reading: Reading, { steps, tool }: Installs): Instruction {
  const first =
    steps.find(({ commands }) =>
      (commands ?? []).some((one) => toolOf(one)?.tool === tool && installsMany(one)),
    ) ?? steps[0]!;
  const index = reading.steps.indexOf(first);
  let at = index;
  while (at > 0 && /^(?:COPY|ADD)$/.test(reading.steps[at - 1]!.instruction.keyword)) at--;
  // A COPY of everything is no list of requirements: the environment may stand behind it.
  const others = reading.steps
    .slice(at, index)
    .some(({ instruction }) => /(?:^|\s)\.\/?\s/.test(instruction.rest.text));
  return (others ? first : reading.steps[at]!).instruction;
}

// ---- what stands in the way -------------------------------------------------------------------------------------

function atStart(reading: Reading, texts: readonly string[], programs: ReadonlySet<string>): Withheld | null {
  for (const program of programs) {
    if (/^(?:pip3?|poetry|pipenv|uv|conda|virtualenv)$/.test(program)) {
      return {
        code: 'installs-at-start',
        reason: `${program} is called when the container starts, so it and what it needs have to stay in the image`,
      };
    }
    if (/^(?:su|sudo|runuser|crond?|supercronic|anacron)$/.test(program)) {
      return {
        code: 'resets-the-environment',
        reason: `${program} starts programs without the variables of the image, so they would not find the virtual environment`,
      };
    }
  }
  for (const text of texts) {
    for (const match of text.matchAll(/\/usr\/local\/(?:bin\/([\w.-]+)|lib\/python)/g)) {
      const name = match[1];
      if (
        name !== undefined &&
        (reading.files.files.has(`/usr/local/bin/${name}`) || /docker-entrypoint/.test(name))
      )
        continue;
      return {
        code: 'fixed-path',
        reason: `${match[0].slice(0, 60)} is named with its folder, which would be another one in a virtual environment; leave the folder out`,
      };
    }
    if (/\bpython[\d.]*\s+-m\s+pip\b/.test(text)) {
      return {
        code: 'installs-at-start',
        reason: 'pip is called when the container starts, so it and what it needs have to stay in the image',
      };
    }
  }
  return null;
}

/** Settings and commands below the cut that speak of the system's packages. */
function inSettings(reading: Reading, { last }: Installs): Withheld | null {
  for (const { instruction, commands } of reading.steps) {
    const { keyword, rest, line } = instruction;
    const isBelow = instruction.index > last.instruction.index;
    if (/site-packages|\/usr\/local\/lib\/python/.test(rest.text) && (keyword !== 'RUN' || isBelow)) {
      return {
        code: 'fixed-path',
        reason: `line ${line} names the folder of the system's packages, which would be another one in a virtual environment`,
      };
    }
    if (keyword === 'ENV' && /\b(?:PIP_(?:TARGET|PREFIX|USER|ROOT)|PYTHONUSERBASE)\b/.test(rest.text)) {
      return {
        code: 'installs-elsewhere',
        reason: `line ${line} makes pip put the packages into a folder of its own`,
      };
    }
    if (keyword === 'COPY' && /--from=/.test(rest.text)) continue;
    if (
      isBelow &&
      keyword === 'RUN' &&
      (commands ?? []).some((one) => /^(?:git|gcc|make)$/.test(programOf(one.words)))
    ) {
      return {
        code: 'builds-behind',
        reason: `line ${line} builds behind the installation of the packages, where the runtime stage has no tools for it`,
      };
    }
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
function systemNeeds(reading: Reading, { packages }: Installs): readonly string[] | Withheld {
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

function copyPlace(
  reading: Reading,
  { manifests, usesSources, last }: Installs,
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
  /^(?:requirements[\w.*-]*|constraints[\w.*-]*\.txt|pyproject\.toml|poetry\.lock\*?|Pipfile(?:\.lock)?\*?|setup\.(?:py|cfg)|uv\.lock)$/;

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
