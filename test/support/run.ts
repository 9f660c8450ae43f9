/** Runs the command in this process, as a script would: no terminal, captured output. */
import { main } from '../../src/cli/main.ts';

export interface RunResult {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

export async function runDockfix(
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Promise<RunResult> {
  let stdout = '';
  let stderr = '';
  const exit = await main(args, {
    stdout: { write: (text) => void (stdout += text), isTerminal: false },
    stderr: { write: (text) => void (stderr += text), isTerminal: false },
    readStdin: () => Promise.resolve(new Uint8Array()),
    stdinIsTerminal: false,
    ask: () => Promise.resolve(null),
    // No cache can be made below a file, not even by root.
    env: { XDG_CONFIG_HOME: '/nonexistent', XDG_CACHE_HOME: '/dev/null', ...env },
    cwd,
    interrupted: () => false,
  });
  return { exit, stdout, stderr };
}
