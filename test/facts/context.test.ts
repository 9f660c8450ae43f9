/** Finding, listing and reading build contexts: in memory, and on a real disk where links and limits matter. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { contextHas, sentText } from '../../src/core/context/build-context.ts';
import type { BuildContext } from '../../src/core/context/build-context.ts';
import { isSource } from '../../src/core/runtime/source-writes.ts';
import { parseDocument } from '../../src/core/parse.ts';
import type { Fact } from '../../src/core/types.ts';
import { isComposeName, readBuildCommands, readCompose } from '../../src/facts/context/compose.ts';
import { createContextSource } from '../../src/facts/context/context.ts';
import { diskFiles } from '../../src/facts/context/disk.ts';
import type { ContextFiles } from '../../src/facts/context/files.ts';
import { memoryFiles } from '../../src/facts/context/memory.ts';
import type { MemoryFile } from '../../src/facts/context/memory.ts';
import { originUrl, publicRemote } from '../../src/facts/context/remote.ts';
import { MAX_FILE_BYTES, MAX_FILES, MAX_TOTAL_BYTES } from '../../src/facts/context/wanted.ts';

interface Question {
  readonly dockerfile?: string | null;
  readonly folder?: string | null;
  readonly cwd?: string;
  readonly text?: string;
}

/** Files below /r, which is a checkout unless `.git` says otherwise. */
async function ask(files: Record<string, MemoryFile>, question: Question = {}): Promise<Fact<BuildContext>> {
  const { dockerfile = 'Dockerfile', folder = null, cwd = '/r', text = 'FROM a\nCOPY . .\n' } = question;
  const tree: Record<string, MemoryFile> = { '/r/.git/config': '' };
  for (const [path, file] of Object.entries(files)) tree[`/r/${path}`] = file;
  if (dockerfile !== null) tree[`/r/${dockerfile}`] ??= text;
  const path = dockerfile === null ? null : `/r/${dockerfile}`;
  return createContextSource(memoryFiles(tree)).contextOf(
    { dockerfile: path, folder, cwd },
    parseDocument(text),
  );
}

async function found(files: Record<string, MemoryFile>, question: Question = {}): Promise<string> {
  const fact = await ask(files, question);
  return fact.ok ? `${fact.value.folder} by ${fact.value.foundBy}` : fact.code;
}

describe('the build context is found', () => {
  const inApi = { dockerfile: 'api/Dockerfile', text: 'FROM a\nCOPY package.json .\n' };

  it('where --context says', async () => {
    expect(await found({ 'api/package.json': '{}' }, { ...inApi, folder: '/r/api' })).toBe('api by flag');
    expect(await found({}, { dockerfile: null, folder: '/r/none' })).toBe('context-not-found');
  });

  it('for standard input only where --context says', async () => {
    expect(await found({}, { dockerfile: null })).toBe('no-context');
    expect(await found({ 'a.txt': '' }, { dockerfile: null, folder: '/r' })).toBe('. by flag');
  });

  it('by the compose file that names the Dockerfile, in its folder or above', async () => {
    const compose =
      'services:\n  api:\n    build:\n      context: .\n      dockerfile: api/Dockerfile\n      target: web\n';
    const fact = await ask({ 'compose.yaml': compose, 'api/package.json': '{}' }, inApi);
    expect(fact.ok && fact.value).toMatchObject({
      folder: '.',
      foundBy: 'compose',
      dockerfile: 'api/Dockerfile',
      builds: [{ file: 'compose.yaml', service: 'api', target: 'web' }],
    });
    expect(await found({ 'docker-compose.yml': 'services:\n  api:\n    build: ./api\n' }, inApi)).toBe(
      'api by compose',
    );
  });

  it('not by a compose file that builds it from two folders, or from outside the checkout', async () => {
    const two =
      'services:\n  a:\n    build: {context: ., dockerfile: api/Dockerfile}\n  b:\n    build: ./api\n';
    expect(await found({ 'compose.yml': two }, inApi)).toBe('context-ambiguous');
    const outside = 'services:\n  a:\n    build: {context: .., dockerfile: r/api/Dockerfile}\n';
    expect(await found({ 'compose.yml': outside, 'api/package.json': '{}' }, inApi)).toBe('api by folder');
  });

  it('by a build command of a script or of the CI', async () => {
    expect(await found({ Makefile: 'image:\n\tdocker build -t x -f api/Dockerfile .\n' }, inApi)).toBe(
      '. by script',
    );
    const action =
      'steps:\n  - uses: docker/build-push-action@v6\n    with:\n      context: .\n      file: ./api/Dockerfile\n';
    expect(await found({ '.github/workflows/a.yml': action }, inApi)).toBe('. by script');
  });

  it('in the folder where everything that it copies exists', async () => {
    expect(await found({ 'api/package.json': '{}', 'package.json': '{}' }, inApi)).toBe('api by folder');
    expect(await found({ 'package.json': '{}' }, inApi)).toBe('. by folder');
    expect(
      await found(
        { 'a/package.json': '{}', 'package.json': '{}' },
        { ...inApi, dockerfile: 'a/b/Dockerfile' },
      ),
    ).toBe('context-ambiguous');
    expect(
      await found(
        { 'api/src/x': '' },
        { dockerfile: 'api/Dockerfile', text: 'FROM a\nCOPY sr[c] /x\nCOPY dist /d\n' },
      ),
    ).toBe('api by folder');
    expect(
      await found({}, { dockerfile: 'api/Dockerfile', text: 'FROM a\nCOPY target/*.jar /a.jar\n' }),
    ).toBe('api by folder');
  });

  it('nowhere when a folder of Dockerfiles copies its whole context, or nothing is there', async () => {
    expect(await found({}, { dockerfile: 'docker/Dockerfile' })).toBe('context-unknown');
    expect(await found({ 'other/package.json': '' }, inApi)).toBe('context-not-found');
  });

  it('never above the checkout, nor above the folder where dockfix runs when there is none', async () => {
    const tree = { '/x/package.json': '{}', '/x/r/sub/Dockerfile': '' };
    const document = parseDocument('FROM a\nCOPY package.json .\n');
    const source = createContextSource(memoryFiles(tree));
    const fact = await source.contextOf(
      { dockerfile: '/x/r/sub/Dockerfile', folder: null, cwd: '/x/r' },
      document,
    );
    expect(fact).toMatchObject({ ok: false, code: 'context-not-found' });
  });
});

describe('what a context holds', () => {
  it('lists what is sent and what is kept back, with modes', async () => {
    const fact = await ask({ 'a.sh': { text: 'x', mode: 0o600 }, 'b/c.md': '', '.dockerignore': 'b\n' });
    if (!fact.ok) throw new Error(fact.reason);
    expect(fact.value.entries.get('a.sh')).toEqual({ kind: 'file', size: 1, mode: 0o600, sent: true });
    expect(fact.value.entries.get('b/c.md')?.sent).toBe(false);
    expect(fact.value.ignoreFile).toBe('.dockerignore');
    expect(sentText(fact.value, 'a.sh')).toBe('x');
  });

  it('does not look into dependencies, and says that it does not know', async () => {
    const fact = await ask({ 'node_modules/x/index.js': 'x', 'a.js': '' });
    if (!fact.ok) throw new Error(fact.reason);
    expect(['node_modules/x/index.js', 'a.js', 'b.js'].map((path) => contextHas(fact.value, path))).toEqual([
      'unknown',
      'yes',
      'no',
    ]);
  });

  it('reads no file over the limit, no binary, and not more than the limits in all', async () => {
    const files: Record<string, MemoryFile> = {
      'package.json': 'x'.repeat(MAX_FILE_BYTES + 1),
      'go.mod': 'a\0b',
      'pom.xml': 'x'.repeat(MAX_FILE_BYTES),
    };
    for (let index = 0; index < MAX_FILES + 50; index++) files[`src/f${index}.js`] = 'x'.repeat(20_000);
    const fact = await ask(files);
    if (!fact.ok) throw new Error(fact.reason);
    const { texts } = fact.value;
    expect([texts.has('package.json'), texts.has('go.mod'), texts.has('pom.xml')]).toEqual([
      false,
      false,
      true,
    ]);
    expect(texts.size).toBeLessThanOrEqual(MAX_FILES);
    expect([...texts.values()].reduce((sum, text) => sum + text.length, 0)).toBeLessThanOrEqual(
      MAX_TOTAL_BYTES,
    );
  });

  it('reads every source that can be searched for what the program writes, of any language', async () => {
    const sources = ['main.rs', 'Main.scala', 'build.kts', 'app.jsx', 'web.ex', 'run.exs', 'logger.xml'];
    for (const name of sources) expect(isSource(name), name).toBe(true);
    const fact = await ask(Object.fromEntries([...sources, 'main.c'].map((name) => [`src/${name}`, name])));
    if (!fact.ok) throw new Error(fact.reason);
    expect([...fact.value.texts.keys()].sort()).toEqual(sources.map((name) => `src/${name}`).sort());
  });

  it('cuts a listing that is too long, and says so', async () => {
    const files: Record<string, MemoryFile> = { 'top.js': '' };
    for (let index = 0; index < 20_100; index++) files[`many/${index}`] = '';
    const fact = await ask(files);
    if (!fact.ok) throw new Error(fact.reason);
    expect(fact.value.entries.size).toBeLessThan(20_001);
    expect(contextHas(fact.value, 'many/1')).toBe('unknown');
    expect(contextHas(fact.value, 'top.js')).toBe('yes');
  });

  it('lists a folder once for many Dockerfiles, and reads each file once', async () => {
    const tree: Record<string, MemoryFile> = {
      '/r/.git/config': '',
      '/r/package.json': '{}',
      '/r/src/a.js': 'a',
    };
    for (let index = 0; index < 20; index++) tree[`/r/Dockerfile.${index}`] = '';
    const inner = memoryFiles(tree);
    const lists: string[] = [];
    const reads: string[] = [];
    const counting: ContextFiles = {
      ...inner,
      list: (folder) => (lists.push(folder), inner.list(folder)),
      read: (root, path, max) => (reads.push(path), inner.read(root, path, max)),
    };
    const source = createContextSource(counting);
    for (let index = 0; index < 20; index++) {
      const question = { dockerfile: `/r/Dockerfile.${index}`, folder: null, cwd: '/r' };
      await source.contextOf(question, parseDocument('FROM a\nCOPY . .\n'));
    }
    expect(lists.filter((folder) => folder === '/r/src').length).toBe(1);
    expect(reads.filter((path) => path === '/r/src/a.js').length).toBe(1);
    expect(reads.filter((path) => path === '/r/.git/config').length).toBe(1);
  });

  it('knows the checkout around it: remote, name, README, CI files', async () => {
    const fact = await ask(
      {
        '.git/config': '[remote "origin"]\n\turl = https://x:secret@git.acme.dev/shop/orders.git\n',
        'README.rst': '',
        LICENSE: 'MIT',
        '.github/workflows/ci.yml': 'on: push',
        'api/package.json': '{}',
      },
      { dockerfile: 'api/Dockerfile', text: 'FROM a\nCOPY package.json .\n' },
    );
    if (!fact.ok) throw new Error(fact.reason);
    expect(fact.value.project).toMatchObject({
      remote: 'https://git.acme.dev/shop/orders',
      name: 'orders',
      contextPath: 'api',
      readme: 'README.rst',
    });
    expect([...fact.value.project.texts.keys()].sort()).toEqual(['.github/workflows/ci.yml', 'LICENSE']);
    expect(JSON.stringify([...fact.value.texts, fact.value.project])).not.toContain('secret');
  });
});

describe('a context on disk', () => {
  const root = mkdtempSync(join(tmpdir(), 'dockfix-context-'));
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  function write(path: string, text: string): string {
    const full = join(root, path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, text);
    return full;
  }

  // Red when entriesOf looks at an entry with statSync in place of lstatSync.
  it('SEC: never follows a link, inside or out of the context', async () => {
    write('outside/secret.json', '{"name":"secret"}');
    write('in/Dockerfile', 'FROM a\nCOPY . .\n');
    symlinkSync(join(root, 'outside/secret.json'), join(root, 'in/package.json'));
    symlinkSync(join(root, 'outside'), join(root, 'in/dir'));
    const source = createContextSource(diskFiles());
    const fact = await source.contextOf(
      { dockerfile: join(root, 'in/Dockerfile'), folder: join(root, 'in'), cwd: root },
      parseDocument('FROM a\nCOPY . .\n'),
    );
    if (!fact.ok) throw new Error(fact.reason);
    expect(fact.value.entries.get('package.json')?.kind).toBe('link');
    expect(fact.value.entries.get('dir')?.kind).toBe('link');
    expect([...fact.value.entries.keys()].some((path) => path.startsWith('dir/'))).toBe(false);
    expect(JSON.stringify([...fact.value.texts])).not.toContain('secret');
  });

  // Red when bytesOf opens without O_NOFOLLOW.
  it('SEC: reads nothing through a link in place of the file', () => {
    const target = write('link/target.txt', 'secret');
    symlinkSync(target, join(root, 'link/a.txt'));
    expect(diskFiles().read(join(root, 'link'), join(root, 'link/a.txt'), 100)).toBeNull();
  });

  // Red when bytesOf does not compare the real folder with the real root.
  it('SEC: reads nothing through a folder that became a link', () => {
    write('swap/outside/a.txt', 'secret');
    mkdirSync(join(root, 'swap/in'), { recursive: true });
    symlinkSync(join(root, 'swap/outside'), join(root, 'swap/in/folder'));
    expect(diskFiles().read(join(root, 'swap/in'), join(root, 'swap/in/folder/a.txt'), 100)).toBeNull();
    expect(diskFiles().list(join(root, 'swap/in/folder'))).toBeNull();
  });

  it('reads no pipe, nothing over the limit, and nothing that is not there', () => {
    execFileSync('mkfifo', [join(root, 'pipe')]);
    const files = diskFiles();
    expect(files.read(root, join(root, 'pipe'), 100)).toBeNull();
    const path = write('big.txt', 'x'.repeat(101));
    expect(files.read(root, path, 100)).toBeNull();
    expect(files.read(root, path, 101)?.length).toBe(101);
    expect(files.read(root, join(root, 'none'), 100)).toBeNull();
    expect(files.kindOf(join(root, 'none'))).toBeNull();
    expect(files.list(path)).toBeNull();
  });

  it('knows modes', () => {
    chmodSync(write('modes/run.sh', ''), 0o750);
    expect(diskFiles().list(join(root, 'modes'))).toEqual([
      { name: 'run.sh', kind: 'file', size: 0, mode: 0o750 },
    ]);
  });
});

describe('the remote', () => {
  it.each([
    ['git@github.com:acme/orders.git', 'https://github.com/acme/orders'],
    ['https://github.com/acme/orders', 'https://github.com/acme/orders'],
    ['https://user:token@github.com/acme/orders.git', 'https://github.com/acme/orders'],
    ['https://ghp_abcdefgh@github.com/acme/orders.git', 'https://github.com/acme/orders'],
    ['ssh://git@gitlab.acme.dev:2222/shop/api.git', 'https://gitlab.acme.dev/shop/api'],
    ['git://git.kernel.org/pub/scm/git/git.git', 'https://git.kernel.org/pub/scm/git/git'],
    ['https://github.com/acme/orders/', 'https://github.com/acme/orders'],
    ['https://github.com/acme/orders?token=abc', 'https://github.com/acme/orders'],
  ])('%s is %s', (url, expected) => {
    expect(publicRemote(url)).toBe(expected);
  });

  it.each([
    '/srv/git/orders',
    'file:///srv/git/orders',
    '../orders',
    'C:\\git\\orders',
    'git@github.com-work:acme/orders.git',
    'https://localhost/acme/orders',
    'https://10.0.0.1/acme/orders',
    'https://git.lan/acme/orders',
    'https://github.com/../x',
    'https://a:b@c@github.com/x/y',
    '',
  ])('%j is nobody else’s to see', (url) => {
    expect(publicRemote(url)).toBeNull();
  });

  it('is that of origin', () => {
    const config =
      '[core]\n\turl = no\n[remote "upstream"]\n\turl = https://a.dev/x\n[remote "origin"]\n\turl = https://b.dev/y\n\tfetch = +\n';
    expect(originUrl(config)).toBe('https://b.dev/y');
    expect(originUrl('[remote "fork"]\n\turl = https://a.dev/x\n')).toBeNull();
  });
});

describe('what builds a Dockerfile', () => {
  // Red when maxAliasCount in compose.ts is -1.
  it('SEC-18: reads compose files, and none of their aliases without end', async () => {
    expect(await readCompose('services:\n  a:\n    build: ./x\n  b:\n    image: y\n')).toEqual([
      {
        service: 'a',
        context: 'x',
        dockerfile: 'x/Dockerfile',
        target: null,
        command: null,
        entrypoint: null,
        user: null,
        hasOwnCommand: false,
        hasOwnCheck: false,
        ports: [],
        mounts: [],
      },
    ]);
    expect(
      await readCompose('services: {a: {build: "https://github.com/x/y"}, b: {build: {context: "$DIR"}}}'),
    ).toEqual([]);
    expect(await readCompose('build: [: broken')).toEqual([]);
    const bomb = `services: { a: { build: ./x } }\nbuild: &a [x]\n${Array.from({ length: 30 }, (_, i) => `k${i}: &b${i} [${'*a,'.repeat(9)}*a]`).join('\n')}`;
    expect(await readCompose(bomb)).toEqual([]);
  });

  it('reads what a service starts and as whom, as words and without what only the run knows', async () => {
    const services =
      'services:\n  a:\n    build: .\n    command: sh -c "npm i && node ."\n    user: 1000\n' +
      '  b:\n    build: .\n    entrypoint: [python, "-m", shop]\n    user: "${UID}:0"\n';
    expect(await readCompose(services)).toMatchObject([
      { service: 'a', command: ['sh', '-c', 'npm i && node .'], entrypoint: null, user: '1000' },
      { service: 'b', command: null, entrypoint: ['python', '-m', 'shop'], user: null },
    ]);
  });

  it('reads what a service runs, how it is checked, and the ports of its container', async () => {
    const [entry] = await readCompose(
      'services:\n  a:\n    build: .\n    command: celery worker\n    healthcheck: {disable: true}\n' +
        '    ports: ["8080:80", "127.0.0.1:5000:5000/tcp", 9000, "53:53/udp", "${P}:7000", "1:${Q}", {target: 81}, {target: 82, protocol: udp}]\n',
    );
    expect(entry).toMatchObject({
      hasOwnCommand: true,
      hasOwnCheck: true,
      ports: [80, 5000, 9000, 7000, 81],
    });
  });

  it('reads what a service mounts from the host, in both forms and with the line', async () => {
    const [entry, merged] = await readCompose(
      [
        'services:',
        '  a:',
        '    build: .',
        '    volumes: &folders',
        '      - .:/app',
        '      - ./conf:/app/conf:ro,z',
        '      - cache:/app/cache',
        '      - /app/node_modules',
        "      - '${DATA:-./data}:/app/data:rw'",
        '      - ${PWD}/logs:/logs',
        '      - ./x:${TARGET}',
        '      - {type: bind, source: ./src, target: /app/src}',
        '      - {type: bind, source: ./src, target: /app/lib, read_only: true}',
        '      - {type: volume, source: data, target: /app/tmp}',
        '  b:',
        '    build: .',
        '    volumes: *folders',
        '',
      ].join('\n'),
    );
    expect(entry?.mounts).toEqual([
      { source: '.', target: '/app', line: 5 },
      { source: '${DATA:-./data}', target: '/app/data', line: 9 },
      { source: '${PWD}/logs', target: '/logs', line: 10 },
      { source: './src', target: '/app/src', line: 12 },
    ]);
    expect(merged?.mounts[0]).toEqual({ source: '.', target: '/app', line: null });
  });

  it('knows the names of compose files', () => {
    const names = [
      'compose.yml',
      'docker-compose.prod.yaml',
      'compose.override.yml',
      'composer.json',
      'my-compose.yml',
    ];
    expect(names.map(isComposeName)).toEqual([true, true, true, false, false]);
  });

  it('reads build commands', () => {
    expect(readBuildCommands('docker build -t x \\\n  --file=docker/Dockerfile.api ./api # why\n')).toEqual([
      { dockerfile: 'docker/Dockerfile.api', context: 'api' },
    ]);
    expect(readBuildCommands('docker buildx build -f $FILE .\ndocker build .\n')).toEqual([]);
  });
});
