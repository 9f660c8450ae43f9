/** Files that have stages and ship their build tools all the same: the last one is built on a toolchain, or installs one. */
import { aptCall } from '../apt.ts';
import type { Document, Instruction } from '../document.ts';
import { repositoryName } from '../image-ref.ts';
import { finalImageOf } from '../runtime/final-image.ts';
import type { FinalImage } from '../runtime/final-image.ts';
import { isWithheld, shellOf } from '../shell.ts';
import type { ShellCommand } from '../shell.ts';
import { stagesOf } from '../stages.ts';
import type { Finding } from '../types.ts';
import { BUILD_PACKAGES } from './packages.data.ts';
import { programOf } from './reading.ts';

/** Images with nothing but a toolchain, and what runs their programs instead. */
const TOOLCHAINS: Readonly<Record<string, string>> = {
  'docker.io/library/golang': 'gcr.io/distroless/static or debian-slim, and copy the program',
  'docker.io/library/rust': 'debian-slim of the same suite, and copy the program',
  'docker.io/library/maven': 'a JRE of the same version, and copy the jar',
  'docker.io/library/gradle': 'a JRE of the same version, and copy the jar',
  'mcr.microsoft.com/dotnet/sdk': 'mcr.microsoft.com/dotnet/aspnet or runtime of the same version',
};

/** Programs of those images: what starts them means to have them. */
const USES = /\b(?:go|cargo|mvn|gradle|dotnet\s+(?:run|watch|test|ef)|air|make|npm|yarn|pnpm|test|bash|sh)\b/;

/** The finding about a file with several stages; null for every other one. */
export function judgeShippedTools(document: Document): Finding | null {
  const stages = stagesOf(document);
  const image = finalImageOf(document);
  if (stages.length < 2 || !image) return null;
  const start = image.instructions.findLast(({ keyword }) => keyword === 'CMD' || keyword === 'ENTRYPOINT');
  if (!start || isForDevelopment(image, start)) return null;
  const found =
    onToolchain(image.base.kind === 'image' ? repositoryName(image.base.image) : '', start) ??
    compilers(document, image.instructions);
  if (!found) return null;
  const at = found.at ?? image.stage.from;
  return {
    span: at.span,
    message: 'the last stage ships build tools',
    evidence: [{ kind: 'source', span: at.span, note: 'brings them' }],
    fix: null,
    withheld: { code: found.code, reason: found.reason },
  };
}

/** People work in it: it starts a shell, or its stages say so. */
function isForDevelopment({ chain }: FinalImage, { json, rest }: Instruction): boolean {
  const words = json?.join(' ') ?? rest.text.trim();
  const isShell = /^(?:\S*\/)?(?:ba|da|a|z|fi)?sh(?:\s+-[li]+)*$|^(?:\S*\/)?(?:irb|sleep|tail)\b/.test(words);
  return (
    isShell || chain.some(({ name }) => /(?:^|[-_])dev(?:el|elopment|container)?(?:[-_]|$)/i.test(name ?? ''))
  );
}

interface Shipped {
  readonly code: string;
  readonly reason: string;
  readonly at?: Instruction;
}

function onToolchain(repository: string, start: Instruction): Shipped | null {
  const instead = Object.hasOwn(TOOLCHAINS, repository) ? TOOLCHAINS[repository] : undefined;
  const words = start.json?.join(' ') ?? start.rest.text;
  if (instead === undefined || USES.test(words)) return null;
  return {
    code: 'ships-toolchain',
    reason: `the last stage is built on ${repository.replace(/^docker\.io\/library\//, '')}, whose compiler the program does not need; take ${instead}`,
  };
}

/** Compilers that the chain of the last stage installs and does not remove in the same command. */
function compilers(document: Document, instructions: readonly Instruction[]): Shipped | null {
  for (const instruction of instructions) {
    if (
      instruction.keyword !== 'RUN' ||
      !looksLikeInstall(document.text.slice(instruction.span.start, instruction.span.end))
    )
      continue;
    const shell = shellOf(document, instruction);
    if (isWithheld(shell)) continue;
    const names = new Set<string>();
    const marks = /\bapt-mark\s+(?:auto|showmanual)\b/.test(instruction.rest.text);
    for (const command of shell.commands) follow(command, names, marks);
    const tools = [...names].filter((name) => COMPILERS.test(name));
    // make alone compiles nothing; some programs are driven by it.
    if (tools.every((name) => name === 'make')) continue;
    return {
      code: 'ships-compilers',
      reason: `line ${instruction.line} installs ${tools.slice(0, 3).join(', ')} into the image that is shipped; build in an earlier stage, copy what it makes, and install the libraries without -dev here`,
      at: instruction,
    };
  }
  return null;
}

/** A cheap look, so that only few texts are read as shell. */
const INSTALLER = /\b(?:apt|apt-get|aptitude|apk)\b/;
const NAMED =
  /\b(?:gcc|clang|build-essential|build-base|make|cmake|musl-dev|libc6-dev|alpine-sdk|g\+\+)(?![\w.-])/;

function looksLikeInstall(text: string): boolean {
  return INSTALLER.test(text) && NAMED.test(text);
}

const COMPILERS = /^(?:gcc|g\+\+|clang|build-essential|build-base|make|cmake|musl-dev|libc6-dev|alpine-sdk)$/;

function follow(command: ShellCommand, names: Set<string>, marks: boolean): void {
  const call = aptCall(command);
  const isApk = programOf(command.words) === 'apk';
  if (!call && !isApk) return;
  const verb = call
    ? call.subcommand.value
    : command.words.find(({ value }) => value === 'add' || value === 'del')?.value;
  const words = (call?.packages ?? command.words.slice(1)).flatMap(({ value }) =>
    value === null ? [] : [value],
  );
  if (verb === 'install' || verb === 'add')
    for (const name of words) if (BUILD_PACKAGES.test(name) || COMPILERS.test(name)) names.add(name);
  // What is removed by the name of a group is not followed: then nothing is said.
  const options = call?.options.map(({ text }) => text) ?? [];
  // `apt-mark auto` and then a removal of whatever nobody needs.
  if (
    verb !== 'install' &&
    words.length === 0 &&
    options.some((text) => /^--auto-?remove$/.test(text)) &&
    marks
  )
    names.clear();
  if (verb === 'purge' || verb === 'remove' || verb === 'autoremove' || verb === 'del') {
    if (verb === 'autoremove' || words.some((name) => name.startsWith('.') || name.startsWith('-')))
      names.clear();
    for (const name of words) names.delete(name);
  }
}
