/**
 * What a container of a stage really runs: ENTRYPOINT and CMD put together by Docker's rules, then followed through
 * shells, init programs, package scripts and the entry scripts of the context, down to the program that stays.
 */
import type { Document } from '../document.ts';
import { isWithheld } from '../shell.ts';
import type { ShellCommand } from '../shell.ts';
import type { Stage } from '../stages.ts';
import type { Evidence, Withheld } from '../types.ts';
import { baseNameOf } from './build-context.ts';
import type { BuildContext } from './build-context.ts';
import type { Environment, RunWord } from './shell-words.ts';
import { filesInStage } from './stage-files.ts';
import { configured, environmentOf, workdirOf } from './start/configuration.ts';
import type { Descent } from './start/descent.ts';
import { unwrap } from './start/wrappers.ts';

/** What is needed of the base image's configuration; a subset of what the registry says. */
export interface BaseConfig {
  readonly entrypoint: readonly string[] | null;
  readonly cmd: readonly string[] | null;
  readonly env: ReadonlyMap<string, string>;
  readonly workingDir: string;
}

/** One step on the way from the image's configuration to the program. */
export interface StartStep {
  readonly kind: 'base' | 'entrypoint' | 'cmd' | 'shell' | 'wrapper' | 'script' | 'package-script';
  /** What stands there, as written. */
  readonly text: string;
  readonly evidence: Evidence;
}

export interface StartCommand {
  /** The program that stays and its arguments; wrappers, shells and scripts in front of it are gone. */
  readonly words: readonly RunWord[];
  /** Name of the program without its folder, `python -m x` as `x`; empty when only the run decides it. */
  readonly program: string;
  /** What it is given behind the program's name. */
  readonly args: readonly RunWord[];
  /** Its working folder in the image; null when that is not known. */
  readonly workdir: string | null;
  /** Variables that it sees as far as the file, the base image and the scripts set them. */
  readonly environment: Environment;
  readonly steps: readonly StartStep[];
  /** What the kernel starts first and who therefore gets the signals. */
  readonly firstProcess: 'program' | 'shell' | 'init' | 'package-manager';
  /** Names of the init and user-switching programs on the way. */
  readonly wrappers: readonly string[];
  /** Commands that run, and end, before the program; and those that go on beside it. */
  readonly before: readonly ShellCommand[];
  readonly beside: readonly ShellCommand[];
  /** Scripts of the context that were followed, by context path (`''` for one that stands in the Dockerfile). */
  readonly scripts: readonly string[];
  /** False when the base image's own ENTRYPOINT is not known and is taken for one that runs its arguments. */
  readonly isCertain: boolean;
}

interface Answer {
  readonly context: BuildContext | null;
  readonly base: BaseConfig | null;
  readonly workdir: string | null;
  readonly start: StartCommand | Withheld;
}

const answers = new WeakMap<Stage, readonly Answer[]>();

/**
 * What a container of `stage` runs, or why that is not known. Several transforms ask; it is worked out once. `workdir`
 * is where the base image starts, which may be known without its configuration.
 */
export function startCommand(
  document: Document,
  stage: Stage,
  context: BuildContext | null,
  base: BaseConfig | null = null,
  workdir: string | null = base?.workingDir || null,
): StartCommand | Withheld {
  const known = answers.get(stage) ?? [];
  const answer = known.find((one) => one.context === context && one.base === base && one.workdir === workdir);
  if (answer) return answer.start;
  const start = readStart(document, stage, context, base, workdir);
  answers.set(stage, [...known, { context, base, workdir, start }]);
  return start;
}

function readStart(
  document: Document,
  stage: Stage,
  context: BuildContext | null,
  base: BaseConfig | null,
  workdir: string | null,
): StartCommand | Withheld {
  const image = configured(document, stage, base);
  if (isWithheld(image)) return image;
  const files = context ? filesInStage(document, stage, context, workdir) : null;
  const descent: Descent = {
    document,
    context,
    files,
    words: image.words,
    environment: environmentOf(document, stage, base),
    workdir: files?.workdir ?? workdirOf(stage) ?? workdir,
    steps: [...image.steps],
    firstProcess: null,
    wrappers: [],
    before: [],
    beside: [],
    scripts: [],
    isCertain: image.isCertain,
    isReplaced: true,
  };
  return follow(descent);
}

const MAX_STEPS = 16;

function follow(descent: Descent): StartCommand | Withheld {
  for (let step = 0; step < MAX_STEPS; step++) {
    const first = descent.words[0];
    if (!first) return { code: 'no-command', reason: 'nothing is left to run behind the wrappers' };
    if (first.value === null) {
      return {
        code: 'command-at-run-time',
        reason: `${first.text.slice(0, 60)} decides at run time what is started`,
      };
    }
    const next = unwrap(descent, first.value);
    if (next === 'done') return finish(descent);
    if (next !== 'on') return next;
  }
  return { code: 'too-many-steps', reason: 'the command starts another one too many times' };
}

const PYTHON = /^(?:python|pypy)[0-9.]*$/;

function finish(descent: Descent): StartCommand {
  const [first, ...rest] = descent.words;
  let program = baseNameOf(first!.value ?? '');
  let args: readonly RunWord[] = rest;
  if (PYTHON.test(program)) {
    const at = rest.findIndex(({ text }) => !/^-(?:u|O+|B|I|E|s|S|W.*|X.*)$/.test(text));
    if (rest[at]?.text === '-m' && rest[at + 1]?.value) {
      program = rest[at + 1]!.value!;
      args = rest.slice(at + 2);
    } else args = rest.slice(Math.max(0, at));
  }
  return {
    words: descent.words,
    program,
    args,
    workdir: descent.workdir,
    environment: descent.environment,
    steps: descent.steps,
    firstProcess:
      descent.firstProcess && !(descent.firstProcess === 'shell' && descent.isReplaced)
        ? descent.firstProcess
        : 'program',
    wrappers: descent.wrappers,
    before: descent.before,
    beside: descent.beside,
    scripts: descent.scripts.filter((script) => !script.includes('#')),
    isCertain: descent.isCertain,
  };
}
