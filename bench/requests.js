/**
 * Requests: N files that name K distinct tags, one run of the command, counted at the server. Each answer is held back
 * for a while, as on a real network; the time from the first request to the last one, in units of that delay, is
 * the number of round trips that the run waited for.
 */
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../bin/dockfix.js', import.meta.url));
const FILES = 300;
const TAGS = 40;
const REPOSITORIES = 25;
const LATENCY_MS = 50;

export async function bench() {
  const claims = (scopes) => ({
    access: scopes.map((scope) => ({ type: 'repository', name: scope.split(':')[1], actions: ['pull'] })),
  });
  const encode = (data) => Buffer.from(JSON.stringify(data)).toString('base64url');
  await measure(
    'tokens that say what they are for',
    (scopes) => `e30.${encode(claims(scopes))}.${encode(scopes)}`,
  );
  await measure('tokens that say nothing', (scopes) => encode(scopes.slice(0, 1)));
}

async function measure(title, grant) {
  const seen = [];
  let firstMs = null;
  let lastMs = 0;
  const server = createServer((request, response) => {
    lastMs = performance.now();
    firstMs ??= lastMs;
    setTimeout(() => reply(request, response), LATENCY_MS);
  });
  const reply = (request, response) => {
    const url = new URL(request.url, 'http://registry');
    const repository = /^\/v2\/(.+)\/manifests\//.exec(url.pathname)?.[1];
    const answer = (status, headers, body = '') => {
      seen.push({ path: url.pathname, status });
      response.writeHead(status, headers);
      response.end(body);
    };
    if (url.pathname === '/token')
      return answer(200, {}, JSON.stringify({ token: grant(url.searchParams.getAll('scope')) }));
    const scopes = request.headers.authorization?.split(/[ .]/).at(-1) ?? '';
    if (!Buffer.from(scopes, 'base64url').includes(`repository:${repository}:pull`)) {
      return answer(401, {
        'www-authenticate': `Bearer realm="http://${request.headers.host}/token",service="bench"`,
      });
    }
    answer(200, {
      'content-type': 'application/vnd.oci.image.index.v1+json',
      'docker-content-digest': `sha256:${'ab'.repeat(32)}`,
    });
  };
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const folder = mkdtempSync(join(tmpdir(), 'dockfix-bench-'));
  try {
    writeFiles(folder, server.address().port);
    const args = [
      BIN,
      '--config',
      join(folder, 'operator.yaml'),
      '--only',
      'pin-image-digest',
      '--check',
      '--cache-dir',
      join(folder, 'cache'),
      folder,
    ];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    await new Promise((resolve) => child.once('exit', resolve));
  } finally {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  }
  const resolutions = seen.filter(({ path, status }) => path !== '/token' && status !== 401).length;
  const tokens = seen.filter(({ path }) => path === '/token').length;
  const trips = (lastMs - firstMs) / LATENCY_MS;
  console.log(`${title}\n${FILES} files, ${TAGS} tags, ${REPOSITORIES} repositories:`);
  console.log(
    `${resolutions} tag resolutions (goal: ${TAGS}), ${tokens} token requests (goal: at most ${REPOSITORIES})`,
  );
  console.log(
    `${seen.length} requests in the time of ${trips.toFixed(1)} round trips of ${LATENCY_MS} ms (goal: under 12)`,
  );
}

function writeFiles(folder, port) {
  writeFileSync(
    join(folder, 'operator.yaml'),
    `registries: { docker.io: { endpoint: "http://127.0.0.1:${port}" } }\n`,
  );
  for (let n = 0; n < FILES; n++) {
    const tags = [n % TAGS, (n * 7) % TAGS].map((tag) => `FROM acme/r${tag % REPOSITORIES}:v${tag}\n`);
    mkdirSync(join(folder, `s${n}`));
    writeFileSync(join(folder, `s${n}`, 'Dockerfile'), tags.join(''));
  }
}
