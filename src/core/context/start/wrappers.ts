/** One step of the way down: what a shell, an init program, a runner or a script starts. */
import { baseNameOf } from '../build-context.ts';
import type { RunWord } from '../shell-words.ts';
import { skipOptions, wrapper } from './descent.ts';
import type { Descent, Step } from './descent.ts';
import { unwrapPackageManager } from './package-scripts.ts';
import { unwrapScript, unwrapShell } from './scripts.ts';

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

/** Takes the outermost program off the words, where it is one that starts another. */
export function unwrap(descent: Descent, program: string): Step {
  const name = baseNameOf(program);
  const rest = descent.words.slice(1);
  if (SHELLS.has(name)) return unwrapShell(descent, rest);
  if (INITS.has(name)) {
    descent.firstProcess ??= 'init';
    return wrapper(descent, name, skipOptions(rest, new Set(['-p', '-r', '--rewrite']), 0));
  }
  if (SWITCHERS.has(name)) return unwrapSwitcher(descent, name, rest);
  if (name === 'env') return unwrapEnv(descent, rest);
  const subcommand = RUN_SUBCOMMANDS[name];
  if (subcommand !== undefined) {
    if (rest[0]?.value !== subcommand) return 'done';
    descent.isReplaced = false;
    return wrapper(descent, name, skipOptions(rest.slice(1), RUN_OPTIONS, 0));
  }
  const runner = Object.hasOwn(RUNNERS, name) ? RUNNERS[name]! : undefined;
  if (runner) {
    const behind = skipOptions(rest, runner.options ?? new Set(), runner.words);
    return name === 'cross-env'
      ? unwrapEnv(descent, behind)
      : wrapper(descent, name === 'exec' ? null : name, behind);
  }
  if (PACKAGE_MANAGERS.has(name)) return unwrapPackageManager(descent, name, rest);
  return unwrapScript(descent, program, rest);
}

function unwrapSwitcher(descent: Descent, name: string, rest: readonly RunWord[]): Step {
  const options = new Set(['-u', '-g', '--reuid', '--regid', '--user', '--group']);
  const words = name === 'gosu' || name === 'su-exec' || name === 'chpst' ? 1 : 0;
  // runuser -u NAME -- cmd; with -c it is a shell again, which nobody needs here.
  if (rest.some(({ text }) => text === '-c')) {
    return { code: 'switches-user', reason: `${name} runs its own shell, which is not followed` };
  }
  return wrapper(descent, name, skipOptions(rest, name === 'chpst' ? new Set() : options, words));
}

function unwrapEnv(descent: Descent, rest: readonly RunWord[]): Step {
  const environment = new Map(descent.environment);
  let at = 0;
  for (; at < rest.length; at++) {
    const { text, value } = rest[at]!;
    const found = /^([A-Za-z_]\w*)=/.exec(text);
    if (found) environment.set(found[1]!, value === null ? null : value.slice(found[0].length));
    else if (!text.startsWith('-')) break;
    else if (text === '-u' || text === '-S' || text === '-C') at++;
  }
  descent.environment = environment;
  return wrapper(descent, null, rest.slice(at));
}
