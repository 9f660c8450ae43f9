/** System packages of a RUN: which of them only the build needs, and what the runtime stage installs instead. */
import { aptCall } from '../apt.ts';
import type { ShellCommand } from '../shell.ts';
import { isWithheld } from '../shell.ts';
import type { Withheld } from '../types.ts';
import { ALPINE_BUILD, PHPIZE_DEPS, alpineLibrary } from './alpine.data.ts';
import { packageRole } from './packages.ts';
import { programOf } from './reading.ts';
import type { Reading, Step } from './words.ts';

export interface NamedPackages {
  readonly build: readonly string[];
  readonly runtime: readonly string[];
  readonly libraries: readonly string[];
  /** The -dev packages behind `libraries`. */
  readonly headers: readonly string[];
  /** Recommended packages were installed with them. */
  readonly recommends: boolean;
}

export function packagesOf(reading: Reading, step: Step, ownBuild: RegExp | null): NamedPackages | Withheld {
  const { line } = step.instruction;
  const names = new Set<string>();
  /** `apk add --virtual NAME`, by which they are removed again. */
  const groups = new Map<string, string>();
  let recommends = false;
  for (const command of step.commands ?? []) {
    const call = aptCall(command);
    const words = call
      ? { verb: call.subcommand.value ?? '', list: call.packages }
      : programOf(command.words) === 'apk'
        ? apkWords(command)
        : null;
    if (!words) continue;
    const { verb, list } = words;
    const virtual = virtualOf(command);
    if (verb === 'install' || verb === 'add') {
      if (call && !call.options.some(({ text }) => text === '--no-install-recommends')) recommends = true;
      for (const word of list) {
        if (reading.stack === 'php' && /^\$(?:PHPIZE_DEPS|\{PHPIZE_DEPS\})$/.test(word.text)) {
          for (const name of PHPIZE_DEPS) {
            names.add(name);
            if (virtual !== null) groups.set(name, virtual);
          }
          continue;
        }
        if (word.value === null || word.value.includes('/')) {
          return {
            code: 'packages-not-known',
            reason: `line ${line}: which packages ${word.text.slice(0, 60)} stands for is not known`,
          };
        }
        names.add(word.value);
        if (virtual !== null) groups.set(word.value, virtual);
      }
    } else if (verb === 'purge' || verb === 'remove' || verb === 'del') {
      const gone = new Set(list.map(({ value }) => value));
      for (const name of [...names])
        if (gone.has(name) || gone.has(groups.get(name) ?? '')) names.delete(name);
    }
  }
  const own = [...names].filter((name) => ownBuild?.test(name));
  for (const name of own) names.delete(name);
  const roles =
    reading.variant.kind === 'alpine'
      ? alpineRoles(names, line)
      : debianRoles(reading, names, line, recommends);
  return isWithheld(roles) ? roles : { ...roles, build: [...roles.build, ...own] };
}

function virtualOf({ words }: ShellCommand): string | null {
  const at = words.findIndex(({ text }) => /^(?:-t|--virtual)(?:=|$)/.test(text));
  if (at < 0) return null;
  return words[at]!.text.includes('=')
    ? words[at]!.text.replace(/^[^=]*=/, '')
    : (words[at + 1]?.value ?? null);
}

function apkWords({ words }: ShellCommand): { readonly verb: string; readonly list: ShellCommand['words'] } {
  const rest = words.slice(1);
  const list: ShellCommand['words'][number][] = [];
  let verb = '';
  for (let at = 0; at < rest.length; at++) {
    const word = rest[at]!;
    if (word.text === '-t' || word.text === '--virtual' || word.text === '--repository' || word.text === '-X')
      at++;
    else if (word.text.startsWith('-')) continue;
    else if (verb === '') verb = word.value ?? '';
    else list.push(word);
  }
  return { verb, list };
}

function debianRoles(
  { suite }: Reading,
  names: ReadonlySet<string>,
  line: number,
  recommends: boolean,
): NamedPackages | Withheld {
  const build: string[] = [];
  const runtime: string[] = [];
  const libraries: string[] = [];
  const headers: string[] = [];
  for (const name of names) {
    const role = packageRole(name, suite === 'other' ? null : suite);
    if (role.role === 'build') build.push(name);
    else if (role.role === 'runtime') runtime.push(name);
    else if (role.role === 'unknown') {
      return role.why === 'no-suite'
        ? {
            code: 'suite-not-known',
            reason: `line ${line}: the library of ${name} has another name in each Debian suite; name the suite in the tag (-bookworm, -trixie)`,
          }
        : {
            code: 'library-not-known',
            reason: `line ${line}: which package ${name} leaves behind for a program that was built with it is not known`,
          };
    } else if (suite === 'other') {
      return {
        code: 'suite-without-a-table',
        reason: `line ${line}: the library of ${name} is known for bullseye, bookworm and trixie, and the base image is none of them`,
      };
    } else {
      libraries.push(...role.runtime);
      headers.push(name);
    }
  }
  return { build, runtime, libraries, headers, recommends };
}

function alpineRoles(names: ReadonlySet<string>, line: number): NamedPackages | Withheld {
  const build: string[] = [];
  const runtime: string[] = [];
  const libraries: string[] = [];
  const headers: string[] = [];
  for (const word of names) {
    const name = word.replace(/[=<>~@].*$/, '');
    const library = alpineLibrary(name);
    if (library !== undefined) {
      libraries.push(library);
      headers.push(name);
    } else if (ALPINE_BUILD.test(name)) {
      build.push(name);
      // The C++ compiler's own library: what it has compiled is linked to it.
      if (/^(?:g\+\+|build-base|alpine-sdk)$/.test(name)) libraries.push('libstdc++');
      if (name === 'gfortran') libraries.push('libgfortran');
    } else if (/-dev$/.test(name)) {
      return {
        code: 'library-not-known',
        reason: `line ${line}: which package ${name} leaves behind for a program that was built with it is not known`,
      };
    } else runtime.push(word);
  }
  return { build, runtime, libraries, headers, recommends: false };
}

/** The lists stay where a later command of the file installs from them. */
export function aptRun(reading: Reading, packages: readonly string[], recommends: boolean): string {
  const flag = recommends ? '' : ' --no-install-recommends';
  const lines = [...packages].sort().map((name) => `    ${name}`);
  const cleaned = readsLists(reading) ? [] : ['    && rm -rf /var/lib/apt/lists/*'];
  return [`RUN apt-get update && apt-get install -y${flag}`, ...lines, ...cleaned].join(' \\\n');
}

/** Whether a RUN installs more than tools of the build from lists that another RUN has fetched. */
export function readsLists({ steps }: Reading): boolean {
  return steps.some(({ commands }) => {
    const calls = (commands ?? []).flatMap((command) => {
      const apt = aptCall(command);
      if (apt) return [{ verb: apt.subcommand.value, list: apt.packages }];
      if (programOf(command.words) !== 'apk') return [];
      // Such a call fetches the lists itself.
      const fetches = command.words.some(({ text }) => /^(?:-U|--no-cache|--update(?:-cache)?)$/.test(text));
      return fetches ? [{ verb: 'update', list: [] }] : [apkWords(command)];
    });
    if (calls.some(({ verb }) => verb === 'update')) return false;
    return calls.some(
      ({ verb, list }) =>
        (verb === 'install' || verb === 'add') &&
        list.some(({ value }) => value === null || packageRole(value, null).role !== 'build'),
    );
  });
}

export function apkRun(packages: readonly string[]): string {
  return `RUN apk add --no-cache ${[...packages].sort().join(' ')}`;
}
