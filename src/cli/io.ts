/** What a command may touch of the process around it; tests hand in their own. */
import { homedir } from 'node:os';
import type { Clock } from '../engine/engine.ts';
import type { Redactor } from '../net/redact.ts';
import { EXIT } from './exit-codes.ts';

export interface OutputStream {
  write(text: string): void;
  readonly isTerminal: boolean;
}

export interface Io {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** Reads standard input to its end, at most `maxBytes` plus one. */
  readStdin(maxBytes: number): Promise<Uint8Array>;
  readonly stdinIsTerminal: boolean;
  /** Asks a person; null when there is nobody to ask or the input has ended. */
  ask(question: string): Promise<string | null>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Where the person's files are, when the environment does not say it. */
  readonly home?: string | null;
  /** True once the person has asked to stop. */
  interrupted(): boolean;
  /** Resolves when that happens; without it, nothing that is waited for is cut short. */
  readonly whenInterrupted?: Promise<void>;
  /** Time, for what waits for containers; the machine's own when it is left out. */
  readonly clock?: Clock;
}

/**
 * Everything printed passes here. Once a run has something to keep secret, what is written to `stdout` and `stderr` is
 * redacted, whatever command wrote it; a run that asks no registry has no redactor and pays nothing.
 *
 * One thing is exempt, and has to ask for it: the content of the user's own files, that is fixed text and diffs, goes
 * through `files`. A diff with a masked word would not apply, and fixed text with one would destroy the file; what such
 * a word would hide is in the file already, and was not put there by us. What is said *about* a file is redacted
 * before it is put together with its diff ({@link createOutput}).
 */
export interface GuardedIo extends Io {
  readonly guard: Guard;
}

export interface Guard {
  /** From now on, output is redacted by this one as well. */
  use(redactor: Redactor): void;
  /** The text itself as long as there is nothing to hide. */
  redact(text: string): string;
  /** The same for all texts in data, except those that name its kind. */
  redactData<T>(data: T): T;
  /** The same two streams, without redaction. */
  readonly files: { readonly stdout: OutputStream; readonly stderr: OutputStream };
}

export function guarded(io: Io): GuardedIo {
  const redactors: Redactor[] = [];
  const redact = (text: string): string => redactors.reduce((masked, each) => each.redact(masked), text);
  const stream = (plain: OutputStream): OutputStream => ({
    write: (text) => plain.write(redact(text)),
    isTerminal: plain.isTerminal,
  });
  return {
    ...io,
    stdout: stream(io.stdout),
    stderr: stream(io.stderr),
    ask: (question) => io.ask(redact(question)),
    guard: {
      use: (used) => void redactors.push(used),
      redact,
      redactData: (data) => (redactors.length === 0 ? data : redactTexts(data, redact)),
      files: { stdout: io.stdout, stderr: io.stderr },
    },
  };
}

function redactTexts<T>(data: T, redact: (text: string) => string): T {
  const copy = (value: unknown): unknown => {
    if (typeof value === 'string') return redact(value);
    if (Array.isArray(value)) return value.map(copy);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, part]) => [name, name === 'kind' ? part : copy(part)]),
    );
  };
  // The same shape, text for text.
  return copy(data) as T;
}

/** The real process. */
export function processIo(): Io {
  let interrupted = false;
  // Once: a second Ctrl-C ends the process where it stands.
  const whenInterrupted = new Promise<void>((resolve) => {
    process.once('SIGINT', () => {
      interrupted = true;
      resolve();
    });
  });
  return {
    stdout: outputStream(process.stdout, 'standard output'),
    stderr: outputStream(process.stderr, 'standard error'),
    readStdin,
    stdinIsTerminal: process.stdin.isTTY === true,
    ask: (question) =>
      ask(question, () => {
        interrupted = true;
      }),
    env: process.env,
    cwd: process.cwd(),
    home: homeOfUser(),
    interrupted: () => interrupted,
    whenInterrupted,
  };
}

/** A user without an entry in the system's list has none. */
function homeOfUser(): string | null {
  try {
    return homedir();
  } catch {
    return null;
  }
}

function outputStream(stream: NodeJS.WriteStream, name: string): OutputStream {
  let isBroken = false;
  const broken = (error: NodeJS.ErrnoException): void => {
    // A reader that has seen enough (`| head`) is no error.
    if (isBroken || error.code === 'EPIPE') return;
    isBroken = true;
    reportBroken(name, error.code ?? 'unknown error');
  };
  stream.on('error', broken);
  return {
    write: (text) => {
      if (text === '' || isBroken || !stream.writable) return;
      try {
        stream.write(text);
      } catch (error) {
        // What goes to a file fails here and not by an event.
        broken(error as NodeJS.ErrnoException);
      }
    },
    isTerminal: stream.isTTY === true,
  };
}

/** What was not read by anybody was not judged for anybody; the run itself goes on, so that no file is left half done. */
function reportBroken(name: string, code: string): void {
  const why = code === 'ENOSPC' || code === 'EDQUOT' ? 'the disk is full' : code;
  try {
    if (name !== 'standard error') process.stderr.write(`dockfix: ${name} could not be written: ${why}\n`);
  } catch {
    // Nobody is left to be told.
  }
  process.once('exit', (exitCode) => {
    if (exitCode === EXIT.done || exitCode === EXIT.changesWanted) process.exitCode = EXIT.notJudged;
  });
}

async function readStdin(maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of process.stdin as AsyncIterable<Uint8Array>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > maxBytes) break;
  }
  return Buffer.concat(chunks);
}

async function ask(question: string, interrupt: () => void): Promise<string | null> {
  const { createInterface } = await import('node:readline');
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  return new Promise((resolve) => {
    lines.once('close', () => resolve(null));
    // At a question, the terminal hands Ctrl-C to readline and the process gets no signal.
    lines.once('SIGINT', () => {
      interrupt();
      lines.close();
    });
    lines.question(question, (answer) => {
      resolve(answer);
      lines.close();
    });
  });
}
