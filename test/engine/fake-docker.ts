/** The fake engine for tests: a program named docker in front of PATH, with a state of its own. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { Clock } from '../../src/engine/engine.ts';
import { FOLDER_PREFIX } from '../../src/engine/marks.ts';

export interface FakeDocker {
  /** For `io.env` or a process. */
  readonly env: Readonly<Record<string, string>>;
  /** What is there: containers, networks, volumes, images, and folders for temporary files. */
  left(): readonly string[];
  /** The words of every command. */
  calls(): readonly (readonly string[])[];
  has(mark: 'building' | 'dead'): boolean;
  /** `limitless`: the kernel lacks what it takes to limit containers. */
  set(mark: 'dead' | 'limitless', on: boolean): void;
  /** It is gone after so many commands; null: it is there again. */
  dieAfter(commands: number | null): void;
  addImage(name: string, dockerfile: string): void;
  /** Environment files that containers were given, and other values, by container. */
  container(name: string): unknown;
  /** The environment files that containers were given, each once. */
  variables(): readonly string[];
}

const FASTER = 20;

/** A clock that runs faster than the machine's: what the fake does takes no time worth waiting for. */
export const fastClock: Clock = {
  nowMs: () => performance.now() * FASTER,
  pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms / FASTER)),
};

/** The fake needs a system that runs scripts by their first line. */
export const canFake = process.platform !== 'win32';

/** `names`: the engines that are installed. */
export function createFakeDocker(names: readonly string[] = ['docker']): FakeDocker {
  const folder = mkdtempSync(join(tmpdir(), 'dockfix-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const state = join(folder, 'state');
  const temporary = join(folder, 'tmp');
  for (const kind of ['images', 'containers', 'networks', 'volumes'])
    mkdirSync(join(state, kind), { recursive: true });
  mkdirSync(temporary);
  // Nothing else of this machine is to be found.
  mkdirSync(join(folder, 'bin'));
  const fake = fileURLToPath(new URL('fake/docker', import.meta.url));
  for (const name of names) symlinkSync(fake, join(folder, 'bin', name));
  symlinkSync(process.execPath, join(folder, 'bin', 'node'));
  const namesOf = (kind: string): string[] =>
    readdirSync(join(state, kind)).map((name) => `${kind}: ${decodeURIComponent(name)}`);
  return {
    env: {
      PATH: join(folder, 'bin'),
      DOCKER_CONFIG: folder,
      TMPDIR: temporary,
    },
    left: () => [
      ...['containers', 'networks', 'volumes', 'images'].flatMap(namesOf),
      ...readdirSync(temporary),
      // Of this process: its own variables say where temporary files are.
      ...readdirSync(tmpdir()).filter(
        (name) => name.startsWith(FOLDER_PREFIX) && name.includes(`-${process.pid}-`),
      ),
    ],
    calls: () =>
      existsSync(join(state, 'log'))
        ? readFileSync(join(state, 'log'), 'utf8')
            .split('\n')
            // What stands behind the last line feed is still being written.
            .slice(0, -1)
            .map((line) => JSON.parse(line) as string[])
        : [],
    has: (mark) => existsSync(join(state, mark)),
    set(mark, on) {
      if (on) writeFileSync(join(state, mark), '');
      else rmSync(join(state, mark), { force: true });
    },
    dieAfter(commands) {
      rmSync(join(state, 'dead'), { force: true });
      if (commands === null) rmSync(join(state, 'dies-at'), { force: true });
      else writeFileSync(join(state, 'dies-at'), String(commands));
    },
    addImage: (name, dockerfile) =>
      writeFileSync(join(state, 'images', encodeURIComponent(name)), JSON.stringify({ text: dockerfile })),
    variables: () =>
      existsSync(join(state, 'variables'))
        ? // One JSON text a line.
          [...new Set(readFileSync(join(state, 'variables'), 'utf8').trim().split('\n'))].map(
            (line) => JSON.parse(line) as string,
          )
        : [],
    container: (name) =>
      JSON.parse(readFileSync(join(state, 'containers', encodeURIComponent(name)), 'utf8')) as unknown,
  };
}
