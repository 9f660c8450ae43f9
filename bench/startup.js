/** Start-up: wall time of short commands, in turn with `node -e 0`, medians of the ratios pair by pair. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../bin/dockfix.js', import.meta.url));
const RUNS = 25;

export function bench() {
  const folder = mkdtempSync(join(tmpdir(), 'dockfix-bench-'));
  try {
    const file = join(folder, 'Dockerfile');
    writeFileSync(file, 'FROM debian:12\nRUN apt-get update && apt-get install -y curl\nCMD ["bash"]\n');
    report('dockfix --version', [BIN, '--version'], folder, 1.4);
    report('dockfix --offline --dry-run, one small file', [BIN, '--offline', '--dry-run', file], folder, 2.5);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function report(label, args, cwd, goal) {
  const ratios = [];
  const times = [];
  for (let run = 0; run < RUNS + 2; run++) {
    const base = time(['-e', '0'], cwd);
    const own = time(args, cwd);
    // The first two warm the file cache.
    if (run >= 2) {
      ratios.push(own / base);
      times.push(own);
    }
  }
  console.log(
    `${label}: ${median(times).toFixed(0)} ms, ${median(ratios).toFixed(2)} times node -e 0 (goal: at most ${goal})`,
  );
}

function time(args, cwd) {
  const start = process.hrtime.bigint();
  const { status } = spawnSync(process.execPath, args, { cwd, stdio: 'ignore' });
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}`);
  return Number(process.hrtime.bigint() - start) / 1e6;
}

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[sorted.length >> 1];
}
