/**
 * What a smaller base image would have to get back: packages for the programs that the container calls and that only
 * the full image has.
 */
import { stageText } from '../context/stage-files.ts';
import { isWithheld } from '../shell.ts';
import type { Withheld } from '../types.ts';
import { BUILD_PROGRAMS, PROGRAM_PACKAGES } from './packages.data.ts';
import { packageRole } from './packages.ts';
import { startupOf } from './startup.ts';
import type { Reading } from './words.ts';

/** A line of a program in any language that starts another one by name. */
const STARTS =
  /\b(?:subprocess|os\.system|os\.popen|Popen|check_output|check_call|exec(?:File)?(?:Sync)?|spawn(?:Sync)?|system|popen|shell_exec|proc_open|ProcessBuilder|exec\.Command)\b/;
const MAX_LINE = 1000;

/** Names of programs that source files of the stage start, as far as a name stands there. */
export function programsInSources(reading: Reading): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const path of reading.files.files.keys()) {
    if (!/\.(?:py|[cm]?[jt]sx?|rb|php|go|rs)$/.test(path)) continue;
    const text = stageText(reading.context, reading.files, path);
    if (text === null || !STARTS.test(text)) continue;
    for (const line of text.split('\n')) {
      if (line.length > MAX_LINE || !STARTS.test(line)) continue;
      for (const match of line.matchAll(/["'`]([a-z][\w+-]*)(?=["'`\s])/g)) found.set(match[1]!, path);
    }
  }
  return found;
}

/** Packages that give the container's programs back, or why none can. */
export function lostPrograms(reading: Reading): readonly string[] | Withheld {
  const startup = startupOf(reading);
  if (isWithheld(startup)) return startup;
  const packages = new Set<string>();
  for (const program of startup.programs) {
    if (BUILD_PROGRAMS.test(program)) {
      return {
        code: 'builds-at-start',
        reason: `${program} is called when the container starts, and only the build image has it`,
      };
    }
    const name = Object.hasOwn(PROGRAM_PACKAGES, program) ? PROGRAM_PACKAGES[program] : undefined;
    if (name !== undefined) packages.add(name);
  }
  for (const [program, path] of programsInSources(reading)) {
    if (BUILD_PROGRAMS.test(program)) {
      return {
        code: 'builds-at-run-time',
        reason: `${path} starts ${program}, and only the build image has it`,
      };
    }
    const name = Object.hasOwn(PROGRAM_PACKAGES, program) ? PROGRAM_PACKAGES[program] : undefined;
    if (name !== undefined) packages.add(name);
  }
  return [...packages];
}

/** The libraries behind -dev packages, or the package whose libraries are not known in the suite at hand. */
export function librariesOf(
  { suite }: Reading,
  dev: readonly string[],
  why: string,
): readonly string[] | Withheld {
  const found = new Set<string>();
  for (const name of dev) {
    if (suite === 'other') {
      return {
        code: 'suite-without-a-table',
        reason: `${why} needs the library of ${name}, which is known for bullseye, bookworm and trixie, and the base image is none of them`,
      };
    }
    const role = packageRole(name, suite);
    if (role.role === 'library') for (const library of role.runtime) found.add(library);
    else {
      return {
        code: 'suite-not-known',
        reason: `${why} needs the library of ${name}, which has another name in each Debian suite; name the suite in the tag (-bookworm, -trixie)`,
      };
    }
  }
  return [...found];
}
