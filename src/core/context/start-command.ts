/**
 * What a container of a stage really runs: ENTRYPOINT and CMD put together by Docker's rules, then followed through
 * shells, init programs, package scripts and the entry scripts of the context, down to the program that stays.
 */
import type { Document, Instruction } from '../document.ts';
import { isWithheld, readShellText, shellOf } from '../shell.ts';
import type { ShellCommand } from '../shell.ts';
import type { Stage } from '../stages.ts';
import type { Evidence, Withheld } from '../types.ts';
import { environmentNames, variableAt } from '../variables.ts';
import { baseNameOf, cleanPath } from './build-context.ts';
import type { BuildContext } from './build-context.ts';
import { expandWord } from './shell-words.ts';
import type { Environment, RunWord } from './shell-words.ts';
import { filesInStage, stageText } from './stage-files.ts';
import type { StageFiles } from './stage-files.ts';

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
  readonly start: StartCommand | Withheld;
}

const answers = new WeakMap<Stage, readonly Answer[]>();

/** What a container of `stage` runs, or why that is not known. Several transforms ask; it is worked out once. */
export function startCommand(
  document: Document,
  stage: Stage,
  context: BuildContext | null,
  base: BaseConfig | null = null,
): StartCommand | Withheld {
  const known = answers.get(stage) ?? [];
  const answer = known.find((one) => one.context === context && one.base === base);
  if (answer) return answer.start;
  const start = readStart(document, stage, context, base);
  answers.set(stage, [...known, { context, base, start }]);
  return start;
}

function readStart(
  document: Document,
  stage: Stage,
  context: BuildContext | null,
  base: BaseConfig | null,
): StartCommand | Withheld {
  const image = configured(document, stage, base);
  if (isWithheld(image)) return image;
  const files = context ? filesInStage(document, stage, context, base?.workingDir || null) : null;
  const state: State = {
    document,
    context,
    files,
    words: image.words,
    environment: environmentOf(document, stage, base),
    workdir: files?.workdir ?? workdirOf(stage) ?? (base?.workingDir || null),
    steps: [...image.steps],
    firstProcess: null,
    wrappers: [],
    before: [],
    beside: [],
    scripts: [],
    isCertain: image.isCertain,
    isReplaced: true,
  };
  return follow(state);
}

// ---- ENTRYPOINT and CMD -----------------------------------------------------------------------------------------

interface Configured {
  readonly words: readonly RunWord[];
  readonly steps: readonly StartStep[];
  readonly isCertain: boolean;
}

/** A stage and the stages it is FROM, nearest first. */
function chain(stage: Stage): readonly Stage[] {
  const stages: Stage[] = [];
  for (let at: Stage | null = stage; at && stages.length < 1000; at = at.parent) stages.push(at);
  return stages;
}

/** The entrypoint and the command of a stage; an ENTRYPOINT takes away the CMD that its stage inherits. */
export function startInstructions(stage: Stage): {
  readonly entrypoint: Instruction | null;
  readonly cmd: Instruction | null;
} {
  let entrypoint: Instruction | null = null;
  let cmd: Instruction | null = null;
  for (const { instructions } of chain(stage)) {
    const lastOf = (keyword: string): Instruction | undefined =>
      instructions.filter((instruction) => instruction.keyword === keyword).at(-1);
    // With an ENTRYPOINT below it, an inherited CMD is gone.
    if (!entrypoint) cmd ??= lastOf('CMD') ?? null;
    entrypoint ??= lastOf('ENTRYPOINT') ?? null;
  }
  return { entrypoint, cmd };
}

function configured(document: Document, stage: Stage, base: BaseConfig | null): Configured | Withheld {
  const { entrypoint, cmd } = startInstructions(stage);
  const steps: StartStep[] = [];
  const read = (instruction: Instruction, kind: 'entrypoint' | 'cmd'): readonly RunWord[] | Withheld => {
    const words = wordsOf(document, instruction);
    if (!isWithheld(words)) steps.push(stepOf(instruction, kind));
    return words;
  };
  const own = entrypoint ? read(entrypoint, 'entrypoint') : null;
  if (own && isWithheld(own)) return own;
  const isScratch = chain(stage).at(-1)!.base.text === 'scratch';
  const isKnown = own !== null || base !== null || isScratch;
  const inherited = own === null ? literalWords(base?.entrypoint ?? []) : own;
  if (own === null && inherited.length > 0) steps.push(baseStep('ENTRYPOINT', inherited));
  // The shell form of ENTRYPOINT does not read the command.
  if (entrypoint && entrypoint.json === null) return { words: inherited, steps, isCertain: true };
  if (cmd) {
    const command = read(cmd, 'cmd');
    if (isWithheld(command)) return command;
    const words = [...inherited, ...command];
    if (words.length === 0)
      return { code: 'no-command', reason: 'neither ENTRYPOINT nor CMD names a program' };
    return { words, steps, isCertain: isKnown };
  }
  const command = own === null ? literalWords(base?.cmd ?? []) : [];
  if (command.length > 0) steps.push(baseStep('CMD', command));
  const words = [...inherited, ...command];
  if (words.length > 0) return { words, steps, isCertain: true };
  return isKnown
    ? { code: 'no-command', reason: 'neither ENTRYPOINT nor CMD names a program' }
    : { code: 'command-of-base', reason: 'the command is that of the base image, which is not known' };
}

function wordsOf(document: Document, instruction: Instruction): readonly RunWord[] | Withheld {
  if (instruction.json !== null) return literalWords(instruction.json);
  const shell = shellOf(document, instruction);
  if (isWithheld(shell) && shell.code === 'other-shell') return shell;
  return literalWords(['/bin/sh', '-c', instruction.rest.text]);
}

function literalWords(words: readonly string[]): readonly RunWord[] {
  return words.map((text) => ({ text, value: text, variable: null }));
}

function stepOf(instruction: Instruction, kind: 'entrypoint' | 'cmd'): StartStep {
  return {
    kind,
    text: instruction.rest.text,
    evidence: {
      kind: 'source',
      span: instruction.span,
      note: `${instruction.keyword} in line ${instruction.line}`,
    },
  };
}

function baseStep(what: string, words: readonly RunWord[]): StartStep {
  const text = words.map((word) => word.text).join(' ');
  return {
    kind: 'base',
    text,
    evidence: { kind: 'knowledge', entry: `${what} of the base image`, source: 'configuration of the image' },
  };
}

// ---- the environment --------------------------------------------------------------------------------------------

function environmentOf(document: Document, stage: Stage, base: BaseConfig | null): Environment {
  const environment = new Map<string, string | null>(base?.env);
  for (const { instructions } of [...chain(stage)].reverse()) {
    for (const instruction of instructions) {
      if (instruction.keyword !== 'ENV') continue;
      for (const name of environmentNames(document, instruction)) environment.set(name, null);
    }
  }
  // The last instruction sees what the container will see.
  const last = stage.instructions.at(-1)!;
  const behind = { ...last, index: last.index + 1 };
  for (const name of environment.keys()) {
    const variable = variableAt(document, behind, name);
    if (variable?.kind === 'env') environment.set(name, variable.value);
  }
  return environment;
}

/** The last absolute WORKDIR, where no context is at hand to follow it. */
function workdirOf(stage: Stage): string | null {
  for (const { instructions } of chain(stage)) {
    const last = instructions
      .filter(({ keyword }) => keyword === 'WORKDIR')
      .at(-1)
      ?.rest.text.trim();
    if (last === undefined) continue;
    return last.startsWith('/') && !last.includes('$') ? `/${cleanPath(last) ?? ''}` : null;
  }
  return null;
}

// ---- the way down -----------------------------------------------------------------------------------------------

interface State {
  readonly document: Document;
  readonly context: BuildContext | null;
  readonly files: StageFiles | null;
  words: readonly RunWord[];
  environment: Environment;
  workdir: string | null;
  readonly steps: StartStep[];
  firstProcess: StartCommand['firstProcess'] | null;
  readonly wrappers: string[];
  readonly before: ShellCommand[];
  readonly beside: ShellCommand[];
  readonly scripts: string[];
  isCertain: boolean;
  /** The process that is there so far is replaced by what it starts (`exec`, or it is a wrapper that does so). */
  isReplaced: boolean;
}

const MAX_STEPS = 16;

function follow(state: State): StartCommand | Withheld {
  for (let step = 0; step < MAX_STEPS; step++) {
    const first = state.words[0];
    if (!first) return { code: 'no-command', reason: 'nothing is left to run behind the wrappers' };
    if (first.value === null) {
      return {
        code: 'command-at-run-time',
        reason: `${first.text.slice(0, 60)} decides at run time what is started`,
      };
    }
    const next = unwrap(state, first.value);
    if (next === 'done') return finish(state);
    if (next !== 'on') return next;
  }
  return { code: 'too-many-steps', reason: 'the command starts another one too many times' };
}

const SHELLS = new Set(['sh', 'bash', 'ash', 'dash']);
const INITS = new Set(['tini', 'dumb-init', 'docker-init', 'catatonit', 'tini-static', 'pid1']);
const SWITCHERS = new Set(['gosu', 'su-exec', 'setpriv', 'chpst', 'runuser']);
const PACKAGE_MANAGERS = new Set(['npm', 'yarn', 'pnpm', 'bun']);
/** Programs that run what stands behind them, with how many words of their own come first (options left aside). */
const RUNNERS: Readonly<Record<string, { readonly words: number; readonly options?: ReadonlySet<string> }>> =
  {
    exec: { words: 0, options: new Set(['-a']) },
    nohup: { words: 0 },
    time: { words: 0 },
    nice: { words: 0, options: new Set(['-n']) },
    ionice: { words: 0, options: new Set(['-c', '-n']) },
    stdbuf: { words: 0 },
    unbuffer: { words: 0 },
    'cross-env': { words: 0 },
    npx: { words: 0, options: new Set(['-p', '--package']) },
    dotenv: { words: 0, options: new Set(['-e', '-f']) },
    'with-contenv': { words: 0 },
    'opentelemetry-instrument': { words: 0 },
    'ddtrace-run': { words: 0 },
    'wait-for-it': { words: 1, options: new Set(['-h', '-p', '-t']) },
    'wait-for-it.sh': { words: 1, options: new Set(['-h', '-p', '-t']) },
    'wait-for': { words: 1, options: new Set(['-t']) },
    'wait-for.sh': { words: 1, options: new Set(['-t']) },
    dockerize: {
      words: 0,
      options: new Set([
        '-wait',
        '-timeout',
        '-template',
        '-stdout',
        '-stderr',
        '-wait-retry-interval',
        '-delims',
      ]),
    },
  };
/** `poetry run x`: the subcommand that runs something. */
const RUN_SUBCOMMANDS: Readonly<Record<string, string>> = {
  poetry: 'run',
  pipenv: 'run',
  pdm: 'run',
  uv: 'run',
  rye: 'run',
  hatch: 'run',
  bundle: 'exec',
  doppler: 'run',
  infisical: 'run',
  dotenvx: 'run',
  'newrelic-admin': 'run-program',
};
/** Their own options that take a value, between the subcommand and what they run. */
const RUN_OPTIONS = new Set([
  '-f',
  '-e',
  '--env-file',
  '--env',
  '--project',
  '--directory',
  '--with',
  '--group',
  '--extra',
  '--python',
  '-p',
  '--package',
]);

function unwrap(state: State, program: string): 'on' | 'done' | Withheld {
  const name = baseNameOf(program);
  const rest = state.words.slice(1);
  if (SHELLS.has(name)) return unwrapShell(state, rest);
  if (INITS.has(name)) {
    state.firstProcess ??= 'init';
    return wrapper(state, name, skipOptions(rest, new Set(['-p', '-r', '--rewrite']), 0));
  }
  if (SWITCHERS.has(name)) return unwrapSwitcher(state, name, rest);
  if (name === 'env') return unwrapEnv(state, rest);
  const subcommand = RUN_SUBCOMMANDS[name];
  if (subcommand !== undefined) {
    if (rest[0]?.value !== subcommand) return 'done';
    state.isReplaced = false;
    return wrapper(state, name, skipOptions(rest.slice(1), RUN_OPTIONS, 0));
  }
  const runner = Object.hasOwn(RUNNERS, name) ? RUNNERS[name]! : undefined;
  if (runner) {
    const behind = skipOptions(rest, runner.options ?? new Set(), runner.words);
    return name === 'cross-env'
      ? unwrapEnv(state, behind)
      : wrapper(state, name === 'exec' ? null : name, behind);
  }
  if (PACKAGE_MANAGERS.has(name)) return unwrapPackageManager(state, name, rest);
  return unwrapScript(state, program, rest);
}

function wrapper(state: State, name: string | null, words: readonly RunWord[]): 'on' | Withheld {
  if (words.length === 0) return { code: 'no-command', reason: `${name ?? 'exec'} is given nothing to run` };
  if (name !== null) state.wrappers.push(name);
  state.words = words;
  return 'on';
}

/** Behind options (some with a value), `--`, and `count` words of the wrapper's own. */
function skipOptions(
  words: readonly RunWord[],
  withValue: ReadonlySet<string>,
  count: number,
): readonly RunWord[] {
  let at = 0;
  let own = count;
  for (; at < words.length; at++) {
    const { text } = words[at]!;
    if (text === '--') return words.slice(at + 1);
    if (text.startsWith('-')) {
      if (withValue.has(text)) at++;
    } else if (own > 0) own--;
    else break;
  }
  return words.slice(at);
}

function unwrapSwitcher(state: State, name: string, rest: readonly RunWord[]): 'on' | Withheld {
  const options = new Set(['-u', '-g', '--reuid', '--regid', '--user', '--group']);
  const words = name === 'gosu' || name === 'su-exec' || name === 'chpst' ? 1 : 0;
  // runuser -u NAME -- cmd; with -c it is a shell again, which nobody needs here.
  if (rest.some(({ text }) => text === '-c')) {
    return { code: 'switches-user', reason: `${name} runs its own shell, which is not followed` };
  }
  return wrapper(state, name, skipOptions(rest, name === 'chpst' ? new Set() : options, words));
}

function unwrapEnv(state: State, rest: readonly RunWord[]): 'on' | Withheld {
  const environment = new Map(state.environment);
  let at = 0;
  for (; at < rest.length; at++) {
    const { text, value } = rest[at]!;
    const found = /^([A-Za-z_]\w*)=/.exec(text);
    if (found) environment.set(found[1]!, value === null ? null : value.slice(found[0].length));
    else if (!text.startsWith('-')) break;
    else if (text === '-u' || text === '-S' || text === '-C') at++;
  }
  state.environment = environment;
  return wrapper(state, null, rest.slice(at));
}

// ---- shells and scripts -----------------------------------------------------------------------------------------

function unwrapShell(state: State, rest: readonly RunWord[]): 'on' | 'done' | Withheld {
  let at = 0;
  let isText = false;
  for (; at < rest.length && /^[-+]/.test(rest[at]!.text) && rest[at]!.text !== '--'; at++) {
    if (/^-\w*c\w*$/.test(rest[at]!.text)) isText = true;
    if (/^[-+]\w*o$/.test(rest[at]!.text)) at++;
  }
  const word = rest[at];
  // A shell without anything to run: what a person uses.
  if (!word) return 'done';
  if (!isText) return unwrapScript(state, word.value ?? '', rest.slice(at + 1), true);
  if (word.value === null)
    return { code: 'command-at-run-time', reason: 'the shell is given a text that only the run knows' };
  state.firstProcess ??= 'shell';
  state.steps.push({ kind: 'shell', text: word.value, evidence: state.steps.at(-1)!.evidence });
  return runText(state, word.value, rest.slice(at + 2));
}

/** Goes on with the last command of a shell text. */
function runText(state: State, text: string, args: readonly RunWord[]): 'on' | Withheld {
  const shell = readShellText(text);
  if (isWithheld(shell)) return shell;
  if (shell.otherExits.some((command) => !isSameScriptAgain(command))) {
    return { code: 'script-branches', reason: 'conditions decide which program it turns into' };
  }
  const { last } = shell;
  if (!last)
    return {
      code: 'script-branches',
      reason: 'it ends in a condition, a loop or a pipeline, not in a program',
    };
  if (last.words[0]?.value === 'wait') {
    return { code: 'background-programs', reason: 'it starts programs in the background and waits for them' };
  }
  const environment = new Map(state.environment);
  for (const { name, value } of shell.settings) environment.set(name, expandWord(value, environment).value);
  for (const assignment of last.assignments) {
    const equals = assignment.indexOf('=');
    environment.set(assignment.slice(0, equals), expandWord(assignment.slice(equals + 1), environment).value);
  }
  state.environment = environment;
  const beside = new Set(shell.background.map(({ span }) => span.start));
  state.before.push(
    ...shell.commands.filter(({ span }) => span.start < last.span.start && !beside.has(span.start)),
  );
  state.beside.push(...shell.background);
  if (last.words[0]?.value !== 'exec') state.isReplaced = false;
  changeFolders(state, shell.commands, last);
  state.words = last.words.flatMap(
    (word) => argumentsIn(word.text, args) ?? [expandWord(word.text, environment)],
  );
  return 'on';
}

/** `exec gosu app "$0" "$@"`: the script runs again as another user. */
function isSameScriptAgain({ words }: ShellCommand): boolean {
  return words.some(({ text }) => /^"?\$\{?0\}?"?$|^"?\$\{?BASH_SOURCE\}?"?$/.test(text));
}

/** What `"$@"`, `$*` and `$1` stand for in a script. */
function argumentsIn(text: string, args: readonly RunWord[]): readonly RunWord[] | null {
  const bare = text.replace(/^"(.*)"$/s, '$1');
  if (/^\$\{?[@*]\}?$/.test(bare)) return args;
  const one = /^\$\{?([1-9])\}?$/.exec(bare);
  if (!one) return null;
  const word = args[Number(one[1]) - 1];
  return word ? [word] : [];
}

/** `cd /app && node x`: only the plain commands of the text count. */
function changeFolders(state: State, commands: readonly ShellCommand[], last: ShellCommand): void {
  for (const { words, span } of commands) {
    if (span.start >= last.span.start || words[0]?.value !== 'cd') continue;
    const folder = expandWord(words[1]?.text ?? '', state.environment).value;
    if (folder === null || folder === '' || folder === '-') state.workdir = null;
    else if (folder.startsWith('/')) state.workdir = `/${cleanPath(folder) ?? ''}`;
    else if (state.workdir !== null) state.workdir = `/${cleanPath(`${state.workdir}/${folder}`) ?? ''}`;
  }
}

/** Entry scripts of official images, which run their arguments. */
const PASSING_SCRIPTS = new Set(['docker-entrypoint.sh', 'docker-php-entrypoint', 'docker-entrypoint']);
const PATH_FOLDERS = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

function unwrapScript(
  state: State,
  program: string,
  args: readonly RunWord[],
  isGivenToShell = false,
): 'on' | 'done' | Withheld {
  const path = pathOf(state, program, isGivenToShell);
  const text =
    path === null || !state.context || !state.files ? null : stageText(state.context, state.files, path);
  if (path === null || text === null) {
    if (!isGivenToShell && !/\.(?:sh|bash)$/.test(program)) {
      if (!PASSING_SCRIPTS.has(baseNameOf(program)) || args.length === 0) return 'done';
    } else if (!PASSING_SCRIPTS.has(baseNameOf(program)) || args.length === 0) {
      return {
        code: 'script-not-seen',
        reason: `the script ${program.slice(0, 80)} is not among the files of the build context that could be read`,
      };
    }
    state.isCertain = false;
    return wrapper(state, baseNameOf(program), args);
  }
  if (
    !isGivenToShell &&
    !/^#!.*\b(?:sh|bash|ash|dash)\b/.test(text.slice(0, 200)) &&
    !/\.(?:sh|bash)$/.test(path)
  ) {
    return 'done';
  }
  const source = state.files!.files.get(path)!.source;
  if (state.scripts.includes(source ?? ''))
    return { code: 'script-branches', reason: 'the script starts itself again' };
  state.firstProcess ??= 'shell';
  state.scripts.push(source ?? '');
  state.steps.push({
    kind: 'script',
    text: path,
    evidence:
      source === null
        ? state.steps.at(-1)!.evidence
        : { kind: 'context', path: source, note: `${path} in the image` },
  });
  return runText(state, text, args);
}

/** Where a program's file is in the image, when it came from the context. */
function pathOf({ files, workdir }: State, program: string, isGivenToShell: boolean): string | null {
  if (!files || program === '') return null;
  if (program.startsWith('/')) return `/${cleanPath(program) ?? ''}`;
  if (program.includes('/') || isGivenToShell) {
    return workdir === null ? null : `/${cleanPath(`${workdir}/${program}`) ?? ''}`;
  }
  return PATH_FOLDERS.map((folder) => `${folder}/${program}`).find((path) => files.files.has(path)) ?? null;
}

// ---- package scripts --------------------------------------------------------------------------------------------

function unwrapPackageManager(
  state: State,
  name: string,
  rest: readonly RunWord[],
): 'on' | 'done' | Withheld {
  const words = rest.filter(({ text }) => !/^(?:-s|--silent|-q|--quiet|--no-update-notifier)$/.test(text));
  let workdir = state.workdir;
  let at = 0;
  while (words[at]?.text.startsWith('-')) {
    const folder = /^(?:--prefix|-C|--dir|--cwd)(?:=(.*))?$/.exec(words[at]!.text);
    if (!folder)
      return {
        code: 'package-options',
        reason: `${name} is given ${words[at]!.text}, which is not followed`,
      };
    const value = folder[1] ?? words[++at]?.value ?? null;
    workdir =
      value === null ? null : value.startsWith('/') ? value : workdir === null ? null : `${workdir}/${value}`;
    at++;
  }
  const command = words[at]?.value ?? '';
  const isRun = command === 'run' || command === 'run-script';
  if (command === 'exec' || command === 'dlx' || command === 'x') {
    state.firstProcess ??= 'package-manager';
    state.isReplaced = false;
    return wrapper(state, name, skipOptions(words.slice(at + 1), new Set(), 0));
  }
  const script = isRun ? words[at + 1]?.value : command;
  if (name === 'bun' && !isRun) return 'done';
  const isScript = isRun || command === 'start' || command === 'test' || name === 'yarn' || name === 'pnpm';
  if (!isScript || script === undefined || script === null) return 'done';
  return runPackageScript(state, name, script, workdir, words.slice(at + (isRun ? 2 : 1)));
}

function runPackageScript(
  state: State,
  manager: string,
  script: string,
  workdir: string | null,
  rest: readonly RunWord[],
): 'on' | 'done' | Withheld {
  const path = workdir === null ? null : `/${cleanPath(`${workdir}/package.json`) ?? ''}`;
  const text =
    path === null || !state.context || !state.files ? null : stageText(state.context, state.files, path);
  if (path === null || text === null) {
    return {
      code: 'manifest-not-seen',
      reason: `the package.json that ${manager} reads is not among the files that could be followed`,
    };
  }
  const scripts = scriptsIn(text);
  if (scripts === null) return { code: 'manifest-unreadable', reason: `${path} is no JSON` };
  const found = scripts.get(script) ?? (script === 'start' ? 'node server.js' : undefined);
  if (found === undefined) {
    if (manager === 'yarn' || manager === 'pnpm') return 'done';
    return { code: 'no-such-script', reason: `package.json has no script ${script.slice(0, 60)}` };
  }
  const source = state.files!.files.get(path)!.source;
  const key = `${source ?? ''}#${script}`;
  if (state.scripts.includes(key))
    return { code: 'script-branches', reason: `the script ${script} starts itself again` };
  state.scripts.push(key);
  state.firstProcess ??= 'package-manager';
  state.isReplaced = false;
  state.workdir = `/${cleanPath(workdir!) ?? ''}`;
  state.steps.push({
    kind: 'package-script',
    text: found,
    evidence: { kind: 'context', path: source ?? path, note: `script ${script}: ${found.slice(0, 200)}` },
  });
  const passed =
    rest[0]?.text === '--'
      ? rest.slice(1)
      : manager === 'npm'
        ? rest.filter(({ text }) => !text.startsWith('-'))
        : rest;
  const result = runText(state, found, []);
  if (result === 'on') state.words = [...state.words, ...passed];
  return result;
}

/** The scripts of a package.json; null when it is no JSON object. */
export function scriptsIn(text: string): ReadonlyMap<string, string> | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return null;
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return null;
  const { scripts } = parsed as { readonly scripts?: unknown };
  if (typeof scripts !== 'object' || scripts === null) return new Map();
  return new Map(
    Object.entries(scripts).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

// ---- the end ----------------------------------------------------------------------------------------------------

const PYTHON = /^(?:python|pypy)[0-9.]*$/;

function finish(state: State): StartCommand {
  const [first, ...rest] = state.words;
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
    words: state.words,
    program,
    args,
    workdir: state.workdir,
    environment: state.environment,
    steps: state.steps,
    firstProcess:
      state.firstProcess && !(state.firstProcess === 'shell' && state.isReplaced)
        ? state.firstProcess
        : 'program',
    wrappers: state.wrappers,
    before: state.before,
    beside: state.beside,
    scripts: state.scripts.filter((script) => !script.includes('#')),
    isCertain: state.isCertain,
  };
}
