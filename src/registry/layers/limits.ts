/** How much of an image may be read to answer one question, and how an answer is refused when that is not enough. */
import type { RegistryFailure } from '../errors.ts';

const MIB = 1024 * 1024;

/** Limits of one call of `find` or `readFile`, over all layers of the image. */
export interface LayerLimits {
  /** Bytes transferred. */
  readonly compressedBytes: number;
  /** Bytes after decompression. */
  readonly rawBytes: number;
  readonly timeMs: number;
  /** Names in one layer, directories that are only implied included. */
  readonly entries: number;
  /** Characters of one path; longer ones are passed over. */
  readonly pathLength: number;
  /** A layer that unpacks to more than this many times its size ... */
  readonly ratio: number;
  /** ... is given up once it has unpacked to this many bytes. */
  readonly ratioFromBytes: number;
  /** Largest plain zstd layer that is unpacked without native zstd. */
  readonly zstdBytes: number;
  /** Largest table of contents, compressed or not. */
  readonly tocBytes: number;
  /** What may be read and thrown away, without `deep`, when a server ignores Range. */
  readonly skipBytes: number;
  /** Largest software bill of materials. */
  readonly sbomBytes: number;
  /** Contents of all files that one question asks for: they are in memory together. */
  readonly contentsBytes: number;
}

export const DEFAULT_LIMITS: LayerLimits = {
  compressedBytes: 256 * MIB,
  rawBytes: 1024 * MIB,
  timeMs: 60_000,
  entries: 500_000,
  pathLength: 4096,
  ratio: 200,
  ratioFromBytes: 64 * MIB,
  zstdBytes: 16 * MIB,
  tocBytes: 50 * MIB,
  skipBytes: 16 * MIB,
  sbomBytes: 40 * MIB,
  contentsBytes: 128 * MIB,
};

/** What is left of the limits during one call. */
export interface Budget {
  readonly limits: LayerLimits;
  compressed: number;
  raw: number;
  readonly deadlineMs: number;
  readonly now: () => number;
}

export function startBudget(limits: LayerLimits, now: () => number): Budget {
  return {
    limits,
    compressed: limits.compressedBytes,
    raw: limits.rawBytes,
    deadlineMs: now() + limits.timeMs,
    now,
  };
}

/**
 * Ends the reading of a layer; it never leaves this folder. With a `failure` the whole question failed, because the
 * registry did not do its part; without one this layer cannot be read, and what depends on it is unknown.
 */
export class LayerProblem extends Error {
  readonly failure: RegistryFailure | null;
  /** The bytes make no sense: they may not be the ones that the manifest means. */
  readonly damaged: boolean;

  constructor(reason: string, what: { failure?: RegistryFailure; damaged?: boolean } = {}) {
    super(reason);
    this.name = 'LayerProblem';
    this.failure = what.failure ?? null;
    this.damaged = what.damaged ?? false;
  }
}

/** Books bytes that came from the server. */
export function spendCompressed(budget: Budget, bytes: number): void {
  budget.compressed -= bytes;
  if (budget.compressed < 0) {
    throw new LayerProblem(`more than ${inMib(budget.limits.compressedBytes)} would have to be transferred`);
  }
  checkTime(budget);
}

/** Books bytes that came out of the decompression. */
export function spendRaw(budget: Budget, bytes: number): void {
  budget.raw -= bytes;
  if (budget.raw < 0) throw tooMuchRaw(budget);
  checkTime(budget);
}

export function tooMuchRaw(budget: Budget): LayerProblem {
  return new LayerProblem(`it unpacks to more than ${inMib(budget.limits.rawBytes)}`);
}

export function checkTime(budget: Budget): void {
  if (budget.now() > budget.deadlineMs) {
    throw new LayerProblem(`reading it takes longer than ${budget.limits.timeMs / 1000} s`);
  }
}

function inMib(bytes: number): string {
  return `${Math.round(bytes / MIB)} MiB`;
}
