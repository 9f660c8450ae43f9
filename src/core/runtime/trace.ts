/** What a start reaches: programs, texts that were read, and what could not be read. */
import type { Document } from '../document.ts';
import type { Evidence } from '../types.ts';

/** The texts of an image's files, as far as the build context tells. */
export interface ImageTexts {
  /** False when there is no build context to look at. */
  readonly hasContext: boolean;
  /** The text of a file by its absolute path, with the path of the file in the context. */
  text(path: string): { readonly text: string; readonly path: string } | null;
  /** Whether a path is a file of the context, also one whose text was not read. */
  has(path: string): boolean;
  /** Absolute paths of all files that are known to be there. */
  readonly paths: Iterable<string>;
  /**
   * The files of the context that the image is made from, by their paths there: what is copied to its stage, and to
   * the stages that it copies from. A text is null where it was not read.
   */
  sources(): Iterable<{ readonly path: string; readonly text: string | null }>;
  /** Files that have a mode in the context which lets only their owner read them, or a folder above that does. */
  privateFiles(): Iterable<PrivateFile>;
}

export interface PrivateFile {
  /** Absolute path in the image. */
  readonly path: string;
  /** Path in the context. */
  readonly source: string;
  /** Of the file, or of the folder that hides it. */
  readonly mode: number;
}

/** Where a command was read. */
export interface Place {
  /** `line 12`, `docker/start.sh:7`. */
  readonly label: string;
  evidence(note: string): Evidence;
}

/** A command that runs at the start. A word is null when the run decides it. */
export interface Reached {
  readonly words: readonly (string | null)[];
  readonly place: Place;
  /** It stands behind a test for uid 0 in its script. */
  readonly isGuarded: boolean;
}

/** A file that is written at the start. */
export interface Written {
  readonly path: string;
  readonly place: Place;
}

/** Something that runs and was not read. */
export interface Unread {
  readonly code:
    | 'variable'
    | 'script'
    | 'script-missing'
    | 'no-context'
    | 'package-script'
    | 'shell'
    | 'depth'
    | 'task-runner';
  readonly what: string;
  readonly place: Place;
}

export interface StartTrace {
  /** Every command, wrappers included, in the order it was met. */
  readonly commands: readonly Reached[];
  /** The programs that stay: what is behind all wrappers. */
  readonly programs: readonly Reached[];
  readonly written: readonly Written[];
  readonly unread: readonly Unread[];
}

export interface TraceOptions {
  readonly texts: ImageTexts;
  readonly workdir: string | null;
}

export interface Trace extends TraceOptions {
  readonly document: Document;
  readonly commands: Reached[];
  readonly programs: Reached[];
  readonly written: Written[];
  readonly unread: Unread[];
  readonly seen: Set<string>;
}

export interface Scope {
  readonly workdir: string | null;
  readonly place: Place;
  readonly isGuarded: boolean;
  readonly depth: number;
  /** Inside a script: an unknown program there is a step, not what stays. */
  readonly inScript: boolean;
}
