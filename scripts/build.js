/**
 * Builds dist/: the library (index.js), and the command line, split so that a run loads only what it uses. The command
 * line's modules become CommonJS, because Node 20 can keep what it compiled of scripts, but not of ES modules; start.cjs
 * loads them (src/cli/start.ts).
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';
import { thirdPartyNotices } from './notices.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20.18',
  minify: true,
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
};

rmSync(new URL('../dist', import.meta.url), { recursive: true, force: true });
const library = await build({
  ...common,
  entryPoints: { index: 'src/index.ts' },
  outdir: 'dist',
  splitting: true,
  format: 'esm',
  // Some bundled libraries are CommonJS and ask for built-in modules by require.
  banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
});
const { hash: modules, metafile } = await buildCommandLine();
writeFileSync(
  new URL('../dist/THIRD-PARTY-NOTICES.txt', import.meta.url),
  thirdPartyNotices(root, [library.metafile, metafile]),
);
await build({
  ...common,
  entryPoints: { start: 'src/cli/start.ts' },
  outdir: 'dist',
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
  define: { DOCKFIX_BUILD: JSON.stringify(modules) },
});

const tsc = createRequire(import.meta.url)
  .resolve('typescript/package.json')
  .replace('package.json', 'bin/tsc');
execFileSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });

/** Gives a hash of all modules, and what they were made of. */
async function buildCommandLine() {
  const { outputFiles, metafile } = await build({
    ...common,
    entryPoints: { main: 'src/cli/main.ts' },
    outdir: 'dist/cli',
    splitting: true,
    format: 'esm',
    outExtension: { '.js': '.cjs' },
    define: {
      DOCKFIX_VERSION: JSON.stringify(version),
      'import.meta.url': '__moduleUrl',
    },
    write: false,
  });
  const hash = createHash('sha256');
  for (const { path, text } of outputFiles) {
    const isModule = path.endsWith('.cjs');
    const code = isModule ? await toCommonJs(text) : text;
    // The loader reads it as Latin-1, which is faster.
    if (isModule && /[^\0-\x7f]/.test(code)) throw new Error(`${path} is not ASCII`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, code);
    hash.update(`${basename(path)}\0${code}\0`);
  }
  return { hash: hash.digest('hex'), metafile };
}

async function toCommonJs(code) {
  const result = await transform(code, {
    format: 'cjs',
    target: 'node20.18',
    minify: true,
    legalComments: 'none',
    supported: { 'dynamic-import': false },
  });
  return result.code;
}
