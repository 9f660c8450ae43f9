/**
 * apt commands in a shell script: which one it is, with which options and packages, and what it does to the
 * package lists under /var/lib/apt/lists.
 */
import type { ShellCommand, ShellWord } from './shell.ts';

export interface AptCall {
  readonly command: ShellCommand;
  readonly tool: 'apt' | 'apt-get' | 'aptitude';
  /** Run by `sudo`: what is added beside it needs it too. */
  readonly sudo: boolean;
  readonly subcommand: ShellWord;
  readonly options: readonly ShellWord[];
  /** Everything behind the subcommand that is no option. */
  readonly packages: readonly ShellWord[];
  /** The words behind the subcommand in order, options and packages. */
  readonly tail: readonly ShellWord[];
}

/** Commands that run the command behind them. */
const WRAPPERS = new Set([
  'sudo',
  'env',
  'exec',
  'command',
  'time',
  'nice',
  'ionice',
  'eatmydata',
  'nohup',
  'chronic',
]);
/** Options of wrappers and of apt that take the next word as their value. */
const WRAPPER_OPTIONS_WITH_VALUE = new Set(['-u', '-g', '-n', '-c', '--user', '--group']);
const APT_OPTIONS_WITH_VALUE = new Set([
  '-o',
  '-c',
  '-t',
  '-a',
  '--option',
  '--config-file',
  '--target-release',
  '--default-release',
  '--host-architecture',
]);

const NEEDS_LISTS = new Set([
  'install',
  'reinstall',
  'satisfy',
  'upgrade',
  'dist-upgrade',
  'full-upgrade',
  'safe-upgrade',
  'build-dep',
  'source',
  'download',
  'dselect-upgrade',
  'list',
  'show',
  'search',
  'policy',
]);

/** Programs that read the lists without being apt, or call `apt-get install` without updating first. */
const LIST_READERS = new Set([
  'apt-cache',
  'apt-file',
  'gdebi',
  'tasksel',
  'mk-build-deps',
  'rosdep',
  'dselect',
]);

/** The apt call that a command is, through `sudo`, `env` and the like; null for every other command. */
export function aptCall(command: ShellCommand): AptCall | null {
  const { words } = command;
  const { index, sudo } = unwrapped(words);
  const tool = index < words.length ? baseName(words[index]!) : '';
  if (tool !== 'apt' && tool !== 'apt-get' && tool !== 'aptitude') return null;

  const options: ShellWord[] = [];
  const packages: ShellWord[] = [];
  let subcommand: ShellWord | null = null;
  let tailStart = words.length;
  for (let at = index + 1; at < words.length; at++) {
    const word = words[at]!;
    if (word.text.startsWith('-')) {
      options.push(word);
      if (APT_OPTIONS_WITH_VALUE.has(word.text) && words[at + 1]) options.push(words[++at]!);
    } else if (subcommand === null) {
      subcommand = word;
      tailStart = at + 1;
    } else packages.push(word);
  }
  if (subcommand === null) return null;
  return { command, tool, sudo, subcommand, options, packages, tail: words.slice(tailStart) };
}

/** What a command does with the package lists. */
export function effectOnLists(command: ShellCommand): 'fetches' | 'needs' | 'deletes' | null {
  const call = aptCall(command);
  if (call) {
    if (call.subcommand.value === 'update') return 'fetches';
    // From apt 2.9 on: what `clean` takes away, and the lists.
    if (/^dist-?clean$/.test(call.subcommand.value ?? '')) return 'deletes';
    return NEEDS_LISTS.has(call.subcommand.value ?? '') ? 'needs' : null;
  }
  const name = firstProgram(command);
  if (LIST_READERS.has(name)) return 'needs';
  if ((name === 'rm' || name === 'find') && command.words.some((word) => namesLists(word.text)))
    return 'deletes';
  return null;
}

/** The program's name without its folder, behind wrappers; empty when only the run decides it. */
export function firstProgram(command: ShellCommand): string {
  let name = programs.get(command);
  if (name === undefined) {
    const word = command.words[unwrapped(command.words).index];
    name = word ? baseName(word) : '';
    programs.set(command, name);
  }
  return name;
}

const programs = new WeakMap<ShellCommand, string>();

/** Where the program behind `sudo`, `env` and the like stands. */
function unwrapped(words: readonly ShellWord[]): { readonly index: number; readonly sudo: boolean } {
  let index = 0;
  let sudo = false;
  while (index < words.length && WRAPPERS.has(baseName(words[index]!))) {
    if (baseName(words[index]!) === 'sudo') sudo = true;
    index++;
    while (index < words.length && /^-|^[A-Za-z_]\w*=/.test(words[index]!.text)) {
      index += WRAPPER_OPTIONS_WITH_VALUE.has(words[index]!.text) ? 2 : 1;
    }
  }
  return { index, sudo };
}

/** True when apt is told, by any of its ways, to leave recommended packages out. */
export function leavesOutRecommended(call: AptCall): boolean {
  return call.options.some(
    (word) =>
      word.text === '--no-install-recommends' ||
      (call.tool === 'aptitude' && (word.text === '-R' || word.text === '--without-recommends')) ||
      /APT::Install-Recommends"?=\s*"?(?:0|false|no|off)/i.test(word.text),
  );
}

function baseName(word: ShellWord): string {
  const { value } = word;
  return value === null ? '' : value.slice(value.lastIndexOf('/') + 1);
}

function namesLists(text: string): boolean {
  const path = text.replace(/["']/g, '');
  return (
    /^\/var\/lib\/apt(?:\/lists)?(?:\/\*?)?(?:$|\*|\/)/.test(path) || /^\/var\/lib\/\{[^}]*\bapt\b/.test(path)
  );
}
