/** What `--verify` adds to `--write`: its flags, and an engine for the run. Loaded only when it is asked for. */
import type { FixFilesOptions } from '../app/fix-files.ts';
import type { OperatorConfig } from '../config/config.ts';
import { UsageError } from '../core/errors.ts';
import type { VerificationRun } from '../core/verification.ts';
import { verificationBlocks } from '../report/verification.ts';
import type { FileReport } from '../report/reporter.ts';
import type { Input } from './inputs.ts';
import type { GuardedIo } from './io.ts';
import type { RunFlags } from './options.ts';
import { wantsColor } from './output.ts';
import type { Problems } from './problems.ts';
import type { Progress } from './progress.ts';
import { createProver } from './prove.ts';
import { openVerifier } from './real-engine.ts';
import { verifySettings } from './verify-flags.ts';
import { mustRun } from './verify.ts';

export interface Proof {
  /** The file with what passed; says what could not be judged. */
  prove(input: Input, report: FileReport): Promise<FileReport>;
  readonly engine: VerificationRun['engine'];
  /** The person, or whoever runs this, has asked to stop. */
  stopped(): boolean;
  close(): Promise<void>;
}

export interface ProofOptions {
  readonly flags: RunFlags;
  readonly io: GuardedIo;
  readonly problems: Problems;
  readonly progress: Progress;
  readonly fixing: FixFilesOptions;
  readonly operator: OperatorConfig;
  readonly inputs: readonly Input[];
  /** Absolute folders of the repositories. */
  readonly scanned: readonly string[];
  /** Whether what was seen is told on standard error. */
  readonly tells: boolean;
}

/** Throws {@link UsageError} before anything is made. */
export function checkProofFlags(flags: RunFlags, isWrite: boolean, io: GuardedIo): void {
  if (!isWrite)
    throw new UsageError('usage', '--verify goes with --write (to build and run only: dockfix verify)');
  verifySettings(flags, io);
}

/** Throws EnvironmentError when no engine can be used: then no file is looked at. */
export async function openProof(options: ProofOptions): Promise<Proof> {
  const { flags, io, problems, progress, fixing, operator, inputs, scanned, tells } = options;
  const settings = verifySettings(flags, io, operator.verify);
  const opened = await openVerifier({ settings, mustRun: mustRun(inputs, settings), io, progress, scanned });
  const prover = createProver(opened, settings, io.cwd, fixing);
  const stopped = (): boolean => opened.stopped() || io.interrupted();
  const { name, version, limits } = opened.engine;
  return {
    engine: { name, version, limits },
    stopped,
    close: () => opened.close(),
    async prove(input, report) {
      const { result, rows, withheld, unjudged } = await prover.prove(input, report.result!);
      progress.clear();
      if (stopped()) return report;
      if (unjudged !== null) {
        const message = `not all of its fixes could be proven: ${unjudged}`;
        problems.add({ code: 'not-proven', path: input.path, line: null, message });
      }
      if (tells)
        io.stderr.write(verificationBlocks(rows, { color: io.stderr.isTerminal && wantsColor(flags, io) }));
      return { ...report, result, proof: { rows, withheld } };
    },
  };
}
