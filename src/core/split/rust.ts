/** Rust: the program goes into a Debian of the same suite, where it finds the C library that it was linked to. */
import { baseNameOf } from '../context/build-context.ts';
import { stageText } from '../context/stage-files.ts';
import { isWithheld } from '../shell.ts';
import type { ShellCommand } from '../shell.ts';
import { absolutePath } from '../runtime/final-image.ts';
import type { Withheld } from '../types.ts';
import { assetsIn, copyAssets, sourceWith, written } from './assets.ts';
import { startedFile } from './compiled.ts';
import { librariesOf, lostPrograms } from './demands.ts';
import { aptRun } from './installs.ts';
import { placeSteps } from './places.ts';
import { programOf } from './reading.ts';
import { BUILDER } from './words.ts';
import type { Planned, Reading, Step } from './words.ts';

const SOURCES = /\.(?:rs|toml|lock)$/;
/** Crates that link libraries of the system, by what Cargo.toml or Cargo.lock names. S: their documentation. */
const LINKS: Readonly<Record<string, readonly string[]>> = {
  'openssl-sys': ['libssl-dev'],
  openssl: ['libssl-dev'],
  'native-tls': ['libssl-dev'],
  'pq-sys': ['libpq-dev'],
  'mysqlclient-sys': ['default-libmysqlclient-dev'],
};
const UNKNOWN_LINKS =
  /^(?:rdkafka|rdkafka-sys|libsqlite3-sys|zmq|zmq-sys|gtk|glib|gstreamer|opencv|ffmpeg-next|ffmpeg-sys-next|alsa|alsa-sys|libudev-sys|git2|libgit2-sys|tch|torch-sys|gdal|proj|magick_rust|libvips|v4l|pcap|libloading|dlopen\d?|libpulse-binding)$/;

export function planRust(reading: Reading): Planned {
  const { suite, variant } = reading;
  const build = reading.steps.findLast(({ commands }) => (commands ?? []).some(isCargoBuild));
  const start = reading.start;
  if (!isWithheld(start) && /^cargo/.test(start.program)) {
    return {
      code: 'development-server',
      reason: 'cargo compiles the sources when the container starts; start what cargo build has made',
    };
  }
  if (!build)
    return { code: 'nothing-installed', reason: 'no cargo build --release or cargo install makes a program' };
  const command = build.commands!.findLast(isCargoBuild)!;
  const target = optionOf(command, '--target');
  const isMusl = variant.kind === 'alpine' || (target?.includes('musl') ?? false);
  const started = startedFile(reading, false);
  if (isWithheld(started)) return started;
  const path = programPath(reading, build, command, started);
  if (typeof path !== 'string') return path;
  const links = linksOf(reading, build);
  if (isWithheld(links)) return links;
  if (isMusl && variant.kind !== 'alpine' && links.length > 0)
    return {
      code: 'library-not-known',
      reason: 'the program is linked for musl with libraries of the system',
    };
  const caller = sourceWith(reading, /\.rs$/, /\bCommand::new\(/);
  if (caller !== null)
    return {
      code: 'runs-programs',
      reason: `${caller} starts other programs (Command::new), and which of them the runtime image has is not known`,
    };
  if (variant.kind !== 'alpine' && suite === null && variant.kind !== 'full' && variant.kind !== 'slim') {
    return { code: 'suite-not-known', reason: 'which Debian the program is linked for is not known' };
  }
  if (variant.kind !== 'alpine' && (suite === null || suite === 'other')) {
    return {
      code: 'suite-not-known',
      reason: `the tag does not say which Debian the program is linked for; name the suite (rust:${versionOf(reading)}-bookworm)`,
    };
  }
  const folder = build.workdir ?? '/';
  const assets = assetsIn(reading, folder, SOURCES);
  if (assets === null)
    return {
      code: 'assets-not-known',
      reason: 'many files that are no sources are beside the program; which of them it reads is not known',
    };
  if (variant.kind === 'alpine') {
    return {
      code: 'alpine-version-not-known',
      reason:
        'which Alpine the program is linked for is not known; name it in the tag, or build for a musl target on Debian',
    };
  }
  const lost = lostPrograms(reading);
  if (isWithheld(lost)) return lost;
  // debian's slim image trusts nobody; a program with rustls often brings its own roots, and this is harmless.
  const packages = [...links, ...lost, 'ca-certificates'];
  const placed = placeSteps(reading, {
    cut: build.instruction.index,
    extraPackages: packages,
    isBuild: (one) =>
      /^(?:cargo|rustup|rustc|strip|git|curl|wget|make|protoc|trunk|sqlx|diesel|touch|mkdir|rm|echo|cp|mv|printf)$/.test(
        programOf(one.words),
      ),
    copy: ({ instruction }) =>
      instruction.flags.some(({ name }) => name === 'from') ? { at: 'both' } : { at: 'builder' },
  });
  if (isWithheld(placed)) return placed;
  const { places } = placed;
  const bin = started.path === null ? `/usr/local/bin/${baseNameOf(path)}` : path;
  const before = places.get(build.instruction);
  places.set(build.instruction, {
    at: 'builder',
    instead: [
      ...(placed.extra.length > 0 ? [aptRun(reading, placed.extra, false)] : []),
      ...((before?.at === 'builder' ? before.instead : undefined) ?? []),
      `COPY --from=${BUILDER} ${path} ${written(bin, build.workdir)}`,
      ...copyAssets(reading, folder, assets, BUILDER),
    ],
  });
  return {
    runtime: `debian:${suite as string}-slim`,
    cut: build.instruction,
    places,
    certainty: isMusl && assets.length === 0 ? 'provable' : 'likely',
    leaves: 'the Rust toolchain, the crates and the sources',
    reason: isMusl
      ? 'the program is static'
      : 'the program is linked to the C library of the same Debian; another library shows in a run',
    evidence: [{ kind: 'source', span: command.span, note: 'builds the program' }],
  };
}

function versionOf({ image }: Reading): string {
  return /^\d[\d.]*/.exec(image.tag ?? '')?.[0] ?? '1';
}

function isCargoBuild({ words }: ShellCommand): boolean {
  if (programOf(words) !== 'cargo') return false;
  const texts = words.map(({ text }) => text);
  const verb = texts.slice(1).find((text) => !/^[-+]/.test(text));
  return (
    (verb === 'build' &&
      texts.some((text) => text === '--release' || text === '-r' || /^--profile/.test(text))) ||
    (verb === 'install' && texts.some((text) => /^--path/.test(text)))
  );
}

function optionOf({ words }: ShellCommand, name: string): string | null {
  const at = words.findIndex(({ text }) => text === name || text.startsWith(`${name}=`));
  if (at < 0) return null;
  return words[at]!.text === name ? (words[at + 1]?.value ?? null) : words[at]!.text.slice(name.length + 1);
}

/** The program in target/release, or in cargo's folder, that is started. */
function programPath(
  reading: Reading,
  { workdir, instruction }: Step,
  command: ShellCommand,
  started: { readonly path: string | null; readonly words: readonly string[] },
): string | Withheld {
  const { line } = instruction;
  if (workdir === null)
    return {
      code: 'output-not-known',
      reason: `line ${line}: a variable decides in which folder cargo builds`,
    };
  const text = stageText(reading.context, reading.files, `${workdir === '/' ? '' : workdir}/Cargo.toml`);
  const names = text === null ? [] : binaries(text);
  const isInstall = command.words.some(({ value }) => value === 'install');
  const target = optionOf(command, '--target');
  const folder = isInstall
    ? '/usr/local/cargo/bin'
    : absolutePath(workdir, `target/${target === null ? '' : `${target}/`}release`)!;
  const found = names
    .map((name) => `${folder}/${name}`)
    .find(
      (path) => path === started.path || (started.path === null && baseNameOf(path) === started.words[0]),
    );
  if (found !== undefined) return found;
  const copied = copiedFrom(reading, started.path);
  if (copied) return copied;
  return {
    code: 'other-program-started',
    reason:
      names.length === 0
        ? `line ${line}: ${workdir}/Cargo.toml, which names the program, is not among the files that could be read`
        : `what is started, ${started.words[0] ?? ''}, is not what cargo builds, as far as that can be followed`,
  };
}

/** `cp target/release/x /usr/local/bin/x` in a RUN. */
function copiedFrom({ steps }: Reading, path: string | null): string | null {
  if (path === null) return null;
  for (const { commands, workdir } of steps) {
    for (const { words } of commands ?? []) {
      if (!/^(?:cp|mv|install)$/.test(words[0]?.value ?? '')) continue;
      const to = absolutePath(workdir, words.at(-1)?.value ?? '?');
      if (to === path && words.some(({ text }) => /target\/.*release\//.test(text))) return path;
    }
  }
  return null;
}

/** Names of the programs that a Cargo.toml makes. */
function binaries(text: string): readonly string[] {
  const bins = [...text.matchAll(/^\[\[bin\]\][^[]*?^name\s*=\s*"([\w-]+)"/gm)].map((match) => match[1]!);
  const name = /^\[package\][^[]*?^name\s*=\s*"([\w-]+)"/m.exec(text)?.[1];
  return [...bins, ...(name === undefined ? [] : [name])];
}

function linksOf(reading: Reading, { workdir }: Step): readonly string[] | Withheld {
  const root = workdir === '/' || workdir === null ? '' : workdir;
  const lock = stageText(reading.context, reading.files, `${root}/Cargo.lock`);
  const manifest = stageText(reading.context, reading.files, `${root}/Cargo.toml`) ?? '';
  const crates = new Set([
    ...[...(lock ?? '').matchAll(/^name = "([\w-]+)"/gm)].map((match) => match[1]!),
    ...[...manifest.matchAll(/^([\w-]+)\s*=/gm)].map((match) => match[1]!),
  ]);
  const unknown = [...crates].find((name) => UNKNOWN_LINKS.test(name));
  if (unknown !== undefined && !/bundled|vendored|static/.test(manifest)) {
    return {
      code: 'library-not-known',
      reason: `which libraries of the system ${unknown} needs when it runs is not known`,
    };
  }
  const dev = [...crates].flatMap((name) => (Object.hasOwn(LINKS, name) ? LINKS[name]! : []));
  // Without a suite the file is refused anyway, by a sentence that says so.
  return reading.suite === null || reading.suite === 'other' ? [] : librariesOf(reading, dev, 'the program');
}
