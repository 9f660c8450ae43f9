/**
 * The probes, run for real: each program asks a server of this process. One that Debian has and this machine has not is
 * skipped by name; those that Debian lacks are tried where they are.
 */
import { execFile, spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { execForm } from '../../../src/facts/health/layout.ts';
import { isPlainPath, probeWith } from '../../../src/facts/health/probe.ts';
import type { ProbePort, ProbeTarget, ProbeTool } from '../../../src/facts/health/probe.ts';

const TOOLS: Readonly<Record<ProbeTool, readonly string[]>> = {
  python: ['python3'],
  python2: ['python2'],
  node: [process.execPath],
  bun: ['bun'],
  deno: ['deno'],
  ruby: ['ruby'],
  curl: ['curl'],
  'busybox-wget': ['busybox', 'wget'],
  'gnu-wget': ['wget'],
  php: ['php'],
  bash: ['bash'],
  nc: ['busybox', 'nc'],
};

/** Debian's busybox is built without what Alpine's has. */
const NOT_IN_DEBIAN: ReadonlySet<ProbeTool> = new Set(['python2', 'bun', 'deno', 'busybox-wget', 'nc']);
const TRIED = (Object.keys(TOOLS) as ProbeTool[]).filter((tool) => !NOT_IN_DEBIAN.has(tool) || isHere(tool));

function isHere(tool: ProbeTool): boolean {
  const [program, applet] = TOOLS[tool];
  if (tool === 'busybox-wget' || tool === 'nc') {
    // Builds differ: without -z nc cannot only connect, and some builds crash at a timeout.
    const tried = spawnSync(
      program!,
      tool === 'nc' ? [applet!, '--help'] : [applet!, '-T', '1', 'http://127.0.0.1:1/'],
      { encoding: 'utf8' },
    );
    return (
      tried.error === undefined && tried.signal === null && (tool !== 'nc' || tried.stderr.includes('\t-z'))
    );
  }
  const found = spawnSync(program!, ['--version'], { encoding: 'utf8' });
  return found.status === 0 && (tool !== 'gnu-wget' || found.stdout.includes('GNU'));
}

const METHODS: string[] = [];
let server: Server;
let port = 0;
let closedPort = 0;

beforeAll(async () => {
  server = createServer((request, response) => {
    METHODS.push(request.method!);
    const status = Number(/\d+/.exec(request.url!)?.[0] ?? 200);
    // As FastAPI does.
    response.writeHead(request.method === 'HEAD' ? 405 : status).end('x');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
  const other = createTcpServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  closedPort = (other.address() as AddressInfo).port;
  await new Promise((resolve) => other.close(resolve));
});

afterAll(() => new Promise((resolve) => server.close(resolve)));

/** The exit code, in an environment as hostile as a container's may be. */
function run(tool: ProbeTool, target: ProbeTarget, env: Record<string, string> = {}): Promise<number> {
  const [program, applet] = TOOLS[tool];
  const probe = probeWith(tool, applet ?? program!, target)!;
  // What goes through JSON is what Docker starts.
  let words = JSON.parse(execForm(probe.words)) as string[];
  if (applet !== undefined) {
    words =
      words[0] === 'sh'
        ? words.map((word) => word.replace('exec ', `exec ${program} `))
        : [program!, ...words];
  }
  const proxy = `http://127.0.0.1:${closedPort}`;
  return new Promise((resolve) => {
    execFile(
      words[0]!,
      words.slice(1),
      {
        env: { PATH: process.env['PATH']!, HOME: '/', http_proxy: proxy, HTTP_PROXY: proxy, ...env },
        timeout: 10_000,
      },
      (error) => resolve(error === null ? 0 : Number(error.code ?? 99)),
    );
  });
}

const literal = (number: number): ProbePort => ({ number, variable: null });

describe.each(TRIED)('the probe by %s', (tool) => {
  const test = it.skipIf(!isHere(tool));
  const http = (path: string, accepts: 'success' | 'answer', at: ProbePort): ProbeTarget => ({
    kind: 'http',
    port: at,
    path,
    accepts,
  });
  const speaksHttp = probeWith(tool, 'x', http('/', 'success', literal(1))) !== null;
  const tellsAnswers = probeWith(tool, 'x', http('/', 'answer', literal(1))) !== null;
  const connects = probeWith(tool, 'x', { kind: 'tcp', port: literal(1) }) !== null;

  if (speaksHttp)
    test('is healthy below 400, past a proxy, and asks by GET', async () => {
      METHODS.length = 0;
      expect(await run(tool, http('/200', 'success', literal(port)))).toBe(0);
      expect(METHODS).toEqual(['GET']);
      expect(await run(tool, http('/404', 'success', literal(port)))).not.toBe(0);
      expect(await run(tool, http('/500', 'success', literal(port)))).not.toBe(0);
      expect(await run(tool, http('/200', 'success', literal(closedPort)))).not.toBe(0);
    });

  if (tellsAnswers)
    test('takes any answer below 500 where nothing is known of the path', async () => {
      expect(await run(tool, http('/404', 'answer', literal(port)))).toBe(0);
      expect(await run(tool, http('/400', 'answer', literal(port)))).toBe(0);
      expect(await run(tool, http('/503', 'answer', literal(port)))).not.toBe(0);
      expect(await run(tool, http('/200', 'answer', literal(closedPort)))).not.toBe(0);
    });

  if (connects)
    test('is healthy when the port accepts a connection', async () => {
      expect(await run(tool, { kind: 'tcp', port: literal(port) })).toBe(0);
      expect(await run(tool, { kind: 'tcp', port: literal(closedPort) })).not.toBe(0);
    });

  test('reads the port from the variable of the server, and its default where that is not set', async () => {
    const target = (at: ProbePort): ProbeTarget =>
      speaksHttp ? http('/200', 'success', at) : { kind: 'tcp', port: at };
    const env = { PORT: String(port) };
    expect(await run(tool, target({ number: closedPort, variable: 'PORT' }), env)).toBe(0);
    expect(await run(tool, target({ number: port, variable: 'PORT' }))).toBe(0);
    expect(await run(tool, target({ number: closedPort, variable: 'PORT' }))).not.toBe(0);
    expect(await run(tool, target({ number: null, variable: 'PORT' }), env)).toBe(0);
    expect(await run(tool, target({ number: null, variable: 'PORT' }))).not.toBe(0);
  });
});

describe('the text of a probe', () => {
  const targets: readonly ProbeTarget[] = [null, 'PORT'].flatMap((variable): ProbeTarget[] => [
    { kind: 'tcp', port: { number: 8000, variable } },
    { kind: 'http', port: { number: 8000, variable }, path: '/health', accepts: 'success' },
    { kind: 'http', port: { number: 8000, variable }, path: '/', accepts: 'answer' },
  ]);
  const texts = (Object.keys(TOOLS) as ProbeTool[]).flatMap((tool) =>
    targets.flatMap((target) => {
      const probe = probeWith(tool, tool, target);
      return probe ? [execForm(probe.words)] : [];
    }),
  );

  it('never names localhost, never sends HEAD, and needs no escape in JSON', () => {
    expect(texts.length).toBeGreaterThan(40);
    for (const text of texts) {
      expect(text).not.toMatch(/localhost|--spider|--head|-I\b|HEAD|\\|`/);
      expect(text).toContain('127.0.0.1');
    }
  });

  it('takes only paths that need no quoting anywhere', () => {
    expect(['/', '/health', '/api/v1/health-check', '/_stcore/health'].every(isPlainPath)).toBe(true);
    expect(
      ["/a'b", '/a b', 'health', '/$(id)', '/a"b', '/a?b=c', '/a\\b', '/a;b', '/%s'].some(isPlainPath),
    ).toBe(false);
  });
});
