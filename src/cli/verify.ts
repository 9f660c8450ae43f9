/** `dockfix verify [paths…]`: builds and runs the original and the rewritten Dockerfile, and compares. */
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fixFiles } from '../app/fix-files.ts';
import { loadOperatorConfig } from '../config/load.ts';
import { EnvironmentError, InputError, UsageError, nearest } from '../core/errors.ts';
import { parseDocument } from '../core/parse.ts';
import type { BuildContext } from '../core/context/build-context.ts';
import type { Fact } from '../core/types.ts';
import type { Verification, VerificationRun } from '../core/verification.ts';
import { verificationHtml } from '../report/verification-html.ts';
import { verificationMarkdown } from '../report/verification-markdown.ts';
import { verificationJson, verificationText } from '../report/verification.ts';
import { transforms } from '../../transforms/index.ts';
import { EXIT, worse } from './exit-codes.ts';
import type { ExitCode } from './exit-codes.ts';
import { fileInputs } from './inputs.ts';
import type { Input } from './inputs.ts';
import type { GuardedIo } from './io.ts';
import { createLog } from './log.ts';
import { checkIds, logLevelOf } from './options.ts';
import type { CommonFlags } from './options.ts';
import { wantsColor } from './output.ts';
import { createProblems, hostProblems } from './problems.ts';
import type { Problems } from './problems.ts';
import { createProgress } from './progress.ts';
import { openVerifier } from './real-engine.ts';
import type { OpenVerifier } from './real-engine.ts';
import { openGatherer, scannedFolders } from './run.ts';
import { verifySettings } from './verify-flags.ts';
import type { VerifyFlags, VerifySettings } from './verify-flags.ts';
import { subjectsOf } from './verify-subjects.ts';
import { version } from './version.ts';

export interface VerifyCommandFlags extends CommonFlags, VerifyFlags {}

const FORMATS = ['text', 'json', 'markdown', 'html'] as const;
type Format = (typeof FORMATS)[number];

/** Throws UsageError, and EnvironmentError when no engine can be used. */
export async function verify(
  paths: readonly string[],
  flags: VerifyCommandFlags,
  io: GuardedIo,
): Promise<ExitCode> {
  const format = formatOf(flags);
  checkIds(flags.only, transforms, '--only');
  checkIds(flags.skip, transforms, '--skip');
  if (paths.includes('-'))
    throw new UsageError('usage', 'verify needs files: standard input has no folder to be built in');
  const operator = (await loadOperatorConfig(flags.config ?? null, io, transforms))?.config ?? {};
  const settings = verifySettings(flags, io, operator.verify);
  const problems = createProblems(io.stderr);
  const inputs = await fileInputs(paths, flags, io, operator, problems);
  const progress = createProgress(io.stderr, !flags.quiet);
  const log = createLog(io.stderr, logLevelOf(flags), () => progress.clear());
  const scanned = scannedFolders(inputs, io);
  const opened =
    inputs.length === 0
      ? null
      : await openVerifier({ settings, mustRun: mustRun(inputs, settings), io, progress, scanned });
  if (opened === null && problems.list.length === 0) io.stderr.write('dockfix: no Dockerfile found\n');
  try {
    const { gatherer, close } = await openGatherer({ flags, operator, progress, io, log }, scanned);
    const rows: Verification[] = [];
    try {
      // Everything that might be written: what is not certain is what the proof is for.
      const bold = inputs.map((input): Input => ({
        ...input,
        settings: { ...input.settings, level: 'unsafe' },
      }));
      const knownIds = new Set(transforms.map(({ meta }) => meta.id));
      const options = { knownIds, preview: false, gatherer, jobs: flags.jobs ?? operator.jobs ?? 16 };
      for await (const fixed of fixFiles(opened === null ? [] : bold, options)) {
        if (opened!.stopped() || io.interrupted()) break;
        if ('error' in fixed) {
          if (fixed.error instanceof InputError && fixed.error.code === 'empty' && !fixed.file.found?.named)
            problems.warn(fixed.file.path, `${fixed.error.message}; skipped`);
          else problems.addFailure(fixed.file.path, fixed.error);
          continue;
        }
        for (const bug of fixed.result.bugs) problems.addBug(fixed.file.path, bug);
        const texts = { original: fixed.result.original, rewritten: fixed.result.change.text };
        rows.push(...(await verifyFile(fixed.file, texts, opened!, settings, io)));
      }
      for (const problem of hostProblems(gatherer.failures())) problems.add(problem);
    } finally {
      await close();
    }
    progress.clear();
    const shown = opened!;
    if (opened !== null && !(io.interrupted() || opened.stopped()))
      await report(rows, shown, { format, flags, settings, problems }, io);
    return exitOf(rows, problems, io.interrupted() || (opened?.stopped() ?? false));
  } finally {
    await opened?.close();
  }
}

/** Rows for one file: as it stands, or one for each service. */
export async function verifyFile(
  input: Input,
  { original, rewritten }: { readonly original: string; readonly rewritten: string },
  { verifier, engine, stopped }: OpenVerifier,
  settings: VerifySettings,
  io: GuardedIo,
): Promise<readonly Verification[]> {
  const rows: Verification[] = [];
  if (original === rewritten) {
    const rest = { checks: [], output: [], notes: [], kept: [] };
    return [
      { path: input.path, service: null, status: 'unchanged', reason: 'there is nothing to change', ...rest },
    ];
  }
  const hasImage = (image: string): Promise<boolean> => engine.hasImage(image);
  const context = await contextOf(input, original);
  const options = { cwd: io.cwd, settings: settings.forFile(input.verify), hasImage };
  for (const subject of await subjectsOf(input, context, options)) {
    if (stopped()) break;
    const baseline = await verifier.baseline(subject, original);
    rows.push(await verifier.compare(subject, baseline, rewritten));
    await verifier.forget(baseline);
  }
  return rows;
}

/** Whether some of these files are to be started, so that an engine that only builds is not enough. */
export function mustRun(inputs: readonly Input[], settings: VerifySettings): boolean {
  return inputs.some(({ verify: own }) => !settings.forFile(own).onlyBuild);
}

export async function contextOf(input: Input, text: string): Promise<Fact<BuildContext>> {
  if (!input.context) return { ok: false, code: 'no-context', reason: 'it has no folder' };
  return input.context(parseDocument(text));
}

export function exitOf(rows: readonly Verification[], problems: Problems, interrupted: boolean): ExitCode {
  let exit: ExitCode = EXIT.done;
  for (const { status } of rows) {
    if (status === 'regression') exit = worse(exit, EXIT.changesWanted);
    if (status === 'not-judged' || status === 'broken-before') exit = worse(exit, EXIT.notJudged);
  }
  for (const { code } of problems.list)
    exit = worse(exit, code.startsWith('bug-') ? EXIT.bug : EXIT.notJudged);
  return interrupted ? EXIT.interrupted : exit;
}

interface Reporting {
  readonly format: Format;
  readonly flags: VerifyCommandFlags;
  readonly settings: VerifySettings;
  readonly problems: Problems;
}

async function report(
  rows: readonly Verification[],
  { engine }: OpenVerifier,
  { format, flags, settings, problems }: Reporting,
  io: GuardedIo,
): Promise<void> {
  const { name, limits } = engine;
  const run: VerificationRun = {
    engine: { name, version: engine.version, limits },
    onlyBuild: settings.onlyBuild,
    rows,
  };
  const color = io.stdout.isTerminal && flags.output === undefined && wantsColor(flags, io);
  const text = {
    text: () => verificationText(run, { color, quiet: flags.quiet === true }),
    json: () => verificationJson(run, problems.list, version),
    markdown: () => verificationMarkdown(run),
    html: () => verificationHtml(run),
  }[format]();
  if (flags.output === undefined) return io.stdout.write(text);
  await writeFile(resolve(io.cwd, flags.output), io.guard.redact(text)).catch(() =>
    problems.addFailure(
      flags.output!,
      new EnvironmentError('unwritable', 'the report could not be written there'),
    ),
  );
}

function formatOf(flags: CommonFlags): Format {
  const name = flags.json ? 'json' : (flags.format ?? 'text');
  if (flags.json && flags.format && flags.format !== 'json')
    throw new UsageError('usage', '--json and --format say two different things');
  const format = FORMATS.find((known) => known === name);
  if (format) return format;
  const near = nearest(name, FORMATS);
  throw new UsageError(
    'usage',
    `verify --format ${name} does not exist${near ? `, did you mean ${near}?` : `; there are ${FORMATS.join(', ')}`}`,
  );
}
