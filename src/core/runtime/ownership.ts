/**
 * Who owns what the application may have to write: its working folder, the files that COPY brings there, folders
 * that the Dockerfile makes for it, volumes. Under root it could write all of this, so the new user gets it.
 */
import type { Document, Instruction } from '../document.ts';
import { firstProgram } from '../apt.ts';
import { appendCommand, isWithheld, shellOf } from '../shell.ts';
import type { ShellCommand } from '../shell.ts';
import { sourceSpan } from '../lines.ts';
import type { Edit } from '../types.ts';
import { expandAt } from '../variables.ts';
import { absolutePath, copyWords, isBelow, workdirsOf } from './final-image.ts';
import type { FinalImage } from './final-image.ts';

/** A folder and where it comes from. */
export interface AppFolder {
  readonly path: string;
  /** The WORKDIR that makes it; null when a COPY makes it. */
  readonly workdir: Instruction | null;
}

/** Folders that are never an application's own. */
const NOT_OWN =
  /^\/(?:$|(?:bin|sbin|boot|dev|etc|home|lib|lib64|media|mnt|opt|proc|root|run|srv|sys|tmp|usr|var)$|root\/|etc\/|dev\/|proc\/|sys\/|run\/|bin\/|sbin\/|lib\/|usr\/(?:bin|sbin|lib|share|include|local)(?:$|\/(?:bin|sbin|lib|share|include|etc)(?:\/|$))|usr\/(?:src|share\/nginx\/html)$|var\/(?:lib|log|cache|run|spool|tmp|www)$|var\/(?:lib|log|cache|run|spool)\/)/;

/** Whether a shell takes the path as it stands, so that a command can name it without quotes. */
export function isPlainPath(path: string): boolean {
  return /^[\w./@+-]+$/.test(path);
}

/** Whether a folder can be the application's: `/app`, `/usr/src/app`, `/home/node/app`, `/var/www/html`. */
export function isOwnFolder(path: string): boolean {
  return isPlainPath(path) && !NOT_OWN.test(path);
}

const ofApplication = new WeakMap<FinalImage, Map<string | null, readonly AppFolder[]>>();

/** The folder that the application runs in, and folders that it is copied to as a whole. */
export function appFolders(
  document: Document,
  image: FinalImage,
  baseWorkdir: string | null,
): readonly AppFolder[] {
  let byBase = ofApplication.get(image);
  if (!byBase) ofApplication.set(image, (byBase = new Map()));
  let known = byBase.get(baseWorkdir);
  if (!known) byBase.set(baseWorkdir, (known = readAppFolders(document, image, baseWorkdir)));
  return known;
}

function readAppFolders(
  document: Document,
  image: FinalImage,
  baseWorkdir: string | null,
): readonly AppFolder[] {
  const workdirs = workdirsOf(document, image, baseWorkdir);
  const folders: AppFolder[] = [];
  const add = (path: string | null, workdir: Instruction | null): void => {
    if (path === null || !isOwnFolder(path) || folders.some((folder) => folder.path === path)) return;
    folders.push({ path, workdir });
  };
  const last = image.instructions.filter(({ keyword }) => keyword === 'WORKDIR').at(-1);
  if (last) add(workdirs.get(last) ?? null, last);
  for (const instruction of image.instructions) {
    if (!isCopy(instruction) || !copiesWhole(document, instruction)) continue;
    const path = targetOf(document, instruction, workdirs.get(instruction) ?? null);
    const maker = image.instructions.find((one) => one.keyword === 'WORKDIR' && workdirs.get(one) === path);
    add(path, maker ?? null);
  }
  return folders;
}

function isCopy({ keyword }: Instruction): boolean {
  return keyword === 'COPY' || keyword === 'ADD';
}

/** `COPY . /app`, `COPY --from=build /src /app`: everything of something. */
function copiesWhole(document: Document, instruction: Instruction): boolean {
  const words = copyWords(document, instruction);
  return words.length === 2 && /^\.?\/?\.?$/.test(words[0] ?? '?');
}

/** The absolute path that a COPY or ADD brings its files to; null when it is not known. */
export function targetOf(
  document: Document,
  instruction: Instruction,
  workdir: string | null,
): string | null {
  const target = copyWords(document, instruction).at(-1);
  return target ? absolutePath(workdir, target) : null;
}

// ---- COPY -----------------------------------------------------------------------------------------------------

/** Dependencies are only read; left to root they cannot be changed by what runs. */
const DEPENDENCIES =
  /(?:^|\/)(?:node_modules|site-packages|dist-packages)(?:\/|$)|(?:^|\/)(?:\.?venv|env|vendor|bundle|\.bundle)\/?$/;
/** Manifests and lock files are copied early for the cache and only read. */
const MANIFEST =
  /(?:^|\/)(?:package(?:-lock)?\*?\.json|package\*\.json|npm-shrinkwrap\.json|yarn\.lock\*?|pnpm-(?:lock|workspace)\.yaml\*?|bun\.lockb?\*?|\.npmrc|\.yarnrc(?:\.yml)?|\.nvmrc|\.(?:node|python|ruby|tool)-versions?|lerna\.json|nx\.json|turbo\.json|tsconfig[\w.]*\.json|requirements[\w./-]*\.(?:txt|in)|constraints\.txt|Pipfile(?:\.lock)?\*?|pyproject\.toml|poetry\.lock\*?|uv\.lock|setup\.(?:py|cfg)|Gemfile(?:\.lock)?\*?|composer\.(?:json|lock)\*?|go\.(?:mod|sum|work)|Cargo\.(?:toml|lock)|pom\.xml|build\.gradle(?:\.kts)?|settings\.gradle(?:\.kts)?|gradle\.properties|mvnw|gradlew|\.mvn|gradle|prisma|patches|\.yarn(?:\/.*)?|[\w.-]+\.(?:csproj|fsproj|sln)|Directory\.[\w.]+\.props|(?:nuget|NuGet)\.[Cc]onfig|mix\.(?:exs|lock))\/?$/;

/**
 * The COPYs and ADDs that bring the application into its folders without an owner. Those of manifests and of
 * dependencies are left to root; behind a copy of the whole context only what follows it counts.
 */
export function unownedCopies(
  document: Document,
  image: FinalImage,
  folders: readonly AppFolder[],
  baseWorkdir: string | null,
): readonly Instruction[] {
  const workdirs = workdirsOf(document, image, baseWorkdir);
  const inFolders = image.instructions.filter((instruction) => {
    if (!isCopy(instruction) || instruction.stage !== image.stage.index) return false;
    const target = targetOf(document, instruction, workdirs.get(instruction) ?? null);
    return target !== null && folders.some(({ path }) => isBelow(target, path));
  });
  const whole = inFolders.filter(
    (instruction) => !hasFlag(instruction, 'from') && copiesWhole(document, instruction),
  );
  const lastWhole = whole.at(-1)?.index ?? -1;
  const compiled = image.instructions.findLast(isCompiling)?.index ?? -1;
  return inFolders.filter((instruction) => {
    if (hasFlag(instruction, 'chown')) return false;
    // Sources are only read, by root: git refuses to look into somebody else's folder, and go build asks git.
    if (instruction.index < compiled && !hasFlag(instruction, 'from')) return false;
    if (instruction.index < lastWhole && !hasFlag(instruction, 'from')) return false;
    const words = copyWords(document, instruction);
    const sources = words.slice(0, -1);
    if (sources.every((source) => source !== null && (MANIFEST.test(source) || DEPENDENCIES.test(source))))
      return false;
    if (DEPENDENCIES.test(words.at(-1) ?? '')) return false;
    const target = targetOf(document, instruction, workdirs.get(instruction) ?? null)!;
    return !isHandedOver(document, image, target, instruction.index, true, baseWorkdir);
  });
}

/** A RUN that makes a program of sources, for which the compiler asks git about them. */
export function isCompiling({ keyword, rest }: Instruction): boolean {
  return (
    keyword === 'RUN' &&
    /\b(?:go\s+(?:build|get|install|generate|run|test|vet)|cargo\s+(?:build|install))\b/.test(rest.text)
  );
}

export function hasFlag({ flags }: Instruction, wanted: string): boolean {
  return flags.some(({ name }) => name === wanted);
}

/** The edit that gives a COPY or ADD its owner. */
export function chownEdit({ keywordSpan }: Instruction, owner: string): Edit {
  return { start: keywordSpan.end, end: keywordSpan.end, before: '', text: ` --chown=${owner}` };
}

// ---- what RUNs do ---------------------------------------------------------------------------------------------

/**
 * Whether a RUN below `after` changes the owner or opens the mode of a path: the path itself, or with `-R` a folder
 * above it.
 */
export function isHandedOver(
  document: Document,
  image: FinalImage,
  path: string,
  after: number,
  deep: boolean,
  baseWorkdir: string | null,
): boolean {
  return handOvers(document, image, baseWorkdir).some(
    ({ index, isDeep, paths }) =>
      index >= after && paths.some((given) => (isDeep ? isBelow(path, given) : !deep && path === given)),
  );
}

/** A `chown` or an opening `chmod` of a RUN. */
interface HandOver {
  readonly index: number;
  readonly isDeep: boolean;
  readonly paths: readonly string[];
}

const handedOver = new WeakMap<FinalImage, Map<string | null, readonly HandOver[]>>();

function handOvers(document: Document, image: FinalImage, baseWorkdir: string | null): readonly HandOver[] {
  let byBase = handedOver.get(image);
  if (!byBase) handedOver.set(image, (byBase = new Map()));
  let known = byBase.get(baseWorkdir);
  if (!known) byBase.set(baseWorkdir, (known = readHandOvers(document, image, baseWorkdir)));
  return known;
}

function readHandOvers(
  document: Document,
  image: FinalImage,
  baseWorkdir: string | null,
): readonly HandOver[] {
  const workdirs = workdirsOf(document, image, baseWorkdir);
  const found: HandOver[] = [];
  for (const instruction of image.instructions) {
    const { keyword, rest, heredocs, index } = instruction;
    if (keyword !== 'RUN' || (heredocs.length === 0 && !/chown|chmod/.test(rest.text))) continue;
    const script = shellOf(document, instruction);
    if (isWithheld(script)) continue;
    for (const command of script.commands) {
      if (!handsOver(command)) continue;
      const isDeep = command.words.some(({ text }) => /^-[a-zA-Z]*R|^--recursive$/.test(text));
      found.push({
        index,
        isDeep,
        paths: pathsOf(document, instruction, command, workdirs.get(instruction) ?? null),
      });
    }
  }
  return found;
}

/** Paths that RUNs give to another user than root, or open for everybody. */
export function pathsGivenByRun(
  document: Document,
  image: FinalImage,
  baseWorkdir: string | null,
): readonly string[] {
  return handOvers(document, image, baseWorkdir).flatMap(({ paths }) => paths);
}

/** Folders and files that COPYs of the last stage bring with an owner, one thing to one place. */
export function pathsGivenByCopy(
  document: Document,
  image: FinalImage,
  baseWorkdir: string | null,
): readonly string[] {
  const workdirs = workdirsOf(document, image, baseWorkdir);
  return image.stage.instructions.flatMap((instruction) => {
    if (!isCopy(instruction) || !hasFlag(instruction, 'chown')) return [];
    if (copyWords(document, instruction).length > 2) return [];
    const target = targetOf(document, instruction, workdirs.get(instruction) ?? null);
    return target === null ? [] : [target];
  });
}

/** It gives something to another user than root, or lets everybody write to it. */
function handsOver(command: ShellCommand): boolean {
  const program = firstProgram(command);
  if (program === 'chmod') {
    return command.words.some(({ text }) => /^(?:-R)?0?[0-7]?(?:777|766|o\+w|a\+w|ugo\+w)/.test(text));
  }
  return (
    program === 'chown' &&
    !command.words.some(({ text }) => /^["']?(?:root|0)(?:[:.](?:root|0))?["']?$/.test(text))
  );
}

/** The paths among the words of a command. */
function pathsOf(
  document: Document,
  instruction: Instruction,
  command: ShellCommand,
  workdir: string | null,
): readonly string[] {
  return command.words.slice(1).flatMap((word) => {
    const text =
      word.value ?? (/^[\w${}"'./-]+$/.test(word.text) ? expandAt(document, instruction, word.text) : null);
    if (text === null || text.startsWith('-') || !/^[\w./@+-]+$/.test(text)) return [];
    const path = absolutePath(workdir, text);
    return path === null ? [] : [path];
  });
}

/** A folder that a RUN makes, empty as far as the text tells. */
export interface MadeFolder {
  readonly path: string;
  /** As the author wrote it. */
  readonly text: string;
  readonly instruction: Instruction;
}

/**
 * Folders that `mkdir` makes in the last stage and that are for the application: below its own, or at the root, or
 * one of `written`, which it is known to write to.
 */
export function madeFolders(
  document: Document,
  image: FinalImage,
  baseWorkdir: string | null,
  written: readonly string[] = [],
): readonly MadeFolder[] {
  const workdirs = workdirsOf(document, image, baseWorkdir);
  const made: MadeFolder[] = [];
  for (const instruction of image.instructions) {
    const { keyword, rest, heredocs, stage } = instruction;
    if (keyword !== 'RUN' || stage !== image.stage.index) continue;
    if (heredocs.length === 0 && !rest.text.includes('mkdir')) continue;
    const script = shellOf(document, instruction);
    if (isWithheld(script)) continue;
    // After `cd` a relative path means another folder.
    const hasCd = script.commands.some((command) => firstProgram(command) === 'cd');
    for (const command of script.commands) {
      if (firstProgram(command) !== 'mkdir' || command.inSubstitution) continue;
      const { words } = command;
      for (let at = 1; at < words.length; at++) {
        const text = words[at]!.value;
        if (text === '-m') at++;
        if (text === null || text.startsWith('-') || !/^[\w./-]+$/.test(text)) continue;
        if (hasCd && !text.startsWith('/')) continue;
        const path = absolutePath(workdirs.get(instruction) ?? null, text);
        if (path === null || !(isOwnFolder(path) || written.includes(path))) continue;
        if (isHandedOver(document, image, path, instruction.index, false, baseWorkdir)) continue;
        // What is made and filled in the same breath, a download for example, is no folder to write to.
        const isRead =
          isFilled(script.commands, command, text) || isCopiedTo(document, image, workdirs, path);
        if (isRead && !written.includes(path)) continue;
        made.push({ path, text, instruction });
      }
    }
  }
  return made;
}

/** A COPY fills the folder: it holds what the application reads. */
function isCopiedTo(
  document: Document,
  image: FinalImage,
  workdirs: ReadonlyMap<Instruction, string | null>,
  path: string,
): boolean {
  return image.instructions.some((instruction) => {
    if (!isCopy(instruction)) return false;
    const target = targetOf(document, instruction, workdirs.get(instruction) ?? null);
    return target !== null && isBelow(target, path);
  });
}

function isFilled(commands: readonly ShellCommand[], mkdir: ShellCommand, path: string): boolean {
  return commands.some((command) => {
    if (command === mkdir || command.span.start < mkdir.span.start) return false;
    const program = firstProgram(command);
    if (/^(?:rm|rmdir|chmod|chown|mkdir|touch)$/.test(program))
      return program.startsWith('rm') && command.words.some(({ text }) => text === path);
    return command.words.some(
      ({ text }) => text === path || text.startsWith(`${path}/`) || text.endsWith(`=${path}`),
    );
  });
}

/** `chown` at the end of the RUN that makes the folders, so that it costs no layer. Null when nothing can be added. */
export function chownAtEnd(
  document: Document,
  instruction: Instruction,
  owner: string,
  paths: readonly string[],
  recursive: boolean,
): Edit | null {
  const script = shellOf(document, instruction);
  if (isWithheld(script)) return null;
  const edit = appendCommand(
    document,
    instruction,
    script,
    `chown ${recursive ? '-R ' : ''}${owner} ${paths.join(' ')}`,
  );
  return isWithheld(edit) ? null : edit;
}

/** Absolute paths of VOLUME instructions of the last stage, with the first of them. */
export function volumesOf(
  document: Document,
  image: FinalImage,
): readonly { readonly path: string; readonly instruction: Instruction }[] {
  return image.instructions.flatMap((instruction) => {
    if (instruction.keyword !== 'VOLUME') return [];
    const words = instruction.json ?? instruction.rest.text.split(/\s+/);
    return words.flatMap((word) => {
      const text = expandAt(document, instruction, word);
      const path = text ? absolutePath('/', text) : null;
      return path === null ? [] : [{ path, instruction }];
    });
  });
}

/** The source span of an instruction's arguments. */
export function argumentSpan({ rest }: Instruction): { readonly start: number; readonly end: number } {
  return sourceSpan(rest, 0, rest.text.length);
}
