/** What is known on the way down from an image's configuration to the program that stays. */
import type { Document } from '../../document.ts';
import type { ShellCommand } from '../../shell.ts';
import type { Withheld } from '../../types.ts';
import type { BuildContext } from '../build-context.ts';
import type { Environment, RunWord } from '../shell-words.ts';
import type { StageFiles } from '../stage-files.ts';
import type { StartCommand, StartStep } from '../start-command.ts';

/** The way from the words of the configuration to the program that stays, and what was met on it. */
export interface Descent {
  readonly document: Document;
  readonly context: BuildContext | null;
  readonly files: StageFiles | null;
  words: readonly RunWord[];
  environment: Environment;
  workdir: string | null;
  readonly steps: StartStep[];
  firstProcess: StartCommand['firstProcess'] | null;
  readonly wrappers: string[];
  readonly before: ShellCommand[];
  readonly beside: ShellCommand[];
  readonly scripts: string[];
  isCertain: boolean;
  /** The process that is there so far is replaced by what it starts (`exec`, or it is a wrapper that does so). */
  isReplaced: boolean;
}

/** `on`: the words are those of what is started next. `done`: they are those of the program that stays. */
export type Step = 'on' | 'done' | Withheld;

/** Goes on with what a wrapper is given to run; `name` is null for one that leaves no trace (`exec`, `env`). */
export function wrapper(descent: Descent, name: string | null, words: readonly RunWord[]): Step {
  if (words.length === 0) return { code: 'no-command', reason: `${name ?? 'exec'} is given nothing to run` };
  if (name !== null) descent.wrappers.push(name);
  descent.words = words;
  return 'on';
}

/** Behind options (some with a value), `--`, and `count` words of the wrapper's own. */
export function skipOptions(
  words: readonly RunWord[],
  withValue: ReadonlySet<string>,
  count: number,
): readonly RunWord[] {
  let at = 0;
  let own = count;
  for (; at < words.length; at++) {
    const { text } = words[at]!;
    if (text === '--') return words.slice(at + 1);
    if (text.startsWith('-')) {
      if (withValue.has(text)) at++;
    } else if (own > 0) own--;
    else break;
  }
  return words.slice(at);
}
