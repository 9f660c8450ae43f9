/**
 * Where the instructions go that belong to no stack: settings, accounts, folders, system packages. What only the build
 * needs stays above; what the container needs is moved, or said in both stages where the build needs it as well.
 */
import { plainWords } from '../arguments.ts';
import { baseNameOf } from '../context/build-context.ts';
import type { Instruction } from '../document.ts';
import { sourceText } from '../document.ts';
import type { ShellCommand } from '../shell.ts';
import { isWithheld } from '../shell.ts';
import type { Withheld } from '../types.ts';
import { programOf } from './reading.ts';
import { above, below } from './steps.ts';
import type { Place, Reading, Step } from './words.ts';
import { packagesOf, aptRun, apkRun, readsLists } from './installs.ts';
import { kindOf } from './run-kinds.ts';

export interface PlaceRules {
  /** Index of the last instruction of the builder. */
  readonly cut: number;
  /** A command that only the build needs. */
  isBuild(command: ShellCommand, step: Step): boolean;
  /** Where a COPY or ADD goes. */
  copy(step: Step): Place;
  /** Packages that the runtime stage needs beside those that the file names. */
  readonly extraPackages?: readonly string[];
  /** Files that the build does not read: commands on them go where they go. */
  readonly movesFiles?: boolean;
  /** Packages beside compilers and headers that only this build needs. */
  readonly buildPackages?: RegExp;
  /** The base image of the runtime stage has no apt (distroless), or nothing is installed there. */
  readonly noPackages?: boolean;
}

export interface Placed {
  readonly places: Map<Instruction, Place>;
  /** Of {@link PlaceRules.extraPackages}, those that no RUN of the runtime stage installs yet. */
  readonly extra: readonly string[];
  /** Tools and headers that the runtime stage does without. */
  readonly dropped: readonly string[];
}

/** The places of everything above the cut, or the line that cannot be placed. */
export function placeSteps(reading: Reading, rules: PlaceRules): Placed | Withheld {
  const places = new Map<Instruction, Place>();
  const upper = above(reading, rules.cut);
  const later: Step[] = [];
  const dropped: string[] = [];
  const moving = movingRuns(reading, rules);
  let extra = rules.extraPackages ?? [];
  for (const step of upper) {
    const { instruction } = step;
    switch (instruction.keyword) {
      case 'ENV':
      case 'WORKDIR':
      case 'SHELL':
      case 'USER':
        places.set(instruction, { at: 'both' });
        break;
      case 'ARG':
        later.push(step);
        break;
      case 'COPY':
      case 'ADD':
        places.set(instruction, rules.copy(step));
        break;
      case 'RUN': {
        const place = placeRun(reading, step, rules, { extra, dropped, moving });
        if ('code' in place) return place;
        if ('instead' in place && place.instead) extra = [];
        places.set(instruction, place);
        break;
      }
      default:
        places.set(instruction, { at: 'runtime' });
    }
  }
  keepForBuild(reading, upper, places);
  placeArguments(reading, later, places, rules.cut);
  return { places, extra, dropped };
}

/** Settings of the system and of its tools: a build may read them without a word about them. */
const SETTINGS = /(?:^|\s|")\/(?:etc|root|usr\/local\/(?:share|etc))\//;

/** A COPY does not leave the builder where a command that stays there speaks of its files, or may read them. */
function keepForBuild(reading: Reading, upper: readonly Step[], places: Map<Instruction, Place>): void {
  const { document } = reading;
  let commands = '';
  for (const { instruction } of [...upper].reverse()) {
    const place = places.get(instruction);
    if (instruction.keyword === 'RUN' && place?.at !== 'runtime')
      commands += sourceText(document, instruction.span);
    if (place?.at !== 'runtime' || (instruction.keyword !== 'COPY' && instruction.keyword !== 'ADD'))
      continue;
    const words = instruction.json ?? plainWords(instruction.rest).map(({ text }) => text);
    const names = words.map(baseNameOf).filter((name) => name.length > 2);
    const isRead = SETTINGS.test(instruction.rest.text) || names.some((name) => commands.includes(name));
    if (isRead) places.set(instruction, { at: 'both' });
  }
}

/** An ARG is said again where something in the runtime stage may read it. */
function placeArguments(
  reading: Reading,
  steps: readonly Step[],
  places: Map<Instruction, Place>,
  cut: number,
): void {
  const { document } = reading;
  const said = [...places].filter(([, place]) => place.at !== 'builder').map(([one]) => one);
  const readers = [...said, ...below(reading, cut).map(({ instruction }) => instruction)];
  const hasRun = readers.some(({ keyword }) => keyword === 'RUN');
  const texts = readers.map((one) => sourceText(document, one.span)).join('\n');
  // From the last one up: an ARG may be the default of the next.
  let all = texts;
  for (const { instruction } of [...steps].reverse()) {
    const names = instruction.rest.text.split(/[\s=]+/, 1);
    const isRead =
      hasRun || names.some((name) => new RegExp(`\\$\\{?${name.replace(/\W/g, '')}\\b`).test(all));
    places.set(instruction, { at: isRead ? 'both' : 'builder' });
    if (isRead) all += `\n${sourceText(document, instruction.span)}`;
  }
}

interface RunState {
  readonly extra: readonly string[];
  readonly dropped: string[];
  readonly moving: ReadonlySet<Step>;
}

function placeRun(
  reading: Reading,
  step: Step,
  rules: PlaceRules,
  { extra, dropped, moving }: RunState,
): Place | Withheld {
  const { instruction, commands } = step;
  const { line } = instruction;
  if (commands === null) {
    return {
      code: 'run-not-read',
      reason: `line ${line}: the command cannot be read, so where it belongs is not known`,
    };
  }
  const kinds = new Set(commands.map((command) => kindOf(command, step, rules)));
  const unknown = commands.find((command) => kindOf(command, step, rules) === 'unknown');
  if (unknown) {
    const name = programOf(unknown.words) || (unknown.words[0]?.text ?? '');
    return {
      code: 'run-not-understood',
      reason: `line ${line}: whether what ${name.slice(0, 40)} does is for the build or for the container is not known; put it behind the build, or into a stage of its own`,
    };
  }
  const installs = kinds.has('apt') || kinds.has('apk');
  const isBuild = kinds.has('build');
  const changes = kinds.has('account') || kinds.has('files');
  if (isBuild && changes && !harmlessInBuild(step, rules)) {
    return {
      code: 'mixed-run',
      reason: `line ${line} builds and changes files of the image in one RUN; give each a RUN of its own`,
    };
  }
  if (installs) return placeInstall(reading, step, rules, { extra, dropped, isBuild, changes });
  if (isBuild || kinds.has('cleanup')) {
    return { at: 'builder' };
  }
  if (!changes) return { at: 'builder' };
  if (rules.noPackages) {
    return {
      code: 'needs-a-shell',
      reason: `line ${line} changes the image by commands, and the image that the program would run in has no shell`,
    };
  }
  return { at: moving.has(step) ? 'runtime' : 'both' };
}

/** Folders made for the build itself, and files removed in it. */
function harmlessInBuild(step: Step, rules: PlaceRules): boolean {
  return (step.commands ?? []).every((command) => {
    const kind = kindOf(command, step, rules);
    if (kind !== 'files' && kind !== 'account') return true;
    const program = programOf(command.words);
    return (program === 'rm' || program === 'mkdir') && step.workdir !== null && step.workdir !== '/'
      ? command.words.slice(1).every(({ value }) => value !== null && !value.startsWith('/'))
      : false;
  });
}

/**
 * RUNs that only change accounts, or files that the build does not read, and that nothing of the build refers to: from
 * the last one up.
 */
function movingRuns(reading: Reading, rules: PlaceRules): ReadonlySet<Step> {
  const moving = new Set<Step>();
  const moves = (kind: ReturnType<typeof kindOf>): boolean =>
    kind === 'account' || kind === 'neutral' || (kind === 'files' && rules.movesFiles === true);
  for (const step of [...above(reading, rules.cut)].reverse()) {
    const kinds = (step.commands ?? []).map((command) => kindOf(command, step, rules));
    const isChange = kinds.some((kind) => kind !== 'neutral') && kinds.every(moves);
    if (isChange && !buildRefersTo(reading, step, rules, moving)) moving.add(step);
  }
  return moving;
}

/** Whether a RUN of the build, or a COPY with an owner, reads what this one makes. */
function buildRefersTo(reading: Reading, step: Step, rules: PlaceRules, moving: ReadonlySet<Step>): boolean {
  const { document } = reading;
  const words = new Set(
    (step.commands ?? []).flatMap(({ words: all }) =>
      all.slice(1).flatMap(({ value }) => (value && !value.startsWith('-') ? [value] : [])),
    ),
  );
  return above(reading, rules.cut).some((other) => {
    const { instruction, user } = other;
    if (instruction === step.instruction || instruction.index < step.instruction.index) return false;
    if (instruction.keyword === 'USER' || user !== '') return true;
    if (instruction.flags.some(({ name }) => name === 'chown')) return true;
    if (instruction.keyword !== 'RUN' || moving.has(other)) return false;
    const text = sourceText(document, instruction.span);
    return [...words].some((word) => word.length > 1 && text.includes(word));
  });
}

// ---- system packages --------------------------------------------------------------------------------------------

interface InstallState {
  readonly extra: readonly string[];
  readonly dropped: string[];
  readonly isBuild: boolean;
  readonly changes: boolean;
}

function placeInstall(
  reading: Reading,
  step: Step,
  rules: PlaceRules,
  { extra, dropped, isBuild, changes }: InstallState,
): Place | Withheld {
  const { line } = step.instruction;
  const named = packagesOf(reading, step, rules.buildPackages ?? null);
  if (isWithheld(named)) return named;
  const { build, runtime, libraries, recommends } = named;
  dropped.push(...build, ...named.headers);
  // `apt-get update` alone, or an upgrade: nothing that the runtime stage could miss, unless it installs from the lists.
  if (build.length + runtime.length + libraries.length === 0 && !changes) {
    return { at: readsLists(reading) && !rules.noPackages ? 'both' : 'builder' };
  }
  if (rules.noPackages) {
    const needed = [...runtime, ...libraries].filter((name) => !GIVEN.test(name));
    if (needed.length === 0) return { at: 'builder' };
    return {
      code: 'needs-packages',
      reason: `line ${line} installs ${needed.slice(0, 4).join(', ')}, which the program may need and the image that it would run in cannot install`,
    };
  }
  const isAlpine = reading.variant.kind === 'alpine';
  const needed = [...libraries, ...extra, ...runtime].filter(
    (name, index, all) => all.indexOf(name) === index,
  );
  if (build.length === 0 && libraries.length === 0 && !isBuild) {
    return { at: toolsOfBuild(reading, step, runtime, rules) ? 'both' : 'runtime' };
  }
  if (changes && !isBuild) {
    return {
      code: 'mixed-run',
      reason: `line ${line} installs tools of the build and changes files of the image in one RUN; give each a RUN of its own`,
    };
  }
  if (needed.length === 0) return { at: 'builder' };
  return {
    at: 'builder',
    instead: [isAlpine ? apkRun(needed) : aptRun(reading, needed, recommends && runtime.length > 0)],
  };
}

/** Of the images without a package manager: what they have all the same. */
const GIVEN =
  /^(?:ca-certificates|tzdata|libc6-compat|git|openssh(?:-client)?|curl|wget|bash|upx|zip|unzip|mercurial|gnupg|apt-transport-https|protobuf(?:-compiler)?|protoc|libssl3|jq)$/;

/** Whether the build may call one of the packages' programs. */
function toolsOfBuild(reading: Reading, step: Step, packages: readonly string[], rules: PlaceRules): boolean {
  if (
    packages.some((name) =>
      /^(?:git|curl|wget|ca-certificates|gnupg2?|unzip|zip|openssh-client|bash|openssl|jq|xz-utils|bzip2)$/.test(
        name,
      ),
    )
  )
    return true;
  const { document } = reading;
  return above(reading, rules.cut).some(
    ({ instruction }) =>
      instruction.keyword === 'RUN' &&
      instruction !== step.instruction &&
      packages.some((name) => sourceText(document, instruction.span).includes(name)),
  );
}
