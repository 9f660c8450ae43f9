/**
 * ARG and ENV inside the stages, by BuildKit's scopes: a stage reads what it sets itself and what its parent stages
 * have set, ENV and ARG alike; nothing is seen before the line that sets it. ENV wins over an ARG above it; an ARG
 * below an ENV wins in BuildKit and loses by the documentation and in other builders, so its value is not known.
 */
import { argumentNames, keyValuePairs, unquote } from './arguments.ts';
import type { KeyValue } from './arguments.ts';
import { PLATFORM_ARGUMENTS, buildArgumentValue, evaluate, expandFrom } from './build-arguments.ts';
import { memo } from './document.ts';
import type { Document, Instruction } from './document.ts';
import { firstIndex } from './search.ts';
import { stagesOf } from './stages.ts';
import type { Stage } from './stages.ts';

/** Usable in a stage without ARG; their values come from whoever starts the build. */
const PROXY_ARGUMENTS = new Set(['HTTP_PROXY', 'HTTPS_PROXY', 'FTP_PROXY', 'NO_PROXY', 'ALL_PROXY']);

/** No real file chains more stages; behind that a value counts as unknown. */
const MAX_CHAIN = 1000;

/** What a variable holds. `value` is null when it is set but only the build knows to what. */
export interface Variable {
  readonly kind: 'arg' | 'env';
  readonly value: string | null;
  /** The ARG or ENV that set it; null for what the builder itself provides. */
  readonly instruction: Instruction | null;
}

/** What each name holds in one stage, one entry for every instruction that changes it, in order. */
type Scope = Map<string, Variable[]>;

/**
 * The variable that `$name` means in the arguments of `instruction`, or undefined when the file does not set it
 * (the base image still may).
 */
export function variableAt(document: Document, instruction: Instruction, name: string): Variable | undefined {
  const stage = stagesOf(document)[instruction.stage];
  return stage && lookUp(scopesOf(document), stage, name, instruction.index);
}

/** The names that an ENV sets, without quotes; none of one that BuildKit refuses. */
export function environmentNames(document: Document, instruction: Instruction): readonly string[] {
  const pairs = keyValuePairs(instruction.rest, document.escape);
  return 'error' in pairs ? [] : pairs.map((pair) => plainKey(pair, document.escape));
}

function plainKey({ key }: KeyValue, escape: string): string {
  return unquote({ text: key, pieces: [{ at: 0, source: 0 }] }, escape).text;
}

/** `text` with its variables replaced by what they hold at `instruction`; null when one cannot be known. */
export function expandAt(document: Document, instruction: Instruction, text: string): string | null {
  if (instruction.stage < 0 || instruction.keyword === 'FROM') return expandFrom(document, text);
  return evaluate(text, document.escape, (name) => variableAt(document, instruction, name)?.value ?? null);
}

const scopesOf = memo((document: Document): readonly Scope[] => {
  const scopes: Scope[] = [];
  for (const stage of stagesOf(document)) {
    const own: Scope = new Map();
    scopes.push(own);
    for (const instruction of stage.instructions) {
      const before = (name: string): Variable | undefined => lookUp(scopes, stage, name, instruction.index);
      for (const [name, variable] of settingsOf(document, instruction, before)) {
        const list = own.get(name);
        if (list) list.push(variable);
        else own.set(name, [variable]);
      }
    }
  }
  return scopes;
});

function lookUp(scopes: readonly Scope[], stage: Stage, name: string, before: number): Variable | undefined {
  const found = lastBefore(scopes[stage.index]!.get(name) ?? [], before) ?? inherited(scopes, stage, name);
  if (found) return found;
  return PROXY_ARGUMENTS.has(name.toUpperCase())
    ? { kind: 'arg', value: null, instruction: null }
    : undefined;
}

function inherited(scopes: readonly Scope[], stage: Stage, name: string): Variable | undefined {
  let depth = 0;
  for (let at = stage.parent; at; at = at.parent) {
    if (++depth > MAX_CHAIN) return { kind: 'env', value: null, instruction: null };
    const last = scopes[at.index]!.get(name)?.at(-1);
    if (last) return last;
  }
  return undefined;
}

/** The last variable that an instruction above `before` set; the list ascends. */
function lastBefore(list: readonly Variable[], before: number): Variable | undefined {
  return list[firstIndex(list.length, (index) => list[index]!.instruction!.index >= before) - 1];
}

type Setting = readonly [name: string, variable: Variable];

function settingsOf(
  document: Document,
  instruction: Instruction,
  before: (name: string) => Variable | undefined,
): readonly Setting[] {
  if (instruction.keyword === 'ENV') return environment(document, instruction, before);
  if (instruction.keyword === 'ARG') return stageArguments(document, instruction, before);
  return [];
}

/** All pairs of one ENV see the values from before it. */
function environment(
  document: Document,
  instruction: Instruction,
  before: (name: string) => Variable | undefined,
): readonly Setting[] {
  const { escape } = document;
  const pairs = keyValuePairs(instruction.rest, escape);
  if ('error' in pairs) return [];
  return pairs.map((pair) => {
    const name = plainKey(pair, escape);
    const value = evaluate(pair.value?.text ?? '', escape, (other) => before(other)?.value ?? null);
    return [name, { kind: 'env', value, instruction }];
  });
}

/** The names of one ARG are set one after another. */
function stageArguments(
  document: Document,
  instruction: Instruction,
  before: (name: string) => Variable | undefined,
): readonly Setting[] {
  const settings = new Map<string, Variable>();
  const current = (name: string): Variable | undefined => settings.get(name) ?? before(name);
  for (const { key, value: own } of argumentNames(instruction.rest, document.escape)) {
    const value =
      own === null
        ? (buildArgumentValue(document, key) ?? null)
        : evaluate(own.text, document.escape, (name) => current(name)?.value ?? null);
    const isKnown = current(key)?.kind !== 'env' && !PLATFORM_ARGUMENTS.has(key);
    const kind = current(key)?.kind ?? 'arg';
    settings.set(key, { kind, value: isKnown ? value : null, instruction });
  }
  return [...settings];
}
