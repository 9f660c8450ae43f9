/** What people read: in a pipe, on a terminal, and when a file wants to deceive them. */
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { startDemoRegistry } from '../../src/cli/demo-registry.ts';
import { visible, visibleLine } from '../../src/report/visible.ts';
import { FIXABLE, FIXED, createSandbox } from '../cli/fake-io.ts';
import { works } from '../cli/built.ts';

/** Something of everything: safe, unsafe, withheld (two of them for one reason), ignored, and a note. */
const ALL = `FROM debian:12
MAINTAINER Jane
RUN apt-get update && apt-get install -y curl nobody-knows-this
ARG A
FROM \${A}-x\${A}
FROM \${A}-x\${A}
# dockfix: ignore replace-maintainer -- history
MAINTAINER Joe
# dockfix: ignore clean-apt-lists -- none here
USER 1
`;
const ESC = /\x1b/;

describe('the report for people', () => {
  it('has what would be written, then what only --unsafe would write, then what was left alone, then a line', async () => {
    const box = createSandbox();
    box.write('Dockerfile', ALL);
    const { stdout } = await box.run(['--offline']);
    expect(stdout).toBe(`Dockerfile
  line 2  replace-maintainer  safe    MAINTAINER is deprecated [MAINTAINER sets nothing but the author field]
  line 3  clean-apt-lists     safe    the apt package lists stay in the layer [fetches the package lists]
--- a/Dockerfile
+++ b/Dockerfile
@@ -1,6 +1,6 @@
 FROM debian:12
-MAINTAINER Jane
-RUN apt-get update && apt-get install -y curl nobody-knows-this
+LABEL org.opencontainers.image.authors="Jane"
+RUN apt-get update && apt-get install -y curl nobody-knows-this && rm -rf /var/lib/apt/lists/*
 ARG A
 FROM \${A}-x\${A}
 FROM \${A}-x\${A}

  only with --unsafe:
    line 3  avoid-recommended-packages  unsafe  apt installs recommended packages as well; it is not known what nobody-knows-this recommends [package index of Debian 12 (bookworm), main, amd64]
    | --- a/Dockerfile
    | +++ b/Dockerfile
    | @@ -1,6 +1,6 @@
    |  FROM debian:12
    |  LABEL org.opencontainers.image.authors="Jane"
    | -RUN apt-get update && apt-get install -y curl nobody-knows-this && rm -rf /var/lib/apt/lists/*
    | +RUN apt-get update && apt-get install -y --no-install-recommends curl nobody-knows-this ca-certificates && rm -rf /var/lib/apt/lists/*
    |  ARG A
    |  FROM \${A}-x\${A}
    |  FROM \${A}-x\${A}

  left alone:
    lines 5, 6  pin-image-digest  \${A}-x\${A} is not pinned to a digest; left because the name is put together from several variables, so there is no single place for a digest
  note: line 9: the ignore comment for clean-apt-lists matches nothing

1 file: 1 would change (2 fixes), 1 more fix with --unsafe, 1 image reference not looked up (offline), 2 findings left alone, 1 finding ignored by a comment. Add --write to apply.
`);
  });

  it('shows the answer of the registry as evidence', async () => {
    const box = createSandbox();
    const registry = await startDemoRegistry(['library/node:22']);
    try {
      box.write('c.yaml', `registries: { docker.io: { endpoint: "${registry.endpoint}" } }`);
      box.write('Dockerfile', 'FROM node:22\n');
      const { stdout } = await box.run(['--config', 'c.yaml']);
      expect(stdout).toMatch(
        /^ {2}line 1 {2}pin-image-digest {2}safe {4}node:22 is not pinned: .* \[docker\.io\/library\/node:22 is sha256:[0-9a-f]{12}…\]$/m,
      );
    } finally {
      await registry.close();
    }
  });

  it('says nothing of files that need nothing', async () => {
    const box = createSandbox();
    box.write('a/Dockerfile', 'FROM scratch\n');
    box.write('b/Dockerfile', FIXABLE);
    const { stdout } = await box.run(['--offline']);
    expect(stdout).not.toContain('a/Dockerfile');
  });

  it.each(works('patch', '--version') ? ['git', 'patch'] : ['git'])(
    'can be given to %s, which takes the safe block only',
    async (program) => {
      const box = createSandbox();
      box.write('Dockerfile', ALL);
      box.write('two words/Dockerfile', FIXABLE);
      const { stdout } = await box.run(['--offline']);
      expect(stdout).toContain('only with --unsafe');
      const args = program === 'git' ? ['apply', '-'] : ['-p1', '--quiet'];
      execFileSync('git', ['init', '-q'], { cwd: box.folder });
      execFileSync(program, args, { cwd: box.folder, input: stdout });
      const applied = box.read('Dockerfile');
      expect(applied).toContain('LABEL org.opencontainers.image.authors="Jane"');
      expect(applied).not.toContain('--no-install-recommends');
      expect(box.read('two words/Dockerfile')).toBe(FIXED);
      box.write('Dockerfile', ALL);
      await box.run(['--offline', '--write']);
      expect(box.read('Dockerfile')).toBe(applied);
    },
  );
});

describe('colours', () => {
  it('are shown on a terminal, and nowhere else', async () => {
    const box = createSandbox();
    box.write('Dockerfile', ALL);
    const coloured = await box.run(['--offline'], { terminal: true });
    expect(coloured.stdout).toContain('\x1b[31m-MAINTAINER Jane\x1b[0m\n');
    expect(coloured.stdout).toContain('\x1b[32m+LABEL');
    expect(coloured.stdout).toContain('    | \x1b[31m-RUN');
    const plain = await box.run(['--offline']);
    expect(plain.stdout).not.toMatch(ESC);
    expect(coloured.stdout.replace(/\x1b\[\d*m/g, '')).toBe(plain.stdout);
    await box.run(['--offline', '--output', 'report.txt'], { terminal: true });
    expect(box.read('report.txt')).toBe(plain.stdout);
  });

  it('are left out with NO_COLOR and --no-color', async () => {
    const box = createSandbox();
    box.write('Dockerfile', ALL);
    const plain = await box.run(['--offline']);
    for (const [argv, env] of [
      [['--offline'], { NO_COLOR: '1' }],
      [['--offline', '--no-color'], {}],
    ] as const) {
      const { stdout } = await box.run(argv, { terminal: true, env });
      expect(stdout).toBe(plain.stdout);
    }
    const empty = await box.run(['--offline'], { terminal: true, env: { NO_COLOR: '' } });
    expect(empty.stdout, 'an empty NO_COLOR counts for nothing').toMatch(ESC);
    const explained = await box.run(['explain', 'replace-maintainer'], {
      terminal: true,
      env: { NO_COLOR: '1' },
    });
    expect(explained.stdout).not.toMatch(ESC);
  });
});

describe('a hostile Dockerfile', () => {
  const HOSTILE = `FROM scratch\n# \x1b[2J\x1b]0;title\x07 \u202e txet neddih \u009b31m\u200b\nMAINTAINER \x1b[8mhidden\r\n`;

  it.each(['text', 'patch', 'json'])('does not reach the terminal with --format %s', async (format) => {
    const box = createSandbox();
    box.write('Dockerfile', HOSTILE);
    const { stdout, stderr } = await box.run(['--offline', '--no-color', '--format', format], {
      terminal: true,
    });
    expect(stdout + stderr).toContain('hidden');
    expect(stdout + stderr).not.toMatch(
      /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/,
    );
  });

  it('is shown as it is in a pipe, so that its diff can be applied', async () => {
    const box = createSandbox();
    box.write('Dockerfile', HOSTILE);
    const { stdout } = await box.run(['--offline', '--format', 'patch']);
    expect(stdout).toContain('# \x1b[2J\x1b]0;title\x07 \u202e txet');
    execFileSync('git', ['init', '-q'], { cwd: box.folder });
    execFileSync('git', ['apply', '-'], { cwd: box.folder, input: stdout });
    expect(box.read('Dockerfile')).toContain('LABEL org.opencontainers.image.authors=');
  });

  it('cannot write lines of its own into the report, not with its name and not with its errors', async () => {
    const box = createSandbox();
    box.write('x\n--- a/y\n+++ b/y\n.Dockerfile', FIXABLE);
    box.write('bad.Dockerfile', 'FORM\x1b[31m\u202e x\n');
    const { stdout, stderr } = await box.run(['--offline']);
    expect(stdout).not.toMatch(/^--- a\/y/m);
    expect(stdout.split('\n')[0]).toBe('x\\u{a}--- a/y\\u{a}+++ b/y\\u{a}.Dockerfile');
    expect(stderr).toMatch(/^bad\.Dockerfile:1: [^\n]*\n$/);
    expect(stderr).not.toMatch(/[\x1b\u202e]/);
  });
});

describe('visible text', () => {
  it('keeps letters, blanks, tabs and line ends', () => {
    for (const text of ['plain', 'tab\tline\r\nnext\n', 'Größe 日本語 🐳 é', 'soft\u00adhyphen', '\u00a0']) {
      expect(visible(text)).toBe(text);
    }
  });

  it('shows what a terminal would obey, and what hides or turns around', () => {
    expect(visible('\x1b[0m')).toBe('\\u{1b}[0m');
    expect(visible('a\rb')).toBe('a\\u{d}b');
    expect(visible('\u0000\u007f\u009b')).toBe('\\u{0}\\u{7f}\\u{9b}');
    expect(visible('\u202e\u2066\u200b\ufeff')).toBe('\\u{202e}\\u{2066}\\u{200b}\\u{feff}');
    expect(visible('\u2028\u2029')).toBe('\\u{2028}\\u{2029}');
    expect(visible('\ud800')).toBe('\\u{d800}');
    expect(visible('\u{e0041}')).toBe('\\u{e0041}');
  });

  it('stays on one line when it must', () => {
    expect(visibleLine('a\r\nb\tc')).toBe('a\\u{d}\\u{a}b\tc');
  });
});
