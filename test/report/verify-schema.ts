/** Checks what `dockfix verify --json` prints against the schema that comes with the package. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Verification } from '../../src/core/verification.ts';

export interface JsonVerification {
  readonly schemaVersion: 1;
  readonly engine: { readonly name: string; readonly version: string; readonly limits: string };
  readonly onlyBuild: boolean;
  readonly rows: readonly Verification[];
  readonly summary: Readonly<
    Record<'rows' | 'passed' | 'regression' | 'unchanged' | 'brokenBefore' | 'notJudged', number>
  >;
}

const schema = JSON.parse(
  readFileSync(new URL('../../schema/verify.schema.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, unknown>>;

const isReport = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true }).compile(schema);

/** Parses a report; throws what the schema has against it. */
export function parseVerification(text: string): JsonVerification {
  const report: unknown = JSON.parse(text);
  if (!isReport(report)) throw new Error(JSON.stringify(isReport.errors, null, 2));
  // The schema has just been checked.
  return report as JsonVerification;
}
