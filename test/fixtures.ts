/** Reads fixture cases and makes the variants that every transform must stand. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FixtureContext, FixtureFacts, FixtureOptions } from '../src/app/fixture.ts';
import type { FindingStatus } from '../src/core/outcome.ts';
import { BOM } from '../src/core/text.ts';

export const FIXTURES = fileURLToPath(new URL('../fixtures', import.meta.url));

/** What `findings.json` says of one finding; every key given must agree. */
export interface ExpectedFinding {
  readonly line: number;
  readonly status: FindingStatus;
  readonly code?: string;
  readonly safety?: string;
}

export interface FixtureCase {
  readonly name: string;
  readonly input: string;
  readonly expected: string;
  readonly facts: FixtureFacts;
  readonly context: FixtureContext | null;
  readonly options: FixtureOptions;
  readonly findings: readonly ExpectedFinding[];
}

export function readCases(id: string): readonly FixtureCase[] {
  const folder = join(FIXTURES, id);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .map((name) => {
      const file = (part: string): string => join(folder, name, part);
      const json = <T>(part: string, otherwise: T): T =>
        existsSync(file(part)) ? (JSON.parse(readFileSync(file(part), 'utf8')) as T) : otherwise;
      return {
        name,
        input: readFileSync(file('input.Dockerfile'), 'utf8'),
        expected: readFileSync(file('expected.Dockerfile'), 'utf8'),
        facts: json<FixtureFacts>('facts.json', {}),
        context: json<FixtureContext | null>('context.json', null),
        options: json<FixtureOptions>('options.json', {}),
        findings: json<readonly ExpectedFinding[]>('findings.json', []),
      };
    });
}

export interface Variant {
  readonly name: string;
  /** The same change to input and expectation; null when the variant makes no sense for the text. */
  apply(text: string): string | null;
}

export const VARIANTS: readonly Variant[] = [
  { name: 'as it is', apply: (text) => text },
  { name: 'with CRLF', apply: (text) => text.replace(/\r?\n/g, '\r\n') },
  { name: 'with a BOM', apply: (text) => BOM + text },
  { name: 'without a final newline', apply: (text) => text.replace(/\r?\n$/, '') },
  { name: 'with escape=`', apply: withBacktick },
];

/** Line continuations become backticks. A text that uses a backslash for anything else would mean another thing. */
function withBacktick(text: string): string | null {
  if (text.includes('`') || /\\(?![ \t]*\r?(?:\n|$))/.test(text)) return null;
  const lineEnding = text.includes('\r\n') ? '\r\n' : '\n';
  return `# escape=\`${lineEnding}${text.replace(/\\(?=[ \t]*\r?(?:\n|$))/g, '`')}`;
}
