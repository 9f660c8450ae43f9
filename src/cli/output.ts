/** Where the report goes, and in which form. */
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { EnvironmentError } from '../core/errors.ts';
import type { VerificationRun } from '../core/verification.ts';
import { createJsonReporter } from '../report/json.ts';
import { createPatchReporter } from '../report/patch.ts';
import type { FileReport, Reporter, ReporterOptions } from '../report/reporter.ts';
import { createTextReporter } from '../report/text.ts';
import type { Guard, GuardedIo, Io, OutputStream } from './io.ts';
import type { CommonFlags, Format } from './options.ts';
import { version } from './version.ts';

export interface Output {
  readonly reporter: Reporter;
  write(text: string): void;
  /** Writes `--output`. Throws {@link EnvironmentError} when that fails. */
  close(): Promise<void>;
}

export function createOutput(
  format: Format,
  mode: ReporterOptions['mode'],
  flags: CommonFlags,
  io: GuardedIo,
  stream: OutputStream,
  brief: boolean,
  engine?: VerificationRun['engine'],
): Output {
  const isTerminal = stream.isTerminal && flags.output === undefined;
  const plain = createReporter(format, {
    color: isTerminal && wantsColor(flags, io),
    terminal: isTerminal,
    quiet: flags.quiet === true,
    brief,
    verbose: flags.verbose === true || flags.debug === true,
    mode,
    version,
    ...(engine ? { engine } : {}),
  });
  const reporter = guardedReporter(plain, io.guard);
  if (flags.output === undefined) {
    return { reporter, write: (text) => stream.write(text), close: () => Promise.resolve() };
  }
  const path = resolve(io.cwd, flags.output);
  const parts: string[] = [];
  return {
    reporter,
    write: (text) => void parts.push(text),
    close: () =>
      writeFile(path, parts.join('')).catch(() => {
        throw new EnvironmentError('unwritable', 'the report could not be written there');
      }),
  };
}

/**
 * Redacts what is said about a file, in every format at once, and leaves the texts that diffs are made of. The stream
 * that takes the report must therefore be one of `guard.files`.
 */
export function guardedReporter(reporter: Reporter, guard: Guard): Reporter {
  const redacted = (report: FileReport): FileReport => {
    const { result } = report;
    if (result === null) return report;
    const findings = result.findings.map((finding) => {
      const { message, title, reason, evidence } = finding;
      return { ...finding, ...guard.redactData({ message, title, reason, evidence }) };
    });
    const proof = report.proof ? { proof: guard.redactData(report.proof) } : {};
    return { ...report, ...proof, result: { ...result, findings } };
  };
  return {
    start: () => reporter.start(),
    file: (report) => reporter.file(redacted(report)),
    end: (summary, errors) =>
      reporter.end(
        summary,
        errors.map((error) => ({ ...error, message: guard.redact(error.message) })),
      ),
  };
}

export function wantsColor(flags: CommonFlags, io: Io): boolean {
  return flags.color !== false && !io.env['NO_COLOR'];
}

function createReporter(format: Format, options: ReporterOptions): Reporter {
  switch (format) {
    case 'text':
      return createTextReporter(options);
    case 'json':
      return createJsonReporter(options);
    case 'patch':
      return createPatchReporter(options);
  }
}
