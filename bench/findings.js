/**
 * What a transform says about real application repositories: fixed (safe, unsafe), shown, and withheld by code. The
 * corpus is a folder with MANIFEST.tsv and, for each repository, FILES.txt and those of its files that are at hand
 * (DOCKFIX_CORPUS, or ../shared/corpus). Offline: no registry is asked.
 *
 *     node bench/findings.js [add-user]
 */
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const CORPUS = process.env.DOCKFIX_CORPUS ?? fileURLToPath(new URL('../../shared/corpus', import.meta.url));
/** Longer lists are of repositories that nobody would check out for one image. */
const MAX_PATHS = 60_000;

/** Codes for images that are nobody's application, or whose user is decided elsewhere: there is nothing to fix. */
const NOT_APPLICABLE = new Set([
  'windows',
  'lambda',
  'azure-functions',
  'github-action',
  'development-container',
  'command-line-tool',
  'entrypoint-drops-privileges',
  'site-in-volume',
  'workers-drop-privileges',
  'waits-for-commands',
]);
/** What is started is not in the file, or in a file that the corpus does not hold. */
const START_UNKNOWN = new Set([
  'start-script-not-read',
  'start-script-not-found',
  'package-script-not-read',
  'no-build-context',
  'no-start-command',
  'start-command-in-compose',
]);
/** The file has a USER. */
const HAS_USER = new Set(['user-from-build', 'root-asked-for']);

if (existsSync(join(CORPUS, 'MANIFEST.tsv'))) await report(process.argv[2] ?? 'add-user');
else console.log('no corpus with a MANIFEST.tsv; set DOCKFIX_CORPUS');

async function report(id) {
  const tool = await load();
  const counts = new Map();
  let files = 0;
  let repository = { name: '', source: null };
  for (const [, name, , path] of rows()) {
    if (repository.name !== name) repository = { name, source: contextSource(tool, name) };
    const text = textOf(name, path);
    if (text === null) continue;
    const findings = await findingsOf(tool, id, text, path, repository.source);
    if (findings === null) continue;
    files++;
    for (const { status, safety, code } of findings) {
      const key = status === 'fixed' ? `fixed, ${safety}` : status === 'display' ? 'shown' : code;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  print(id, files, counts);
}

/** Null for a file that is no Dockerfile: a template, for example. */
async function findingsOf(tool, id, text, path, source) {
  const question = { dockerfile: `/repository/${path}`, folder: null, cwd: '/repository' };
  try {
    const context = (document) => source.contextOf(question, document);
    const { findings } = await tool.fixText(text, { only: [id], unsafe: true, context });
    return findings;
  } catch (error) {
    if (error.code === undefined) throw error;
    return null;
  }
}

function print(id, files, counts) {
  const total = sum(counts, () => true);
  console.log(`${id}: ${files} Dockerfiles of applications, ${total} findings\n`);
  for (const [key, count] of [...counts].sort((a, b) => b[1] - a[1]))
    console.log(`${String(count).padStart(6)}  ${key}`);
  const fixed = sum(counts, (key) => key.startsWith('fixed'));
  const withheld = sum(counts, (key) => !key.startsWith('fixed') && key !== 'shown');
  const most = Math.max(
    0,
    ...[...counts].filter(([key]) => !key.startsWith('fixed') && key !== 'shown').map(([, n]) => n),
  );
  console.log(`\nfixed: ${share(fixed, total)}`);
  console.log(`the most frequent code holds ${share(most, withheld)} of what is withheld`);
  if (id !== 'add-user') return;
  const lacking = total - sum(counts, (key) => HAS_USER.has(key));
  const applicable = lacking - sum(counts, (key) => NOT_APPLICABLE.has(key));
  const readable = applicable - (counts.get('start-script-not-read') ?? 0);
  console.log(`fixed ${share(fixed, lacking)} of the final stages without a user`);
  console.log(`fixed ${share(fixed, applicable)} of those where one applies`);
  console.log(`fixed ${share(fixed, readable)} of those whose start script the corpus holds`);
  const known = applicable - sum(counts, (key) => START_UNKNOWN.has(key));
  console.log(`fixed ${share(fixed, known)} of those whose start command is known`);
}

function sum(counts, wanted) {
  return [...counts].reduce((total, [key, count]) => total + (wanted(key) ? count : 0), 0);
}

function share(part, whole) {
  return `${part} of ${whole} (${whole === 0 ? 0 : Math.round((100 * part) / whole)}%)`;
}

function rows() {
  return readFileSync(join(CORPUS, 'MANIFEST.tsv'), 'utf8')
    .split('\n')
    .slice(1)
    .map((line) => line.split('\t'))
    .filter(([, , , , , , kind]) => kind === 'app');
}

function folderOf(name) {
  return join(CORPUS, name.replace('/', '+'));
}

/** Null for a file that is not there or is no Dockerfile that can be judged. */
function textOf(name, path) {
  try {
    return readFileSync(join(folderOf(name), path), 'utf8').replace(/^\uFEFF/, '');
  } catch {
    return null;
  }
}

/** All paths of the repository; those whose content is not at hand are files that cannot be read. */
function contextSource({ createContextSource, memoryFiles }, name) {
  const folder = folderOf(name);
  const files = { '/repository/.git/config': '' };
  const list = join(folder, 'FILES.txt');
  const paths = existsSync(list) ? readFileSync(list, 'utf8').split('\n').filter(Boolean) : [];
  for (const path of paths.slice(0, MAX_PATHS)) files[`/repository/${path}`] = null;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || path === list) continue;
    files[`/repository/${path.slice(folder.length + 1)}`] = readFileSync(path, 'utf8');
  }
  return createContextSource(memoryFiles(files));
}

/** The library with the two makers of contexts, which it does not export. */
async function load() {
  const folder = mkdtempSync(join(tmpdir(), 'dockfix-findings-'));
  const outfile = join(folder, 'tool.mjs');
  const contents = [
    "export { fixText } from './src/index.ts';",
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
