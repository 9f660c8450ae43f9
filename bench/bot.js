/**
 * The bot on GitHub over many repositories: one look-up for each distinct tag in a cycle, one request to the forge for a
 * repository in which nothing has changed, and memory that does not grow with their number. The bot is the command as
 * people run it; forge and registry are servers in this process, and all requests are counted there. The forge is the
 * one that the tests use, over real bare repositories.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const BIN = join(ROOT, 'bin/dockfix.js');
const REPOSITORIES = 200;
const TAGS = 40;
const MANY = 1000;
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const CONFIG = 'application/vnd.oci.image.config.v1+json';

export async function bench() {
  // Inside the repository, so that the bundle finds its packages.
  const folder = mkdtempSync(join(ROOT, 'node_modules', '.bench-'));
  const registry = await startRegistry();
  const forge = await startForge(folder);
  try {
    const token = forge.addToken(forge.addAccount('dockfix[bot]', 'Bot'), 'app');
    writeFileSync(
      join(folder, 'operator.yaml'),
      `registries: { docker.io: { endpoint: "http://127.0.0.1:${registry.port}" } }\n` +
        `allowPrivate: ["127.0.0.1:${registry.port}"]\n` +
        // A second between two writes is what github.com asks for; here nobody does.
        'bot: { minAge: 0s, writePause: 0s, limits: { perHour: 100 } }\n',
    );
    // More than the 5000 requests an hour that a token has at github.com.
    forge.limit(1_000_000, 0);
    const run = { folder, token, registry, forge };

    const each = Array.from({ length: REPOSITORIES }, (_, at) => `acme/r${at}`);
    for (const [at, path] of each.entries()) {
      forge.addRepo(path, { files: { Dockerfile: dockerfile([at % TAGS], registry.first) } });
    }
    console.log(`${REPOSITORIES} repositories, ${TAGS} distinct tags, all of them moved:`);
    report('first cycle ', await cycle(run, each), REPOSITORIES);
    report('second cycle', await cycle(run, each), REPOSITORIES);

    // Up to date, so that what is measured is the bot and not the forge.
    const first = forge.addRepo('many/r0', { files: { Dockerfile: dockerfile([1, 2], registry.second) } });
    for (let at = 1; at < MANY; at++) forge.addRepo(`many/r${at}`, { copyOf: first });
    const many = Array.from({ length: MANY }, (_, at) => `many/r${at}`);
    const { memory, requests } = await cycle(run, many);
    const shown = memory.map(({ done, megabytes }) => `${megabytes} MB after ${done}`).join(', ');
    console.log(
      `memory over ${MANY} repositories (${requests.length} requests to the forge): ${shown} (goal: flat)`,
    );
  } finally {
    await forge.close();
    registry.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function report(title, { counts, requests, metrics, seconds }, repositories) {
  const opened = Number(/^dockfix_pulls_created_total (\d+)$/m.exec(metrics)?.[1] ?? 0);
  const writes = requests.filter(({ isWrite }) => isWrite).length;
  const isSecond = title.startsWith('second');
  console.log(
    `${title}: ${counts.tags} tag resolutions (goal: ${TAGS}), at most ${counts.mostHeads} HEAD of one pin (goal: 1), ` +
      `${counts.all} requests to the registry`,
  );
  console.log(
    `${' '.repeat(title.length)}  ${opened} opened, ${writes} writes${isSecond ? ' (goal: 0)' : ''}, ` +
      `${(requests.length / repositories).toFixed(2)} requests to the forge a repository` +
      `${isSecond ? ' (goal: 1)' : ''}, ${seconds} s`,
  );
}

const dockerfile = (tags, imageOf) =>
  tags.map((tag) => `FROM acme/t${tag}:1@${imageOf(tag).digest}\n`).join('');

/** One run of the command, with what the servers saw of it. */
async function cycle({ folder, token, registry, forge }, repositories) {
  registry.reset();
  const start = forge.log.length;
  const startMs = performance.now();
  const list = join(folder, 'list.txt');
  writeFileSync(list, repositories.join('\n'));
  const metrics = join(folder, 'metrics.prom');
  const args = [BIN, 'bot', '--forge', 'github', '--config', join(folder, 'operator.yaml'), '--repos', list];
  args.push('--no-packages', '--cache-dir', join(folder, 'cache'), '--state', join(folder, 'state.json'));
  args.push('--metrics', metrics);
  // Answers about tags are kept for minutes, which would hide what a cycle asks.
  rmSync(join(folder, 'cache'), { recursive: true, force: true });
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env.PATH, HOME: folder, DOCKFIX_FORGE_URL: forge.url, GITHUB_TOKEN: token },
  });
  const memory = [];
  let done = 0;
  let rest = '';
  let failed = '';
  child.stderr.on('data', (data) => {
    const lines = `${rest}${data}`.split('\n');
    rest = lines.pop();
    for (const line of lines) {
      if (/ action=failed /.test(line)) failed = line;
      if (!/ action=done /.test(line)) continue;
      done++;
      if (done % (MANY / 4) === 0) memory.push({ done, megabytes: residentMegabytes(child.pid) });
    }
  });
  const exit = await new Promise((resolve) => child.once('close', resolve));
  if (exit !== 0) throw new Error(`the bot ended with ${exit}: ${failed || rest}`);
  return {
    counts: registry.counts(),
    requests: forge.log.slice(start),
    metrics: readFileSync(metrics, 'utf8'),
    memory,
    seconds: Math.round((performance.now() - startMs) / 1000),
  };
}

function residentMegabytes(pid) {
  try {
    return Math.round(
      Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024,
    );
  } catch {
    return null;
  }
}

/** The fake forge of the tests; it looks for GitHub's schema three folders above itself. */
async function startForge(folder) {
  const outfile = join(folder, 'forge', 'fake-forge.mjs');
  mkdirSync(join(folder, 'forge'));
  await build({
    entryPoints: [join(ROOT, 'test/support/fake-forge/fake-forge.ts')],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    logLevel: 'error',
  });
  const { startFakeForge } = await import(outfile);
  // Its answers are held against GitHub's description by the tests.
  return startFakeForge({ isChecked: false });
}

/** Two images for each tag; the tag has the second. */
async function startRegistry() {
  const blobs = new Map();
  const tips = new Map();
  const keep = (data) => {
    const bytes = Buffer.from(JSON.stringify(data));
    const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    blobs.set(digest, bytes);
    return { digest, size: bytes.length };
  };
  const image = (salt) => {
    const config = keep({ os: 'linux', architecture: 'amd64', config: {}, history: [{ created_by: salt }] });
    return keep({
      schemaVersion: 2,
      mediaType: MANIFEST,
      config: { mediaType: CONFIG, ...config },
      layers: [],
    });
  };
  for (let tag = 0; tag < TAGS; tag++) tips.set(`acme/t${tag}`, image(`second ${tag}`).digest);
  let seen = [];
  const server = createServer((request, response) => {
    const [, repository, kind, reference] = /^\/v2\/(.+)\/(manifests|blobs)\/(.+)$/.exec(request.url) ?? [];
    seen.push({ method: request.method, repository, kind, reference });
    const digest = reference?.includes(':') ? reference : tips.get(repository);
    const bytes = blobs.get(digest);
    const type = kind === 'manifests' ? MANIFEST : 'application/octet-stream';
    const headers = {
      'content-type': type,
      'docker-content-digest': digest ?? '',
      'content-length': bytes?.length ?? 0,
    };
    response.writeHead(bytes ? 200 : 404, headers);
    response.end(request.method === 'HEAD' ? undefined : bytes);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: server.address().port,
    first: (tag) => image(`first ${tag}`),
    second: (tag) => image(`second ${tag}`),
    reset: () => void (seen = []),
    counts() {
      const tags = seen.filter(
        ({ kind, reference }) => kind === 'manifests' && !reference.includes(':'),
      ).length;
      const heads = new Map();
      for (const { method, repository, reference } of seen) {
        if (method !== 'HEAD' || !reference.includes(':')) continue;
        const pin = `${repository}@${reference}`;
        heads.set(pin, (heads.get(pin) ?? 0) + 1);
      }
      return { tags, mostHeads: Math.max(0, ...heads.values()), all: seen.length };
    },
    close: () => server.close(),
  };
}
