/**
 * ARG and ENV inside the stages, by BuildKit's scopes: a stage reads what it declares itself and what its parent
 * stages left in ENV; ENV wins over ARG whatever the order; nothing is seen before the line that sets it.
 */
import { argumentNames, keyValuePairs, unquote } from './arguments.ts';
import { PLATFORM_ARGUMENTS, buildArgumentValue, evaluate, expandFrom } from './build-arguments.ts';
import { memo } from './document.ts';
import type { Document, Instruction } from './document.ts';
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

/** All that sets one name in one stage, in order. */
interface Definitions {
  readonly arg: Variable[];
  readonly env: Variable[];
}

/**
 * The variable that `$name` means in the arguments of `instruction`, or undefined when the file does not set it
 * (the base image still may).
 */
export function variableAt(document: Document, instruction: Instruction, name: string): Variable | undefined {
  const stage = stagesOf(document)[instruction.stage];
  return stage && lookUp(definitionsOf(document), stage, name, instruction.index);
}

/** `text` with its variables replaced by what they hold at `instruction`; null when one cannot be known. */
export function expandAt(document: Document, instruction: Instruction, text: string): string | null {
  if (instruction.stage < 0 || instruction.keyword === 'FROM') return expandFrom(document, text);
  return evaluate(text, document.escape, (name) => variableAt(document, instruction, name)?.value ?? null);
}

const definitionsOf = memo((document: Document): readonly ReadonlyMap<string, Definitions>[] => {
  const all: Map<string, Definitions>[] = [];
  for (const stage of stagesOf(document)) {
    const own = new Map<string, Definitions>();
    all.push(own);
    for (const instruction of stage.instructions) {
      const current = (name: string): string | null =>
        lookUp(all, stage, name, instruction.index)?.value ?? null;
      // All pairs of one ENV see the values from before it.
      for (const [name, variable] of definedBy(document, instruction, current)) {
        const list = own.get(name) ?? { arg: [], env: [] };
        list[variable.kind].push(variable);
        own.set(name, list);
      }
    }
  }
  return all;
});

function lookUp(
  all: readonly ReadonlyMap<string, Definitions>[],
  stage: Stage,
  name: string,
  before: number,
): Variable | undefined {
  const own = all[stage.index]!.get(name);
  const environment = lastBefore(own?.env, before) ?? inherited(all, stage, name);
  const found = environment ?? lastBefore(own?.arg, before);
  if (found) return found;
  return PROXY_ARGUMENTS.has(name.toUpperCase())
    ? { kind: 'arg', value: null, instruction: null }
    : undefined;
}

function inherited(
  all: readonly ReadonlyMap<string, Definitions>[],
  stage: Stage,
  name: string,
): Variable | undefined {
  let depth = 0;
  for (let at = stage.parent; at; at = at.parent) {
    if (++depth > MAX_CHAIN) return { kind: 'env', value: null, instruction: null };
    const environment = all[at.index]!.get(name)?.env.at(-1);
    if (environment) return environment;
  }
  return undefined;
}

/** The last variable that an instruction above `index` set; the list ascends. */
function lastBefore(list: readonly Variable[] | undefined, index: number): Variable | undefined {
  if (!list) return undefined;
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle]!.instruction!.index < index) low = middle + 1;
    else high = middle;
  }
  return list[low - 1];
}

function definedBy(
  document: Document,
  instruction: Instruction,
  current: (name: string) => string | null,
): readonly (readonly [string, Variable])[] {
  const { escape } = document;
  if (instruction.keyword === 'ENV') {
    const pairs = keyValuePairs(instruction.rest, escape);
    if ('error' in pairs) return [];
    return pairs.map((pair) => {
      const name = unquote({ text: pair.key, pieces: [{ at: 0, source: 0 }] }, escape).text;
      return [name, { kind: 'env', value: evaluate(pair.value?.text ?? '', escape, current), instruction }];
    });
  }
  if (instruction.keyword !== 'ARG') return [];
  return argumentNames(instruction.rest, escape).map((pair) => {
    const own = pair.value === null ? undefined : evaluate(pair.value.text, escape, current);
    const value = own === undefined ? (buildArgumentValue(document, pair.key) ?? null) : own;
    return [pair.key, { kind: 'arg', value: PLATFORM_ARGUMENTS.has(pair.key) ? null : value, instruction }];
  });
}
