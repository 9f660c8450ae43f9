/** Who may import whom. The table of docs/architecture.md, enforced. */
import { readFileSync, readdirSync } from 'node:fs';
import { join, posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

interface Import {
  /** As written for packages; the path from the repository's root for own files. */
  readonly target: string;
  readonly typeOnly: boolean;
  readonly dynamic: boolean;
}

interface Source {
  readonly path: string;
  readonly code: string;
  readonly imports: readonly Import[];
}

interface Rule {
  /** Own files and folders that may be imported, beside the own folder. */
  readonly own: readonly string[];
  /** Packages, each with the only files that may import it ('*' for any file of the folder). */
  readonly packages: Readonly<Record<string, readonly string[]>>;
}

const RULES: Readonly<Record<string, Rule>> = {
  'src/core': {
    own: [],
    packages: { 'dockerfile-ast': ['parse.ts'], unbash: ['shell.ts'], yaml: ['compose.ts'] },
  },
  transforms: { own: ['src/transform-api.ts'], packages: {} },
  'src/transform-api.ts': { own: ['src/core', 'src/facts'], packages: {} },
  'src/net': {
    own: ['src/core/errors.ts'],
    packages: { undici: ['http.ts', 'dispatchers.ts'], 'ipaddr.js': ['*'], node: ['*'] },
  },
  'src/registry': {
    own: ['src/core', 'src/net'],
    packages: { node: ['*'], fzstd: ['layers/unpack.ts'] },
  },
  'src/facts': {
    own: ['src/core', 'src/registry/registry.ts', 'src/registry/errors.ts'],
    packages: { node: ['context/disk.ts'], yaml: ['context/compose.ts', 'context/compose-run.ts'] },
  },
  'src/engine': { own: ['src/core/errors.ts'], packages: { node: ['*'] } },
  'src/report': { own: ['src/core'], packages: { diff: ['diff.ts'] } },
  'src/config': {
    own: ['src/core', 'src/registry/endpoint.ts', 'src/bot/settings.ts', 'src/bot/schedule.ts'],
    packages: {
      node: ['*'],
      yaml: ['load.ts', 'yaml-text.ts'],
      zod: ['validate.ts', 'bot.ts', 'verify.ts'],
    },
  },
  'src/io': {
    own: ['src/core'],
    packages: { node: ['*'], ignore: ['discover.ts'], tinyglobby: ['discover.ts'] },
  },
  'src/app': {
    own: [
      'src/core',
      'src/facts',
      'src/config',
      'src/io',
      'src/report/reporter.ts',
      'src/registry/registry.ts',
      'src/registry/errors.ts',
      // The archive that an engine exports has the format of a layer.
      'src/registry/layers/tar.ts',
      'src/engine/engine.ts',
    ],
    packages: {},
  },
  'src/forge': {
    own: ['src/core/errors.ts', 'src/net'],
    packages: {
      node: ['git-plumbing.ts', 'git-process.ts', 'local-pulls.ts', 'blob-id.ts', 'github/signed-commit.ts'],
      '@octokit/core': ['github/client.ts'],
      '@octokit/auth-app': ['github/client.ts'],
      '@octokit/types': [
        'github/client.ts',
        'github/repositories.ts',
        'github/commits.ts',
        'github/pulls.ts',
      ],
    },
  },
  'src/bot': {
    own: ['src/app', 'src/core', 'src/report', 'src/facts', 'src/forge/forge.ts', 'src/registry/errors.ts'],
    packages: { node: ['store.ts', 'fingerprint.ts'], croner: ['schedule.ts'] },
  },
  'src/cli': {
    own: ['src', 'transforms/index.ts'],
    packages: { node: ['*'], commander: ['program.ts'], ignore: ['inputs.ts', 'bot-config.ts'] },
  },
  'src/index.ts': { own: ['src', 'transforms/index.ts'], packages: {} },
};

/** Packages that a run without network and configuration must not load. */
const HEAVY = [
  'undici',
  'zod',
  'yaml',
  'tinyglobby',
  'commander',
  '@octokit/core',
  '@octokit/auth-app',
  'croner',
];

const sources = [...readSources('src'), ...readSources('transforms')];
const byPath = new Map(sources.map((source) => [source.path, source]));

function readSources(folder: string): Source[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => {
      const path = relative(ROOT, join(entry.parentPath, entry.name)).split(sep).join('/');
      const code = readFileSync(join(ROOT, path), 'utf8');
      return { path, code, imports: readImports(path, code) };
    });
}

function readImports(path: string, code: string): Import[] {
  const found: Import[] = [];
  const add = (specifier: string, typeOnly: boolean, dynamic: boolean): void => {
    const target = specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : specifier;
    found.push({ target, typeOnly, dynamic });
  };
  for (const match of code.matchAll(
    /^(?:import|export)\s+(type\s+)?(?:[^'"]*?\sfrom\s+)?['"]([^'"]+)['"]/gm,
  )) {
    add(match[2]!, match[1] !== undefined, false);
  }
  for (const match of code.matchAll(/\bimport\(\s*['"]([^'"]+)['"]\s*\)/g)) {
    // `typeof import('x')` loads nothing.
    const typeOnly = /typeof\s+$/.test(code.slice(0, match.index));
    add(match[1]!, typeOnly, true);
  }
  return found;
}

/** The longest rule that fits: a file's own before its folder's. */
function ruleFor(path: string): [string, Rule] | null {
  const fitting = Object.entries(RULES).filter(([key]) => path === key || path.startsWith(`${key}/`));
  return fitting.sort((a, b) => b[0].length - a[0].length)[0] ?? null;
}

function violation(source: Source, imported: Import): string | null {
  const [key, rule] = ruleFor(source.path) ?? ['', { own: [], packages: {} }];
  const { target } = imported;
  const isOwn = byPath.has(target);
  if (isOwn) {
    const sibling = key !== 'transforms' || source.path === 'transforms/index.ts' ? [key] : [];
    const allowed = [...sibling, ...rule.own].some(
      (part) => target === part || target.startsWith(`${part}/`),
    );
    return allowed ? null : `${source.path} imports ${target}`;
  }
  const name = target.startsWith('node:') ? 'node' : target.replace(/^((?:@[^/]+\/)?[^/]+).*/, '$1');
  const files = rule.packages[name] ?? [];
  const file = source.path.slice(key.length + 1);
  return files.includes('*') || files.includes(file) ? null : `${source.path} imports ${target}`;
}

/** Code without comments, strings and regular expressions that would look like code. */
function withoutComments(code: string): string {
  return code.replace(/\/\*[^]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
}

describe('the rooms', () => {
  it('import only what the table allows', () => {
    const violations = sources.flatMap((source) =>
      source.imports.map((imported) => violation(source, imported)).filter((found) => found !== null),
    );
    expect(violations).toEqual([]);
  });

  it('all have a rule', () => {
    expect(sources.map(({ path }) => path).filter((path) => ruleFor(path) === null)).toEqual([]);
  });

  it('keep core and transforms pure: no clock, no chance, no console, nothing asynchronous', () => {
    const impure =
      /\b(?:async|await|Promise|Date|globalThis)\b|Math\.random|\b(?:performance|console|process)\.|\b(?:fetch|setTimeout)\(/;
    const pure = sources.filter(({ path }) => path.startsWith('src/core/') || path.startsWith('transforms/'));
    expect(pure.length).toBeGreaterThan(20);
    for (const { path, code } of pure) expect(impure.exec(withoutComments(code))?.[0], path).toBeUndefined();
  });

  it('start no programs in the room of the engines but from one file', () => {
    const users = sources.filter(({ imports }) =>
      imports.some(({ target }) => target === 'node:child_process'),
    );
    const inRoom = users.map(({ path }) => path).filter((path) => path.startsWith('src/engine/'));
    expect(inRoom).toEqual(['src/engine/process.ts']);
  });

  it('never end the process below bin', () => {
    for (const { path, code } of sources) expect(withoutComments(code), path).not.toMatch(/process\.exit\b/);
  });

  it('load heavy packages only where they are used', () => {
    const reached = new Set<string>();
    const walk = (path: string): void => {
      if (reached.has(path)) return;
      reached.add(path);
      for (const { target, typeOnly, dynamic } of byPath.get(path)?.imports ?? []) {
        if (!typeOnly && !dynamic) walk(target);
      }
    };
    walk('src/cli/run.ts');
    walk('src/index.ts');
    expect([...reached].length).toBeGreaterThan(30);
    expect(HEAVY.filter((name) => reached.has(name))).toEqual([]);
  });

  it('keep the entry point small: it imports nothing heavy before it knows the command', () => {
    const main = byPath.get('src/cli/main.ts')!;
    const still = main.imports.filter(({ typeOnly, dynamic }) => !typeOnly && !dynamic);
    expect(still.map(({ target }) => target).sort()).toEqual([
      'src/cli/exit-codes.ts',
      'src/cli/io.ts',
      'src/cli/version.ts',
    ]);
  });
});
