/** Labels that say something wrong. */
import { argumentNames } from './arguments.ts';
import { sourceText } from './document.ts';
import type { Document } from './document.ts';
import { rootImage } from './stages.ts';
import type { Stage } from './stages.ts';
import type { Finding } from './types.ts';
import { variableAt } from './variables.ts';
import { LABEL_PREFIX } from './labels.ts';
import type { Label } from './labels.ts';

const RFC_3339 = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/;

/** Findings for labels of the stage that no reader understands, or that are no longer true. */
export function labelRepairs(
  document: Document,
  stage: Stage,
  labels: ReadonlyMap<string, Label>,
): readonly Finding[] {
  return [...createdRepair(document, stage, labels), ...baseRepair(document, stage, labels)];
}

/** `ARG BUILD_DATE=unknown` makes a label that no reader can take for a time. */
function createdRepair(
  document: Document,
  stage: Stage,
  labels: ReadonlyMap<string, Label>,
): readonly Finding[] {
  const label = labels.get(`${LABEL_PREFIX}created`);
  if (!label || label.instruction.stage !== stage.index) return [];
  const name = /^\$(?:\{(\w+)\}|(\w+))$/
    .exec(label.value)
    ?.slice(1)
    .find((part) => part !== undefined);
  const span = { start: label.start, end: label.end };
  if (name === undefined) {
    if (label.value === '' || label.value.includes('$') || RFC_3339.test(label.value)) return [];
    return [
      {
        span,
        message: `the label created says ${shown(label.value)}, which is no time`,
        evidence: [{ kind: 'source', span, note: 'readers expect a time as in RFC 3339' }],
        fix: null,
        withheld: {
          code: 'created-is-no-time',
          reason: 'only the build knows when it runs; feed the label from an ARG: created="${BUILD_DATE}"',
        },
      },
    ];
  }
  const variable = variableAt(document, label.instruction, name);
  const source = variable?.kind === 'arg' ? variable.instruction : null;
  const pair = source
    ? argumentNames(source.rest, document.escape).find(({ key }) => key === name)
    : undefined;
  if (!source || !pair?.value || !variable?.value || RFC_3339.test(variable.value)) return [];
  const { start, end } = { start: pair.span.end - pair.value.text.length, end: pair.span.end };
  const finding = {
    span: { start, end },
    message: `without --build-arg ${name}, the label created says ${shown(variable.value)}, which is no time`,
    evidence: [{ kind: 'source', span, note: `the label reads ${name}` }] as const,
  };
  const others = stage.instructions.some(
    (other) =>
      other !== label.instruction &&
      other !== source &&
      new RegExp(`\\b${name}\\b`).test(sourceText(document, other.span)),
  );
  if (others || source.stage !== stage.index || sourceText(document, { start, end }) !== pair.value.text) {
    const reason = `${name} is used in other places too, which may count on its default; give it an empty one`;
    return [{ ...finding, fix: null, withheld: { code: 'argument-used-elsewhere', reason } }];
  }
  return [
    {
      ...finding,
      fix: {
        title: `Give ${name} an empty default`,
        safety: 'safe',
        reason: 'nothing but the label reads it, and an empty label says that the time is not known',
        edits: [{ start, end, before: pair.value.text, text: '""' }],
      },
    },
  ];
}

/** A base label that names another digest than FROM does. */
function baseRepair(
  document: Document,
  stage: Stage,
  labels: ReadonlyMap<string, Label>,
): readonly Finding[] {
  const label = labels.get(`${LABEL_PREFIX}base.digest`);
  const base = rootImage(document, stage);
  if (!label || !base?.digest || label.value === base.digest || label.value.includes('$')) return [];
  const span = { start: label.start, end: label.end };
  const before = sourceText(document, span);
  return [
    {
      span,
      message: `the label base.digest names another image than FROM does`,
      evidence: [{ kind: 'source', span: stage.from.span, note: 'the base that the image is built from' }],
      fix: {
        title: 'Write the digest of FROM into the label',
        safety: 'safe',
        reason: 'the label is only true when it names the digest that FROM names',
        edits: [{ ...span, before, text: `"${base.digest}"` }],
      },
    },
  ];
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 40));
}
