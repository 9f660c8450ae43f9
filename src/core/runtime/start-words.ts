/** Words in front of a program that start it and are not it: shells, wrappers, waiters, runners. */
import type { ShellWord } from '../shell.ts';
import { absolutePath } from './final-image.ts';

/** Entry points of official images that prepare something and then start their arguments, as whoever they are. */
export const HANDS_OVER = /(?:^|\/)docker-(?:php-)?entrypoint(?:\.sh)?$/;

export const SHELLS = new Set(['sh', 'bash', 'ash', 'dash', 'zsh', 'ksh']);

/** Programs that start what stands behind them, after options. */
export const WRAPPERS = new Set([
  'tini',
  'tini-static',
  'dumb-init',
  'docker-init',
  'catatonit',
  'exec',
  'nohup',
  'env',
  'command',
  'time',
  'stdbuf',
  'opentelemetry-instrument',
  'ddtrace-run',
  'cross-env',
  'nice',
  'ionice',
  'setsid',
]);

/** Programs that start what stands behind `--`. */
export const WAITERS = /^(?:wait-for(?:-it)?(?:\.sh)?|wait4x|wtfc(?:\.sh)?)$/;

/** A first word that, with the one behind it, only runs the rest. */
export const RUNNERS: Readonly<Record<string, ReadonlySet<string>>> = {
  poetry: new Set(['run']),
  pipenv: new Set(['run']),
  uv: new Set(['run']),
  pdm: new Set(['run']),
  bundle: new Set(['exec']),
  pnpm: new Set(['exec', 'dlx']),
  yarn: new Set(['exec', 'dlx']),
  npm: new Set(['exec', 'x']),
  bun: new Set(['x']),
  'newrelic-admin': new Set(['run-program']),
  'docker-php-entrypoint': new Set(),
};

const OPTIONS_WITH_VALUE = new Set([
  '-n',
  '-u',
  '-g',
  '-e',
  '-s',
  '-o',
  '-t',
  '-wait',
  '-timeout',
  '-template',
]);

export function baseName(word: string): string {
  return word.slice(word.lastIndexOf('/') + 1);
}

/** The words behind options, their values, `--` and assignments. */
export function behindOptions(words: readonly (string | null)[]): readonly (string | null)[] {
  let at = 0;
  while (at < words.length) {
    const word = words[at];
    if (word === '--') return words.slice(at + 1);
    if (word === null || word === undefined) break;
    if (OPTIONS_WITH_VALUE.has(word)) at += 2;
    else if (word.startsWith('-') || /^[A-Za-z_]\w*=/.test(word)) at++;
    else break;
  }
  return words.slice(at);
}

/** What a shell does itself: nothing of it stays. */
export const BUILTINS =
  /^(?:\[|\[\[|:|\.|alias|break|cd|continue|declare|echo|eval|exit|export|false|kill|local|printf|pwd|read|return|set|shift|shopt|source|test|trap|true|type|ulimit|umask|unset|wait)$/;

const SEARCH_PATH = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** The files that a first word can mean. */
export function candidates(word: string, workdir: string | null): readonly string[] {
  if (!word.includes('/')) return SEARCH_PATH.map((folder) => `${folder}/${word}`);
  const path = absolutePath(workdir, word);
  return path === null ? [] : [path];
}

/** A test for the user at hand, in the usual spellings. */
export const ASKS_FOR_ROOT = /\bid\s+-u\b|\$\{?EUID\b|\$\{?UID\b|\bwhoami\b/;

/** `"$JAVA_HOME/bin/java"`: the program's name is plain although its folder is not. */
export function literalProgram(word: ShellWord, isFirst: boolean): string | null {
  const name = isFirst ? /\/([\w.-]+)"?$/.exec(word.text)?.[1] : undefined;
  return name ?? null;
}
