/**
 * The bot over many repositories: one look-up for each distinct tag in a cycle, one request to the forge for a
 * repository in which nothing has changed, and memory that does not grow with their number. The registry is a server in
 * this process that counts; the repositories are real clones.
 */
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../bin/dockfix.js', import.meta.url));
const REPOSITORIES = 200;
const TAGS = 40;
const MANY = 1000;
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const CONFIG = 'application/vnd.oci.image.config.v1+json';
const PERSON = {
  GIT_AUTHOR_NAME: 'A',
  GIT_AUTHOR_EMAIL: 'a@x',
  GIT_COMMITTER_NAME: 'A',
  GIT_COMMITTER_EMAIL: 'a@x',
};

export async function bench() {
  const folder = mkdtempSync(join(tmpdir(), 'dockfix-bench-bot-'));
  const registry = await startRegistry();
  try {
    writeFileSync(
      join(folder, 'operator.yaml'),
      `registries: { docker.io: { endpoint: "http://127.0.0.1:${registry.port}" } }\nallowPrivate: ["127.0.0.1:${registry.port}"]\nbot: { minAge: 0s, limits: { perHour: 100 } }\n`,
    );
    makeRepositories(folder, REPOSITORIES, registry.first);
    const list = join(folder, 'list.txt');
    writeFileSync(list, paths(folder, REPOSITORIES).join('\n'));
    console.log(`${REPOSITORIES} repositories, ${TAGS} distinct tags, all of them moved:`);
    report('first cycle ', await cycle(folder, list, registry), REPOSITORIES);
    report('second cycle', await cycle(folder, list, registry), REPOSITORIES);

    // Up to date, so that what is measured is the bot and not git.
    makeCopies(folder, MANY, registry.second);
    writeFileSync(list, paths(folder, MANY).join('\n'));
    const { memory } = await cycle(folder, list, registry);
    const shown = memory.map(({ done, megabytes }) => `${megabytes} MB after ${done}`).join(', ');
    console.log(`memory over ${MANY} repositories: ${shown}`);
  } finally {
    registry.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function report(title, { counts, metrics }, repositories) {
  const value = (name) => Number(new RegExp(`^dockfix_${name}_total (\\d+)$`, 'm').exec(metrics)?.[1]);
  console.log(
    `${title}: ${counts.tags} tag resolutions (goal: ${TAGS}), at most ${counts.mostHeads} HEAD of one pin (goal: 1), ` +
      `${counts.all} requests to the registry`,
  );
  console.log(
    `${' '.repeat(title.length)}  ${value('pulls_created')} opened, ${value('forge_writes')} writes, ` +
      `${(value('forge_reads') / repositories).toFixed(1)} reads of the forge a repository`,
  );
}

const paths = (folder, count) => Array.from({ length: count }, (_, at) => join(folder, 'r', String(at)));

const git = (cwd, ...args) =>
  execFileSync('git', args, {
    cwd,
    env: { ...process.env, ...PERSON },
    stdio: ['ignore', 'ignore', 'inherit'],
  });

/** Each with a Dockerfile of its own. */
function makeRepositories(folder, count, imageOf) {
  for (const [at, path] of paths(folder, count).entries()) {
    mkdirSync(path, { recursive: true });
    git(path, 'init', '-q', '-b', 'main', '--template=');
    const tags = [at % TAGS, (at * 7 + 3) % TAGS];
    writeFileSync(join(path, 'Dockerfile'), dockerfile(tags, imageOf));
    git(path, 'add', '-A');
    git(path, 'commit', '-q', '-m', 'Pin');
  }
}

/** All the same, which is cheaper than a thousand times `git init`. */
function makeCopies(folder, count, imageOf) {
  rmSync(join(folder, 'r'), { recursive: true, force: true });
  const template = join(folder, 'template');
  mkdirSync(template);
  git(template, 'init', '-q', '-b', 'main', '--template=');
  writeFileSync(join(template, 'Dockerfile'), dockerfile([1, 2], imageOf));
  git(template, 'add', '-A');
  git(template, 'commit', '-q', '-m', 'Pin');
  for (const path of paths(folder, count)) cpSync(template, path, { recursive: true });
}

const dockerfile = (tags, imageOf) =>
  tags.map((tag) => `FROM acme/t${tag}:1@${imageOf(tag).digest}\n`).join('');

/** One run of the command, with what the registry saw of it. */
async function cycle(folder, list, registry) {
  registry.reset();
  const metrics = join(folder, 'metrics.prom');
  const args = [BIN, 'bot', '--config', join(folder, 'operator.yaml'), '--repos', list, '--no-packages'];
  args.push(
    '--cache-dir',
    join(folder, 'cache'),
    '--state',
    join(folder, 'state.json'),
    '--metrics',
    metrics,
  );
  // Answers about tags are kept for minutes, which would hide what a cycle asks.
  rmSync(join(folder, 'cache'), { recursive: true, force: true });
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const memory = [];
  let done = 0;
  let rest = '';
  child.stderr.on('data', (data) => {
    const lines = `${rest}${data}`.split('\n');
    rest = lines.pop();
    for (const line of lines) {
      if (!/ action=done /.test(line)) continue;
      done++;
      if (done % (MANY / 4) === 0) memory.push({ done, megabytes: residentMegabytes(child.pid) });
    }
  });
  const exit = await new Promise((resolve) => child.once('exit', resolve));
  if (exit !== 0) throw new Error(`the bot ended with ${exit}`);
  return { counts: registry.counts(), metrics: readFileSync(metrics, 'utf8'), memory };
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
