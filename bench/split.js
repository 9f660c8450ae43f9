/**
 * What `split-stages` says of real application repositories, by stack: how many files with one stage are recognised,
 * split (provable, likely) and withheld by code. The corpus is a folder with MANIFEST.tsv and, for each repository,
 * FILES.txt and those of its files that are at hand (DOCKFIX_CORPUS, or ../shared/corpus). Offline: no registry is
 * asked. Files of which only the name is at hand count as files that cannot be read.
 *
 *     node bench/split.js [seed] [--all]     with a seed: also 60 of the splits as diffs, to be read
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const CORPUS = process.env.DOCKFIX_CORPUS ?? fileURLToPath(new URL('../../shared/corpus', import.meta.url));
const SHOWN = process.argv.includes('--all') ? Infinity : 60;

/** Files that this corpus names without their content: nobody could judge these here. */
const NOT_AT_HAND = /^(?:requirements-not-seen|script-not-seen|manifest-not-seen)$/;
/** By the rules a split is refused: it would break, or nobody can know. What is left is what dockfix does not manage. */
const REFUSED =
  /^(?:windows|onbuild|other-shell|no-context|built-by-target|development-server|runs-sources|installs-at-start|builds-at-start|builds-at-run-time|npx-at-start|waits-for-commands|editable-install|local-dependency|private-source|uv|python-2|workspaces|git-gems|no-lock-file|cgo|plugins|runs-programs|suite-not-known|suite-without-a-table|library-not-known|links-to-what-it-finds|fixed-path|needs-a-browser|no-single-jar|several-modules|jar-without-libraries|several-projects|resets-the-environment|uv-managed-python|uv-environment-not-known|uv-run-in-the-build|uv-links|mixed-installers)$/;
const NOTHING = 'nothing to say: no tools would be left out';
const NO_START = 'nothing to say: nothing is started';
/** A finding about files with several stages. */
const ABOUT_OTHERS = /^ships-/;

if (existsSync(join(CORPUS, 'MANIFEST.tsv'))) await report(process.argv[2]);
else console.log('no corpus with a MANIFEST.tsv; set DOCKFIX_CORPUS');

async function report(seed) {
  const tool = await load();
  const stacks = new Map();
  const fixes = [];
  let files = 0;
  let single = 0;
  for (const [name, paths] of repositories()) {
    const source = contextSource(tool, name);
    for (const path of source ? paths : []) {
      const found = await judge(tool, source, name, path);
      if (found === null) continue;
      files++;
      if (!found.isSingle) continue;
      single++;
      const [finding] = found.result.findings;
      if (found.stack === 'none' || ABOUT_OTHERS.test(finding?.code ?? '')) continue;
      const isSplit = finding?.status === 'fixed';
      const key = isSplit
        ? `split, ${/^the artefact/.test(finding.reason) ? 'provable' : 'likely'}`
        : (finding?.code ?? (found.isStarted ? NOTHING : NO_START));
      const counts = stacks.get(found.stack) ?? new Map();
      stacks.set(found.stack, counts.set(key, (counts.get(key) ?? 0) + 1));
      if (isSplit) fixes.push(`### ${name}/${path}\n${finding.title}\n  ${finding.reason}\n${found.diff}`);
      else if (finding && seed === 'withheld')
        console.log(`${found.stack} ${finding.code} ${name}/${path}: ${finding.reason}`);
      for (const bug of found.result.bugs) console.log(`BUG ${name}/${path}: ${JSON.stringify(bug)}`);
    }
  }
  print(files, single, stacks);
  if (seed !== undefined && seed !== 'withheld')
    for (const fix of sample(fixes, Number(seed))) console.log(`\n${fix}`);
}

/** Null for what is no Dockerfile: a template, for example. */
async function judge(tool, source, name, path) {
  try {
    const text = readFileSync(join(CORPUS, name.replace('/', '+'), path), 'utf8').replace(/^\uFEFF/, '');
    const document = tool.parseDocument(text);
    const question = { dockerfile: `/repository/${path}`, folder: null, cwd: '/repository' };
    const context = (parsed) => source.contextOf(question, parsed);
    const result = await tool.fixText(text, { only: ['split-stages'], unsafe: true, context });
    const candidate = tool.candidateOf(document);
    const diff = tool.unifiedDiff(path, text, result.change.edits);
    return {
      result,
      diff,
      isStarted: document.instructions.some(({ keyword }) => keyword === 'CMD' || keyword === 'ENTRYPOINT'),
      isSingle: tool.stagesOf(document).length === 1,
      stack: candidate?.stack ?? 'none',
    };
  } catch (error) {
    if (error.code === undefined) throw error;
    return null;
  }
}

function print(files, single, stacks) {
  console.log(`${files} Dockerfiles of applications with their context, ${single} of them with one stage\n`);
  const all = new Map();
  for (const [stack, counts] of [...stacks].sort((a, b) => sum(b[1]) - sum(a[1]))) {
    console.log(`${stack}: ${sum(counts)} recognised`);
    for (const [key, count] of [...counts].sort((a, b) => b[1] - a[1])) {
      console.log(`${String(count).padStart(6)}  ${key}`);
      all.set(key, (all.get(key) ?? 0) + count);
    }
  }
  const count = (fits) => sum(new Map([...all].filter(([key]) => fits(key))));
  const recognised = sum(all);
  const split = count((key) => key.startsWith('split'));
  const refused = count((key) => REFUSED.test(key));
  const unseen = count((key) => NOT_AT_HAND.test(key));
  const nothing = all.get(NOTHING) ?? 0;
  const idle = all.get(NO_START) ?? 0;
  const left = recognised - refused - unseen - nothing - idle;
  console.log(
    `\nrecognised ${recognised}: nothing started ${idle}, nothing to leave out ${nothing}, refused by the rules ${refused}, content not at hand ${unseen}`,
  );
  console.log(
    `split: ${share(split, left)} of the rest; ${share(split, left + nothing)} with those that would leave nothing out`,
  );
  const withheld = [...all]
    .filter(([key]) => !key.startsWith('split') && !key.startsWith('nothing'))
    .map(([, count]) => count);
  console.log(
    `the most frequent code holds ${share(
      Math.max(0, ...withheld),
      withheld.reduce((a, b) => a + b, 0),
    )} of what is withheld`,
  );
}

function sum(counts) {
  return [...counts.values()].reduce((total, count) => total + count, 0);
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
  const folder = mkdtempSync(join(tmpdir(), 'dockfix-split-'));
  const outfile = join(folder, 'tool.mjs');
  const contents = [
    "export { fixText } from './src/index.ts';",
    "export { parseDocument } from './src/core/parse.ts';",
    "export { stagesOf } from './src/core/stages.ts';",
    "export { candidateOf } from './src/core/split/reading.ts';",
    "export { unifiedDiff } from './src/report/diff.ts';",
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
