/**
 * The ARGs above the first FROM and who reads them. FROM lines see these and nothing else; a stage sees one only
 * where it declares it again.
 */
import { argumentNames, plainWords } from './arguments.ts';
import type { KeyValue } from './arguments.ts';
import { memo } from './document.ts';
import type { Document, Instruction } from './document.ts';
import { lex } from './words.ts';
import type { VariableReference } from './words.ts';

/** ARGs that every build has, with values that only the build knows. */
export const PLATFORM_ARGUMENTS: ReadonlySet<string> = new Set([
  'BUILDPLATFORM',
  'BUILDOS',
  'BUILDARCH',
  'BUILDVARIANT',
  'TARGETPLATFORM',
  'TARGETOS',
  'TARGETARCH',
  'TARGETVARIANT',
  'TARGETSTAGE',
]);

/** A name and its default in an ARG above the first FROM. */
export interface BuildArgument {
  readonly name: string;
  readonly instruction: Instruction;
  readonly pair: KeyValue;
  /** The default with quotes removed and variables replaced; null when there is none or it cannot be known. */
  readonly value: string | null;
}

/** A place that reads a build argument. */
export interface Reader {
  readonly kind: 'from' | 'from-flag' | 'argument' | 'stage';
  readonly instruction: Instruction;
  /** Where in the reader's word the variable stands; null for a stage's ARG. */
  readonly reference: VariableReference | null;
}

/** The ARGs above the first FROM, in order; a name may occur twice. */
export const buildArguments = memo((document: Document): readonly BuildArgument[] => {
  const found: BuildArgument[] = [];
  const values = new Map<string, string | null>();
  for (const instruction of document.instructions) {
    if (instruction.keyword === 'FROM') break;
    for (const pair of argumentNames(instruction.rest, document.escape)) {
      const lookup = (name: string): string | null | undefined => values.get(name);
      const value = pair.value === null ? null : evaluate(pair.value.text, document.escape, lookup);
      values.set(pair.key, value);
      found.push({ name: pair.key, instruction, pair, value });
    }
  }
  return found;
});

/** Who reads each build argument: FROM lines, flags of FROM, other defaults, stages that declare it again. */
export const readersOf = memo((document: Document): ReadonlyMap<string, readonly Reader[]> => {
  const readers = new Map<string, Reader[]>();
  for (const { name } of buildArguments(document)) readers.set(name, []);
  if (readers.size === 0) return readers;

  for (const instruction of document.instructions) {
    const readBy = (text: string, kind: Reader['kind']): void => {
      if (!text.includes('$')) return;
      for (const reference of lex(text, { escape: document.escape }).references) {
        readers.get(reference.name)?.push({ kind, instruction, reference });
      }
    };
    if (instruction.keyword === 'FROM') {
      readBy(plainWords(instruction.rest)[0]!.text, 'from');
      for (const flag of instruction.flags) readBy(flag.value?.text ?? '', 'from-flag');
    } else if (instruction.keyword === 'ARG') {
      for (const pair of argumentNames(instruction.rest, document.escape)) {
        if (instruction.stage < 0) readBy(pair.value?.text ?? '', 'argument');
        else readers.get(pair.key)?.push({ kind: 'stage', instruction, reference: null });
      }
    }
  }
  return readers;
});

/** The declarations of each build argument, in order. */
export const declarationsOf = memo((document: Document): ReadonlyMap<string, readonly BuildArgument[]> => {
  const found = new Map<string, BuildArgument[]>();
  for (const argument of buildArguments(document)) {
    const list = found.get(argument.name);
    if (list) list.push(argument);
    else found.set(argument.name, [argument]);
  }
  return found;
});

/** The default of a build argument: null when only the build knows it, undefined when nothing declares it. */
export function buildArgumentValue(document: Document, name: string): string | null | undefined {
  return valuesOf(document).get(name);
}

/** A FROM word with the defaults put in; null when a value is not known from the file. */
export function expandFrom(document: Document, text: string): string | null {
  return evaluate(text, document.escape, (name) => buildArgumentValue(document, name));
}

const valuesOf = memo(
  (document: Document) => new Map(buildArguments(document).map(({ name, value }) => [name, value])),
);

/**
 * `text` with quotes removed and variables replaced, or null when a value cannot be known. The lookup gives a
 * value, null for "set, but unknown", undefined for "not set".
 */
export function evaluate(
  text: string,
  escape: string,
  lookup: (name: string) => string | null | undefined,
): string | null {
  let unknown = false;
  const { value, error } = lex(text, {
    escape,
    lookup: (name) => {
      const found = lookup(name);
      if (found === null || (found === undefined && PLATFORM_ARGUMENTS.has(name))) unknown = true;
      return found ?? undefined;
    },
  });
  return unknown || error !== null ? null : value;
}
