/** What programs read: one document, as schema/report.schema.json describes it. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createJsonReporter } from '../../src/report/json.ts';
import { addToSummary, emptySummary } from '../../src/report/reporter.ts';
import type { FileReport } from '../../src/report/reporter.ts';
import { version } from '../../src/cli/version.ts';
import { startDemoRegistry } from '../../src/cli/demo-registry.ts';
import { FIXABLE, createSandbox } from '../cli/fake-io.ts';
import { parseReport, schema } from './schema.ts';

const OPTIONS = {
  color: false,
  terminal: false,
  quiet: false,
  brief: false,
  verbose: false,
  mode: 'dry-run',
  version,
} as const;

function report(...files: readonly FileReport[]): string {
  const reporter = createJsonReporter(OPTIONS);
  const summary = files.reduce(addToSummary, emptySummary());
  return reporter.start() + files.map((file) => reporter.file(file)).join('') + reporter.end(summary, []);
}

function fileWith(message: string, path = 'Dockerfile'): FileReport {
  const span = { start: 0, end: 1 };
  return {
    path,
    status: 'unchanged',
    sha256: '0'.repeat(64),
    result: {
      original: 'FROM scratch\n',
      change: { text: 'FROM scratch\n', edits: [] },
      unsafeChange: null,
      notices: [],
      bugs: [],
      findings: [
        {
          id: 'pin-image-digest',
          status: 'withheld',
          span,
          line: 1,
          message,
          title: null,
          safety: null,
          reason: message,
          code: 'why-not',
          evidence: [
            { kind: 'source', span, note: message },
            { kind: 'context', path: 'a', note: 'b' },
            { kind: 'context', path: 'a', line: 1, note: 'b' },
            { kind: 'knowledge', entry: 'a', source: 'b' },
            { kind: 'reference', url: 'https://example.com/' },
            {
              kind: 'registry',
              reference: 'docker.io/library/node:22',
              digest: `sha256:${'0'.repeat(64)}`,
              mediaType: 'application/vnd.oci.image.index.v1+json',
              at: '2024-01-01T00:00:00.000Z',
              note: 'n',
            },
          ],
        },
      ],
    },
  };
}

describe('the JSON report', () => {
  it('has the shape that the interface promises, for everything that can be in a file', async () => {
    const box = createSandbox();
    const registry = await startDemoRegistry(['library/debian:12']);
    try {
      box.write(
        'c.yaml',
        `registries: { docker.io: { endpoint: "${registry.endpoint}" } }\nskip: [add-oci-labels, add-healthcheck]\n`,
      );
      const text = `FROM debian:12
MAINTAINER Jane
RUN apt-get update && apt-get install -y nobody-knows-this
# dockfix: ignore replace-maintainer -- history
MAINTAINER Joe
# dockfix: ignore clean-apt-lists
FROM \${A}-x\${B}
`;
      box.write('a/Dockerfile', text);
      box.write('b/Dockerfile', 'FORM x\n');
      const { exit, report: got } = await box.run(['--config', 'c.yaml', '--json']);
      expect(exit).toBe(3);
      expect(got).toMatchObject({
        schemaVersion: 1,
        tool: { name: 'dockfix', version },
        summary: {
          files: 2,
          changed: 1,
          written: 0,
          fixes: 3,
          unsafeFixes: 1,
          withheld: 1,
          notAsked: 0,
          ignored: 1,
          ignoresWithoutReason: 1,
          errors: 1,
        },
        errors: [{ code: 'unknown-instruction', path: 'b/Dockerfile', line: 1 }],
      });
      const [first, second] = got.files;
      expect(second).toMatchObject({ path: 'b/Dockerfile', status: 'failed', findings: [], diff: '' });
      expect(first).toMatchObject({
        path: 'a/Dockerfile',
        status: 'changed',
        sha256: createHash('sha256').update(text).digest('hex'),
      });
      expect(
        first!.findings.map(({ id, status, line, safety }) => `${id} ${status} ${line} ${safety}`),
      ).toEqual([
        'pin-image-digest fixed 1 safe',
        'replace-maintainer fixed 2 safe',
        'clean-apt-lists fixed 3 safe',
        'avoid-recommended-packages available 3 unsafe',
        'replace-maintainer ignored 5 safe',
        'pin-image-digest withheld 7 null',
        'dockfix display 6 null',
      ]);
      for (const finding of first!.findings) {
        if (finding.id === 'dockfix') continue;
        expect(finding.reason, finding.id).not.toBe('');
        expect(text.slice(finding.span.start, finding.span.end), finding.id).not.toBe('');
      }
      expect(first!.diff).toContain('+++ b/a/Dockerfile');
      expect(first!.unsafeDiff).toContain('--no-install-recommends');
    } finally {
      await registry.close();
    }
  });

  it('is one document for no file, one file and many, and always ends in a line end', async () => {
    const box = createSandbox();
    for (const count of [0, 1, 5]) {
      for (let i = 0; i < count; i++) box.write(`${i}/Dockerfile`, FIXABLE);
      const result = await box.run(['--offline', '--json']);
      expect(result.report.files).toHaveLength(count);
      expect(result.stdout.endsWith('}\n')).toBe(true);
    }
  });

  it('says what was written and what was not', async () => {
    const box = createSandbox();
    box.write('Dockerfile', FIXABLE);
    const { report: got } = await box.run(['--offline', '--json', '--write']);
    expect(got.files[0]).toMatchObject({ status: 'written' });
    expect(got.files[0]!.diff).toContain('+LABEL');
    expect(got.summary).toMatchObject({ changed: 0, written: 1, fixes: 1 });
  });

  it('is valid, and means the same, with characters that JSON, JavaScript or terminals stumble over', () => {
    const odd = '\x1b[31m"\\\u0000\u2028\u2029\u009b\u202e\ufeff\u{1f433}\u{e0041}\r\n\t\ud800 \udfff';
    const text = report(fileWith(odd, odd));
    expect(text.slice(0, -1)).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\p{Cf}\u2028\u2029]/u);
    const got = parseReport(text);
    expect(got.files[0]!.path).toBe(odd);
    expect(got.files[0]!.findings[0]!.message).toBe(odd);
    // Nothing is lost on the way through UTF-8.
    expect(parseReport(Buffer.from(text).toString('utf8'))).toEqual(got);
  });

  it('gives every kind of evidence', () => {
    expect(parseReport(report(fileWith('x'))).files[0]!.findings[0]!.evidence).toHaveLength(6);
  });
});

describe('the schema', () => {
  it('describes every field and allows no other', () => {
    const check = (node: unknown, at: string): void => {
      if (typeof node !== 'object' || node === null) return;
      const { type, properties, additionalProperties, required } = node as Readonly<Record<string, unknown>>;
      if (type === 'object') {
        expect(additionalProperties, at).toBe(false);
        const names = Object.keys(properties as object);
        for (const name of required as readonly string[]) expect(names, at).toContain(name);
        for (const [name, field] of Object.entries(properties as object)) {
          const described = field as { readonly description?: string; readonly $ref?: string };
          const target = schema['$defs'] as Readonly<Record<string, { readonly description?: string }>>;
          const description =
            described.description ?? target[described.$ref?.split('/').at(-1) ?? '']?.description;
          expect(description, `${at}.${name}`).toMatch(/\.$/);
        }
      }
      for (const [key, child] of Object.entries(node)) check(child, `${at}.${key}`);
    };
    check(schema, 'report');
  });

  it('refuses a report that has something more, or something less', () => {
    const text = report(fileWith('x'));
    const broken = (change: (report: Record<string, unknown>) => void): (() => unknown) => {
      const copy = JSON.parse(text) as Record<string, unknown>;
      change(copy);
      return () => parseReport(JSON.stringify(copy));
    };
    expect(broken(() => {})).not.toThrow();
    expect(broken((copy) => (copy['extra'] = 1))).toThrow('additionalProperties');
    expect(broken((copy) => delete copy['summary'])).toThrow('required');
    expect(broken((copy) => (copy['schemaVersion'] = 2))).toThrow('const');
  });
});
