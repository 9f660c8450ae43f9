/** Where the report goes, and in which form. */
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { EnvironmentError } from '../core/errors.ts';
import { createJsonReporter } from '../report/json.ts';
import { createPatchReporter } from '../report/patch.ts';
import type { Reporter, ReporterOptions } from '../report/reporter.ts';
import { createTextReporter } from '../report/text.ts';
import type { Io } from './io.ts';
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
  io: Io,
  stream: Io['stdout'],
  brief: boolean,
): Output {
  const isTerminal = stream.isTerminal && flags.output === undefined;
  const reporter = createReporter(format, {
    color: isTerminal && wantsColor(flags, io),
    terminal: isTerminal,
    quiet: flags.quiet === true,
    brief,
    verbose: flags.verbose === true || flags.debug === true,
    mode,
    version,
  });
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
