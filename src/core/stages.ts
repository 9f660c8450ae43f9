/**
 * Build stages and how they hang together, by BuildKit's rules: names ignore case, `FROM name` looks only at the
 * stages above, `COPY --from=name` at all of them, and a number is an index.
 */
import { plainWords, unquote } from './arguments.ts';
import { memo } from './document.ts';
import type { Document, Instruction } from './document.ts';
import type { LogicalText } from './lines.ts';
import { expandFrom } from './build-arguments.ts';
import { parseImageRef } from './image-ref.ts';
import type { ImageRef } from './image-ref.ts';

export interface Stage {
  readonly index: number;
  /** As written behind AS. */
  readonly name: string | null;
  readonly from: Instruction;
  /** The word behind FROM as written, quotes removed, variables kept. */
  readonly base: LogicalText;
  /** The stage of this file that FROM names, variables replaced by their defaults; null for an image. */
  readonly parent: Stage | null;
  /** The first of the stages that this one is FROM, whose own FROM names an image; null for such a stage itself. */
  readonly root: Stage | null;
  /** FROM and everything up to the next FROM. */
  readonly instructions: readonly Instruction[];
}

export const stagesOf = memo((document: Document): readonly Stage[] => {
  const stages: Stage[] = [];
  const byName = new Map<string, Stage>();
  const members: Instruction[][] = [];
  for (const instruction of document.instructions) {
    if (instruction.stage < 0) continue;
    if (instruction.keyword !== 'FROM') {
      members[instruction.stage]!.push(instruction);
      continue;
    }
    const words = plainWords(instruction.rest);
    const base = unquote(words[0]!, document.escape);
    const name = words[2]?.text ?? null;
    const parentName = base.text.includes('$') ? expandFrom(document, words[0]!.text) : base.text;
    const parent = parentName === null ? null : (byName.get(parentName.toLowerCase()) ?? null);
    const instructions = [instruction];
    members.push(instructions);
    const root = parent && rootOf(parent);
    const index = stages.length;
    const stage: Stage = { index, name, from: instruction, base, parent, root, instructions };
    stages.push(stage);
    if (name !== null) byName.set(name.toLowerCase(), stage);
  }
  return stages;
});

const byNameOf = memo((document: Document): ReadonlyMap<string, Stage> => {
  const named = stagesOf(document).filter((stage) => stage.name !== null);
  return new Map(named.map((stage) => [stage.name!.toLowerCase(), stage]));
});

/** The stage that `--from=name` means: by name, or by index. */
export function stageByName(document: Document, name: string): Stage | null {
  if (/^[+-]?\d+$/.test(name)) return stagesOf(document)[Number(name)] ?? null;
  return byNameOf(document).get(name.toLowerCase()) ?? null;
}

/** The stages that `stage` copies or mounts from. */
function sourcesOf(document: Document, stage: Stage): readonly Stage[] {
  const names = stage.instructions.flatMap((instruction) => fromNames(instruction));
  return names.map((name) => stageByName(document, name)).filter((found) => found !== null);
}

/** The values of `--from=` and `--mount=…,from=` of an instruction. */
export function fromNames(instruction: Instruction): readonly string[] {
  return (instruction.trigger ?? instruction).flags.flatMap((flag) => {
    if (flag.value === null) return [];
    if (flag.name === 'from') return [flag.value.text];
    if (flag.name !== 'mount') return [];
    return mountFields(flag.value.text)
      .filter((field) => field.key === 'from')
      .map((field) => field.value);
  });
}

/** One `key=value` of a `--mount`; `start` is the offset of the value. */
export interface MountField {
  readonly key: string;
  readonly value: string;
  readonly start: number;
}

/** The fields of a `--mount` value: comma-separated, a field may stand in double quotes. */
export function mountFields(value: string): readonly MountField[] {
  const fields: MountField[] = [];
  for (const match of value.matchAll(/(?:^|,)\s*(?:"([^"]*)"|([^,]*))/g)) {
    const field = match[1] ?? match[2] ?? '';
    const equals = field.indexOf('=');
    if (equals < 0) continue;
    const fieldStart = match.index + match[0].length - field.length - (match[1] === undefined ? 0 : 1);
    fields.push({
      key: field.slice(0, equals).trim().toLowerCase(),
      value: field.slice(equals + 1),
      start: fieldStart + equals + 1,
    });
  }
  return fields;
}

/**
 * The stages whose files can end up in an image: the last one, those that nothing else uses (they are there to be
 * built with --target), and the stages that these are FROM. What is left only hands over files by COPY --from.
 */
export const shippedStages = memo((document: Document): ReadonlySet<Stage> => {
  const stages = stagesOf(document);
  const used = new Set<Stage>();
  for (const stage of stages) {
    if (stage.parent) used.add(stage.parent);
    for (const source of sourcesOf(document, stage)) if (source !== stage) used.add(source);
  }
  const shipped = new Set<Stage>();
  for (const stage of stages) {
    if (used.has(stage) && stage !== stages.at(-1)) continue;
    for (let at: Stage | null = stage; at && !shipped.has(at); at = at.parent) shipped.add(at);
  }
  return shipped;
});

/** The stage whose FROM names an image. */
export function rootOf(stage: Stage): Stage {
  return stage.root ?? stage;
}

/** The image that a stage comes from in the end, arguments with their defaults; null where that is no reference. */
export function rootImage(document: Document, stage: Stage): ImageRef | null {
  const { base } = rootOf(stage);
  const name = base.text.includes('$') ? expandFrom(document, base.text) : base.text;
  const image = name === null ? null : parseImageRef(name);
  return image === null || 'error' in image ? null : image;
}

/** A stage and the stages it is FROM, nearest first. */
export function stageChain(stage: Stage): readonly Stage[] {
  const chain: Stage[] = [];
  // A stage is FROM one above it, so this ends.
  for (let at: Stage | null = stage; at; at = at.parent) chain.push(at);
  return chain;
}

/** The instructions that make the image of a stage, those of the stages it is FROM first. */
export function chainInstructions(stage: Stage): readonly Instruction[] {
  return stage.parent === null
    ? stage.instructions
    : stageChain(stage)
        .toReversed()
        .flatMap(({ instructions }) => instructions);
}
