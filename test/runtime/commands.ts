/** Programs of the machine, run without a shell; as root where the engine needs it. */
import { spawn, spawnSync } from 'node:child_process';

export interface Ran {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly elapsedMs: number;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** The program is killed after this time; 60 s when it is left out. */
  readonly timeoutMs?: number;
}

/** Runs a program to its end. It rejects only when the program cannot be started. */
export function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      env: { ...process.env, ...options.env },
      timeout: options.timeoutMs ?? 60_000,
      killSignal: 'SIGKILL',
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (part: Buffer) => out.push(part));
    child.stderr.on('data', (part: Buffer) => err.push(part));
    child.on('error', reject);
    child.on('close', (code) =>
      resolve({
        code,
        stdout: Buffer.concat(out).toString(),
        stderr: Buffer.concat(err).toString(),
        elapsedMs: performance.now() - started,
      }),
    );
    // A program that ends before it has read all closes the pipe; its exit code tells what matters.
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
  });
}

/** As `run`, but anything else than exit code 0 is an error with the end of what the program printed. */
export async function mustRun(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Ran> {
  const ran = await run(program, args, options);
  if (ran.code !== 0) {
    const said = `${ran.stdout}\n${ran.stderr}`.trim().slice(-3000);
    throw new Error(`${program} ${args.join(' ')} ended with ${ran.code ?? 'a signal'}:\n${said}`);
  }
  return ran;
}

const isRoot = process.getuid?.() === 0;

/** Whether programs can be run as root: by root, or by sudo without a question. */
export function canBeRoot(): boolean {
  return isRoot || spawnSync('sudo', ['-n', 'true']).status === 0;
}

/** The words of a command line that runs as root. */
export function asRoot(program: string, args: readonly string[]): [string, string[]] {
  return isRoot ? [program, [...args]] : ['sudo', ['-n', program, ...args]];
}

export function isInstalled(program: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
