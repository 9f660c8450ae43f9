/** The report for programs: one JSON document, described by schema/report.schema.json. */
import type { FixedFinding, Notice } from '../core/outcome.ts';
import { unifiedDiff } from './diff.ts';
import type { FileReport, Reporter, ReporterOptions } from './reporter.ts';

export function createJsonReporter({ version, engine }: ReporterOptions): Reporter {
  let first = true;
  return {
    // Written file by file, so that a large run does not have to be kept in memory.
    start() {
      const made = engine ? `"engine":${toJson(engine)},` : '';
      return `{"schemaVersion":1,"tool":${toJson({ name: 'dockfix', version })},${made}"files":[`;
    },
    file(report) {
      const separator = first ? '\n' : ',\n';
      first = false;
      return separator + toJson(fileEntry(report));
    },
    end: (summary, errors) => `\n],"summary":${toJson(summary)},"errors":${toJson(errors)}}\n`,
  };
}

/** Also what JSON allows as it is, but a terminal or a line reader would obey, is escaped. */
function toJson(value: object): string {
  return JSON.stringify(value).replace(/[\p{Cf}\x7f-\x9f\u2028\u2029]/gu, unicodeEscapes);
}

function unicodeEscapes(text: string): string {
  let escapes = '';
  for (let i = 0; i < text.length; i++) escapes += `\\u${text.charCodeAt(i).toString(16).padStart(4, '0')}`;
  return escapes;
}

function fileEntry({ path, status, sha256, result, proof }: FileReport): object {
  return {
    path,
    status,
    sha256,
    findings: [...(result?.findings ?? []).map(findingEntry), ...(result?.notices ?? []).map(noticeEntry)],
    diff: result ? unifiedDiff(path, result.original, result.change.edits) : '',
    unsafeDiff: result?.unsafeChange ? unifiedDiff(path, result.change.text, result.unsafeChange.edits) : '',
    ...(proof ? { verification: proof } : {}),
  };
}

function findingEntry(finding: FixedFinding): object {
  const { id, span, line, safety, status, message, reason, code, title, evidence } = finding;
  return { id, span, line, safety, status, message, reason, code, title, evidence };
}

/** What the engine itself noticed has the id `dockfix`. */
function noticeEntry({ code, line, message }: Notice): object {
  return {
    id: 'dockfix',
    span: null,
    line,
    safety: null,
    status: 'display',
    message,
    reason: '',
    code,
    title: null,
    evidence: [],
  };
}
