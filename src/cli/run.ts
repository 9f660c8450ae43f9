/** `dockfix [paths…]`: the dry run, `--write` and `--check`. */
import { writeFile } from 'node:fs/promises';
import { dirname, relative, resolve, sep } from 'node:path';
import type { FileSettings, FileToFix } from '../app/fix-files.ts';
import { fixFiles } from '../app/fix-files.ts';
import { fixText } from '../app/fix-text.ts';
import { createGatherer, createOfflineGatherer } from '../app/gather.ts';
import type { FactFailure, Gatherer } from '../app/gather.ts';
import type { Loaded, OperatorConfig, RepositoryConfig } from '../config/config.ts';
import { createConfigFinder, loadOperatorConfig } from '../config/load.ts';
import { EnvironmentError, InputError, UsageError } from '../core/errors.ts';
import type { FixBug, FixedFinding, FixedText } from '../core/outcome.ts';
import { decodeText, MAX_FILE_BYTES } from '../core/text.ts';
import type { Transform } from '../core/types.ts';
import { discover } from '../io/discover.ts';
import type { FoundFile } from '../io/discover.ts';
import { readDockerfile, sha256, writeDockerfile } from '../io/files.ts';
import { createJsonReporter } from '../report/json.ts';
import { createPatchReporter } from '../report/patch.ts';
import { addToSummary, emptySummary } from '../report/reporter.ts';
import type { FileReport, FileStatus, ReportedError, Reporter, ReporterOptions } from '../report/reporter.ts';
import { createTextReporter, visible } from '../report/text.ts';
import { transforms } from '../../transforms/index.ts';
import { EXIT, worse } from './exit-codes.ts';
import type { ExitCode } from './exit-codes.ts';
import type { Io } from './io.ts';
import { checkIds, formatOf } from './options.ts';
import type { Format, RunFlags } from './options.ts';
import { createProgress } from './progress.ts';
import { version } from './version.ts';

type Mode = ReporterOptions['mode'];

/** What a test or the demo puts in place of the real thing. */
export interface RunOverrides {
  readonly operatorConfig?: OperatorConfig;
}

export async function run(
  paths: readonly string[],
  flags: RunFlags,
  io: Io,
  overrides: RunOverrides = {},
): Promise<ExitCode> {
  const mode = modeOf(flags);
  const format = formatOf(flags);
  checkIds(flags.only, transforms, '--only');
  checkIds(flags.skip, transforms, '--skip');
  const operator = overrides.operatorConfig
    ? { path: '', config: overrides.operatorConfig }
    : await loadOperatorConfig(flags.config ?? null, io.env, transforms);

  const session = await openSession(flags, operator?.config ?? {}, io);
  try {
    const usesStdin = paths.includes('-');
    if (usesStdin && paths.length > 1)
      throw new UsageError('usage', '- stands alone: standard input is one file');
    if (usesStdin && mode === 'write')
      throw new UsageError(
        'usage',
        '--write has no file to write with -; the fixed text goes to standard output',
      );
    const inputs = usesStdin ? stdinInput(flags, io) : await fileInputs(paths, flags, io, session);
    return await judge(inputs, { mode, format, flags, io, session, operator, usesStdin });
  } finally {
    await session.close();
  }
}

function modeOf(flags: RunFlags): Mode {
  const modes = [flags.write && 'write', flags.check && 'check', flags.dryRun && 'dry-run'].filter(Boolean);
  if (modes.length > 1) throw new UsageError('usage', '--dry-run, --write and --check exclude each other');
  return (modes[0] as Mode | undefined) ?? 'dry-run';
}

// ---- the session: what all files share ------------------------------------------------------------------------

interface Session {
  readonly gatherer: Gatherer;
  readonly progress: ReturnType<typeof createProgress>;
  readonly errors: ReportedError[];
  close(): Promise<void>;
}

async function openSession(flags: RunFlags, operator: OperatorConfig, io: Io): Promise<Session> {
  const progress = createProgress(io.stderr, !flags.quiet);
  const errors: ReportedError[] = [];
  if (flags.offline || operator.offline) {
    return { gatherer: createOfflineGatherer(), progress, errors, close: () => Promise.resolve() };
  }
  const { openRegistry } = await import('./real-registry.ts');
  const { source, close } = openRegistry(operator);
  const gatherer = createGatherer(source, (answered, asked) =>
    progress.show(`looking up images ${answered}/${asked}`),
  );
  return { gatherer, progress, errors, close };
}

// ---- inputs ---------------------------------------------------------------------------------------------------

interface Input {
  readonly path: string;
  /** Null for standard input. */
  readonly found: FoundFile | null;
  read(): Promise<{ readonly text: string; readonly sha256: string }>;
}

function stdinInput(flags: RunFlags, io: Io): readonly Input[] {
  return [
    {
      path: flags.stdinFilename ?? '<stdin>',
      found: null,
      async read() {
        const bytes = await io.readStdin(MAX_FILE_BYTES);
        return { text: decodeText(bytes), sha256: sha256(bytes) };
      },
    },
  ];
}

async function fileInputs(
  paths: readonly string[],
  flags: RunFlags,
  io: Io,
  session: Session,
): Promise<readonly Input[]> {
  const discovery = await discover(paths, io.cwd);
  for (const { path, error } of discovery.problems) session.errors.push(reported(path, error));
  let { files } = discovery;
  if (flags.changed !== undefined) {
    const { changedFiles } = await import('../io/git-changed.ts');
    const changed = await changedFiles(io.cwd, flags.changed === true ? null : flags.changed);
    files = files.filter((file) => changed.has(file.absolutePath));
  }
  return files.map((found) => ({
    path: found.path,
    found,
    read: () => readDockerfile(found.absolutePath, found.root),
  }));
}

// ---- settings for each file -----------------------------------------------------------------------------------

function settingsFrom(config: RepositoryConfig, operator: OperatorConfig, flags: RunFlags): FileSettings {
  const only = flags.only ?? config.only ?? operator.only;
  const skip = [...(flags.skip ?? []), ...(config.skip ?? operator.skip ?? [])];
  const enabled = transforms.filter(
    ({ meta }) => (only ? only.includes(meta.id) : true) && !skip.includes(meta.id),
  );
  return {
    level: (flags.unsafe ?? config.unsafe ?? operator.unsafe) ? 'unsafe' : 'safe',
    transforms: enabled.map((transform) => ({
      transform,
      options: {
        ...defaults(transform),
        ...operator.transforms?.[transform.meta.id],
        ...config.transforms?.[transform.meta.id],
      },
    })),
  };
}

function defaults(transform: Transform): Record<string, boolean | number | string | readonly string[]> {
  return Object.fromEntries(
    Object.entries(transform.options ?? {}).map(([name, spec]) => [name, spec.default]),
  );
}

interface Judging {
  readonly mode: Mode;
  readonly format: Format;
  readonly flags: RunFlags;
  readonly io: Io;
  readonly session: Session;
  readonly operator: Loaded<OperatorConfig> | null;
  readonly usesStdin: boolean;
}

type ReadyFile = FileToFix & { readonly input: Input };

async function readyFiles(inputs: readonly Input[], judging: Judging): Promise<readonly ReadyFile[]> {
  const finder = createConfigFinder(transforms);
  const operator = judging.operator?.config ?? {};
  const known = new Map<string, FileSettings>();
  const ready: ReadyFile[] = [];
  for (const input of inputs) {
    const folder = input.found
      ? dirname(input.found.absolutePath)
      : resolve(judging.flags.context ?? judging.io.cwd);
    const loaded = await finder.forFolder(folder);
    if (loaded && input.found && (await isExcluded(loaded, input.found))) continue;
    const key = loaded?.path ?? '';
    const settings = known.get(key) ?? settingsFrom(loaded?.config ?? {}, operator, judging.flags);
    known.set(key, settings);
    ready.push({ path: input.path, settings, read: input.read, input });
  }
  return ready;
}

async function isExcluded({ path, config }: Loaded<RepositoryConfig>, file: FoundFile): Promise<boolean> {
  if (!config.exclude || file.named) return false;
  const { default: ignore } = await import('ignore');
  const local = relative(dirname(path), file.absolutePath).split(sep).join('/');
  return (
    !local.startsWith('..') &&
    ignore()
      .add([...config.exclude])
      .ignores(local)
  );
}

// ---- the run --------------------------------------------------------------------------------------------------

async function judge(inputs: readonly Input[], judging: Judging): Promise<ExitCode> {
  const { mode, flags, io, session } = judging;
  const out = createOutput(judging);
  const { reporter } = out;
  const files = await readyFiles(inputs, judging);
  const knownIds = new Set(transforms.map(({ meta }) => meta.id));
  const person = createPerson(judging);
  let summary = emptySummary();
  let exit: ExitCode = EXIT.done;

  if (files.length === 0 && session.errors.length === 0) io.stderr.write('dockfix: no Dockerfile found\n');
  out.write(reporter.start());
  for (const { path, line, message } of session.errors) printProblem(io, path, line, message);
  const gatherer = session.gatherer;
  const options = {
    knownIds,
    preview: mode !== 'check',
    gatherer,
    jobs: flags.jobs ?? judging.operator?.config.jobs ?? 16,
  };
  for await (const fixed of fixFiles(files, options)) {
    session.progress.clear();
    const { input } = fixed.file;
    if ('error' in fixed) {
      const isEmpty =
        fixed.error instanceof InputError && fixed.error.code === 'empty' && input.found?.named === false;
      if (isEmpty) printProblem(io, input.path, null, 'holds no instruction; skipped');
      else addError(session, io, input.path, fixed.error);
      if (!isEmpty) summary = addToSummary(summary, failed(input.path, fixed.sha256));
      if (!isEmpty) out.write(reporter.file(failed(input.path, fixed.sha256)));
      continue;
    }
    const { result, sha256: hash } = fixed;
    for (const bug of result.bugs) exit = worse(exit, reportBug(session, io, input.path, bug));
    exit = worse(exit, noticeExit(session, io, input.path, result, mode));
    if (judging.usesStdin && mode !== 'check') io.stdout.write(result.change.text);
    let report: FileReport = { path: input.path, status: statusOf(result), sha256: hash, result };
    if (report.status === 'changed' && mode === 'check') exit = worse(exit, EXIT.changesWanted);
    if (report.status === 'changed' && mode === 'write') {
      report = await person.decide(
        report,
        (chosen) => writeResult(input, chosen, hash, session, io),
        (refuse) => fixText(result.original, { ...options, ...fixed.file.settings, refuse, preview: false }),
      );
      if (report.status === 'written' || report.status === 'failed' || !person.showsDiffs)
        out.write(person.showsDiffs ? '' : reporter.file(report));
    } else out.write(reporter.file(report));
    summary = addToSummary(summary, report);
    if (io.interrupted()) return EXIT.interrupted;
  }
  session.progress.clear();
  for (const problem of hostProblems(gatherer.failures())) {
    session.errors.push(problem);
    printProblem(io, null, null, problem.message);
  }
  if (session.errors.some(({ code }) => !code.startsWith('bug-'))) exit = worse(exit, EXIT.notJudged);
  summary = { ...summary, errors: session.errors.length };
  out.write(reporter.end(summary, session.errors));
  await out.close();
  return exit;
}

function statusOf(result: FixedText): FileStatus {
  if (result.change.edits.length > 0) return 'changed';
  return result.bugs.length > 0 ? 'failed' : 'unchanged';
}

function failed(path: string, hash: string | null): FileReport {
  return { path, status: 'failed', sha256: hash, result: null };
}

async function writeResult(
  input: Input,
  result: FixedText,
  hash: string,
  session: Session,
  io: Io,
): Promise<FileStatus> {
  try {
    await writeDockerfile(input.found!.absolutePath, input.found!.root, result.change.text, hash);
    return 'written';
  } catch (error) {
    addError(session, io, input.path, error as Error);
    return 'failed';
  }
}

/** Exit code for what the engine noticed about a file. */
function noticeExit(session: Session, io: Io, path: string, result: FixedText, mode: Mode): ExitCode {
  let exit: ExitCode = EXIT.done;
  for (const { code, line, message } of result.notices) {
    if (code === 'unterminated-continuation') {
      session.errors.push({ code, path, line, message });
      printProblem(io, path, line, message);
    }
    if (code === 'ignore-without-reason' && mode === 'check') exit = worse(exit, EXIT.changesWanted);
  }
  return exit;
}

function reportBug(session: Session, io: Io, path: string, bug: FixBug): ExitCode {
  const message = `a defect of dockfix in ${bug.ids.join(', ')} (pass ${bug.pass}): ${bug.message}; its fix was not made`;
  session.errors.push({ code: `bug-${bug.code}`, path, line: null, message });
  printProblem(io, path, null, message);
  return EXIT.bug;
}

// ---- errors ---------------------------------------------------------------------------------------------------

function addError(session: Session, io: Io, path: string, error: Error): void {
  const entry = reported(path, error);
  session.errors.push(entry);
  printProblem(io, entry.path, entry.line, entry.message);
}

function reported(path: string, error: Error): ReportedError {
  if (error instanceof InputError)
    return { code: error.code, path, line: error.line, message: error.message };
  if (error instanceof EnvironmentError)
    return { code: error.code, path, line: null, message: error.message };
  throw error;
}

function printProblem(io: Io, path: string | null, line: number | null, message: string): void {
  const where = path === null ? 'dockfix: ' : `${path}${line === null ? '' : `:${line}`}: `;
  io.stderr.write(visible(`${where}${message}\n`));
}

/** One line a host and reason, however many images it concerns. */
function hostProblems(failures: readonly FactFailure[]): readonly ReportedError[] {
  const groups = new Map<string, FactFailure[]>();
  for (const failure of failures) {
    if (!failure.unjudged) continue;
    const key = `${failure.request.image.registry} ${failure.code}`;
    const group = groups.get(key);
    if (group) group.push(failure);
    else groups.set(key, [failure]);
  }
  return [...groups.values()].map((group) => {
    const names = group.map(({ request }) => request.image.raw);
    const shown = names.slice(0, 5).join(', ') + (names.length > 5 ? ` and ${names.length - 5} more` : '');
    const images = names.length === 1 ? 'one image was' : `${names.length} images were`;
    return {
      code: group[0]!.code,
      path: null,
      line: null,
      message: `${images} not looked up (${shown}): ${group[0]!.reason}`,
    };
  });
}

// ---- output ---------------------------------------------------------------------------------------------------

interface Output {
  readonly reporter: Reporter;
  write(text: string): void;
  close(): Promise<void>;
}

function createOutput({ mode, format, flags, io, usesStdin }: Judging): Output {
  // With standard input, standard output belongs to the fixed text.
  const stream = usesStdin ? io.stderr : io.stdout;
  const toFile = flags.output !== undefined;
  const color = flags.color !== false && !io.env['NO_COLOR'] && stream.isTerminal && !toFile;
  const options: ReporterOptions = {
    color,
    terminal: stream.isTerminal && !toFile,
    quiet: flags.quiet === true,
    verbose: flags.verbose === true || flags.debug === true,
    mode,
    version,
  };
  const reporter = createReporter(format, options);
  if (!toFile) return { reporter, write: (text) => stream.write(text), close: () => Promise.resolve() };
  const parts: string[] = [];
  return {
    reporter,
    write: (text) => void parts.push(text),
    async close() {
      await writeFile(resolve(io.cwd, flags.output!), parts.join('')).catch(() => {
        throw new EnvironmentError('unwritable', `${flags.output} could not be written`);
      });
    },
  };
}

function createReporter(format: Format, options: ReporterOptions): Reporter {
  switch (format) {
    case 'text':
      return createTextReporter(options);
    case 'json':
      return createJsonReporter(options);
    case 'patch':
      return createPatchReporter();
  }
}

// ---- asking a person ------------------------------------------------------------------------------------------

interface Person {
  /** True when somebody is there who sees each diff before it is written. */
  readonly showsDiffs: boolean;
  decide(
    report: FileReport,
    write: (result: FixedText) => Promise<FileStatus>,
    again: (refuse: (finding: FixedFinding) => boolean) => Promise<FixedText>,
  ): Promise<FileReport>;
}

/** With `--yes` or without a terminal everything is written; else each file is shown and asked about. */
function createPerson({ flags, io, format, mode }: Judging): Person {
  const asks =
    mode === 'write' && !flags.yes && io.stdinIsTerminal && io.stdout.isTerminal && format === 'text';
  let answerForAll: 'yes' | 'no' | null = asks ? null : 'yes';
  const color = flags.color !== false && !io.env['NO_COLOR'];
  const preview = createTextReporter({
    color,
    terminal: true,
    quiet: false,
    verbose: false,
    mode: 'dry-run',
    version,
  });

  async function askFor(report: FileReport): Promise<'yes' | 'no' | 'each'> {
    for (;;) {
      const answer =
        (await io.ask('Write this file? [y]es, [n]o, [e]ach fix, [a]ll files, [q]uit: '))
          ?.trim()
          .toLowerCase() ?? 'q';
      if (answer === 'y' || answer === 'yes') return 'yes';
      if (answer === 'n' || answer === 'no') return 'no';
      if (answer === 'e' || answer === 'each') return 'each';
      if (answer === 'a' || answer === 'all') return (answerForAll = 'yes');
      if (answer === 'q' || answer === 'quit' || io.interrupted()) return (answerForAll = 'no');
      io.stderr.write(`please answer y, n, e, a or q for ${report.path}\n`);
    }
  }

  async function askEach(findings: readonly FixedFinding[]): Promise<(finding: FixedFinding) => boolean> {
    const refused = new Set<string>();
    const key = ({ id, line, message }: FixedFinding): string => `${id} ${line} ${message}`;
    for (const finding of findings.filter(({ status }) => status === 'fixed')) {
      const answer = await io.ask(
        `  line ${finding.line}  ${finding.id}: ${visible(finding.title ?? finding.message)}? [y/n]: `,
      );
      if (!/^y(?:es)?$/i.test(answer?.trim() ?? '')) refused.add(key(finding));
    }
    return (finding) => refused.has(key(finding));
  }

  return {
    showsDiffs: asks,
    async decide(report, write, again) {
      if (!asks) return { ...report, status: await write(report.result!) };
      if (answerForAll === 'no') return { ...report, status: 'declined' };
      io.stdout.write(preview.file(report));
      const answer = answerForAll ?? (await askFor(report));
      if (answer === 'no') return { ...report, status: 'declined' };
      if (answer === 'yes') return { ...report, status: await write(report.result!) };
      const result = await again(await askEach(report.result!.findings));
      if (result.change.edits.length === 0) return { ...report, status: 'declined' };
      return { ...report, result, status: await write(result) };
    },
  };
}
