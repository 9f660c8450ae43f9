/**
 * Go: the program is linked statically and put where it was, into an image that holds certificates, time zones and
 * nothing to run. Files that it reads go with it.
 */
import { baseNameOf } from '../context/build-context.ts';
import type { Evidence } from '../types.ts';
import { isWithheld } from '../shell.ts';
import { allRead, assetsIn, copyAssets, hasPrivateFiles, sourceWith, written } from './assets.ts';
import { startedFile } from './compiled.ts';
import { placeSteps } from './places.ts';
import { programOf } from './reading.ts';
import { lastOf } from './steps.ts';
import { BUILDER } from './words.ts';
import type { Planned, Reading, Step } from './words.ts';
import { isGoBuild, outputOf, cgoIn } from './go-build.ts';

const STATIC = 'gcr.io/distroless/static-debian13';
const SOURCES = /\.(?:go|mod|sum|proto)$/;
const RUNS_PROGRAMS = /\bexec\.Command(?:Context)?\(/;
const WRITES =
  /\bos\.(?:Create|WriteFile|MkdirAll|Mkdir|OpenFile|Rename)\(|\bioutil\.WriteFile\(|gorm\.io\/driver\/sqlite|lumberjack|rotatelogs|modernc\.org\/sqlite|bbolt|badger/;
const LISTENS_LOW =
  /(?:ListenAndServe(?:TLS)?|Listen|Run|Start)\([^)\n]{0,200}["'`](?:[\w.]*):(?:80|443|\d{1,3})["'`]/;

export function planGo(reading: Reading): Planned {
  const { document, variant } = reading;
  if (variant.kind === 'windows')
    return { code: 'windows', reason: 'Windows images are split by other rules' };
  const builds = reading.steps.flatMap((step) =>
    (step.commands ?? []).flatMap((command) => (isGoBuild(command) ? [{ step, command }] : [])),
  );
  const made = reading.steps.find(({ commands }) =>
    (commands ?? []).some((one) => programOf(one.words) === 'make'),
  );
  const started = startedFile(reading, true);
  const runs = goRun(reading);
  if (runs) return runs;
  if (builds.length === 0 && made)
    return {
      code: 'built-by-make',
      reason: `line ${made.instruction.line}: make builds it, and what it writes where is not read`,
    };
  if (builds.length === 0) return { code: 'nothing-installed', reason: 'no go build makes a program' };
  if (isWithheld(started)) return started;

  if (![...reading.files.files.keys()].some((path) => /(?:^|\/)go\.mod$/.test(path))) {
    return {
      code: 'manifest-not-seen',
      reason: 'go.mod, which says what is linked, is not among the files of the build context',
    };
  }
  const outputs = builds.map(({ step, command }) => outputOf(reading, step, command));
  const bad = outputs.find((output) => isWithheld(output));
  if (bad && isWithheld(bad)) return bad;
  const index = outputs.findIndex((output) => !isWithheld(output) && isStarted(output.path, started));
  const output = outputs[index];
  if (!output || isWithheld(output)) {
    return {
      code: 'other-program-started',
      reason: `what is started, ${started.words[0] ?? ''}, is not what go build writes, as far as that can be followed`,
    };
  }
  const { step, command } = builds[index]!;
  const cgo = cgoIn(reading, step, command);
  if (isWithheld(cgo)) return cgo;
  const caller = sourceWith(reading, /\.go$/, RUNS_PROGRAMS);
  if (caller !== null)
    return {
      code: 'runs-programs',
      reason: `${caller} starts other programs (exec.Command), and an image without a shell has none`,
    };
  const plugin = sourceWith(reading, /\.go$/, /^[ \t]*(?:import[ \t]+)?"plugin"/m);
  if (plugin !== null)
    return { code: 'plugins', reason: `${plugin} loads plugins, which a static program cannot` };

  const assets = assetsIn(reading, moduleFolder(reading, step), SOURCES);
  if (assets === null)
    return {
      code: 'assets-not-known',
      reason: 'many files that are no sources are beside the program; which of them it reads is not known',
    };
  const last = reading.steps.findLast(({ instruction }) => instruction.keyword === 'RUN')!;
  const cut = [last, step].sort((a, b) => b.instruction.index - a.instruction.index)[0]!.instruction;
  const probe = lastOf(reading.steps, 'HEALTHCHECK')?.instruction;
  if (probe && !/^NONE\b/.test(probe.rest.text))
    return {
      code: 'probe-needs-tools',
      reason: `line ${probe.line}: HEALTHCHECK needs a shell or a program that an image without them does not have`,
    };
  const switched = reading.steps.find(
    ({ instruction }) => instruction.keyword === 'USER' && !/^\d/.test(instruction.rest.text),
  );
  if (switched)
    return {
      code: 'account-is-not-there',
      reason: `line ${switched.instruction.line}: the account would have to be made in an image without a shell; use its number`,
    };
  const placed = placeSteps(reading, {
    cut: cut.index,
    isBuild: (one) => BUILD.test(programOf(one.words)) || programOf(one.words) === 'chmod',
    copy: ({ instruction }) =>
      instruction.flags.some(({ name }) => name === 'from') ? { at: 'both' } : { at: 'builder' },
    noPackages: true,
  });
  if (isWithheld(placed)) return placed;
  const { places } = placed;
  const folder = moduleFolder(reading, step);
  const listened =
    sourceWith(reading, /\.go$/, LISTENS_LOW) !== null || /\bEXPOSE\s+(?:80|443)\b/.test(document.text);
  const writes =
    sourceWith(reading, /\.go$/, WRITES) !== null ||
    assets.some((name) => /\.(?:db|sqlite3?)$/.test(name)) ||
    reading.steps.some(({ instruction }) => instruction.keyword === 'VOLUME');
  const runtime =
    listened || writes || hasPrivateFiles(reading, folder, assets) || !allRead(reading, /\.go$/)
      ? STATIC
      : `${STATIC}:nonroot`;
  const target = started.path === null ? `/usr/local/bin/${baseNameOf(output.path)}` : output.path;
  const ownWorkdir = reading.steps.some(
    ({ instruction }) => instruction.keyword === 'WORKDIR' && instruction.index < cut.index,
  );
  const workdir = reading.steps.find(({ instruction }) => instruction === cut)!.workdir;
  places.set(cut, {
    at: 'builder',
    instead: [
      // What is started by a relative path is looked up in the folder that the Go image starts in.
      ...(ownWorkdir ? [] : ['WORKDIR /go']),
      `COPY --from=${BUILDER} ${output.path} ${written(target, workdir)}`,
      ...copyAssets(reading, folder, assets, BUILDER),
    ],
  });
  const readsFiles = assets.length > 0 || !allRead(reading, /\.go$/);
  const evidence: Evidence[] = [{ kind: 'source', span: command.span, note: 'builds the program' }];
  return {
    runtime,
    cut,
    places,
    edits: [...cgo.edits, ...started.edits],
    certainty: readsFiles ? 'likely' : 'provable',
    leaves: 'the Go toolchain and the sources',
    reason: readsFiles
      ? 'the program is static; which files it reads when it runs was followed as far as the sources could be read'
      : 'the program is static, and its sources read no files and start no programs',
    evidence,
  };
}

const BUILD =
  /^(?:go|make|git|protoc|buf|sqlc|wire|swag|templ|upx|strip|golangci-lint|mockgen|stringer|air|mage|goose|curl|wget|tar|unzip|ca-certificates|update-ca-certificates)$/;

function goRun(reading: Reading): Planned | null {
  const { start } = reading;
  if (isWithheld(start)) return null;
  if (/^(?:go|air|reflex|dlv|CompileDaemon|realize|gin|fresh|make)$/.test(start.program)) {
    return {
      code: 'development-server',
      reason: `${start.program} compiles the sources when the container starts; start what go build has made`,
    };
  }
  return null;
}

function isStarted(
  output: string,
  { path, words }: { readonly path: string | null; readonly words: readonly string[] },
): boolean {
  if (path !== null) return path === output;
  return words[0] === baseNameOf(output) && /^\/(?:go|usr\/local|usr)\/bin\//.test(output);
}

/** The folder of go.mod, or the one that is built in. */
function moduleFolder({ files }: Reading, { workdir }: Step): string {
  for (let at = workdir ?? '/'; at !== ''; at = at.slice(0, at.lastIndexOf('/')))
    if (files.files.has(`${at}/go.mod`)) return at;
  return workdir ?? '/';
}
