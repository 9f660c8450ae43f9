/** Checks what `--json` prints against the schema that comes with the package. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { FileProof, FileStatus, ReportedError, Summary } from '../../src/report/reporter.ts';
import type { VerificationRun } from '../../src/core/verification.ts';
import type { FixedFinding } from '../../src/core/outcome.ts';

/** A report as the schema describes it. */
export interface JsonReport {
  readonly schemaVersion: 1;
  readonly tool: { readonly name: string; readonly version: string };
  readonly engine?: VerificationRun['engine'];
  readonly summary: Summary;
  readonly files: readonly JsonFile[];
  readonly errors: readonly ReportedError[];
}

export interface JsonFile {
  readonly path: string;
  readonly status: FileStatus;
  readonly sha256: string | null;
  readonly findings: readonly FixedFinding[];
  readonly diff: string;
  readonly unsafeDiff: string;
  readonly verification?: FileProof;
}

export const schema = JSON.parse(
  readFileSync(new URL('../../schema/report.schema.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, unknown>>;

const isReport = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true }).compile(schema);

/** Parses a report; throws what the schema has against it. */
export function parseReport(text: string): JsonReport {
  const report: unknown = JSON.parse(text);
  if (!isReport(report)) throw new Error(JSON.stringify(isReport.errors, null, 2));
  // The schema has just been checked.
  return report as JsonReport;
}
