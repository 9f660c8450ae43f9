import { escapeQuoted, keyValuePairs, lineStartAt, sourceSpan, sourceText } from '../src/transform-api.ts';
import type { Document, Edit, Finding, Fix, Instruction, Transform } from '../src/transform-api.ts';

const AUTHORS = 'org.opencontainers.image.authors';

export const replaceMaintainer: Transform = {
  meta: {
    id: 'replace-maintainer',
    summary: 'Replace the deprecated MAINTAINER by the authors label',
    why:
      'MAINTAINER has been deprecated since Docker 1.13 and BuildKit warns about it. The label ' +
      `${AUTHORS} says the same and can be read with every other label.`,
    safety: ['safe'],
    footprint: ['keyword', 'arguments', 'whitespace', 'removes-instruction'],
    example: 'plain',
    references: [
      'https://docs.docker.com/reference/dockerfile/#maintainer-deprecated',
      'https://docs.docker.com/reference/build-checks/maintainer-deprecated/',
      'https://github.com/opencontainers/image-spec/blob/main/annotations.md',
    ],
  },

  inspect(document) {
    const findings: Finding[] = [];
    const maintainers = document.instructions.filter(({ keyword }) => keyword === 'MAINTAINER');
    if (maintainers.length === 0) return [];
    const named = stagesWithAuthors(document);
    for (const instruction of maintainers) {
      const span = instruction.span;
      const evidence = [
        { kind: 'source', span, note: 'MAINTAINER sets nothing but the author field' },
      ] as const;
      const message = 'MAINTAINER is deprecated';
      const reason = blocker(instruction);
      findings.push(
        reason
          ? { span, message, evidence, fix: null, withheld: reason }
          : { span, message, evidence, fix: fixFor(document, instruction, named) },
      );
    }
    return findings;
  },
};

function blocker(instruction: Instruction): { code: string; reason: string } | null {
  if (instruction.rest.text === '') return { code: 'no-name', reason: 'it names nobody' };
  if (instruction.comments.length > 0) {
    return { code: 'comment-inside', reason: 'there are comments between its lines, which would be lost' };
  }
  return null;
}

function fixFor(document: Document, instruction: Instruction, named: ReadonlySet<number>): Fix {
  if (named.has(instruction.stage)) {
    return {
      title: 'Remove MAINTAINER',
      safety: 'safe',
      reason: `a label of the same stage names the authors already`,
      edits: [wholeLines(document, instruction)],
    };
  }
  const { start } = instruction.keywordSpan;
  const { end } = sourceSpan(instruction.rest, 0, instruction.rest.text.length);
  const keyword = sourceText(document, instruction.keywordSpan);
  const label = keyword === keyword.toLowerCase() ? 'label' : 'LABEL';
  // What several lines were joined to has blanks that nobody wrote as part of a name.
  const { text, pieces } = instruction.rest;
  const name = pieces.length > 1 ? text.replace(/\s+/g, ' ') : text;
  const author = escapeQuoted(withoutQuotes(name), document.escape);
  return {
    title: `Say it as the label ${AUTHORS}`,
    safety: 'safe',
    reason: 'the label holds the same text, and no build or container reads the author field',
    edits: [{ start, end, before: document.text.slice(start, end), text: `${label} ${AUTHORS}="${author}"` }],
  };
}

/** Indices of the stages in which a label names the authors. */
function stagesWithAuthors(document: Document): ReadonlySet<number> {
  const named = new Set<number>();
  for (const { keyword, rest, stage } of document.instructions) {
    if (keyword !== 'LABEL' || named.has(stage)) continue;
    const pairs = keyValuePairs(rest, document.escape);
    const names = 'error' in pairs ? [] : pairs.map(({ key }) => key.replace(/["']/g, ''));
    if (names.includes(AUTHORS)) named.add(stage);
  }
  return named;
}

function wholeLines(document: Document, instruction: Instruction): Edit {
  const start = lineStartAt(document, instruction.span.start);
  const feed = document.text.indexOf('\n', instruction.span.end);
  const end = feed < 0 ? document.text.length : feed + 1;
  return { start, end, before: document.text.slice(start, end), text: '' };
}

/** MAINTAINER keeps quotes as part of the name; people mean them as quotes. */
function withoutQuotes(text: string): string {
  const quoted = /^(["'])(.*)\1$/s.exec(text.trim());
  return quoted && !quoted[2]!.includes(quoted[1]!) ? quoted[2]! : text.trim();
}
