/** `dockfix [paths…]`: the dry run, `--write` and `--check`. */
import { fixFiles, fixTextOf } from '../app/fix-files.ts';
import type { FixFilesOptions } from '../app/fix-files.ts';
import { createGatherer, createOfflineGatherer } from '../app/gather.ts';
import type { Gatherer } from '../app/gather.ts';
import type { OperatorConfig } from '../config/config.ts';
import { loadOperatorConfig, repositoryRoot } from '../config/load.ts';
import { InputError, UsageError } from '../core/errors.ts';
import type { FixedText } from '../core/outcome.ts';
import { writeDockerfile } from '../io/files.ts';
import { addToSummary, emptySummary } from '../report/reporter.ts';
import type { FileReport, FileStatus, ReporterOptions } from '../report/reporter.ts';
import { createTextReporter } from '../report/text.ts';
import { transforms } from '../../transforms/index.ts';
import { cacheFolder } from './cache-folder.ts';
import { EXIT, worse } from './exit-codes.ts';
import type { ExitCode } from './exit-codes.ts';
import { fileInputs, stdinInput } from './inputs.ts';
import type { Input } from './inputs.ts';
import type { GuardedIo } from './io.ts';
import { createLog } from './log.ts';
import type { RunLog } from './log.ts';
import { checkIds, formatOf, logLevelOf } from './options.ts';
import type { Format, RunFlags } from './options.ts';
import { createOutput, guardedReporter, wantsColor } from './output.ts';
import { createPerson, nobody } from './person.ts';
import type { Person } from './person.ts';
import { createProblems, hostProblems } from './problems.ts';
import type { Problems } from './problems.ts';
import { createProgress } from './progress.ts';
import type { Progress } from './progress.ts';
import type { Proof } from './proof.ts';
import { version } from './version.ts';

type Mode = ReporterOptions['mode'];

/** `operatorConfig` takes the place of the person's own configuration (the demo has its own). */
export async function run(
  paths: readonly string[],
  flags: RunFlags,
  io: GuardedIo,
  operatorConfig?: OperatorConfig,
): Promise<ExitCode> {
  const mode = modeOf(flags);
  const format = formatOf(flags);
  checkIds(flags.only, transforms, '--only');
  checkIds(flags.skip, transforms, '--skip');
  const usesStdin = checkStdin(paths, mode);
  await checkVerify(flags, mode, io);
  const operator =
    operatorConfig ?? (await loadOperatorConfig(flags.config ?? null, io, transforms))?.config ?? {};

  const problems = createProblems(io.stderr);
  const inputs = usesStdin
    ? await stdinInput(flags, io, operator)
    : await fileInputs(paths, flags, io, operator, problems);
  if (inputs.length === 0 && problems.list.length === 0) {
    io.stderr.write(`dockfix: no ${flags.changed === undefined ? '' : 'changed '}Dockerfile found\n`);
  }
  const progress = createProgress(io.stderr, !flags.quiet);
  const log = createLog(io.stderr, logLevelOf(flags), () => progress.clear());
  const { gatherer, close } = await openGatherer(
    { flags, operator, progress, io, log },
    scannedFolders(inputs, io),
  );
  try {
    const options = {
      knownIds: new Set(transforms.map(({ meta }) => meta.id)),
      preview: mode !== 'check',
      gatherer,
      jobs: flags.jobs ?? operator.jobs ?? 16,
    };
    const judging = { inputs, mode, format, flags, operator, io, problems, progress, options, usesStdin };
    return await (flags.verify ? judgeWithProof(judging) : judge(judging));
  } finally {
    progress.clear();
    await close();
  }
}

function modeOf(flags: RunFlags): Mode {
  const modes = (['write', 'check', 'dryRun'] as const).filter((mode) => flags[mode]);
  if (modes.length > 1) throw new UsageError('usage', '--dry-run, --write and --check exclude each other');
  return modes[0] === undefined || modes[0] === 'dryRun' ? 'dry-run' : modes[0];
}

/** Flags of the proof have a meaning only with it. */
async function checkVerify(flags: RunFlags, mode: Mode, io: GuardedIo): Promise<void> {
  if (flags.verify) return (await import('./proof.ts')).checkProofFlags(flags, mode === 'write', io);
  const { engine, onlyBuild, keepImages, platform, timeout, buildNetwork, volume, env } = flags;
  const given = [engine, onlyBuild, keepImages, platform, timeout, buildNetwork, volume, env];
  if (given.some((flag) => flag !== undefined))
    throw new UsageError('usage', 'flags of the proof need --write --verify, or the command dockfix verify');
}

function checkStdin(paths: readonly string[], mode: Mode): boolean {
  if (!paths.includes('-')) return false;
  if (paths.length > 1) throw new UsageError('usage', '- stands alone: standard input is one file');
  if (mode === 'write') {
    throw new UsageError(
      'usage',
      '--write has no file to write with -; the fixed text goes to standard output',
    );
  }
  return true;
}

/** What belongs to the repositories of these files: nothing in there is trusted with anything. */
export function scannedFolders(inputs: readonly Input[], { cwd }: GuardedIo): readonly string[] {
  const roots = new Set(inputs.map(({ found }) => found?.root ?? cwd));
  return [...new Set([...roots].map((root) => repositoryRoot(root) ?? root))];
}

interface Asking {
  readonly flags: RunFlags;
  readonly operator: OperatorConfig;
  readonly progress: Progress;
  readonly io: GuardedIo;
  readonly log: RunLog;
}

export async function openGatherer(
  { flags, operator, progress, io, log }: Asking,
  scanned: readonly string[],
): Promise<{ readonly gatherer: Gatherer; close(): Promise<void> }> {
  if (flags.offline || operator.offline) {
    return { gatherer: createOfflineGatherer(), close: () => Promise.resolve() };
  }
  const { openRegistry } = await import('./real-registry.ts');
  const cache = flags.cache === false ? null : cacheFolder(flags, io);
  const { source, close } = openRegistry(operator, {
    io,
    scanned,
    log,
    cache,
    deep: flags.deep === true,
    verifyDigests: flags.verifyDigests === true,
    insecure: flags.insecureRegistry ?? [],
  });
  const onProgress = (answered: number, asked: number): void =>
    progress.show(`looking up images ${answered}/${asked}`);
  const gatherer = createGatherer(log.sayFacts(source), onProgress);
  const { whenInterrupted } = io;
  if (!whenInterrupted) return { gatherer, close };
  return {
    gatherer: {
      ...gatherer,
      // Whoever has asked to stop does not wait for registries, neither for answers nor for the last good-bye.
      gather: (requests) => Promise.race([gatherer.gather(requests), whenInterrupted]),
    },
    close: () => Promise.race([close(), whenInterrupted]),
  };
}

// ---- the run --------------------------------------------------------------------------------------------------

interface Judging {
  readonly inputs: readonly Input[];
  readonly mode: Mode;
  readonly format: Format;
  readonly flags: RunFlags;
  readonly operator: OperatorConfig;
  readonly io: GuardedIo;
  readonly problems: Problems;
  readonly progress: Progress;
  readonly options: FixFilesOptions;
  readonly usesStdin: boolean;
  /** With --verify: what is written has passed. */
  readonly proof?: Proof;
}

/** Everything is tried, also what is not certain. */
async function judgeWithProof(judging: Judging): Promise<ExitCode> {
  const { inputs, flags, operator, io, problems, progress, options } = judging;
  if (inputs.length === 0) return judge(judging);
  const { openProof } = await import('./proof.ts');
  const scanned = scannedFolders(inputs, io);
  const tells = judging.format === 'text' && !flags.quiet;
  const proof = await openProof({
    ...{ flags, operator, inputs, io, problems, progress, scanned, tells },
    fixing: options,
  });
  try {
    const bold = inputs.map((input): Input => ({
      ...input,
      settings: { ...input.settings, level: 'unsafe' },
    }));
    return await judge({ ...judging, inputs: bold, proof });
  } finally {
    await proof.close();
  }
}

async function judge(judging: Judging): Promise<ExitCode> {
  const { mode, io, problems, options, proof } = judging;
  const { files } = io.guard;
  // With standard input, standard output belongs to the fixed text.
  const stream = judging.usesStdin ? files.stderr : files.stdout;
  const asks = asksPerson(judging);
  const output = createOutput(judging.format, mode, judging.flags, io, stream, asks, proof?.engine);
  const person = asks ? createPerson(io) : nobody;
  const decide = createDecision(judging, person, asks);
  let summary = emptySummary();
  let exit: ExitCode = EXIT.done;
  let stopped = false;
  void io.whenInterrupted?.then(() => {
    stopped = true;
  });

  output.write(output.reporter.start());
  for await (const fixed of fixFiles(judging.inputs, options)) {
    judging.progress.clear();
    // What was judged without the answers that it asked for is not shown.
    if (stopped) break;
    const { file } = fixed;
    let report: FileReport;
    if ('error' in fixed) {
      if (isSkipped(fixed.error, file)) {
        problems.warn(file.path, `${fixed.error.message}; skipped`);
        continue;
      }
      problems.addFailure(file.path, fixed.error);
      report = { path: file.path, status: 'failed', sha256: fixed.sha256, result: null };
    } else {
      const { result, sha256 } = fixed;
      if (mode === 'check' && isWanted(result)) exit = EXIT.changesWanted;
      reportDefects(file.path, result, problems);
      if (judging.usesStdin && mode !== 'check') files.stdout.write(result.change.text);
      report = { path: file.path, status: statusOf(result), sha256, result };
      if (mode === 'write' && report.status === 'changed') {
        if (proof) report = await proven(proof, file, report);
        if (stopped || proof?.stopped()) break;
        if (report.status === 'changed') report = await decide(file, report);
      }
    }
    summary = addToSummary(summary, report);
    output.write(output.reporter.file(report));
    if (person.hasQuit || io.interrupted()) break;
  }
  for (const problem of hostProblems(options.gatherer.failures())) problems.add(problem);
  output.write(output.reporter.end({ ...summary, errors: problems.list.length }, problems.list));
  await output.close().catch((error: Error) => problems.addFailure(judging.flags.output!, error));
  for (const { code } of problems.list)
    exit = worse(exit, code.startsWith('bug-') ? EXIT.bug : EXIT.notJudged);
  return io.interrupted() || proof?.stopped() ? EXIT.interrupted : exit;
}

async function proven(proof: Proof, file: Input, report: FileReport): Promise<FileReport> {
  const left = await proof.prove(file, report);
  return { ...left, status: statusOf(left.result!) };
}

/** An empty file that was merely found is nobody's mistake; one that was named is. */
function isSkipped(error: Error, { found }: Input): boolean {
  return error instanceof InputError && error.code === 'empty' && found?.named === false;
}

function statusOf({ change, bugs }: FixedText): FileStatus {
  if (change.edits.length > 0) return 'changed';
  return bugs.length > 0 ? 'failed' : 'unchanged';
}

/** What `--check` exits 1 for: a change, or an ignore comment that has to be completed. */
function isWanted({ change, notices }: FixedText): boolean {
  return change.edits.length > 0 || notices.some(({ code }) => code === 'ignore-without-reason');
}

function reportDefects(path: string, { bugs, notices }: FixedText, problems: Problems): void {
  for (const bug of bugs) problems.addBug(path, bug);
  for (const { code, line, message } of notices) {
    if (code === 'unterminated-continuation') problems.add({ code, path, line, message });
  }
}

// ---- writing --------------------------------------------------------------------------------------------------

/** Somebody is there who can be asked before a file is written. */
function asksPerson({ mode, flags, io, format }: Judging): boolean {
  return mode === 'write' && !flags.yes && io.stdinIsTerminal && io.stdout.isTerminal && format === 'text';
}

type Decide = (input: Input, report: FileReport) => Promise<FileReport>;

/** What happens to a file that would change: it is written, after asking where somebody is there to be asked. */
function createDecision(
  { flags, io, problems, options, proof }: Judging,
  person: Person,
  asks: boolean,
): Decide {
  const color = wantsColor(flags, io);
  const reporter = createTextReporter({
    color,
    terminal: true,
    quiet: false,
    brief: false,
    verbose: false,
    mode: 'dry-run',
    version,
  });
  const preview = guardedReporter(reporter, io.guard);

  async function write(input: Input, report: FileReport, result: FixedText): Promise<FileReport> {
    try {
      await writeDockerfile(input.found!.absolutePath, input.found!.root, result.change.text, report.sha256!);
      return { ...report, result, status: 'written' };
    } catch (error) {
      problems.addFailure(input.path, error as Error);
      return { ...report, result, status: 'failed' };
    }
  }

  return async (input, report) => {
    const result = report.result!;
    if (asks) io.guard.files.stdout.write(preview.file(report));
    const fixes = result.findings.filter(({ status }) => status === 'fixed');
    const answer = await person.decide(input.path, fixes);
    if (answer.kind === 'decline') return { ...report, status: 'declined' };
    if (answer.kind === 'write') return write(input, report, result);
    const some = await fixTextOf(input, result.original, {
      ...options,
      preview: false,
      refuse: answer.refuse,
    });
    // What a person leaves of it is another file, which has to pass as well.
    const left = { ...report, result: some };
    const proven = proof && some.change.edits.length > 0 ? await proof.prove(input, left) : left;
    if (proven.result!.change.edits.length === 0) return { ...report, status: 'declined' };
    return write(input, proven, proven.result!);
  };
}
