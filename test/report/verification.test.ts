/** The matrix of a verification in its four forms, also with text that wants to be something else. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Check, Verification, VerificationRun } from '../../src/core/verification.ts';
import { verificationHtml } from '../../src/report/verification-html.ts';
import { verificationMarkdown } from '../../src/report/verification-markdown.ts';
import { verificationJson, verificationText } from '../../src/report/verification.ts';
import { parseVerification } from './verify-schema.ts';

const check = (changes: Partial<Check>): Check => ({
  id: 'build',
  verdict: 'same',
  before: 'builds',
  after: 'builds',
  notes: [],
  ...changes,
});

const row = (changes: Partial<Verification>): Verification => ({
  path: 'Dockerfile',
  service: null,
  status: 'passed',
  reason: '',
  checks: [],
  output: [],
  notes: [],
  kept: [],
  ...changes,
});

const run = (rows: readonly Verification[]): VerificationRun => ({
  engine: { name: 'docker', version: '1.0', limits: 'no limits' },
  onlyBuild: false,
  rows,
});

const ROWS = [
  row({
    checks: [check({}), check({ id: 'user', verdict: 'better', before: 'root', after: '1000' })],
    kept: ['dockfix-kept:dockerfile-after'],
  }),
  row({
    path: 'api/Dockerfile',
    service: 'api',
    status: 'regression',
    reason: 'the start: stays up before, ends with 1 after',
    checks: [check({}), check({ id: 'start', verdict: 'worse', before: 'stays up', after: 'ends with 1' })],
    output: ['EACCES: /app'],
    notes: ['as compose.yaml runs api'],
  }),
  row({ path: 'db/Dockerfile', status: 'not-judged', reason: 'needs db' }),
];

describe('the matrix', () => {
  it('as text has a block a row and a line of marks for each', () => {
    expect(verificationText(run(ROWS), { color: false, quiet: false })).toBe(`Dockerfile: passed
  = build       builds  builds
  + user        root    1000
  kept: dockfix-kept:dockerfile-after

api/Dockerfile (api): REGRESSION: the start: stays up before, ends with 1 after
  as compose.yaml runs api
  = build       builds    builds
  ! start       stays up  ends with 1
  the last lines:
    | EACCES: /app

db/Dockerfile: not judged: needs db

                      build  start  user
Dockerfile            =             +
api/Dockerfile (api)  =      !
db/Dockerfile
= as before, + better, ~ different, ! worse, ? could not be looked at
1 passed, 1 regression, 1 not judged (docker 1.0; no limits)
`);
  });

  it('as text says only what went wrong when it is to be quiet', () => {
    const text = verificationText(run(ROWS), { color: false, quiet: true });
    expect(text).not.toMatch(/^Dockerfile: passed/m);
    expect(text).toContain('api/Dockerfile (api): REGRESSION');
  });

  it('as Markdown is a table with the columns that are used', () => {
    expect(verificationMarkdown(run(ROWS))).toBe(`**dockfix verify**: 1 passed, 1 regression, 1 not judged

With \`docker 1.0; no limits\`.

|  | result | build | start | user |
| --- | --- | --- | --- | --- |
| \`Dockerfile\` | passed | = \`builds\` |  | + \`root → 1000\` |
| \`api/Dockerfile (api)\` | REGRESSION | = \`builds\` | ! \`stays up → ends with 1\` |  |
| \`db/Dockerfile\` | not judged |  |  |  |

= as before, + better, ~ different, ! worse, ? could not be looked at.

\`Dockerfile\`:

- \`kept: dockfix-kept:dockerfile-after\`

\`api/Dockerfile (api)\`:

- \`the start: stays up before, ends with 1 after\`
- \`as compose.yaml runs api\`

\`\`\`text
EACCES: /app
\`\`\`

\`db/Dockerfile\`:

- \`needs db\`
`);
  });

  it('as JSON fits its schema', () => {
    const report = parseVerification(verificationJson(run(ROWS), [], '1.2.3'));
    expect(report.summary).toEqual({
      rows: 3,
      passed: 1,
      regression: 1,
      unchanged: 0,
      brokenBefore: 0,
      notJudged: 1,
    });
  });

  it('as HTML loads nothing and runs nothing', () => {
    const html = verificationHtml(run(ROWS));
    expect(html).toContain(`default-src 'none'`);
    expect(html).not.toMatch(/<script|https?:|<img|<link/);
    expect(html).toContain('<td class="worse">! stays up → ends with 1</td>');
  });

  it('of nothing is still a report', () => {
    expect(verificationText(run([]), { color: false, quiet: false })).toContain('nothing to verify');
    expect(verificationMarkdown(run([]))).toContain('nothing to verify');
    expect(verificationHtml(run([]))).toContain('nothing to verify');
    parseVerification(verificationJson(run([]), [], '1.2.3'));
  });
});

describe('hostile text', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      '</pre><script>x</script>',
      '`` ` ```',
      '@everyone',
      '](javascript:x)',
      '-->',
      '\x1b]0;t\x07',
      'a|b',
      '\u202e',
      '\r',
    ),
  );

  it('is shown as text in every form', () => {
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 1, maxLength: 6 }), (texts) => {
        const [first = ''] = texts;
        const rows = [
          row({
            path: first,
            reason: first,
            status: 'regression',
            output: texts,
            notes: texts,
            checks: [check({ before: first, after: texts.at(-1)!, verdict: 'worse', notes: texts })],
          }),
        ];
        const html = verificationHtml(run(rows));
        expect(html.match(/<script|<img/g)).toBeNull();
        for (const text of [
          html,
          verificationMarkdown(run(rows)),
          verificationText(run(rows), { color: false, quiet: false }),
        ])
          expect(text).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]/);
        parseVerification(verificationJson(run(rows), [], '1.2.3'));
        // A table has as many cells in each line as it has columns.
        const lines = verificationMarkdown(run(rows))
          .split('\n')
          .filter((line) => line.startsWith('| '));
        const cells = (line: string): number => line.replace(/\\./g, '').split('|').length;
        expect(new Set(lines.slice(0, 3).map(cells)).size).toBe(1);
      }),
      { numRuns: 1000 },
    );
  });
});
