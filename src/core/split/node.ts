/**
 * Node: node_modules without what only development needs, and what the build has made, go to the runtime stage. Without
 * a build the sources are copied as they were; with one, its output and whatever else the project has that a program
 * may read, or the whole folder where that is not known.
 */
import { plainWords } from '../arguments.ts';
import { baseNameOf } from '../context/build-context.ts';
import { isWithheld } from '../shell.ts';
import type { Evidence, Withheld } from '../types.ts';
import { absolutePath, isBelow } from '../runtime/final-image.ts';
import { expandAt } from '../variables.ts';
import { librariesOf, lostPrograms } from './demands.ts';
import { slimOf } from './images.ts';
import { NODE_NEEDS } from './node.data.ts';
import { aptRun } from './installs.ts';
import { placeSteps } from './places.ts';
import { startupOf } from './startup.ts';
import { below } from './steps.ts';
import type { Place, Planned, Reading, Step } from './words.ts';
import { callOf, readProject } from './node-project.ts';
import type { Project } from './node-project.ts';
import { takeModules, isWholeCopy, takeBuild } from './node-takes.ts';
import type { Takes } from './node-takes.ts';
import { developmentAtStart, installsAtStart, neededAtStart, staticSite } from './node-start.ts';
import { pruneWith } from './node-prune.ts';

export function planNode(reading: Reading): Planned {
  const project = readProject(reading);
  if (isWithheld(project)) return project;
  const startup = startupOf(reading);
  if (isWithheld(startup)) return startup;
  const served = staticSite(reading, project);
  if (served) return served;
  const obstacle =
    developmentAtStart(reading, startup.programs) ?? installsAtStart(startup.programs, startup.texts);
  if (obstacle) return obstacle;
  const runtime = runtimeImage(reading, project);
  if (typeof runtime !== 'string') return runtime;
  const isFull = reading.variant.kind === 'full';
  const extra = isFull ? systemNeeds(reading, project) : [];
  if (isWithheld(extra)) return extra;

  const takes = project.hasBuild ? takeBuild(reading, project) : takeModules(reading, project);
  if (isWithheld(takes)) return takes;
  const used = startup.programs;
  const placed = placeSteps(reading, {
    cut: project.last.instruction.index,
    isBuild: (command) => callOf(command) !== null,
    copy: (step) => copyPlace(reading, project, takes, step),
    extraPackages: extra,
    movesFiles: !project.hasBuild && !takes.isWhole,
    // What node-gyp runs on.
    buildPackages: /^python3?(?:-minimal)?$/,
  });
  if (isWithheld(placed)) return placed;
  const { places } = placed;
  for (const { step, call } of project.calls) {
    if (call.kind !== 'global' || !neededAtStart(call, used, startup.texts)) continue;
    const alone = (step.commands ?? []).every(
      (one) => callOf(one)?.kind === 'global' || callOf(one)?.kind === 'other',
    );
    if (!alone)
      return {
        code: 'mixed-run',
        reason: `line ${step.instruction.line} installs ${call.names[0] ?? ''}, which is called at the start, together with other things; give it a RUN of its own`,
      };
    places.set(step.instruction, { at: 'both' });
  }
  const prune = takes.isComplete ? null : pruneWith(reading, project, takes.start);
  const dropsPackages = placed.dropped.length > 0;
  if (
    !isFull &&
    !takes.isComplete &&
    !dropsPackages &&
    prune === null &&
    !project.calls.some(({ call }) => call.kind === 'prune')
  ) {
    return {
      code: 'nothing-to-leave-behind',
      reason:
        'the base image is small, no tools are installed for the build and no packages for development, so a second stage would leave nothing out',
    };
  }
  const cut = project.last.instruction;
  const before = places.get(cut);
  places.set(cut, {
    at: 'builder',
    instead: [
      ...(placed.extra.length > 0 ? [aptRun(reading, placed.extra, false)] : []),
      ...((before?.at === 'builder' ? before.instead : undefined) ?? []),
      ...takes.lines.map((line) => withOwner(line, ownerAt(project.last))),
    ],
  });
  const evidence: Evidence[] = project.calls.map(({ step, call }) => ({
    kind: 'source',
    span: step.instruction.span,
    note: call.kind === 'script' ? 'builds' : 'installs packages',
  }));
  return {
    runtime,
    cut,
    places,
    ...(prune === null ? {} : { afterCut: [prune] }),
    ...(takes.edits ? { edits: takes.edits } : {}),
    certainty: 'likely',
    leaves: leaves(reading, prune !== null),
    reason: takes.reason,
    evidence: [...evidence, ...takes.evidence],
  };
}

function leaves({ variant }: Reading, prunes: boolean): string {
  const tools =
    variant.kind === 'full' ? "the build tools of node's full image" : 'the tools and caches of the build';
  return prunes ? `${tools} and the packages for development` : tools;
}

function runtimeImage({ variant, stage, image }: Reading, { manifest }: Project): string | Withheld {
  if (variant.kind === 'slim' || variant.kind === 'alpine') return stage.base.text;
  const browser = Object.keys(manifest.dependencies).find((name) => NODE_NEEDS[name]?.browser);
  if (browser !== undefined) {
    return {
      code: 'needs-a-browser',
      reason: `${browser} starts a browser, whose libraries only the full image has`,
    };
  }
  return (
    (variant.kind === 'full' ? slimOf(stage.base.text, image) : null) ?? {
      code: 'variant-not-known',
      reason: `the tag of ${stage.base.text} does not say which variant it is, so no smaller one is known`,
    }
  );
}

// ---- what stands in the way -------------------------------------------------------------------------------------

function systemNeeds(reading: Reading, { manifest }: Project): readonly string[] | Withheld {
  const lost = lostPrograms(reading);
  if (isWithheld(lost)) return lost;
  const needed = new Set(lost);
  for (const name of Object.keys(manifest.dependencies)) {
    const row = Object.hasOwn(NODE_NEEDS, name) ? NODE_NEEDS[name] : undefined;
    if (row?.program !== undefined) needed.add(row.program);
    const libraries = librariesOf(reading, row?.links ?? [], name);
    if (isWithheld(libraries)) return libraries;
    for (const library of libraries) needed.add(library);
  }
  const own = reading.steps
    .map(({ instruction }) => (instruction.keyword === 'RUN' ? instruction.rest.text : ''))
    .join('\n');
  if (/zoneinfo/.test(own)) needed.add('tzdata');
  // node's slim image trusts nobody but node itself.
  if (['curl', 'wget', 'git'].some((name) => needed.has(name))) needed.add('ca-certificates');
  if (needed.size > 0 && reading.suite === 'other') {
    return {
      code: 'suite-without-a-table',
      reason: `the runtime stage would have to install ${[...needed].join(', ')}, and the base image is older than what is known of Debian`,
    };
  }
  return [...needed].filter(
    (name) => !new RegExp(`(?:^|\\s)${name.replace(/[.+]/g, '\\$&')}(?=[\\s=;]|$)`, 'm').test(own),
  );
}

// ---- where the files go -----------------------------------------------------------------------------------------

const MANIFEST =
  /^(?:package(?:-lock|\*|-\*|\[-lock\])?\.json\*?|package\*|npm-shrinkwrap\.json|yarn\.lock\*?|pnpm-lock\.yaml\*?|\.npmrc\*?|\.yarnrc\*?|\*\.json|bun\.lockb?)$/;

function copyPlace(reading: Reading, project: Project, takes: Takes, step: Step): Place {
  const { workdir, last, hasBuild } = project;
  const { instruction } = step;
  if (instruction.flags.some(({ name }) => name === 'from')) return { at: 'both' };
  const words = (instruction.json ?? plainWords(instruction.rest).map(({ text }) => text)).map((word) =>
    expandAt(reading.document, instruction, word),
  );
  const to = words.at(-1);
  const target = to === null || to === undefined ? null : absolutePath(step.workdir, to);
  const isHere = target !== null && isBelow(target, workdir);
  if (!isHere) return { at: hasBuild || takes.isWhole ? 'both' : 'runtime' };
  if (takes.isWhole || hasBuild) return { at: 'builder' };
  const sources = words.slice(0, -1);
  if (!sources.every((source) => MANIFEST.test(baseNameOf(source ?? ''))))
    return { at: installReads(reading, project, step) ? 'both' : 'runtime' };
  const again = below(reading, last.instruction.index).some((other) => isWholeCopy(reading, other, workdir));
  return {
    at:
      again || !sources.some((source) => /package(?:\*|\.json|-\*)|\*\.json/.test(source ?? ''))
        ? 'builder'
        : 'both',
  };
}

/** The manifest itself, and what scripts of the installation read: prisma's schema, patches and the like. */
function installReads({ files }: Reading, { workdir, manifest }: Project, { instruction }: Step): boolean {
  const brings = ['package.json', 'package-lock.json', 'yarn.lock', 'pnpm-lock.yaml', '.npmrc'];
  if (brings.some((name) => files.files.get(`${workdir}/${name}`)?.instruction === instruction)) return true;
  const hasScripts = ['preinstall', 'install', 'postinstall', 'prepare'].some((name) =>
    Object.hasOwn(manifest.scripts, name),
  );
  return hasScripts || /prisma|patches/.test(instruction.rest.text);
}

function ownerAt({ user }: Step): string | null {
  return user === '' || /^(?:root|0)(?::|$)/.test(user) ? null : user;
}

function withOwner(line: string, owner: string | null): string {
  return owner === null ? line : line.replace(/^COPY /, `COPY --chown=${owner} `);
}
