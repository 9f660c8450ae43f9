/** The labels of the OCI image specification, and those that a Dockerfile has. */
import { keyValuePairs, unquote } from './arguments.ts';
import type { Document, Instruction } from './document.ts';
import { stageChain } from './stages.ts';
import type { Stage } from './stages.ts';
import type { Evidence } from './types.ts';

export const LABEL_PREFIX = 'org.opencontainers.image.';

/** In the order in which they are written. */
export const LABEL_KEYS = [
  'title',
  'description',
  'source',
  'url',
  'documentation',
  'licenses',
  'authors',
  'vendor',
  'version',
  'revision',
  'created',
  'base.name',
  'base.digest',
] as const;

export type LabelKey = (typeof LABEL_KEYS)[number];

/** A label to write. */
export interface NewLabel {
  readonly key: LabelKey;
  /** As it is written between the quotes. */
  readonly text: string;
  readonly evidence: Evidence | null;
  /** The ARG that feeds it. */
  readonly argument: string | null;
}

/** A label that is there. */
export interface Label {
  readonly instruction: Instruction;
  /** The value with quotes removed and variables kept. */
  readonly value: string;
  /** Where the value stands, quotes included. */
  readonly start: number;
  readonly end: number;
}

/** The labels of a stage and of the stages it is FROM, by their full keys; the last one wins. */
export function labelsOf(document: Document, stage: Stage): ReadonlyMap<string, Label> {
  const found = new Map<string, Label>();
  for (const { instructions } of stageChain(stage)) {
    const own = new Map<string, Label>();
    for (const instruction of instructions) {
      if (instruction.keyword !== 'LABEL') continue;
      const pairs = keyValuePairs(instruction.rest, document.escape);
      if ('error' in pairs) continue;
      for (const { key, value, span } of pairs) {
        const text = value?.text ?? '';
        own.set(key.replace(/["']/g, ''), {
          instruction,
          value: value ? unquote(value, document.escape).text : '',
          start: span.end - text.length,
          end: span.end,
        });
      }
    }
    for (const [key, label] of own) if (!found.has(key)) found.set(key, label);
  }
  return found;
}
