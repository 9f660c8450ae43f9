/** The real engine of this machine, in the hands of one run. Imported only by runs that build. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { EngineProblem } from '../app/verify/problem.ts';
import { createVerifier } from '../app/verify/verify.ts';
import type { Verifier } from '../app/verify/verify.ts';
import type { Clock, Engine } from '../engine/engine.ts';
import { unwritten } from '../engine/failure.ts';
import { openEngine } from '../engine/open.ts';
import { createRedactor } from '../net/redact.ts';
import { visibleLine } from '../report/visible.ts';
import type { GuardedIo } from './io.ts';
import type { Progress } from './progress.ts';
import type { VerifySettings } from './verify-flags.ts';

export interface OpenVerifier {
  readonly engine: Engine;
  readonly verifier: Verifier;
  /** The person, or whoever runs this, has asked to stop. */
  stopped(): boolean;
  /** Removes all that was made, and says what could not be removed. */
  close(): Promise<void>;
}

export interface OpenVerifierOptions {
  readonly settings: Pick<VerifySettings, 'engine' | 'keepImages' | 'secrets'>;
  /** Whether something is to be started. */
  readonly mustRun: boolean;
  readonly io: GuardedIo;
  readonly progress: Progress;
  /** Absolute folders of the repositories: no program in them is run. */
  readonly scanned: readonly string[];
}

/** Throws EnvironmentError when no engine can be used. */
export async function openVerifier({
  settings,
  mustRun,
  io,
  progress,
  scanned,
}: OpenVerifierOptions): Promise<OpenVerifier> {
  const abort = new AbortController();
  const stop = (): void => abort.abort();
  void io.whenInterrupted?.then(stop);
  // Whoever ends a job in CI asks once before he kills.
  const signals = ['SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, stop);
  const redactor = createRedactor();
  for (const secret of settings.secrets) redactor.register(secret);
  const release = (): void => {
    for (const signal of signals) process.off(signal, stop);
  };
  try {
    const opened = await openEngine({
      name: settings.engine,
      env: io.env,
      excluded: scanned,
      signal: abort.signal,
      mustRun,
    });
    const { engine, folder } = opened;
    if (opened.removed > 0)
      io.stderr.write(
        `dockfix: removed what an earlier run had left (${opened.removed} ${opened.removed === 1 ? 'thing' : 'things'})\n`,
      );
    const verifier = createVerifier({
      keepImages: settings.keepImages,
      engine,
      clock: io.clock ?? realClock(abort.signal),
      async writeFile(path, text) {
        const file = join(folder, path);
        try {
          await mkdir(dirname(file), { recursive: true });
          await writeFile(file, text, { flag: 'wx' });
        } catch (error) {
          throw new EngineProblem(unwritten(error));
        }
        return file;
      },
      hide: (text) => redactor.redact(text),
      progress: (text) => progress.show(visibleLine(text).slice(0, 150)),
    });
    return {
      engine,
      verifier,
      stopped: () => abort.signal.aborted,
      async close() {
        progress.show('removes what was made');
        const left = await opened.close();
        progress.clear();
        release();
        if (left.length === 0) return;
        io.stderr.write(
          `dockfix: could not be removed: ${left.slice(0, 10).map(visibleLine).join(', ')}; the next run tries again\n`,
        );
      },
    };
  } catch (error) {
    release();
    throw error;
  }
}

function realClock(signal: AbortSignal): Clock {
  return {
    nowMs: () => performance.now(),
    pause: (ms) =>
      new Promise((resolve) => {
        const done = (): void => {
          clearTimeout(timer);
          signal.removeEventListener('abort', done);
          resolve();
        };
        const timer = setTimeout(done, ms);
        if (signal.aborted) done();
        else signal.addEventListener('abort', done, { once: true });
      }),
  };
}
