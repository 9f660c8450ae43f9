/** One container of a sample: started, asked, watched, stopped. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { asRoot, pause, run } from './commands.ts';
import type { Engine } from './engine.ts';

const ASK = fileURLToPath(new URL('ask.mjs', import.meta.url));

/** What the hardened profile adds to `docker run`. */
export const HARDENED: readonly string[] = [
  '--read-only',
  '--tmpfs=/tmp',
  '--cap-drop=ALL',
  '--security-opt=no-new-privileges',
];

export interface Request {
  readonly method?: string;
  readonly path: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  /** 0 when there was no answer; the body is the reason then. */
  readonly status: number;
  readonly body: string;
}

export interface State {
  readonly running: boolean;
  readonly pid: number;
  readonly exitCode: number;
  readonly error: string;
  /** null when the image has no check. */
  readonly health: string | null;
  /** What the last check printed. */
  readonly healthOutput: string;
}

export interface Stopped {
  readonly elapsedMs: number;
  readonly exitCode: number;
  /** The signal was not enough. */
  readonly killed: boolean;
}

export interface Container {
  readonly id: string;
  state(): Promise<State>;
  logs(): Promise<string>;
  /** The effective uid of the first process, as the machine sees it; null when it has ended. */
  uid(): Promise<number | null>;
  /** Sends requests from inside the container's network; the first one waits until the server is up. */
  ask(port: number, requests: readonly Request[], timeoutMs?: number): Promise<readonly Answer[]>;
  exec(command: readonly string[]): Promise<{ code: number | null; output: string }>;
  /** Waits for the first verdict of the health check. */
  health(timeoutMs?: number): Promise<State>;
  stop(): Promise<Stopped>;
  remove(): Promise<void>;
}

export interface StartOptions {
  readonly image: string;
  /** Further words for `docker run`. */
  readonly args?: readonly string[];
  readonly hardened?: boolean;
  /** The check is expected to fail: the verdict comes soon, and slow starts are not forgiven. */
  readonly failsCheck?: boolean;
}

/** How long a container may take to stop before the engine kills it. */
const GRACE_S = 5;

/** A started container, or the engine's words why it does not start. Nothing is left behind in that case. */
export async function startContainer(
  engine: Engine,
  options: StartOptions,
): Promise<Container | { readonly failure: string }> {
  const created = await engine.docker([
    'create',
    '--network=none',
    ...(options.hardened === true ? HARDENED : []),
    ...(await watchOptions(engine, options)),
    ...(options.args ?? []),
    options.image,
  ]);
  if (created.code !== 0) return { failure: created.stderr.trim() };
  const id = created.stdout.trim();
  const started = await engine.docker(['start', id]);
  if (started.code !== 0) {
    await engine.docker(['rm', '--force', '--volumes', id]);
    return { failure: started.stderr.trim() };
  }
  return container(engine, id);
}

/** The image's own check, asked every second instead of every thirty. */
async function watchOptions(engine: Engine, { image, failsCheck }: StartOptions): Promise<string[]> {
  const format = '{{json .Config.Healthcheck}}';
  const check = await engine.mustDocker(['image', 'inspect', '--format', format, image]);
  if (check === 'null' || check.includes('"NONE"')) return [];
  const patience = failsCheck === true ? ['1ms', '4'] : ['60s', '3'];
  return ['--health-interval=1s', `--health-start-period=${patience[0]}`, `--health-retries=${patience[1]}`];
}

function container(engine: Engine, id: string): Container {
  const state = async (): Promise<State> => {
    const text = await engine.mustDocker(['inspect', '--format', '{{json .State}}', id]);
    // The engine's own shape.
    const raw = JSON.parse(text) as {
      Running: boolean;
      Pid: number;
      ExitCode: number;
      Error: string;
      Health?: { Status: string; Log: { Output: string }[] | null };
    };
    return {
      running: raw.Running,
      pid: raw.Pid,
      exitCode: raw.ExitCode,
      error: raw.Error,
      health: raw.Health?.Status ?? null,
      healthOutput: raw.Health?.Log?.at(-1)?.Output ?? '',
    };
  };
  return {
    id,
    state,
    async logs() {
      const ran = await engine.docker(['logs', id]);
      return `${ran.stdout}${ran.stderr}`;
    },
    async uid() {
      const { pid } = await state();
      if (pid === 0) return null;
      try {
        const line = /^Uid:\s+\d+\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
        return line === null ? null : Number(line[1]);
      } catch {
        return null;
      }
    },
    async ask(port, requests, timeoutMs = 30_000) {
      const { pid } = await state();
      if (pid === 0) return requests.map(() => ({ status: 0, body: 'the container has ended' }));
      const question = JSON.stringify({ pid, port, requests, timeoutMs });
      const ran = await run(
        ...asRoot('nsenter', [`--target=${pid}`, '--net', process.execPath, ASK, question]),
        { timeoutMs: timeoutMs + 30_000 },
      );
      if (ran.code !== 0) return requests.map(() => ({ status: 0, body: ran.stderr.trim() }));
      // ask.mjs prints it.
      return JSON.parse(ran.stdout) as Answer[];
    },
    async exec(command) {
      const ran = await engine.docker(['exec', id, ...command]);
      return { code: ran.code, output: `${ran.stdout}${ran.stderr}` };
    },
    async health(timeoutMs = 60_000) {
      for (const end = Date.now() + timeoutMs; ; await pause(200)) {
        const now = await state();
        if (now.health !== 'starting' || !now.running || Date.now() > end) return now;
      }
    },
    async stop() {
      const started = performance.now();
      await engine.mustDocker(['stop', '--time', String(GRACE_S), id]);
      const elapsedMs = performance.now() - started;
      const { exitCode } = await state();
      return { elapsedMs, exitCode, killed: exitCode === 137 && elapsedMs > GRACE_S * 1000 };
    },
    async remove() {
      await engine.docker(['rm', '--force', '--volumes', id]);
    },
  };
}
