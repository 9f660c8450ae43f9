/**
 * Every place of a Dockerfile that names an image, and the literal that would have to change: FROM, COPY --from,
 * RUN --mount=from, `# syntax`, and the default of an ARG that a FROM reads. Stage names, stage indices and
 * `scratch` are no images and do not occur here.
 */
import { plainWords, unquote } from './arguments.ts';
import type { Flag } from './arguments.ts';
import { declarationsOf, expandFrom, readersOf } from './build-arguments.ts';
import type { BuildArgument, Reader } from './build-arguments.ts';
import { memo } from './document.ts';
import type { Document, Instruction } from './document.ts';
import { isTag, parseImageRef } from './image-ref.ts';
import type { ImageRef } from './image-ref.ts';
import { sliceLogical, sourceSpan } from './lines.ts';
import type { LogicalText } from './lines.ts';
import { mountFields, stageByName, stagesOf } from './stages.ts';
import type { Stage } from './stages.ts';
import type { Span, Withheld } from './types.ts';
import { lex } from './words.ts';

export type ImageUseKind = 'from' | 'copy-from' | 'mount-from' | 'syntax' | 'argument' | 'argument-tag';

export interface ImageUse {
  readonly kind: ImageUseKind;
  /** Where the name stands: from its first to behind its last character, quotes outside. */
  readonly span: Span;
  /** The name as written, line breaks and quotes removed. For `argument-tag` the tag alone. */
  readonly raw: string;
  /** The image that is meant; null when `blocked` says why it is not known or may not be changed here. */
  readonly image: ImageRef | null;
  readonly blocked: Withheld | null;
  /** The instruction that names the image; null for `# syntax`. For an ARG default: the ARG. */
  readonly instruction: Instruction | null;
  /** The FROM lines that an ARG default feeds. */
  readonly readers: readonly Instruction[];
  /** Value of a literal `--platform` of the FROM. */
  readonly platform: string | null;
}

export const imageUses = memo((document: Document): readonly ImageUse[] => {
  const uses: ImageUse[] = [];
  const syntax = document.directives.find((directive) => directive.name === 'syntax');
  if (syntax) {
    // BuildKit takes the first word; the rest is handed to the frontend.
    const raw = syntax.value.split(' ')[0]!;
    const span = { start: syntax.valueSpan.start, end: syntax.valueSpan.start + raw.length };
    uses.push(literalUse('syntax', raw, span, null));
  }
  const seenArguments = new Set<BuildArgument>();
  for (const stage of stagesOf(document)) {
    uses.push(...usesOfFrom(document, stage, seenArguments));
    for (const instruction of stage.instructions) uses.push(...usesOfFlags(document, instruction));
  }
  return uses.sort((a, b) => a.span.start - b.span.start);
});

// ---- FROM -----------------------------------------------------------------------------------------------------

function usesOfFrom(document: Document, stage: Stage, seen: Set<BuildArgument>): readonly ImageUse[] {
  if (stage.parent) return [];
  const { base, from } = stage;
  const platform = from.flags.find((flag) => flag.name === 'platform')?.value?.text ?? null;
  const literalPlatform = platform === null || platform.includes('$') ? null : platform;
  if (!base.text.includes('$')) {
    if (base.text === 'scratch') return [];
    return [{ ...textUse('from', base, from), platform: literalPlatform }];
  }
  if (expandFrom(document, plainWords(from.rest)[0]!.text) === 'scratch') return [];
  const found = throughVariable(document, base, from);
  if ('code' in found) return [blockedUse('from', base, from, found)];
  if (seen.has(found.argument)) return [];
  seen.add(found.argument);
  const use = argumentUse(document, found);
  return ['code' in use ? blockedUse('from', base, from, use) : { ...use, platform: literalPlatform }];
}

/** An ARG default that may be edited; `before` is what the FROM writes in front of the variable. */
interface EditableDefault {
  readonly argument: BuildArgument;
  readonly before: string;
}

/**
 * A FROM that reads a variable. Two forms can be edited at the ARG's default: the whole reference in one ARG that
 * only FROM lines read, and `name:${TAG}` with an ARG that only this FROM reads. Everything else has its reason.
 */
function throughVariable(
  document: Document,
  base: LogicalText,
  from: Instruction,
): EditableDefault | Withheld {
  const { references, error } = lex(base.text, { escape: document.escape });
  if (error !== null)
    return { code: 'broken-variable', reason: `the variable in it cannot be read: ${error}` };
  const reference = references[0];
  const asWritten = lex(plainWords(from.rest)[0]!.text, { escape: document.escape }).references;
  // Single quotes and escapes are gone from `base`, and with them that their "$" is a plain character.
  if (!reference || references.length !== asWritten.length) {
    return { code: 'broken-variable', reason: 'a "$" in it starts no variable' };
  }
  if (references.length > 1) {
    return {
      code: 'several-variables',
      reason: 'the name is put together from several variables, so there is no single place for a digest',
    };
  }
  const { name } = reference;
  const before = base.text.slice(0, reference.start);
  const behind = base.text.slice(reference.end);
  if (reference.operator !== '') {
    return {
      code: 'variable-operator',
      reason: `$${name} is changed on the way (\${${name}${reference.operator}…}), so no single text is the image`,
    };
  }
  const declarations = declarationsOf(document).get(name);
  if (!declarations) {
    return { code: 'undeclared-argument', reason: `no ARG above the first FROM declares ${name}` };
  }
  const isWhole = before === '' && behind === '';
  const isTagOnly = before.endsWith(':') && behind === '';
  const blocked = declarationProblem(name, declarations) ?? readerProblem(document, name, isWhole, from);
  if (blocked) return blocked;
  if (!isWhole && !isTagOnly) return partOfName(name, before, behind);
  return { argument: declarations[0]!, before };
}

function argumentUse(document: Document, { argument, before }: EditableDefault): ImageUse | Withheld {
  const { name, instruction, pair } = argument;
  const value = unquote(pair.value!, document.escape);
  const raw = value.text;
  const span = sourceSpan(value, 0, raw.length);
  const readers = readersOf(document)
    .get(name)!
    .map((reader) => reader.instruction);
  if (before === '') return { ...literalUse('argument', raw, span, instruction), readers };
  const isPinned = raw.includes('@');
  const image = isPinned || isTag(raw) ? parseImageRef(before + raw) : { error: 'has no valid tag' };
  if ('error' in image) return { code: 'invalid-reference', reason: `${before}${raw} ${image.error}` };
  const kind = 'argument-tag';
  return { kind, span, raw, image, blocked: null, instruction, readers, platform: null };
}

/** A digest behind a variable would hide what is passed with --build-arg, whichever part the variable is. */
function partOfName(name: string, before: string, behind: string): Withheld {
  if (before === '' && /^\/./.test(behind)) {
    return {
      code: 'variable-registry',
      reason: `$${name} decides the registry, and another registry may have another image under this tag`,
    };
  }
  if (/:[^/]*$/.test(before)) {
    return {
      code: 'variable-in-tag',
      reason: `$${name} is only a part of the tag; put the whole tag into the ARG and its default can be pinned`,
    };
  }
  return {
    code: 'variable-in-name',
    reason: `$${name} is a part of the image's name, so it names several images; put the whole name into the ARG`,
  };
}

function declarationProblem(name: string, declarations: readonly BuildArgument[]): Withheld | null {
  if (declarations.length > 1) {
    const lines = declarations.map((argument) => argument.instruction.line).join(' and ');
    return { code: 'argument-declared-twice', reason: `ARG ${name} is declared on lines ${lines}` };
  }
  const { pair } = declarations[0]!;
  if (pair.value === null || pair.value.text === '' || /^(["'])\1$/.test(pair.value.text)) {
    return {
      code: 'argument-without-default',
      reason: `ARG ${name} has no default, so the image is known only to whoever passes --build-arg ${name}`,
    };
  }
  if (pair.value.text.includes('$')) {
    return {
      code: 'argument-of-arguments',
      reason: `the default of ARG ${name} is made from other variables`,
    };
  }
  return null;
}

/** The first readers of a build argument that stand in the way of editing its default. */
interface Reading {
  readonly stage: Reader | undefined;
  /** Reads it for something else than an image. */
  readonly other: Reader | undefined;
  /** Makes a part of a name of it. */
  readonly part: Reader | undefined;
  readonly first: Reader | undefined;
  /** The first one in another instruction than `first`. */
  readonly second: Reader | undefined;
}

/** Worked out once a name: a file may hold as many FROM lines as readers. */
const readingsOf = memo((document: Document): ReadonlyMap<string, Reading> => {
  const readings = new Map<string, Reading>();
  for (const [name, readers] of readersOf(document)) {
    const first = readers[0];
    readings.set(name, {
      stage: readers.find((reader) => reader.kind === 'stage'),
      other: readers.find((reader) => reader.kind !== 'from'),
      part: readers.find((reader) => !isWholeReader(document, reader)),
      first,
      second: readers.find((reader) => reader.instruction !== first?.instruction),
    });
  }
  return readings;
});

function readerProblem(
  document: Document,
  name: string,
  isWhole: boolean,
  from: Instruction,
): Withheld | null {
  const { stage, other, part, first, second } = readingsOf(document).get(name)!;
  if (stage) {
    return {
      code: 'argument-read-in-stage',
      reason: `line ${stage.instruction.line} declares ARG ${name} again, so the stage reads the value as well`,
    };
  }
  if (other) {
    return {
      code: 'argument-read-elsewhere',
      reason: `line ${other.instruction.line} reads ${name} for something else than an image`,
    };
  }
  const odd = isWhole ? part : first?.instruction === from ? second : first;
  if (odd) {
    return {
      code: 'argument-feeds-two-names',
      reason: `line ${odd.instruction.line} reads ${name} for another image, and one digest cannot be right for both`,
    };
  }
  return null;
}

function isWholeReader(document: Document, reader: Reader): boolean {
  const stage = stagesOf(document)[reader.instruction.stage];
  const { reference } = reader;
  return (
    stage !== undefined &&
    reference?.operator === '' &&
    stage.base.text.length === reference.end - reference.start
  );
}

// ---- --from and --mount ---------------------------------------------------------------------------------------

function usesOfFlags(document: Document, instruction: Instruction): readonly ImageUse[] {
  const target = instruction.trigger ?? instruction;
  const uses: ImageUse[] = [];
  for (const flag of target.flags) {
    if (flag.value === null) continue;
    if (flag.name === 'from' && target.keyword === 'COPY') {
      uses.push(...useOfFromFlag(document, 'copy-from', flag.value, target, instruction));
    } else if (flag.name === 'mount' && target.keyword === 'RUN') {
      for (const value of mountSources(flag)) {
        uses.push(...useOfFromFlag(document, 'mount-from', value, target, instruction));
      }
    }
  }
  return uses;
}

function mountSources(flag: Flag): readonly LogicalText[] {
  return mountFields(flag.value!.text)
    .filter((field) => field.key === 'from')
    .map((field) => sliceLogical(flag.value!, field.start, field.start + field.value.length));
}

function useOfFromFlag(
  document: Document,
  kind: 'copy-from' | 'mount-from',
  value: LogicalText,
  target: Instruction,
  outer: Instruction,
): readonly ImageUse[] {
  const { text } = value;
  if (text === '' || text === 'scratch' || /^[+-]?\d+$/.test(text)) return [];
  if (text.includes('$')) {
    const flag = kind === 'copy-from' ? '--from' : '--mount=from';
    return [
      blockedUse(kind, value, outer, {
        code: 'variable-not-expanded',
        reason: `BuildKit does not replace variables in ${flag}; name a stage that is FROM the variable instead`,
      }),
    ];
  }
  if (outer.keyword === 'ONBUILD') {
    return [
      blockedUse(kind, value, outer, {
        code: 'onbuild-reference',
        reason: 'ONBUILD runs in another Dockerfile, where this name can be a stage',
      }),
    ];
  }
  if (stageByName(document, text)) return [];
  return [textUse(kind, value, target)];
}

// ---- building uses --------------------------------------------------------------------------------------------

function textUse(kind: ImageUseKind, logical: LogicalText, instruction: Instruction): ImageUse {
  return literalUse(kind, logical.text, sourceSpan(logical, 0, logical.text.length), instruction);
}

function literalUse(kind: ImageUseKind, raw: string, span: Span, instruction: Instruction | null): ImageUse {
  const image = parseImageRef(raw);
  const invalid =
    'error' in image ? { code: 'invalid-reference', reason: `"${raw.slice(0, 100)}" ${image.error}` } : null;
  return {
    kind,
    span,
    raw,
    image: 'error' in image ? null : image,
    blocked: invalid,
    instruction,
    readers: [],
    platform: null,
  };
}

function blockedUse(
  kind: ImageUseKind,
  logical: LogicalText,
  instruction: Instruction,
  blocked: Withheld,
): ImageUse {
  const span = sourceSpan(logical, 0, logical.text.length);
  return {
    kind,
    span,
    raw: logical.text,
    image: null,
    blocked,
    instruction,
    readers: [],
    platform: null,
  };
}
