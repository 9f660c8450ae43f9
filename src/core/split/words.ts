/** The words of a split: what is read, where each instruction goes, and what comes of it. Shapes only. */
import type { BuildContext } from '../context/build-context.ts';
import type { StageFiles } from '../context/stage-files.ts';
import type { StartCommand } from '../context/start-command.ts';
import type { Document, Instruction } from '../document.ts';
import type { ImageRef } from '../image-ref.ts';
import type { ShellCommand } from '../shell.ts';
import type { Stage } from '../stages.ts';
import type { Edit, Evidence, Withheld } from '../types.ts';
import type { StackName, Variant } from './images.ts';
import type { Suite } from './packages.data.ts';

/** An instruction behind FROM with what holds at it. */
export interface Step {
  readonly instruction: Instruction;
  /** The commands of a RUN; null for what no shell can read, and for every other instruction. */
  readonly commands: readonly ShellCommand[] | null;
  /** Absolute; null when the base image or a variable decides it. */
  readonly workdir: string | null;
  /** As USER has it; `''` for the user of the base image. */
  readonly user: string;
}

/** One stage with all that decides about splitting it. */
export interface Reading {
  readonly document: Document;
  readonly stage: Stage;
  readonly image: ImageRef;
  readonly stack: StackName;
  readonly variant: Variant;
  /** Debian's suite, by the tag or by the registry; null when neither says it. */
  readonly suite: Suite | 'other' | null;
  readonly steps: readonly Step[];
  readonly context: BuildContext;
  /** The files of the context in the stage, behind its last instruction. */
  readonly files: StageFiles;
  /** What stays when the container runs, or why that is not known. */
  readonly start: StartCommand | Withheld;
}

/** Where an instruction of the one stage goes. */
export type Place =
  /** It stays above and nothing stands for it in the runtime stage; `instead` are instructions in its place there. */
  | { readonly at: 'builder'; readonly instead?: readonly string[] }
  /** It stays above and is said again. */
  | { readonly at: 'both' }
  /** It moves with its comments. */
  | { readonly at: 'runtime' };

/** Whether the artefact is complete in itself, or only a run can show that. */
export type Certainty = 'provable' | 'likely';

/** Which text goes where. Instructions are written in upper case with `\` and line feeds; the layout adapts them. */
export interface SplitPlan {
  /** What the second FROM names. */
  readonly runtime: string;
  /** The last instruction of the builder; everything below it is left where it is and becomes the runtime stage. */
  readonly cut: Instruction;
  readonly places: ReadonlyMap<Instruction, Place>;
  /** Instructions that the builder gets in front of one of its own. */
  readonly added?: readonly { readonly before: Instruction; readonly lines: readonly string[] }[];
  /** Instructions at the end of the builder. */
  readonly afterCut?: readonly string[];
  /** Edits inside instructions that stay. */
  readonly edits?: readonly Edit[];
  /** Instructions below the cut that the runtime image says itself. */
  readonly drops?: readonly Instruction[];
  /** Shown, never applied: it would change what the container is to those who run it. */
  readonly isAdvice?: true;
  readonly certainty: Certainty;
  /** One clause: what the runtime stage leaves behind. */
  readonly leaves: string;
  /** Why `certainty` holds. */
  readonly reason: string;
  readonly evidence: readonly Evidence[];
}

/** The name that the plan's texts use for the builder; the layout puts in the one that is free. */
export const BUILDER = '{builder}';

/** Codes that say that there is nothing to split; nobody needs to hear of them. */
export const NOTHING: ReadonlySet<string> = new Set([
  'nothing-to-leave-behind',
  'nothing-installed',
  'no-start',
]);

export type Planned = SplitPlan | Withheld;
