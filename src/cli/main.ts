/**
 * The entry point: from arguments to an exit code. Everything real is made here (HTTP, clock, registry); everything
 * heavy is imported only by the command that needs it.
 */
import { EXIT } from './exit-codes.ts';
import type { ExitCode } from './exit-codes.ts';
import { processIo } from './io.ts';
import type { Io } from './io.ts';
import { version } from './version.ts';

export async function main(argv: readonly string[], io?: Io): Promise<ExitCode> {
  if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
    (io?.stdout ?? process.stdout).write(`${version}\n`);
    return EXIT.done;
  }
  const { runProgram } = await import('./program.ts');
  return runProgram(argv, io ?? processIo());
}
