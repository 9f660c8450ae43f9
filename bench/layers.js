/** Looking for a file in a 250 MB layer below two others, at a real registry: bytes on the wire and memory. */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FILES = 21_000;
const BYTES = 12_000;

export async function bench() {
  // Inside the repository, so that the bundle finds its packages.
  const folder = mkdtempSync(join(ROOT, 'node_modules', '.bench-'));
  try {
    const outfile = join(folder, 'figures.mjs');
    const options = {
      bundle: true,
      format: 'esm',
      platform: 'node',
      packages: 'external',
      logLevel: 'error',
    };
    await build({ ...options, entryPoints: [join(ROOT, 'test/support/layers-figures.ts')], outfile });
    const { startBench } = await import(outfile);
    const figures = await startBench(FILES, BYTES, ROOT);
    try {
      await print(figures);
    } finally {
      await figures.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function print(figures) {
  const { gzip, chunked } = figures.layerBytes;
  console.log(`${FILES} files; the layer has ${mb(gzip)} as gzip, ${mb(chunked)} as zstd:chunked`);
  const curl = ['/usr/bin/curl'];
  const wget = ['/usr/bin/wget'];
  const cache = figures.folder('cache');
  const say = async (what, image, task, goal) => {
    const { answers, wireBytes, readBytes, peakMib, beforeMib, ms, requests } = await figures.ask(
      image,
      task,
    );
    const [{ present, verified }] = Object.values(answers);
    console.log(
      `${what}: ${present}${verified ? ', verified' : ''}; ${mb(wireBytes)} on the wire (${mb(readBytes)} of layers taken) in ${requests} requests, ${ms} ms, ` +
        `peak memory ${peakMib} MiB (${beforeMib} before the question)${goal}`,
    );
  };
  await say(
    'zstd:chunked, is there curl',
    'chunked',
    { paths: curl, deep: false, cache },
    ' (goal: under 3 MB)',
  );
  await say(
    'zstd:chunked, the second time',
    'chunked',
    { paths: curl, deep: false, cache },
    ' (goal: 0 requests)',
  );
  await say('zstd:chunked, is there wget', 'chunked', { paths: wget, deep: false }, '');
  await say('gzip, is there curl', 'gzip', { paths: curl, deep: true, cache }, ' (goal: under 150 MiB)');
  await say('gzip, the second time', 'gzip', { paths: curl, deep: true, cache }, ' (goal: 0 requests)');
  await say('gzip, is there wget', 'gzip', { paths: wget, deep: true }, ' (goal: under 150 MiB)');
}

function mb(bytes) {
  return `${(bytes / 1e6).toFixed(2)} MB`;
}
