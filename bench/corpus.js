/**
 * A whole corpus, all offline transforms, one process: time against DockerfileParser.parse alone over the same
 * files in the same run, and memory. The corpus is a folder of Dockerfiles: DOCKFIX_CORPUS, or ../shared/corpus.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DockerfileParser } from 'dockerfile-ast';
import { fixText } from '../dist/index.js';
import { median } from './startup.js';

const CORPUS = process.env.DOCKFIX_CORPUS ?? fileURLToPath(new URL('../../shared/corpus', import.meta.url));
const SELF = fileURLToPath(import.meta.url);
const BATCH = 500;

export async function bench() {
  if (!existsSync(CORPUS)) {
    console.log('no corpus; set DOCKFIX_CORPUS');
    return;
  }
  const files = dockerfiles();
  const total = { parse: 0, fix: 0 };
  const ratios = [];
  let fixes = 0;
  // In turn, batch by batch, so that both meet the same machine.
  for (let start = 0; start < files.length; start += BATCH) {
    const texts = files.slice(start, start + BATCH).map((path) => readFileSync(path, 'utf8'));
    const parse = await time(() => texts.forEach((text) => DockerfileParser.parse(text)));
    const fix = await time(async () => {
      for (const text of texts) fixes += await countFixes(text);
    });
    total.parse += parse;
    total.fix += fix;
    ratios.push(fix / parse);
  }
  console.log(`${files.length} files, ${fixes} fixes`);
  console.log(
    `parse alone ${(total.parse / 1000).toFixed(1)} s, all offline transforms ${(total.fix / 1000).toFixed(1)} s: ` +
      `${(total.fix / total.parse).toFixed(2)} times (median of batches ${median(ratios).toFixed(2)}; goal: at most 3.5)`,
  );
  const memory = spawnSync(process.execPath, [SELF, 'memory'], { encoding: 'utf8', env: process.env });
  console.log(`memory at its highest: ${memory.stdout.trim()} MB (goal: under 300)`);
}

function dockerfiles() {
  return readdirSync(CORPUS, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /dockerfile|containerfile/i.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

async function countFixes(text) {
  try {
    const { findings } = await fixText(text);
    return findings.filter(({ status }) => status === 'fixed').length;
  } catch {
    return 0;
  }
}

async function time(work) {
  const start = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - start) / 1e6;
}

if (process.argv[1] === SELF && process.argv[2] === 'memory') {
  for (const path of dockerfiles()) await countFixes(readFileSync(path, 'utf8'));
  process.stdout.write(String(Math.round(process.resourceUsage().maxRSS / 1024)));
}
