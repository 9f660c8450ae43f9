/**
 * Python: everything is installed into a virtual environment, whose folder is all that the runtime stage takes over. The
 * environment keeps its path, because its scripts hold it.
 */
import type { Instruction } from '../document.ts';
import { isWithheld } from '../shell.ts';
import type { ShellCommand } from '../shell.ts';
import type { Evidence, Withheld } from '../types.ts';
import { slimOf } from './images.ts';
import { aptRun } from './installs.ts';
import { placeSteps } from './places.ts';
import { startupOf } from './startup.ts';
import { BUILDER } from './words.ts';
import type { Place, Planned, Reading } from './words.ts';
import { bringsUv, buildsBehind, copyPlace, isPythonBuild, systemNeeds } from './python-places.ts';
import { toolOf, installsMany, readInstalls } from './python-installs.ts';
import type { Installs } from './python-installs.ts';
import { withoutRun } from './run-prefix.ts';
import { planUv } from './uv.ts';
import { usesUvProject } from './uv-calls.ts';
import { isUvImage } from './uv-python.ts';

const VENV = '/opt/venv';

export function planPython(reading: Reading): Planned {
  const { image, variant, stage } = reading;
  if (/^2(?:\.|-|$)/.test(image.tag ?? '')) {
    return {
      code: 'python-2',
      reason: 'Python 2 has no virtual environments of its own; it is out of support',
    };
  }
  if (isUvImage(image) || usesUvProject(reading)) return planUv(reading);
  const installs = readInstalls(reading);
  if (isWithheld(installs)) return installs;
  const startup = startupOf(reading);
  if (isWithheld(startup)) return startup;
  const { tool } = installs;
  const launch =
    tool === 'pip' ? null : withoutRun(reading, tool, installs.last.instruction.index, () => false);
  const programs = new Set([...startup.programs].filter((name) => launch === null || name !== tool));
  const obstacle = atStart(reading, startup.texts, programs) ?? inSettings(reading, installs);
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
    isBuild: isPythonBuild,
    copy: (step) => (bringsUv(step.instruction) ? { at: 'builder' } : copyPlace(reading, installs, step)),
    extraPackages: extra,
    movesFiles: !installs.usesSources,
  });
  if (isWithheld(placed)) return placed;
  const dropsPackages = placed.dropped.length > 0;
  const edits = [...installs.edits, ...(launch ?? [])];
  const manager = managerOf(reading, installs, placed.places);
  if (!isFull && !dropsPackages && manager === 'none') {
    return {
      code: 'nothing-to-leave-behind',
      reason:
        'the base image is small and no tools are installed for the build, so a second stage would leave nothing out; pip install --no-cache-dir is all there is to save',
    };
  }
  const venv = installs.ownVenv ?? VENV;
  const path = `ENV ${installs.tool === 'pip' ? '' : `VIRTUAL_ENV=${venv} `}PATH="${venv}/bin:$PATH"`;
  // Where one command brings poetry and calls it, pip has to be the one of the system, or poetry would be taken over.
  const builderPath = manager === 'with-the-packages' ? `ENV VIRTUAL_ENV=${venv}` : path;
  const { places } = placed;
  places.set(installs.last.instruction, {
    at: 'builder',
    instead: [
      ...(placed.extra.length > 0 ? [aptRun(reading, placed.extra, false)] : []),
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
      ? {
          added: [
            {
              before: venvPlace(reading, installs, places),
              lines: [`RUN python -m venv ${venv}`, builderPath],
            },
          ],
        }
      : {}),
    ...(edits.length > 0 ? { edits } : {}),
    certainty: installs.onlyWheels && !installs.usesSources ? 'provable' : 'likely',
    leaves: isFull
      ? `the build tools of ${image.repository.replace(/^library\//, '')}'s full image`
      : dropsPackages
        ? 'the compilers and headers'
        : `${tool} and its cache`,
    reason:
      (installs.onlyWheels
        ? 'only wheels are installed, which bring their libraries with them'
        : 'a package that was compiled here may load a library that only the build image has; a run shows it') +
      (launch !== null && launch.length > 0
        ? `; ${tool} run would start the same program, whose environment is on PATH`
        : ''),
    evidence,
  };
}

function insteadOf(place: Place | undefined): readonly string[] | undefined {
  return place?.at === 'builder' ? place.instead : undefined;
}

/** Whether the file brings poetry or pipenv into the system, before the environment is made or together with it. */
function managerOf(
  reading: Reading,
  installs: Installs,
  places: ReadonlyMap<Instruction, Place>,
): 'none' | 'before-the-packages' | 'with-the-packages' {
  const { tool, ownVenv, steps } = installs;
  if (tool === 'pip' || ownVenv !== null) return 'none';
  const brings = (command: ShellCommand): boolean =>
    isPythonBuild(command) &&
    toolOf(command)?.tool !== tool &&
    command.words.some(({ text }) => new RegExp(`\\b${tool}\\b`).test(text));
  const isCopied = reading.steps.some(({ instruction }) => bringsUv(instruction));
  if (tool === 'uv' && isCopied) return 'before-the-packages';
  const at = steps.find(({ commands }) => (commands ?? []).some(brings));
  if (!at) return 'none';
  const calls = steps.find(({ commands }) => (commands ?? []).some((one) => toolOf(one)?.tool === tool));
  if (at === calls) return tool === 'pipenv' ? 'none' : 'with-the-packages';
  return at.instruction.index < venvPlace(reading, installs, places).index ? 'before-the-packages' : 'none';
}

/** In front of the COPY that brings the requirements, so that a change to them does not make it anew. */
function venvPlace(
  reading: Reading,
  { steps, tool }: Installs,
  places: ReadonlyMap<Instruction, Place>,
): Instruction {
  const first =
    steps.find(({ commands }) =>
      (commands ?? []).some((one) => toolOf(one)?.tool === tool && installsMany(one)),
    ) ?? steps[0]!;
  const index = reading.steps.indexOf(first);
  let at = index;
  while (at > 0 && /^(?:COPY|ADD)$/.test(reading.steps[at - 1]!.instruction.keyword)) at--;
  // What moves to the other stage is no place to stand in front of.
  while (at < index && places.get(reading.steps[at]!.instruction)?.at === 'runtime') at++;
  return reading.steps[at]!.instruction;
}

// ---- what stands in the way -------------------------------------------------------------------------------------

function atStart(reading: Reading, texts: readonly string[], programs: ReadonlySet<string>): Withheld | null {
  for (const program of programs) {
    if (/^(?:pip3?|poetry|pipenv|uv|conda|virtualenv)$/.test(program)) {
      return {
        code: 'installs-at-start',
        reason: `${program} is called when the container starts, so it and what it needs have to stay in the image; start the program of the environment in its place`,
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
  for (const { instruction } of reading.steps) {
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
  }
  return buildsBehind(reading, last);
}
