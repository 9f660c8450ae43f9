/**
 * The edits that make an image run as somebody: USER at the end, what must be made before, and owners for what the
 * application may have to write. All of them belong to one fix.
 */
import type { Document, Instruction } from '../document.ts';
import { lineEndingAt, sourceText } from '../document.ts';
import { isWithheld, shellOf } from '../shell.ts';
import { firstProgram } from '../apt.ts';
import type { Edit } from '../types.ts';
import type { FinalImage } from './final-image.ts';
import { workdirsOf } from './final-image.ts';
import type { Identity, Profile } from './identity.ts';
import type { Relocation } from './relocations.ts';
import {
  appFolders,
  chownAtEnd,
  chownEdit,
  isCompiling,
  isHandedOver,
  isOwnFolder,
  madeFolders,
  unownedCopies,
  volumesOf,
} from './ownership.ts';

export interface UserEditOptions {
  readonly identity: Identity;
  readonly profile: Profile;
  readonly hasShell: boolean;
  readonly baseWorkdir: string | null;
  /** Commands of a server's recipe, run as root behind everything else. */
  readonly recipe: readonly string[];
  /** False where the image is only told who to be and owns its files already. */
  readonly ownsFiles: boolean;
  /** Variables that have to be set in front of a RUN. */
  readonly relocations: readonly Relocation[];
  /** Absolute paths of folders that it writes to and that the image may not have. */
  readonly ownFolders: readonly string[];
  /** Folders that the framework writes to, made by a RUN of this stage: chowned there. */
  readonly writtenFolders: readonly {
    readonly instruction: Instruction;
    readonly paths: readonly string[];
  }[];
}

/** What the edits do, for the title and the reason. */
export interface UserEdits {
  readonly edits: readonly Edit[];
  /** Folders that cannot be given an owner here, because the image has no shell. */
  readonly leftToRoot: readonly string[];
}

export function userEdits(document: Document, image: FinalImage, options: UserEditOptions): UserEdits {
  const { identity, baseWorkdir } = options;
  const insertions = new Insertions(document);
  const edits: Edit[] = [];
  const leftToRoot: string[] = [];
  const early: string[] = [...identity.creation];

  if (options.ownsFiles) {
    const folders = appFolders(document, image, baseWorkdir);
    const filled = [...folders, ...options.ownFolders.map((path) => ({ path, workdir: null }))];
    for (const copy of unownedCopies(document, image, filled, baseWorkdir))
      edits.push(chownEdit(copy, identity.owner));
    const toOwn = folders.filter(
      ({ path, workdir }) => workdir !== null && !isHandedOver(document, image, path, -1, false, baseWorkdir),
    );
    const paths = toOwn.map(({ path }) => path);
    const anchor = earlyAnchor(document, image);
    const volumes = volumesOf(document, image).filter(
      ({ path, instruction }) =>
        isOwnVolume(path) &&
        instruction.index > anchor.index &&
        !isHandedOver(document, image, path, -1, false, baseWorkdir),
    );
    if (options.hasShell) {
      const made = madeFolders(document, image, baseWorkdir, options.ownFolders).map(({ path }) => path);
      const written = options.ownFolders.filter((path) => !made.includes(path));
      const missing = [...new Set([...volumes.map(({ path }) => path), ...written])].filter(
        (path) => !paths.includes(path),
      );
      if (missing.length > 0) early.push(`mkdir -p ${missing.join(' ')}`);
      const [own, ...more] = ownCommands([...paths, ...missing], options);
      // An account that is made by hand has its home handed over already.
      const last = early.at(-1);
      if (own && last?.startsWith(`chown ${identity.owner} `)) {
        early[early.length - 1] = last + own.slice(`chown ${identity.owner}`.length);
      } else if (own) early.push(own);
      early.push(...more);
      edits.push(...ownedByRun(document, image, options, new Set([...paths, ...missing])));
    } else leftToRoot.push(...paths);
    if (early.length > 0) insertions.addRun(anchor, early);
  } else if (early.length > 0) insertions.addRun(earlyAnchor(document, image), early);

  for (const { name, value, instruction } of options.relocations) {
    insertions.addLine(document.instructions[instruction.index - 1]!, 'ENV', `${name}=${value}`, false);
  }
  const last = lateAnchor(image);
  if (options.recipe.length > 0) insertions.addRun(last, options.recipe);
  if (identity.home !== null) insertions.addLine(last, 'ENV', `HOME=${identity.home}`, false);
  insertions.addLine(last, 'USER', identity.user, options.recipe.length === 0 && identity.home === null);
  return { edits: joined([...edits, ...insertions.edits()]), leftToRoot };
}

/** A command at the end of a RUN and a line behind it go to the same place: they become one edit, in this order. */
function joined(edits: readonly Edit[]): readonly Edit[] {
  const byPlace = new Map<number, Edit>();
  for (const edit of edits) {
    const other = byPlace.get(edit.start);
    byPlace.set(edit.start, other ? { ...other, text: other.text + edit.text } : edit);
  }
  return [...byPlace.values()];
}

function isOwnVolume(path: string): boolean {
  return (
    /^\/[\w.-]+/.test(path) && !/^\/(?:etc|usr|bin|sbin|lib|proc|sys|dev|root|tmp|run)(?:\/|$)/.test(path)
  );
}

/** The commands that hand folders over. For OpenShift their group may do what their owner may. */
function ownCommands(paths: readonly string[], { identity, profile }: UserEditOptions): readonly string[] {
  if (paths.length === 0) return [];
  const list = paths.map(quoted).join(' ');
  const own = `chown ${identity.owner} ${list}`;
  return profile === 'openshift' ? [own, `chmod g=u ${list}`] : [own];
}

function quoted(path: string): string {
  return /^[\w./@+-]+$/.test(path) ? path : `'${path.replace(/'/g, `'\\''`)}'`;
}

/** Folders that RUNs make, given away in the same RUN. */
function ownedByRun(
  document: Document,
  image: FinalImage,
  options: UserEditOptions,
  done: ReadonlySet<string>,
): readonly Edit[] {
  const byRun = new Map<Instruction, { plain: string[]; deep: string[] }>();
  const entry = (instruction: Instruction): { plain: string[]; deep: string[] } => {
    const known = byRun.get(instruction) ?? { plain: [], deep: [] };
    byRun.set(instruction, known);
    return known;
  };
  for (const { instruction, paths } of options.writtenFolders) entry(instruction).deep.push(...paths);
  for (const { path, text, instruction } of madeFolders(
    document,
    image,
    options.baseWorkdir,
    options.ownFolders,
  )) {
    if (!done.has(path) && !entry(instruction).plain.includes(text)) entry(instruction).plain.push(text);
  }
  const edits: Edit[] = [];
  for (const [instruction, { plain, deep }] of byRun) {
    const recursive = deep.length > 0;
    const paths = [...new Set([...plain, ...deep])];
    const edit =
      paths.length > 0 ? chownAtEnd(document, instruction, options.identity.owner, paths, recursive) : null;
    if (edit) edits.push(edit);
  }
  return edits;
}

// ---- where ----------------------------------------------------------------------------------------------------

const SYSTEM_INSTALLERS = /^(?:apt|apt-get|aptitude|apk|yum|dnf|microdnf|zypper)$/;

/**
 * Where accounts are made: behind the WORKDIR that is given away and behind the last installation of system
 * packages, but in front of the application's files, so that its layer stays in the cache. Behind what compiles,
 * though: git refuses root a folder of somebody else's, and the build fails.
 */
function earlyAnchor(document: Document, { stage }: FinalImage): Instruction {
  const firstCopy = stage.instructions.find(({ keyword }) => keyword === 'COPY' || keyword === 'ADD');
  let anchor = stage.from;
  for (const instruction of stage.instructions) {
    // What describes the image stays at its head.
    const describes = instruction.keyword === 'LABEL' || instruction.keyword === 'MAINTAINER';
    if (describes && anchor.index === instruction.index - 1) anchor = instruction;
    const isEarly = !firstCopy || instruction.index < firstCopy.index;
    if (instruction.keyword === 'WORKDIR' || isCompiling(instruction)) anchor = instruction;
    else if (instruction.keyword === 'RUN' && isEarly && installsSystemPackages(document, instruction))
      anchor = instruction;
    else if (instruction.keyword === 'SHELL' && isEarly) anchor = instruction;
  }
  return anchor;
}

function installsSystemPackages(document: Document, { rest, heredocs }: Instruction): boolean {
  const texts = [rest.text, ...heredocs.map(({ body }) => sourceText(document, body))];
  return texts.some((text) => text.split(/[\s;&|]+/).some((word) => SYSTEM_INSTALLERS.test(word)));
}

/** USER stands behind everything that needs root, and otherwise right before what is started. */
function lateAnchor({ stage }: FinalImage): Instruction {
  const { instructions } = stage;
  const needsRoot = new Set(['RUN', 'COPY', 'ADD', 'WORKDIR', 'ONBUILD', 'FROM', 'SHELL', 'USER']);
  let last = 0;
  instructions.forEach(({ keyword }, index) => {
    if (needsRoot.has(keyword)) last = index;
  });
  const starts = instructions.findIndex(
    ({ keyword }, index) => index > last && (keyword === 'CMD' || keyword === 'ENTRYPOINT'),
  );
  const behind = starts < 0 ? instructions.length : starts;
  return instructions[behind - 1]!;
}

// ---- insertions -----------------------------------------------------------------------------------------------

/** The edit that puts a RUN behind an instruction. */
export function runBehind(document: Document, anchor: Instruction, commands: readonly string[]): Edit {
  const insertions = new Insertions(document);
  insertions.addRun(anchor, commands);
  return insertions.edits()[0]!;
}

/** Lines that are put behind instructions; what goes to the same place becomes one edit. */
class Insertions {
  private readonly document: Document;
  private readonly texts = new Map<number, string>();

  constructor(document: Document) {
    this.document = document;
  }

  addRun(anchor: Instruction, commands: readonly string[]): void {
    const at = this.place(anchor);
    const feed = lineEndingAt(this.document, anchor.span.start);
    const joined = commands.join(` ${this.document.escape}${feed} && `);
    this.put(at, `${feed}${this.cased('RUN', anchor)} ${joined}`);
  }

  /** `airy`: with a blank line in front where the author leaves one behind the anchor. */
  addLine(anchor: Instruction, keyword: string, text: string, airy: boolean): void {
    const at = this.place(anchor);
    const feed = lineEndingAt(this.document, anchor.span.start);
    const isAiry = airy && /^\r?\n[ \t]*\r?\n/.test(this.document.text.slice(at, at + 80));
    this.put(at, `${isAiry ? feed : ''}${feed}${this.cased(keyword, anchor)} ${text}`);
  }

  edits(): readonly Edit[] {
    return [...this.texts].map(([at, text]) => ({ start: at, end: at, before: '', text }));
  }

  /** The end of the anchor's last line. */
  private place({ span }: Instruction): number {
    const { text } = this.document;
    const feed = text.indexOf('\n', span.end);
    if (feed < 0) return text.length;
    return text[feed - 1] === '\r' ? feed - 1 : feed;
  }

  /** In the case that the file writes its keywords in. */
  private cased(keyword: string, { keywordSpan }: Instruction): string {
    const written = sourceText(this.document, keywordSpan);
    return written === written.toLowerCase() ? keyword.toLowerCase() : keyword;
  }

  private put(at: number, text: string): void {
    this.texts.set(at, (this.texts.get(at) ?? '') + text);
  }
}

// ---- frameworks -----------------------------------------------------------------------------------------------

/** Folders that Next.js writes to when a RUN of the last stage has built it there. */
export function builtAndWritten(
  document: Document,
  image: FinalImage,
): readonly { readonly instruction: Instruction; readonly paths: readonly string[] }[] {
  return image.stage.instructions.flatMap((instruction) => {
    if (instruction.keyword !== 'RUN') return [];
    const script = shellOf(document, instruction);
    if (isWithheld(script)) return [];
    const builds = script.commands.some((command) => {
      const [first, ...rest] = command.words.map(({ value }) => value ?? '');
      return firstProgram(command) === 'next' && rest[0] === 'build'
        ? true
        : /^(?:npm|yarn|pnpm|bun)$/.test(first ?? '') && rest.includes('build');
    });
    return builds ? [{ instruction, paths: ['.next'] }] : [];
  });
}

/** The folder that the application starts in, when it is its own. */
export function ownWorkdir(document: Document, image: FinalImage, baseWorkdir: string | null): string | null {
  const last = image.instructions.at(-1);
  const path = last ? (workdirsOf(document, image, baseWorkdir).get(last) ?? null) : baseWorkdir;
  return path !== null && isOwnFolder(path) ? path : null;
}
