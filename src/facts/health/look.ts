/** What every judgement of a check starts from, and how what is wrong with it is said. */
import { keyValuePairs } from '../../core/arguments.ts';
import { sourceText } from '../../core/document.ts';
import type { Document } from '../../core/document.ts';
import { checkCalls } from '../../core/healthcheck.ts';
import type { CheckCall, CheckText } from '../../core/healthcheck.ts';
import { sourceSpan } from '../../core/lines.ts';
import { chainInstructions } from '../../core/stages.ts';
import type { Edit, Evidence, Fix, Span, Withheld } from '../../core/types.ts';
import type { HealthView } from './view.ts';

/** One thing that is wrong, with its repair or the reason why there is none. */
export interface CheckDefect {
  readonly span: Span;
  readonly message: string;
  readonly evidence: readonly Evidence[];
  readonly fix: Fix | null;
  readonly withheld?: Withheld;
}

export interface Look {
  readonly view: HealthView;
  readonly document: Document;
  readonly check: CheckText;
  readonly source: Evidence;
}

export function commandSpanOf({ check }: Look): Span {
  return sourceSpan(check.command, 0, check.command.text.length);
}

/** Replaces all behind CMD; refused where that would take comments along. */
export function rewritten(look: Look, text: string): readonly Edit[] | Withheld {
  const { check, document } = look;
  const span = commandSpanOf(look);
  if (
    check.instruction.comments.some(
      (comment) => comment.span.start >= span.start && comment.span.end <= span.end,
    )
  ) {
    return {
      code: 'comment-inside',
      reason: `there are comments between its lines, which would be lost; write: CMD ${text}`,
    };
  }
  return [{ ...span, before: sourceText(document, span), text }];
}

export function defect(
  look: Look,
  message: string,
  repair: Fix | Withheld,
  evidence: readonly Evidence[] = [],
): CheckDefect {
  const span = commandSpanOf(look);
  const found = { span, message, evidence: [look.source, ...evidence] };
  return 'edits' in repair ? { ...found, fix: repair } : { ...found, fix: null, withheld: repair };
}

export function repairOf(edits: readonly Edit[] | Withheld, fix: Omit<Fix, 'edits'>): Fix | Withheld {
  return 'code' in edits ? edits : { ...fix, edits };
}

/** The one program that decides the check, and what else stands around it. */
export interface Core {
  readonly call: CheckCall;
  /** Nothing else in the script decides: `|| exit 1` at most. */
  readonly isPlain: boolean;
}

const AROUND = new Set(['exit', 'true', 'false', ':', 'echo', 'test', '[', '[[', 'grep']);

export function coreOf(check: CheckText): Core | null {
  const calls = checkCalls(check);
  if (!calls) return null;
  const own = calls.filter(({ program }) => !AROUND.has(program));
  const [call] = own;
  if (!call || own.length !== 1) return null;
  const isPlain = calls.every((one) => one === call || one.program === 'exit');
  return { call, isPlain };
}

/** An ENV of the stage, or of a stage that it is FROM, sets it. */
export function isSetInFile({ document, stage }: HealthView, name: string): boolean {
  return chainInstructions(stage).some((instruction) => {
    if (instruction.keyword !== 'ENV') return false;
    const pairs = keyValuePairs(instruction.rest, document.escape);
    return !('error' in pairs) && pairs.some(({ key }) => key === name);
  });
}
