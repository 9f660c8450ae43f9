/**
 * Real application repositories for the benchmarks that count findings. The corpus is a folder with MANIFEST.tsv and,
 * for each repository, FILES.txt and those of its files that are at hand (DOCKFIX_CORPUS, or ../shared/corpus). Files of
 * which only the name is at hand count as files that cannot be read. No registry is asked.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const CORPUS = process.env.DOCKFIX_CORPUS ?? fileURLToPath(new URL('../../shared/corpus', import.meta.url));

/** Says what is missing where there is no corpus. */
export function hasCorpus() {
  const isThere = existsSync(join(CORPUS, 'MANIFEST.tsv'));
  if (!isThere) console.log('no corpus with a MANIFEST.tsv; set DOCKFIX_CORPUS');
  return isThere;
}

/**
 * Judges every Dockerfile of the applications with one transform, unsafe fixes included. `exports` are names of the
 * library's own parts by module, which come as `tool`. Files that are no Dockerfile (templates, for example) are left out.
 */
export async function* judgedBy(id, exports = {}) {
  const tool = await load(exports);
  for (const [name, paths] of repositories()) {
    const source = contextSource(tool, name);
    if (source === null) continue;
    for (const path of paths) {
      const file = join(folderOf(name), path);
      if (!existsSync(file)) continue;
      const text = readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
      const question = { dockerfile: `/repository/${path}`, folder: null, cwd: '/repository' };
      const context = (document) => source.contextOf(question, document);
      try {
        const result = await tool.fixText(text, { only: [id], unsafe: true, context });
        yield { tool, name, path, document: tool.parseDockerfile(text), result };
      } catch (error) {
        if (error.code === undefined) throw error;
      }
    }
  }
}

export function share(part, whole) {
  return `${part} of ${whole} (${whole === 0 ? 0 : Math.round((100 * part) / whole)}%)`;
}

export function printCounts(counts) {
  for (const [key, count] of [...counts].sort((a, b) => b[1] - a[1])) {
    console.log(`${String(count).padStart(6)}  ${key}`);
  }
}

/** `counts` by code, of what is withheld alone. */
export function printMostFrequent(counts) {
  const all = counts.reduce((sum, count) => sum + count, 0);
  console.log(`the most frequent code holds ${share(Math.max(0, ...counts), all)} of what is withheld`);
}

/** The same seed gives the same items in the same order. */
export function sample(list, seed, size = 60) {
  let state = seed >>> 0;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return list
    .map((item) => [next(), item])
    .sort((a, b) => a[0] - b[0])
    .slice(0, size)
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

function folderOf(name) {
  return join(CORPUS, name.replace('/', '+'));
}

/** Null where the paths of the repository are not known. */
function contextSource({ createContextSource, memoryFiles }, name) {
  const list = join(folderOf(name), 'FILES.txt');
  if (!existsSync(list)) return null;
  const files = { '/repository/.git/config': '' };
  for (const path of readFileSync(list, 'utf8').split('\n').filter(Boolean)) {
    const at = join(folderOf(name), path);
    files[`/repository/${path}`] = existsSync(at) ? readFileSync(at, 'utf8') : null;
  }
  return createContextSource(memoryFiles(files));
}

/** The library with parts that it does not export. */
async function load(exports) {
  const folder = mkdtempSync(join(tmpdir(), 'dockfix-applications-'));
  const outfile = join(folder, 'tool.mjs');
  const modules = {
    './src/index.ts': ['fixText', 'parseDockerfile', 'unifiedDiff'],
    './src/facts/context/context.ts': ['createContextSource'],
    './src/facts/context/memory.ts': ['memoryFiles'],
    ...exports,
  };
  await build({
    stdin: {
      contents: Object.entries(modules)
        .map(([module, names]) => `export { ${names.join(', ')} } from '${module}';`)
        .join('\n'),
      resolveDir: ROOT,
      loader: 'ts',
    },
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
