/**
 * Python with uv: the environment keeps its folder and its Python, so the runtime stage is built on the same Python as
 * the builder and takes over the environment alone. uv and its cache stay behind. S: uv's guide for containers.
 */
import { plainWords } from '../arguments.ts';
import type { Instruction } from '../document.ts';
import type { ShellCommand } from '../shell.ts';
import { isWithheld } from '../shell.ts';
import type { Evidence, Withheld } from '../types.ts';
import { variableAt } from '../variables.ts';
import { programsInSources } from './demands.ts';
import { slimOf } from './images.ts';
import { aptRun } from './installs.ts';
import { placeSteps } from './places.ts';
import { bringsUv, buildsBehind, copyPlace, isPythonBuild, systemNeeds } from './python-places.ts';
import { programOf } from './reading.ts';
import { startupOf } from './startup.ts';
import { BUILDER } from './words.ts';
import type { Place, Planned, Reading, Step } from './words.ts';
import { usesUvProject } from './uv-calls.ts';
import { withoutRun } from './run-prefix.ts';
import { readUv } from './uv-project.ts';
import type { UvProject } from './uv-project.ts';
import { isUvImage, pythonOf, uvImageOf } from './uv-python.ts';

export function planUv(reading: Reading): Planned {
  const { image, variant, stage } = reading;
  if (!usesUvProject(reading)) {
    return { code: 'uv', reason: 'of uv, only projects with a lock (uv sync) are split' };
  }
  const version = pythonOf(image);
  if (version === null) {
    return {
      code: 'python-version-not-known',
      reason: `the tag of ${stage.base.text} does not say which Python it has, or which suite, and both stages need the same; write both, as in ${isUvImage(image) ? 'python3.13-bookworm-slim' : '3.13-bookworm'}`,
    };
  }
  const project = readUv(reading, version);
  if (isWithheld(project)) return project;
  const cut = project.last.instruction;
  const launch = withoutRun(
    reading,
    'uv',
    cut.index,
    (name) => project.scripts.has(name) || project.packages.has(name),
  );
  const obstacle =
    atStart(reading, launch !== null) ??
    buildsBehind(reading, project.last) ??
    changedAgain(reading, project);
  if (obstacle) return obstacle;

  const isFull = variant.kind === 'full';
  const runtime = runtimeOf(reading, isFull);
  if (runtime === null) {
    return {
      code: 'variant-not-known',
      reason: `the tag of ${stage.base.text} does not say which variant it is, so no smaller one is known`,
    };
  }
  const extra = isFull ? systemNeeds(reading, project) : [];
  if (isWithheld(extra)) return extra;
  const installer = installerOf(reading);
  const placed = placeSteps(reading, {
    cut: project.last.instruction.index,
    isBuild: (command) => isPythonBuild(command) || runs(command, installer),
    copy: (step) => uvPlace(reading, project, installer, step),
    extraPackages: extra,
    movesFiles: !project.usesSources,
  });
  if (isWithheld(placed)) return placed;
  const { places } = placed;
  const place = places.get(cut);
  places.set(cut, {
    at: 'builder',
    instead: [
      ...(placed.extra.length > 0 ? [aptRun(reading, placed.extra, false)] : []),
      ...(place?.at === 'builder' ? (place.instead ?? []) : []),
      `COPY --from=${BUILDER} ${project.venv} ${project.venv}`,
      ...((launch ?? []).length > 0 && !namesPrograms(reading, project)
        ? [`ENV PATH="${project.venv}/bin:$PATH"`]
        : []),
    ],
  });
  const evidence: Evidence[] = project.steps.map(({ instruction }) => ({
    kind: 'source',
    span: instruction.span,
    note: `makes ${project.venv}`,
  }));
  return {
    runtime,
    cut,
    places,
    ...(downloads(reading, project)
      ? { added: [{ before: project.first.instruction, lines: ['ENV UV_PYTHON_DOWNLOADS=0'] }] }
      : {}),
    ...(launch !== null && launch.length > 0 ? { edits: launch } : {}),
    certainty: 'likely',
    leaves: isFull
      ? 'the build tools of the full image and uv'
      : placed.dropped.length > 0
        ? 'the compilers, the headers and uv'
        : 'uv and its cache',
    reason:
      'the environment keeps its folder and its Python; a package that was compiled here may load a library that only the build image has, which a run shows' +
      ((launch ?? []).length > 0
        ? '; uv run would start the same program, whose environment is on PATH'
        : ''),
    evidence,
  };
}

/** The same Python without what only a build needs. */
function runtimeOf({ image, variant, stage }: Reading, isFull: boolean): string | null {
  if (variant.kind === 'other') return null;
  if (!isUvImage(image)) return isFull ? slimOf(stage.base.text, image) : stage.base.text;
  // A variable in the tag may become another Python, which the runtime stage would not follow.
  const uv = stage.base.text.includes('$') ? null : uvImageOf(image);
  return uv && `python:${uv.version.join('.')}-slim-${uv.suite}`;
}

/** Whether nothing forbids uv to download a Python yet. */
function downloads({ document }: Reading, { first }: UvProject): boolean {
  const said = variableAt(document, first.instruction, 'UV_PYTHON_DOWNLOADS');
  return !/^(?:0|false|never|manual)$/i.test(said?.value ?? '');
}

// ---- what stands in the way -------------------------------------------------------------------------------------

function atStart(reading: Reading, isTakenOut: boolean): Withheld | null {
  const startup = startupOf(reading);
  if (isWithheld(startup)) return startup;
  if (!isTakenOut || startup.programs.has('uvx')) {
    return {
      code: 'installs-at-start',
      reason:
        'uv is called when the container starts, so it and what it needs have to stay in the image; start the program of the environment (.venv/bin/NAME) in its place',
    };
  }
  const other = [...startup.programs].find((name) => /^(?:pip3?|poetry|pipenv|conda)$/.test(name));
  const module = startup.texts.some((text) => /\bpython[\d.]*\s+-m\s+(?:pip|uv)\b/.test(text));
  if (other !== undefined || module) {
    return {
      code: 'installs-at-start',
      reason: `${other ?? 'pip or uv'} is called when the container starts, so it and what it needs have to stay in the image`,
    };
  }
  const path = programsInSources(reading).get('uv');
  return path === undefined
    ? null
    : { code: 'builds-at-run-time', reason: `${path} starts uv, and only the build image has it` };
}

/** Whether PATH has the programs of the environment already. */
function namesPrograms({ steps }: Reading, { venv }: UvProject): boolean {
  return steps.some(
    ({ instruction: { keyword, rest } }) =>
      keyword === 'ENV' && /\bPATH\b/.test(rest.text) && rest.text.includes(`${venv}/bin`),
  );
}

/** Owners and modes that are changed between the installations: what is copied afterwards would not have them. */
function changedAgain(reading: Reading, { first, last }: UvProject): Withheld | null {
  const step = reading.steps.find(
    ({ instruction, commands }) =>
      instruction.index > first.instruction.index &&
      instruction.index < last.instruction.index &&
      (commands ?? []).some(({ words }) => /^(?:chown|chmod|chgrp)$/.test(programOf(words))),
  );
  return step
    ? {
        code: 'mixed-run',
        reason: `line ${step.instruction.line} changes owners or modes between two installations, so which of them the environment keeps is not known; put it behind the last one`,
      }
    : null;
}

// ---- where the files go -----------------------------------------------------------------------------------------

/** The path of `ADD https://astral.sh/uv/…/install.sh /uv-installer.sh`. */
function installerOf({ steps }: Reading): string | null {
  const added = steps.find(({ instruction }) => isInstaller(instruction))?.instruction;
  return added ? plainWords(added.rest).at(-1)!.text : null;
}

function isInstaller({ keyword, rest }: Instruction): boolean {
  return keyword === 'ADD' && /^https:\/\/astral\.sh\/uv\/\S+\s+\/\S+$/.test(rest.text.trim());
}

/** Runs the installer, or removes it. */
function runs(command: ShellCommand, installer: string | null): boolean {
  if (installer === null) return false;
  const { words } = command;
  return (
    /^(?:ba|da)?sh$|^rm$|^chmod$/.test(programOf(words)) &&
    words.slice(1).some(({ value }) => value === installer) &&
    words.slice(1).every(({ value }) => value === installer || /^[-+]\w+$/.test(value ?? ''))
  );
}

function uvPlace(reading: Reading, project: UvProject, installer: string | null, step: Step): Place {
  const { instruction } = step;
  if (bringsUv(instruction)) return { at: 'builder' };
  if (installer !== null && isInstaller(instruction)) return { at: 'builder' };
  return copyPlace(reading, project, step);
}
