/**
 * What `add-healthcheck` says of real application repositories: fixed (safe, unsafe) and withheld by code, and how
 * many of the final stages that serve a port get a check. The corpus is a folder with MANIFEST.tsv and, for each
 * repository, FILES.txt and those of its files that are at hand (DOCKFIX_CORPUS, or ../shared/corpus). Offline: no
 * registry is asked, so that programs of base images are known from the table at most.
 *
 *     node bench/healthcheck.js [seed]      with a seed: also 60 of the fixes, to be read
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const CORPUS = process.env.DOCKFIX_CORPUS ?? fileURLToPath(new URL('../../shared/corpus', import.meta.url));
const SHOWN = 60;

/** Nothing to check, or somebody else checks it. */
const NOT_APPLICABLE =
  /^(?:windows|aws-lambda|azure-functions|cron|queue-worker|runs-|command-line-tool|tool-image|starts-|stands-still|serves-nothing|port-of-another-kind|base-has|base-switches)/;
/** What may well serve nothing: it counts as serving only where EXPOSE says so. */
const NO_PORT = /^(?:no-port|command-of-base)/;

if (existsSync(join(CORPUS, 'MANIFEST.tsv'))) await report(process.argv[2]);
else console.log('no corpus with a MANIFEST.tsv; set DOCKFIX_CORPUS');

async function report(seed) {
  const tool = await load();
  const counts = new Map();
  const fixes = [];
  const total = { files: 0, checked: 0, serving: 0, fixed: 0 };
  for (const [name, paths] of repositories()) {
    const source = contextSource(tool, name);
    for (const path of source ? paths : []) {
      const found = await judge(tool, source, name, path);
      if (found === null) continue;
      total.files++;
      const [finding] = found.result.findings;
      if (!finding) {
        total.checked++;
        continue;
      }
      const isFixed = finding.status === 'fixed';
      const key = isFixed ? `fixed, ${finding.safety}` : finding.code;
      counts.set(key, (counts.get(key) ?? 0) + 1);
      const serves = NO_PORT.test(finding.code ?? '')
        ? found.exposes
        : !NOT_APPLICABLE.test(finding.code ?? '');
      if (isFixed || serves) total.serving++;
      if (!isFixed) continue;
      total.fixed++;
      const text = found.result.change.edits.map((edit) => edit.text).join('');
      fixes.push(`${name}/${path}\n  ${finding.title}: ${finding.reason}\n${text}`);
    }
  }
  print(total, counts);
  if (seed !== undefined) for (const fix of sample(fixes, Number(seed))) console.log(`\n${fix}`);
}

/** Null for what is no Dockerfile: a template, for example. */
async function judge(tool, source, name, path) {
  try {
    const text = readFileSync(join(CORPUS, name.replace('/', '+'), path), 'utf8').replace(/^\uFEFF/, '');
    const document = tool.parseDocument(text);
    const question = { dockerfile: `/repository/${path}`, folder: null, cwd: '/repository' };
    const context = (parsed) => source.contextOf(question, parsed);
    const result = await tool.fixText(text, { only: ['add-healthcheck'], unsafe: true, context });
    return { result, exposes: tool.exposedPorts(document, tool.finalStage(document)).length > 0 };
  } catch (error) {
    if (error.code === undefined) throw error;
    return null;
  }
}

function print({ files, checked, serving, fixed }, counts) {
  console.log(`${files} Dockerfiles of applications with their context, ${checked} have a check\n`);
  for (const [key, count] of [...counts].sort((a, b) => b[1] - a[1])) {
    console.log(`${String(count).padStart(6)}  ${key}`);
  }
  const withheld = [...counts].filter(([key]) => !key.startsWith('fixed')).map(([, count]) => count);
  console.log(`\nfixed: ${share(fixed, serving)} of the final stages that serve a port`);
  const all = withheld.reduce((sum, count) => sum + count, 0);
  console.log(`the most frequent code holds ${share(Math.max(0, ...withheld), all)} of what is withheld`);
}

function share(part, whole) {
  return `${part} of ${whole} (${whole === 0 ? 0 : Math.round((100 * part) / whole)}%)`;
}

/** The same seed gives the same files. */
function sample(list, seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return list
    .map((item) => [next(), item])
    .sort((a, b) => a[0] - b[0])
    .slice(0, SHOWN)
    .map(([, item]) => item);
}

function repositories() {
  const found = new Map();
  for (const line of readFileSync(join(CORPUS, 'MANIFEST.tsv'), 'utf8').split('\n').slice(1)) {
    const [, name, , path, , , kind] = line.split('\t');
    if (kind === 'app') found.set(name, [...(found.get(name) ?? []), path]);
  }
  return found;
}

/** All paths of the repository; those whose content is not at hand are files that cannot be read. */
function contextSource({ createContextSource, memoryFiles }, name) {
  const folder = join(CORPUS, name.replace('/', '+'));
  const list = join(folder, 'FILES.txt');
  if (!existsSync(list)) return null;
  const files = { '/repository/.git/config': '' };
  for (const path of readFileSync(list, 'utf8').split('\n').filter(Boolean)) {
    const at = join(folder, path);
    files[`/repository/${path}`] = existsSync(at) ? readFileSync(at, 'utf8') : null;
  }
  return createContextSource(memoryFiles(files));
}

/** The library with the parts that it does not export. */
async function load() {
  const folder = mkdtempSync(join(tmpdir(), 'dockfix-healthcheck-'));
  const outfile = join(folder, 'tool.mjs');
  const contents = [
    "export { fixText } from './src/index.ts';",
    "export { parseDocument } from './src/core/parse.ts';",
    "export { exposedPorts } from './src/core/context/listening-port.ts';",
    "export { finalStage } from './src/core/context/stage-files.ts';",
    "export { createContextSource } from './src/facts/context/context.ts';",
    "export { memoryFiles } from './src/facts/context/memory.ts';",
  ].join('\n');
  await build({
    stdin: { contents, resolveDir: ROOT, loader: 'ts' },
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
    logLevel: 'error',
  });
  try {
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
