/** Runs the command in this process, in a temporary folder, with everything around it made up. */
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { main } from '../../src/cli/main.ts';
import type { Clock } from '../../src/engine/engine.ts';
import { parseReport } from '../report/schema.ts';
import type { JsonReport } from '../report/schema.ts';

export interface RunOptions {
  /** Relative to the folder of the sandbox. */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Standard input, output and error are a terminal. */
  readonly terminal?: boolean;
  /** What the person answers, in order; then the input ends. A function may look around before it answers. */
  readonly answers?: readonly (string | null | (() => string))[];
  readonly stdin?: string | Uint8Array;
  /** Asks to stop as soon as so many files are done. */
  readonly interruptAfter?: number;
  /** For what waits for containers. */
  readonly clock?: Clock;
}

export interface RunResult {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly questions: readonly string[];
  /** Everything that a person in front of a terminal sees, in order, with questions and answers. */
  readonly screen: string;
  /** Standard output as a report, checked against the schema. */
  readonly report: JsonReport;
}

export interface Sandbox {
  readonly folder: string;
  path(name: string): string;
  /** Makes folders as needed. */
  write(name: string, content: string | Uint8Array, mode?: number): string;
  read(name: string): string;
  bytes(name: string): Buffer;
  /** Every file below the folder with its content, so that tests can say that nothing else has changed. */
  snapshot(): ReadonlyMap<string, string>;
  /** Runs `dockfix` here. Without a terminal, without a configuration in the home. */
  run(argv: readonly string[], options?: RunOptions): Promise<RunResult>;
}

/**
 * A person's configuration with the transforms that these tests write about: what the others find in every file is
 * not what the command line is about. Whoever wants all of them says so in `env`.
 */
export const FEW_TRANSFORMS = fileURLToPath(new URL('few-transforms', import.meta.url));

/** The folder goes when the test ends. */
export function createSandbox(): Sandbox {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'dockfix-test-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = (name: string): string => join(folder, name);
  return {
    folder,
    path,
    write(name, content, mode) {
      mkdirSync(dirname(path(name)), { recursive: true });
      writeFileSync(path(name), content);
      if (mode !== undefined) chmodSync(path(name), mode);
      return path(name);
    },
    read: (name) => readFileSync(path(name), 'utf8'),
    bytes: (name) => readFileSync(path(name)),
    snapshot: () => snapshotOf(folder),
    run: (argv, options = {}) => run(argv, folder, options),
  };
}

function snapshotOf(folder: string): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    const stats = lstatSync(join(folder, name));
    const content = stats.isFile() ? readFileSync(join(folder, name), 'latin1') : '';
    files.set(name, `${stats.mode.toString(8)} ${content}`);
  }
  return files;
}

async function run(argv: readonly string[], folder: string, options: RunOptions): Promise<RunResult> {
  const { terminal = false, answers = [], stdin = '' } = options;
  const questions: string[] = [];
  let stdout = '';
  let stderr = '';
  let screen = '';
  let filesSeen = 0;
  const exit = await main(argv, {
    stdout: {
      write(text) {
        stdout += text;
        screen += text;
      },
      isTerminal: terminal,
    },
    stderr: {
      write(text) {
        stderr += text;
        screen += text;
      },
      isTerminal: terminal,
    },
    readStdin: () => Promise.resolve(Buffer.from(stdin)),
    stdinIsTerminal: terminal,
    ask(question) {
      const next = answers[questions.length] ?? null;
      const answer = typeof next === 'function' ? next() : next;
      questions.push(question);
      screen += `${question}${answer ?? '^D'}\n`;
      return Promise.resolve(answer);
    },
    env: { XDG_CONFIG_HOME: FEW_TRANSFORMS, XDG_CACHE_HOME: '/dev/null', ...options.env },
    cwd: join(folder, options.cwd ?? '.'),
    interrupted: () => options.interruptAfter !== undefined && ++filesSeen >= options.interruptAfter,
    ...(options.clock ? { clock: options.clock } : {}),
  });
  return {
    exit,
    stdout,
    stderr,
    questions,
    screen,
    get report() {
      return parseReport(stdout);
    },
  };
}

/** A Dockerfile that a run without network changes, safely. */
export const FIXABLE = 'FROM scratch\nMAINTAINER Jane <jane@example.com>\n';
/** The same, fixed. */
export const FIXED = 'FROM scratch\nLABEL org.opencontainers.image.authors="Jane <jane@example.com>"\n';
/** A Dockerfile that has nothing to fix. */
export const CLEAN = 'FROM scratch\n';

/** Leftovers of a write: there must never be any. */
export function temporaryFiles(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.dockfix')) : [];
}
