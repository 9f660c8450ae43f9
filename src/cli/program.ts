/** The command line: flags, help, and which command runs. The only importer of commander. */
import { Argument, Command, CommanderError, Option } from 'commander';
import { EnvironmentError, InputError, TransformBug, UsageError } from '../core/errors.ts';
import { visible, visibleLine } from '../report/visible.ts';
import { EXIT } from './exit-codes.ts';
import type { BotFlags } from './bot.ts';
import type { CacheFlags } from './cache.ts';
import type { ConfigFlags } from './config.ts';
import type { ExitCode } from './exit-codes.ts';
import type { InspectFlags } from './inspect.ts';
import { guarded } from './io.ts';
import type { GuardedIo, Io } from './io.ts';
import { FORMATS, collectList, parseDuration, parseJobs } from './options.ts';
import type { CommonFlags, RunFlags } from './options.ts';
import type { VerifyCommandFlags } from './verify.ts';
import { version } from './version.ts';

export async function runProgram(argv: readonly string[], plain: Io): Promise<ExitCode> {
  const io = guarded(plain);
  let result: Promise<ExitCode> = Promise.resolve(EXIT.done);
  const program = build(io, (started) => {
    result = started;
  });
  try {
    await program.parseAsync(['node', 'dockfix', ...argv]);
    return await result;
  } catch (error) {
    return explain(error, io);
  }
}

function explain(error: unknown, io: Io): ExitCode {
  if (error instanceof CommanderError) {
    const asked =
      error.code === 'commander.helpDisplayed' ||
      error.code === 'commander.help' ||
      error.code === 'commander.version';
    return asked ? EXIT.done : EXIT.usage;
  }
  if (error instanceof UsageError) {
    io.stderr.write(`dockfix: ${visibleLine(error.message)}\n`);
    return EXIT.usage;
  }
  if (error instanceof InputError || error instanceof EnvironmentError) {
    io.stderr.write(`dockfix: ${visibleLine(error.message)}\n`);
    return EXIT.notJudged;
  }
  const name = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const trace = io.env['DOCKFIX_DEBUG'] && error instanceof Error ? `\n${error.stack}` : '';
  const blame = error instanceof TransformBug ? ` (${error.transforms.join(', ')})` : '';
  io.stderr.write(`dockfix: a defect of dockfix${blame} stopped the run: ${visible(name + trace)}\n`);
  return EXIT.bug;
}

function build(io: GuardedIo, started: (result: Promise<ExitCode>) => void): Command {
  const program = new Command('dockfix')
    .description('Repairs Dockerfiles in place: shows the diff, says why, and writes only what it can prove.')
    .version(version, '-V, --version')
    .helpCommand(false)
    .showHelpAfterError('(dockfix --help shows the commands and flags)')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      outputError: (text, write) => write(visible(text.replace(/^error:/, 'dockfix:'))),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    });

  const run = program
    .command('fix', { isDefault: true, hidden: true })
    .argument('[paths...]', 'files, folders, globs, or - for standard input (default: this folder)')
    .option('--dry-run', 'show the diff, write nothing (default)')
    .option('-w, --write', 'write what the diff shows')
    .option('--check', 'exit 1 when --write would change something (for CI)')
    .option('-y, --yes', 'with --write: do not ask')
    .option('--verify', 'with --write: keep only what passes, built and run before and after')
    .action((paths: string[], flags: RunFlags) => {
      started(import('./run.ts').then(({ run }) => run(paths, flags, io)));
    });
  addCommonOptions(run);
  addVerifyOptions(run);

  const verify = program
    .command('verify')
    .description('build and run the image before and after, and compare')
    .argument('[paths...]', 'files, folders or globs (default: this folder)')
    .action((paths: string[], flags: VerifyCommandFlags) => {
      started(import('./verify.ts').then(({ verify: verifyPaths }) => verifyPaths(paths, flags, io)));
    });
  addVerifyOptions(verify);
  addCommonOptions(verify, 'text, json, markdown, html');
  program
    .command('list')
    .description('list the transforms')
    .option('--json', 'as JSON')
    .action((flags: { json?: boolean }) => {
      started(import('./list.ts').then(({ list }) => list(flags, io)));
    });
  program
    .command('explain')
    .description('say what a transform does and why, with an example')
    .argument('<id>')
    .option('--no-color', 'no colours')
    .action((id: string, flags: { color?: boolean }) => {
      started(
        import('./explain.ts').then(({ explain: explainTransform }) => explainTransform(id, flags, io)),
      );
    });
  program
    .command('inspect')
    .description('say what an image is: digest, platforms, user, ports, environment, origin')
    .argument('<image>')
    .option('--platform <name>', 'look at the image for this platform (linux/arm64)')
    .option('--files <paths...>', 'say whether these paths exist in it, and how that is known')
    .option('--deep', 'read whole layers where nothing cheaper tells')
    .addOption(
      new Option('--insecure-registry <host>', 'plain HTTP is allowed for this registry').argParser(
        collectList,
      ),
    )
    .option('--json', 'as JSON')
    .option('--config <file>', 'your own configuration, instead of the one in your home')
    .option('--no-cache', 'neither read nor fill the cache')
    .option('--cache-dir <dir>', 'where the cache is')
    .option('--debug', 'say everything: requests, credentials by source (never the secrets)')
    .option('--no-color', 'no colours')
    .action((image: string, flags: InspectFlags) => {
      started(import('./inspect.ts').then(({ inspect }) => inspect(image, flags, io)));
    });
  program
    .command('cache')
    .description('show where the answers of registries are kept; "cache clear" removes them')
    .addArgument(new Argument('[action]', 'what to do').choices(['show', 'clear']).default('show'))
    .option('--cache-dir <dir>', 'where the cache is')
    .option('--json', 'as JSON')
    .action((action: 'show' | 'clear', flags: CacheFlags) => {
      started(
        import('./cache.ts').then(({ emptyCache, showCache }) =>
          action === 'clear' ? emptyCache(flags, io) : showCache(flags, io),
        ),
      );
    });
  program
    .command('config')
    .description('say which files configure a place, and with --print what holds and who says so')
    .argument('[path]', 'a Dockerfile or a folder (default: this folder)')
    .option(
      '--print',
      'every value, as YAML, with the file and line, the flag or the default that it is from',
    )
    .option('--json', 'the same as JSON')
    .option('--config <file>', 'your own configuration, instead of the one in your home')
    .addOption(new Option('--only <ids>', 'as for a run').argParser(collectList))
    .addOption(new Option('--skip <ids>', 'as for a run').argParser(collectList))
    .option('--unsafe', 'as for a run')
    .option('--offline', 'as for a run')
    .addOption(new Option('--jobs <n>', 'as for a run').argParser(parseJobs))
    .action((path: string | undefined, flags: ConfigFlags) => {
      started(import('./config.ts').then(({ config }) => config(path, flags, io)));
    });
  program
    .command('bot')
    .description('keep image digests fresh by pull requests: in a local clone, or in many repositories')
    .option('--repo <path>', 'the repository (default: this folder)')
    .option('--repos <file>', 'many repositories, one a line')
    .option('--org <name>', 'all repositories of an organisation')
    .option('--shard <i/n>', 'only this part of them: 1/4')
    .option(
      '--forge <name>',
      'where branches and pull requests go: local (default), git (any remote, by push), github, gitlab, gitea, forgejo',
    )
    .option('--base <branch>', 'work against this branch')
    .option('--out <dir>', 'where the texts of pull requests go (default: .git/dockfix)')
    .option('--state <file>', 'what is remembered between runs')
    .option('--metrics <file>', 'write figures in the text format of Prometheus')
    .option('--dry-run', 'print everything that would be written, write nothing')
    .option('--no-packages', 'do not read the layers of images for lists of packages')
    .option('--config <file>', 'your own configuration, instead of the one in your home')
    .option('--no-cache', 'neither read nor fill the cache')
    .option('--cache-dir <dir>', 'where the cache is')
    .addOption(
      new Option('--insecure-registry <host>', 'plain HTTP is allowed for this registry').argParser(
        collectList,
      ),
    )
    .addOption(new Option('--jobs <n>', 'repositories looked at together').argParser(parseJobs))
    .option('-v, --verbose', 'say more')
    .option('--debug', 'say everything: requests, credentials by source (never the secrets)')
    .option('-q, --quiet', 'only failures and the summary')
    // Understood in order to be refused with a reason.
    .addOption(new Option('--offline').hideHelp())
    .action((flags: BotFlags) => {
      started(import('./bot.ts').then(({ bot }) => bot(flags, io)));
    });
  program
    .command('demo')
    .description('show dockfix at work on a sample repository, without network or Docker')
    .option('--no-color', 'no colours')
    .action((flags: CommonFlags) => {
      started(import('./demo.ts').then(({ demo }) => demo(flags, io)));
    });

  program.addHelpText('after', () => `\nFix flags:\n${flagHelp(run)}\n\n${EXAMPLES}`);
  program.usage('[fix flags] [paths...]\n       dockfix <command> [flags]');
  for (const command of program.commands) {
    command
      .exitOverride()
      .configureOutput(program.configureOutput())
      .showHelpAfterError('(dockfix --help shows the commands and flags)');
  }
  return program;
}

function addVerifyOptions(command: Command): void {
  command
    .option('--engine <name>', 'docker, podman or buildah (default: the first that is there)')
    .option('--only-build', 'compare the builds, start nothing')
    .option('--keep-images', 'leave both images, as dockfix-kept:<name>-before and -after')
    .option('--platform <name>', 'build and run for this platform (linux/arm64)')
    .addOption(
      new Option('--timeout <time>', 'for each build: 90s, 10m (default: 15m)').argParser(parseDuration),
    )
    .option('--build-network <name>', 'none: a build has no network')
    .addOption(new Option('--volume <host:container>', 'mount this for the runs').argParser(collectOne))
    .addOption(
      new Option('--env <name=value>', 'set this for the runs; NAME takes your value').argParser(collectOne),
    );
}

function collectOne(value: string, previous: string[] | undefined): string[] {
  return [...(previous ?? []), value];
}

function addCommonOptions(command: Command, formats = FORMATS.join(', ')): void {
  command
    .addOption(new Option('--only <ids>', 'run these transforms and no others').argParser(collectList))
    .addOption(new Option('--skip <ids>', 'leave these transforms out').argParser(collectList))
    .option('--unsafe', 'also apply fixes that cannot be proven from here')
    .option('--offline', 'ask no registry')
    .option('--format <name>', `how to report: ${formats}`)
    .option('--json', 'the same as --format json')
    .option('-o, --output <file>', 'write the report to a file')
    .option('--context <dir>', 'the build context, where it is not to be searched for')
    .option('--config <file>', 'your own configuration, instead of the one in your home')
    .option('--no-cache', 'neither read nor fill the cache')
    .option('--cache-dir <dir>', 'where the cache is')
    .option('--deep', 'read whole layers of images where nothing cheaper tells what is in them')
    .option('--verify-digests', 'prove each digest by its bytes, and that the images of an index are there')
    .addOption(
      new Option('--insecure-registry <host>', 'plain HTTP is allowed for this registry').argParser(
        collectList,
      ),
    )
    .addOption(new Option('--jobs <n>', 'files read at once').argParser(parseJobs))
    .option('--changed [ref]', 'only files that git says have changed (since ref)')
    .option('--stdin-filename <path>', 'how to name standard input')
    .option('-v, --verbose', 'say more, and what was learned of each image')
    .option('--debug', 'say everything: requests, credentials by source (never the secrets)')
    .option('-q, --quiet', 'only errors and the summary')
    .option('--no-color', 'no colours');
}

function flagHelp(command: Command): string {
  const help = command.createHelp();
  const options = help.visibleOptions(command).filter((option) => option.long !== '--help');
  const width = Math.max(...options.map((option) => help.optionTerm(option).length));
  return options
    .map((option) => `  ${help.optionTerm(option).padEnd(width)}  ${help.optionDescription(option)}`)
    .join('\n');
}

const EXAMPLES = `Examples:
  dockfix                          what would change in this repository, and why
  dockfix --write                  write it, after asking
  dockfix --write --yes services/  write it without asking
  dockfix --write --verify         write only what still builds and runs
  dockfix --check                  exit 1 when something would change
  dockfix --only pin-image-digest  one transform only
  dockfix --format patch | git apply
  dockfix - < Dockerfile           fixed text on standard output
  dockfix explain pin-image-digest
  dockfix inspect node:22          what this image is, without pulling it
  dockfix verify                   build and run it before and after, and compare

Exit codes: 0 nothing to do or done, 1 --check would change something or verify
found a regression, 2 usage,
3 something could not be judged, 4 a defect of dockfix, 130 interrupted.`;
