/**
 * Which files of the context are where in a build stage: COPY and ADD are followed by BuildKit's rules, through
 * WORKDIR, stages that this file hands over (`--from`), and the ignore file. What cannot be followed is named, so
 * that nobody takes "not listed" for "not there".
 */
import { plainWords } from '../arguments.ts';
import type { Document, Instruction } from '../document.ts';
import { stageByName, stagesOf } from '../stages.ts';
import type { Stage } from '../stages.ts';
import { expandAt } from '../variables.ts';
import { baseNameOf, cleanPath, contextHas, isInside } from './build-context.ts';
import type { BuildContext } from './build-context.ts';
import { matchesPath, pathPattern } from './path-pattern.ts';

/** A file of the context in an image. */
export interface StageFile {
  /** Absolute path in the image. */
  readonly path: string;
  /** Path in the context; null for a file whose text stands in the Dockerfile (a heredoc). */
  readonly source: string | null;
  /** The text of a heredoc. */
  readonly inline: string | null;
  /** The COPY or ADD of this stage, or of a stage that it was copied from. */
  readonly instruction: Instruction;
}

/** A COPY, ADD or WORKDIR whose files are not known. */
export interface UnknownFiles {
  readonly instruction: Instruction;
  /** Absolute folder or file that it writes to; null when that is not known either. */
  readonly target: string | null;
  readonly code:
    | 'variable'
    | 'download'
    | 'archive'
    | 'image'
    | 'not-in-context'
    | 'built'
    | 'outside'
    | 'option'
    | 'workdir';
  readonly reason: string;
}

export interface StageFiles {
  /** By absolute path in the image. */
  readonly files: ReadonlyMap<string, StageFile>;
  readonly unknown: readonly UnknownFiles[];
  /** The working folder behind the last instruction; null when the base image decides it. */
  readonly workdir: string | null;
}

/** By the base image's working folder. */
const known = new WeakMap<BuildContext, WeakMap<Stage, Map<string | null, StageFiles>>>();

/** `workdir` is the base image's working folder where it is known. It is not asked for files, only for `.`. */
export function filesInStage(
  document: Document,
  stage: Stage,
  context: BuildContext,
  workdir: string | null = null,
): StageFiles {
  let stages = known.get(context);
  if (!stages) known.set(context, (stages = new WeakMap()));
  let byFolder = stages.get(stage);
  if (!byFolder) stages.set(stage, (byFolder = new Map<string | null, StageFiles>()));
  let result = byFolder.get(workdir);
  if (!result) byFolder.set(workdir, (result = follow(document, stage, context, workdir)));
  return result;
}

interface Walk {
  readonly document: Document;
  readonly context: BuildContext;
  readonly stage: Stage;
  readonly files: Map<string, StageFile>;
  readonly unknown: UnknownFiles[];
  workdir: string | null;
}

function follow(
  document: Document,
  stage: Stage,
  context: BuildContext,
  baseWorkdir: string | null,
): StageFiles {
  const parent = stage.parent ? filesInStage(document, stage.parent, context, baseWorkdir) : null;
  const walk: Walk = {
    document,
    context,
    stage,
    files: new Map(parent?.files),
    unknown: [...(parent?.unknown ?? [])],
    workdir: parent ? parent.workdir : stage.base.text === 'scratch' ? '/' : baseWorkdir,
  };
  for (const instruction of stage.instructions) {
    if (instruction.keyword === 'WORKDIR') changeFolder(walk, instruction);
    else if (instruction.keyword === 'COPY' || instruction.keyword === 'ADD') copy(walk, instruction);
  }
  return { files: walk.files, unknown: walk.unknown, workdir: walk.workdir };
}

function changeFolder(walk: Walk, instruction: Instruction): void {
  const text = expandAt(walk.document, instruction, instruction.rest.text.trim());
  if (text === null) {
    walk.unknown.push(unknown(instruction, null, 'workdir', 'a variable decides the working folder'));
    walk.workdir = null;
  } else walk.workdir = inImage(walk.workdir, text);
}

/** An absolute path without a slash at the end; `/` for the root. */
function inImage(workdir: string | null, path: string): string | null {
  if (!path.startsWith('/') && workdir === null) return null;
  return `/${cleanPath(path.startsWith('/') ? path : `${workdir}/${path}`) ?? ''}`;
}

function unknown(
  instruction: Instruction,
  target: string | null,
  code: UnknownFiles['code'],
  reason: string,
): UnknownFiles {
  return { instruction, target, code, reason };
}

const SIMPLE_FLAGS = new Set(['chown', 'chmod', 'link', 'from', 'checksum', 'keep-git-dir', 'unpack']);

function copy(walk: Walk, instruction: Instruction): void {
  const { document } = walk;
  const words = (instruction.json ?? plainWords(instruction.rest).map(({ text }) => text)).map((word) =>
    expandAt(document, instruction, word),
  );
  const to = words.at(-1);
  const target = to === null || to === undefined ? null : inImage(walk.workdir, to);
  const give = (code: UnknownFiles['code'], reason: string): void =>
    void walk.unknown.push(unknown(instruction, target, code, reason));
  if (words.length < 2 || to === null || to === undefined)
    return give('variable', 'a variable decides where it goes');
  if (target === null) return give('workdir', 'the base image decides the working folder');
  const odd = instruction.flags.find(({ name }) => !SIMPLE_FLAGS.has(name));
  if (odd) return give('option', `--${odd.name} decides which files it copies`);

  const asFolder =
    /(?:^|\/)\.{0,2}$/.test(to) || words.length > 2 || target === walk.workdir || target === '/';
  const origin = originOf(walk, instruction);
  if ('code' in origin) return give(origin.code, origin.reason);
  for (const source of words.slice(0, -1)) {
    if (source === null) give('variable', 'a variable decides what it copies');
    else if (source.startsWith('<<')) addHeredoc(walk, instruction, source, target, asFolder);
    else if (/^(?:https?|git|ssh):|^git@/i.test(source)) give('download', `${shown(source)} is downloaded`);
    else copySource(walk, instruction, origin, source, target, asFolder);
  }
}

function shown(text: string): string {
  return text.replace(/\/\/[^/@]*@/, '//').slice(0, 80);
}

function addHeredoc(
  { document, files }: Walk,
  instruction: Instruction,
  word: string,
  target: string,
  asFolder: boolean,
): void {
  const name = word.replace(/^<<-?/, '');
  const heredoc = instruction.heredocs.find((one) => one.name === name);
  if (!heredoc) return;
  const path = asFolder ? join(target, name) : target;
  const inline = document.text.slice(heredoc.body.start, heredoc.body.end);
  files.set(path, { path, source: null, inline, instruction });
}

/** What a COPY copies from: the context, or the files that another stage has of it. */
type Origin =
  | { readonly kind: 'context' }
  | { readonly kind: 'stage'; readonly stage: Stage; readonly files: StageFiles };

function originOf(
  { document, context, stage }: Walk,
  instruction: Instruction,
): Origin | { readonly code: UnknownFiles['code']; readonly reason: string } {
  const from = instruction.flags.find(({ name }) => name === 'from')?.value?.text;
  if (from === undefined) return { kind: 'context' };
  const other = stageByName(document, from);
  if (!other) return { code: 'image', reason: `the files come from the image ${from.slice(0, 80)}` };
  // A stage cannot copy from itself or from one below it.
  if (other.index >= stage.index) return { code: 'image', reason: 'it copies from a later stage' };
  return { kind: 'stage', stage: other, files: filesInStage(document, other, context) };
}

function copySource(
  walk: Walk,
  instruction: Instruction,
  origin: Origin,
  source: string,
  target: string,
  asFolder: boolean,
): void {
  const give = (code: UnknownFiles['code'], reason: string): void =>
    void walk.unknown.push(unknown(instruction, target, code, reason));
  const path = cleanPath(source);
  if (path === null) return give('outside', `${source} lies outside the context`);
  const matches = origin.kind === 'context' ? inContext(walk.context, path) : inStage(origin.files, path);
  if (matches === 'bad-pattern') return give('option', `${source} is no pattern that can be read`);
  if (matches.length === 0) {
    if (origin.kind === 'stage') return give('built', `${source} is made by the stage it comes from`);
    const there = contextHas(walk.context, path);
    return give(
      'not-in-context',
      there === 'no' ? `${source} is not in the context` : `${source} was not looked at`,
    );
  }
  if (origin.kind === 'stage') {
    // A stage may have made more than what the context gave it.
    give(
      'built',
      `what the stage ${origin.stage.name ?? origin.stage.index} made below ${source} is not known`,
    );
  }
  // Only a folder is given out with its content; a file keeps its name in a folder.
  const several = /[*?[]/.test(path);
  for (const match of matches) {
    if (match.isFolder) addFolder(walk, instruction, origin, match.path, target);
    else
      addFile(
        walk,
        instruction,
        origin,
        match.path,
        asFolder || several ? join(target, baseNameOf(match.path)) : target,
      );
  }
}

interface Match {
  readonly path: string;
  readonly isFolder: boolean;
}

function inContext({ entries }: BuildContext, path: string): readonly Match[] | 'bad-pattern' {
  if (!/[*?[\\]/.test(path)) {
    const entry = entries.get(path);
    if (path === '') return [{ path, isFolder: true }];
    return entry && (entry.sent || entry.kind === 'folder')
      ? [{ path, isFolder: entry.kind === 'folder' }]
      : [];
  }
  const pattern = pathPattern(path, { doubleStar: false });
  if (!pattern) return 'bad-pattern';
  const found: Match[] = [];
  for (const [name, entry] of entries) {
    if (entry.sent && matchesPath(pattern, name))
      found.push({ path: name, isFolder: entry.kind === 'folder' });
  }
  return found;
}

function inStage({ files }: StageFiles, path: string): readonly Match[] | 'bad-pattern' {
  if (!/[*?[\\]/.test(path)) {
    if (files.has(`/${path}`)) return [{ path, isFolder: false }];
    for (const name of files.keys()) if (isInside(name.slice(1), path)) return [{ path, isFolder: true }];
    return [];
  }
  const pattern = pathPattern(path, { doubleStar: false });
  if (!pattern) return 'bad-pattern';
  return [...files.keys()]
    .filter((name) => matchesPath(pattern, name.slice(1)))
    .map((name) => ({ path: name.slice(1), isFolder: false }));
}

/** The content of a folder, not the folder itself. */
function addFolder(
  walk: Walk,
  instruction: Instruction,
  origin: Origin,
  folder: string,
  target: string,
): void {
  if (origin.kind === 'context') {
    for (const [path, entry] of walk.context.entries) {
      if (entry.kind !== 'file' || !entry.sent || !isInside(path, folder)) continue;
      const rest = folder === '' ? path : path.slice(folder.length + 1);
      addFile(walk, instruction, origin, path, join(target, rest));
    }
    return;
  }
  for (const path of origin.files.files.keys()) {
    if (!isInside(path.slice(1), folder)) continue;
    const rest = folder === '' ? path.slice(1) : path.slice(folder.length + 2);
    addFile(walk, instruction, origin, path.slice(1), join(target, rest));
  }
}

/** ADD unpacks what is an archive; by its name that is likely, so its content is not known. */
const ARCHIVE = /\.(?:tar|tgz|tbz2?|txz|tar\.(?:gz|bz2|xz|zst|lz4|lzma))$/i;

function addFile(walk: Walk, instruction: Instruction, origin: Origin, from: string, path: string): void {
  if (origin.kind === 'stage') {
    const file = origin.files.files.get(`/${from}`);
    if (file) walk.files.set(path, { ...file, path });
    return;
  }
  if (instruction.keyword === 'ADD' && ARCHIVE.test(from)) {
    walk.unknown.push(unknown(instruction, path, 'archive', `ADD unpacks ${from}`));
    return;
  }
  walk.files.set(path, { path, source: from, inline: null, instruction });
}

function join(folder: string, name: string): string {
  return folder === '/' ? `/${name}` : `${folder}/${name}`;
}

/** The text of a file in an image; null when it is not known to be there or was not read. */
export function stageText(context: BuildContext, files: StageFiles, path: string): string | null {
  const file = files.files.get(path);
  if (!file) return null;
  return file.inline ?? (file.source === null ? null : (context.texts.get(file.source) ?? null));
}

/** The final stage: what a build without --target gives. */
export function finalStage(document: Document): Stage {
  return stagesOf(document).at(-1)!;
}
