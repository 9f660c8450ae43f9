/**
 * The image that a build without --target gives: the last stage with the stages it is built on, as one list of
 * instructions, and what they leave as user, working folder and start command.
 */
import { plainWords, unquote } from '../arguments.ts';
import { expandFrom } from '../build-arguments.ts';
import { cleanPath } from '../context/build-context.ts';
import type { BuildContext } from '../context/build-context.ts';
import { builtStage } from '../context/built-stage.ts';
import { memo } from '../document.ts';
import type { Document, Instruction } from '../document.ts';
import { parseImageRef } from '../image-ref.ts';
import type { ImageRef } from '../image-ref.ts';
import { stageChain, stagesOf } from '../stages.ts';
import type { Stage } from '../stages.ts';
import { expandAt } from '../variables.ts';

/** The image below all stages of the chain. */
export type BaseImage =
  | { readonly kind: 'scratch' }
  | { readonly kind: 'image'; readonly image: ImageRef }
  /** `text` as written; a variable without a default, or no reference at all. */
  | { readonly kind: 'unknown'; readonly text: string };

export interface FinalImage {
  readonly stage: Stage;
  /** From the stage on top of the base image to the last one. */
  readonly chain: readonly Stage[];
  readonly base: BaseImage;
  /** A literal `--platform` of the first FROM. */
  readonly platform: string | null;
  /** Everything behind the FROM lines of the chain, in the order it is built. */
  readonly instructions: readonly Instruction[];
}

export const finalImageOf = memo((document: Document): FinalImage | null => {
  const stage = stagesOf(document).at(-1);
  return stage ? imageOf(document, stage) : null;
});

/** The image that is run, by what compose files build. */
export function builtImageOf(document: Document, context: BuildContext | null): FinalImage | null {
  const stage = stagesOf(document).length === 0 ? null : builtStage(document, context);
  // What other stages are built on hands its user on to them, and they may need root.
  const isBase = stagesOf(document).some(({ parent }) => parent !== null && parent === stage);
  return stage && !isBase ? imageOf(document, stage) : finalImageOf(document);
}

const images = new WeakMap<Stage, FinalImage>();

/** The image that a stage is built to. */
export function imageOf(document: Document, stage: Stage): FinalImage {
  let image = images.get(stage);
  if (!image) images.set(stage, (image = readImage(document, stage)));
  return image;
}

function readImage(document: Document, stage: Stage): FinalImage {
  const chain = stageChain(stage).toReversed();
  const first = chain[0]!;
  const platform = first.from.flags.find(({ name }) => name === 'platform')?.value?.text ?? null;
  return {
    stage,
    chain,
    base: baseOf(document, first),
    platform: platform === null || platform.includes('$') ? null : platform,
    // FROM is the first of a stage.
    instructions:
      chain.length === 1
        ? first.instructions.slice(1)
        : chain.flatMap(({ instructions }) => instructions.slice(1)),
  };
}

function baseOf(document: Document, { base, from }: Stage): BaseImage {
  const text = base.text.includes('$') ? expandFrom(document, plainWords(from.rest)[0]!.text) : base.text;
  if (text === null || text === '') return { kind: 'unknown', text: base.text };
  if (text === 'scratch') return { kind: 'scratch' };
  const image = parseImageRef(text);
  return 'error' in image ? { kind: 'unknown', text: base.text } : { kind: 'image', image };
}

// ---- user -----------------------------------------------------------------------------------------------------

/** What a USER instruction says. */
export interface UserSetting {
  readonly instruction: Instruction;
  /** As written, quotes removed. */
  readonly text: string;
  /** Variables replaced; null when the build decides one. */
  readonly value: string | null;
}

export function userSettings(
  document: Document,
  instructions: readonly Instruction[],
): readonly UserSetting[] {
  return instructions
    .filter(({ keyword }) => keyword === 'USER')
    .map((instruction) => {
      const text = unquote(instruction.rest, document.escape).text.trim();
      const value = expandAt(document, instruction, instruction.rest.text.trim());
      // An ARG without a value, or a variable of the base image, leaves nothing: the user is not known.
      return { instruction, text, value: value === '' || (value ?? '').startsWith(':') ? null : value };
    });
}

/** Whether the text of a user means uid 0. */
export function isRoot(user: string): boolean {
  const name = user.split(':', 1)[0]!;
  return name === '' || name === 'root' || /^0+$/.test(name);
}

// ---- paths ----------------------------------------------------------------------------------------------------

/** An absolute path without a slash at the end, `/` for the root; null when the base image decides it. */
export function absolutePath(workdir: string | null, path: string): string | null {
  if (/^(?:[a-zA-Z]:)?\\/.test(path)) return null;
  if (!path.startsWith('/') && workdir === null) return null;
  const cleaned = cleanPath(path.startsWith('/') ? path : `${workdir}/${path}`);
  return cleaned === null ? null : `/${cleaned}`;
}

type Workdirs = ReadonlyMap<Instruction, string | null>;

const workdirs = new WeakMap<FinalImage, Map<string | null, Workdirs>>();

/** The working folder at every instruction of the image; null where it is not known. */
export function workdirsOf(document: Document, image: FinalImage, baseWorkdir: string | null): Workdirs {
  let byBase = workdirs.get(image);
  if (!byBase) workdirs.set(image, (byBase = new Map()));
  let known = byBase.get(baseWorkdir);
  if (!known) byBase.set(baseWorkdir, (known = readWorkdirs(document, image, baseWorkdir)));
  return known;
}

function readWorkdirs(
  document: Document,
  { instructions }: FinalImage,
  baseWorkdir: string | null,
): Workdirs {
  const at = new Map<Instruction, string | null>();
  let current = baseWorkdir;
  for (const instruction of instructions) {
    if (instruction.keyword === 'WORKDIR') {
      const written = instruction.rest.text.trim();
      const text = PLAIN.test(written) ? written : expandAt(document, instruction, written);
      current = text === null ? null : absolutePath(current, text);
    }
    at.set(instruction, current);
  }
  return at;
}

const copied = new WeakMap<Instruction, readonly (string | null)[]>();

/** The words of a COPY or ADD, variables replaced; the last one is the target. Null for one that is not known. */
export function copyWords(document: Document, instruction: Instruction): readonly (string | null)[] {
  let known = copied.get(instruction);
  if (!known) {
    const words = instruction.json ?? plainWords(instruction.rest).map(({ text }) => text);
    known = words.map((word) => (PLAIN.test(word) ? word : expandAt(document, instruction, word)));
    copied.set(instruction, known);
  }
  return known;
}

/** Nothing in it is a variable, a quote or an escape. */
const PLAIN = /^[\w./@:*?+,=~-]+$/;

/** `path` is `folder` or lies in it. */
export function isBelow(path: string, folder: string): boolean {
  return path === folder || folder === '/' || path.startsWith(`${folder}/`);
}

// ---- start ----------------------------------------------------------------------------------------------------

/** ENTRYPOINT or CMD: of the file, or of the base image. */
export interface StartPart {
  readonly form: 'exec' | 'shell';
  /** The strings of the exec form; the one text of the shell form. */
  readonly words: readonly string[];
  /** Null when the base image says it, or whoever starts the container. */
  readonly instruction: Instruction | null;
  /** The service of a compose file that says it. */
  readonly service?: { readonly file: string; readonly service: string };
}

export interface Start {
  readonly entrypoint: StartPart | null;
  readonly cmd: StartPart | null;
}

/** What the base image sets. */
export interface BaseStart {
  readonly entrypoint: readonly string[] | null;
  readonly cmd: readonly string[] | null;
}

/** ENTRYPOINT and CMD as a container gets them: an ENTRYPOINT takes away the CMD that its stage inherits. */
export function startOf({ chain }: FinalImage, base: BaseStart | null): Start {
  let entrypoint: StartPart | null = fromBase(base?.entrypoint);
  let cmd: StartPart | null = fromBase(base?.cmd);
  for (const { instructions } of chain) {
    let ownCmd = false;
    for (const instruction of instructions) {
      if (instruction.keyword === 'CMD') {
        cmd = partOf(instruction);
        ownCmd = true;
      } else if (instruction.keyword === 'ENTRYPOINT') {
        entrypoint = partOf(instruction);
        if (!ownCmd) cmd = null;
      }
    }
  }
  return { entrypoint, cmd };
}

function partOf(instruction: Instruction): StartPart | null {
  if (instruction.json) {
    return instruction.json.length === 0 ? null : { form: 'exec', words: instruction.json, instruction };
  }
  return { form: 'shell', words: [instruction.rest.text], instruction };
}

function fromBase(words: readonly string[] | null | undefined): StartPart | null {
  return words && words.length > 0 ? { form: 'exec', words, instruction: null } : null;
}
