/** Requests: N files that name K distinct tags, one run of the command, counted at the server. */
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

export async function bench() {
  const seen = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url, 'http://registry');
    const repository = /^\/v2\/(.+)\/manifests\//.exec(url.pathname)?.[1];
    const answer = (status, headers, body = '') => {
      seen.push({ path: url.pathname, status });
      response.writeHead(status, headers);
      response.end(body);
    };
    if (url.pathname === '/token')
      return answer(200, {}, JSON.stringify({ token: url.searchParams.getAll('scope').join(' ') }));
    if (!request.headers.authorization?.includes(`repository:${repository}:pull`)) {
      return answer(401, {
        'www-authenticate': `Bearer realm="http://${request.headers.host}/token",service="bench"`,
      });
    }
    answer(200, {
      'content-type': 'application/vnd.oci.image.index.v1+json',
      'docker-content-digest': `sha256:${'ab'.repeat(32)}`,
    });
  });
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
  console.log(`${FILES} files, ${TAGS} tags, ${REPOSITORIES} repositories:`);
  console.log(
    `${resolutions} tag resolutions (goal: ${TAGS}), ${tokens} token requests (goal: at most ${REPOSITORIES})`,
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
