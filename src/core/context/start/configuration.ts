/** What an image's configuration starts, and where: ENTRYPOINT and CMD put together by Docker's rules, ENV, WORKDIR. */
import type { Document, Instruction } from '../../document.ts';
import { isWithheld, shellOf } from '../../shell.ts';
import { rootOf, stageChain } from '../../stages.ts';
import type { Stage } from '../../stages.ts';
import type { Withheld } from '../../types.ts';
import { environmentNames, variableAt } from '../../variables.ts';
import { cleanPath } from '../build-context.ts';
import type { Environment, RunWord } from '../shell-words.ts';
import type { BaseConfig, StartStep } from '../start-command.ts';

/** The words that are started first. Not certain: an ENTRYPOINT of the base that is not known may take them. */
export interface Configured {
  readonly words: readonly RunWord[];
  readonly steps: readonly StartStep[];
  readonly isCertain: boolean;
}

/** The entrypoint and the command of a stage; an ENTRYPOINT takes away the CMD that its stage inherits. */
export function startInstructions(stage: Stage): {
  readonly entrypoint: Instruction | null;
  readonly cmd: Instruction | null;
} {
  let entrypoint: Instruction | null = null;
  let cmd: Instruction | null = null;
  for (const { instructions } of stageChain(stage)) {
    const lastOf = (keyword: string): Instruction | undefined =>
      instructions.filter((instruction) => instruction.keyword === keyword).at(-1);
    // With an ENTRYPOINT below it, an inherited CMD is gone.
    if (!entrypoint) cmd ??= lastOf('CMD') ?? null;
    entrypoint ??= lastOf('ENTRYPOINT') ?? null;
  }
  return { entrypoint, cmd };
}

/** ENTRYPOINT and CMD of the file and of the base image, as the engine puts them together. */
export function configured(document: Document, stage: Stage, base: BaseConfig | null): Configured | Withheld {
  const { entrypoint, cmd } = startInstructions(stage);
  const steps: StartStep[] = [];
  const read = (instruction: Instruction, kind: 'entrypoint' | 'cmd'): readonly RunWord[] | Withheld => {
    const words = wordsOf(document, instruction);
    if (!isWithheld(words)) steps.push(stepOf(instruction, kind));
    return words;
  };
  const own = entrypoint ? read(entrypoint, 'entrypoint') : null;
  if (own && isWithheld(own)) return own;
  const isScratch = rootOf(stage).base.text === 'scratch';
  const isKnown = own !== null || base !== null || isScratch;
  const inherited = own === null ? literalWords(base?.entrypoint ?? []) : own;
  if (own === null && inherited.length > 0) steps.push(baseStep('ENTRYPOINT', inherited));
  // The shell form of ENTRYPOINT does not read the command.
  if (entrypoint && entrypoint.json === null) return { words: inherited, steps, isCertain: true };
  if (cmd) {
    const command = read(cmd, 'cmd');
    if (isWithheld(command)) return command;
    const words = [...inherited, ...command];
    if (words.length === 0)
      return { code: 'no-command', reason: 'neither ENTRYPOINT nor CMD names a program' };
    return { words, steps, isCertain: isKnown };
  }
  const command = own === null ? literalWords(base?.cmd ?? []) : [];
  if (command.length > 0) steps.push(baseStep('CMD', command));
  const words = [...inherited, ...command];
  if (words.length > 0) return { words, steps, isCertain: true };
  return isKnown
    ? { code: 'no-command', reason: 'neither ENTRYPOINT nor CMD names a program' }
    : { code: 'command-of-base', reason: 'the command is that of the base image, which is not known' };
}

function wordsOf(document: Document, instruction: Instruction): readonly RunWord[] | Withheld {
  if (instruction.json !== null) return literalWords(instruction.json);
  const shell = shellOf(document, instruction);
  if (isWithheld(shell) && shell.code === 'other-shell') return shell;
  return literalWords(['/bin/sh', '-c', instruction.rest.text]);
}

function literalWords(words: readonly string[]): readonly RunWord[] {
  return words.map((text) => ({ text, value: text, variable: null }));
}

function stepOf(instruction: Instruction, kind: 'entrypoint' | 'cmd'): StartStep {
  return {
    kind,
    text: instruction.rest.text,
    evidence: {
      kind: 'source',
      span: instruction.span,
      note: `${instruction.keyword} in line ${instruction.line}`,
    },
  };
}

function baseStep(what: string, words: readonly RunWord[]): StartStep {
  const text = words.map((word) => word.text).join(' ');
  return {
    kind: 'base',
    text,
    evidence: { kind: 'knowledge', entry: `${what} of the base image`, source: 'configuration of the image' },
  };
}

/** What a container sees of ENV; a null value is known to be set and not to what. */
export function environmentOf(document: Document, stage: Stage, base: BaseConfig | null): Environment {
  const environment = new Map<string, string | null>(base?.env);
  for (const { instructions } of [...stageChain(stage)].reverse()) {
    for (const instruction of instructions) {
      if (instruction.keyword !== 'ENV') continue;
      for (const name of environmentNames(document, instruction)) environment.set(name, null);
    }
  }
  // The last instruction sees what the container will see.
  const last = stage.instructions.at(-1)!;
  const behind = { ...last, index: last.index + 1 };
  for (const name of environment.keys()) {
    const variable = variableAt(document, behind, name);
    if (variable?.kind === 'env') environment.set(name, variable.value);
  }
  return environment;
}

/** The last absolute WORKDIR, where no context is at hand to follow it. */
export function workdirOf(stage: Stage): string | null {
  for (const { instructions } of stageChain(stage)) {
    const last = instructions
      .filter(({ keyword }) => keyword === 'WORKDIR')
      .at(-1)
      ?.rest.text.trim();
    if (last === undefined) continue;
    return last.startsWith('/') && !last.includes('$') ? `/${cleanPath(last) ?? ''}` : null;
  }
  return null;
}
