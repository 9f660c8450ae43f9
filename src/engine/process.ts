/**
 * Programs of the machine: run without a shell, in a group of their own, with a limit on time and on what is kept of
 * their output. The only importer of child_process in this room.
 */
import { spawn } from 'node:child_process';

export interface Ran {
  /** Null when it was ended or could not be started. */
  readonly code: number | null;
  readonly how: 'exit' | 'timeout' | 'interrupted' | 'too-large' | 'missing';
  readonly stdout: string;
  readonly stderr: string;
  readonly elapsedMs: number;
}

export interface RunOptions {
  readonly timeoutMs: number;
  /** Ends the program when it aborts; left out for what must come to its end. */
  readonly signal?: AbortSignal;
  /** Of each stream; the first is thrown away. A `take` gets all of standard output instead. */
  readonly keepBytes?: number;
  /** Throws to end the program: that is `too-large`. */
  readonly take?: (piece: Uint8Array) => void;
}

export type Runner = (program: string, args: readonly string[], options: RunOptions) => Promise<Ran>;

const KEPT_BYTES = 256 * 1024;
/** Time to end in good order before it is killed. */
const GRACE_MS = 3000;
/** What a program has started may hold its pipes open after it has ended. */
const DRAIN_MS = 1000;

export interface RunnerOptions {
  /** All that programs see of the environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Absolute; no folder of a repository. */
  readonly cwd: string;
}

export function createRunner({ env, cwd }: RunnerOptions): Runner {
  return (program, args, options) =>
    new Promise((resolve) => {
      const started = performance.now();
      const out = createTail(options.keepBytes ?? KEPT_BYTES);
      const err = createTail(options.keepBytes ?? KEPT_BYTES);
      let how: Ran['how'] = 'exit';
      let done = false;
      if (options.signal?.aborted) {
        resolve({ code: null, how: 'interrupted', stdout: '', stderr: '', elapsedMs: 0 });
        return;
      }
      // A group of its own: Ctrl-C at the terminal reaches only us, and we end it with all that it has started.
      const child = spawn(program, args, {
        cwd,
        env: { ...env },
        shell: false,
        detached: process.platform !== 'win32',
        windowsHide: true,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const kill = (name: NodeJS.Signals): void => {
        if (child.pid === undefined) return;
        try {
          if (process.platform === 'win32') child.kill(name);
          else process.kill(-child.pid, name);
        } catch {
          // It has ended already.
        }
      };
      const timers: NodeJS.Timeout[] = [];
      const end = (why: Ran['how']): void => {
        if (how !== 'exit' || done) return;
        how = why;
        kill('SIGTERM');
        timers.push(setTimeout(() => kill('SIGKILL'), GRACE_MS));
      };
      const onAbort = (): void => end('interrupted');
      const onExit = (): void => kill('SIGKILL');
      const finish = (code: number | null): void => {
        if (done) return;
        done = true;
        for (const timer of timers) clearTimeout(timer);
        options.signal?.removeEventListener('abort', onAbort);
        process.off('exit', onExit);
        child.stdout.destroy();
        child.stderr.destroy();
        resolve({
          code: how === 'exit' ? code : null,
          how,
          stdout: out.text(),
          stderr: err.text(),
          elapsedMs: performance.now() - started,
        });
      };
      timers.push(setTimeout(() => end('timeout'), options.timeoutMs));
      options.signal?.addEventListener('abort', onAbort, { once: true });
      process.on('exit', onExit);
      child.once('error', () => {
        how = 'missing';
        finish(null);
      });
      child.once('close', finish);
      child.once('exit', (code) => timers.push(setTimeout(() => finish(code), DRAIN_MS)));
      child.stdout.on('error', () => {});
      child.stderr.on('error', () => {});
      child.stderr.on('data', (piece: Uint8Array) => err.push(piece));
      child.stdout.on('data', (piece: Uint8Array) => {
        if (!options.take) return out.push(piece);
        if (how !== 'exit') return;
        try {
          options.take(piece);
        } catch {
          end('too-large');
        }
      });
    });
}

/** Keeps the last bytes of a stream. */
function createTail(maxBytes: number): { push(piece: Uint8Array): void; text(): string } {
  const pieces: Uint8Array[] = [];
  let length = 0;
  return {
    push(piece) {
      pieces.push(piece);
      length += piece.length;
      while (pieces.length > 1 && length - pieces[0]!.length >= maxBytes) length -= pieces.shift()!.length;
    },
    text() {
      const bytes = Buffer.concat(pieces);
      return bytes.subarray(Math.max(0, bytes.length - maxBytes)).toString('utf8');
    },
  };
}
