/** Measures what it costs to look for a file in a large layer at a real registry: bytes on the wire and memory. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { startDistribution } from './distribution.ts';
import type { AskResult, AskTask, Task } from './layers-process.ts';

export interface Figure extends AskResult {
  /** What the server sent, headers included. */
  readonly wireBytes: number;
}

export interface Bench {
  /** Of the lowest layer of three, as gzip and as zstd:chunked. */
  readonly layerBytes: { readonly gzip: number; readonly chunked: number };
  /** In the image `gzip` or `chunked`. */
  ask(image: 'gzip' | 'chunked', task: Pick<AskTask, 'paths' | 'deep' | 'read' | 'cache'>): Promise<Figure>;
  /** A new folder that goes away with the bench. */
  folder(name: string): string;
  close(): Promise<void>;
}

/** @param root of the repository, for its sources */
export async function startBench(files: number, bytes: number, root = here()): Promise<Bench> {
  const folder = mkdtempSync(join(tmpdir(), 'dockfix-layers-'));
  const kinds = ['gzip', 'chunked'] as const;
  // A registry for each: skopeo would find the layers of the first image again and not compress them anew.
  const servers = await Promise.all(
    kinds.map(async (kind) => {
      const registry = await startDistribution();
      return { kind, registry, proxy: await startCountingProxy(registry.host) };
    }),
  );
  const close = async (): Promise<void> => {
    for (const { proxy, registry } of servers) {
      await proxy.close();
      await registry.stop();
    }
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const program = join(folder, 'process.mjs');
    await bundle(root, program);
    const run = <R>(task: Task): Promise<R> => runTask(program, task);
    const layout = join(folder, 'layout');
    await run({ do: 'make', folder: layout, files, bytes });
    const images = new Map<string, { digest: string; bytes: number }>();
    for (const { kind, registry } of servers) {
      const format = kind === 'chunked' ? ['--dest-compress-format', 'zstd:chunked'] : [];
      const target = `docker://${registry.host}/acme/big:1`;
      skopeo('copy', '--dest-tls-verify=false', ...format, `oci:${layout}:it`, target);
      images.set(kind, await manifestOf(registry.url));
    }
    return {
      layerBytes: { gzip: images.get('gzip')!.bytes, chunked: images.get('chunked')!.bytes },
      async ask(image, task) {
        const { proxy } = servers.find(({ kind }) => kind === image)!;
        const before = proxy.sent();
        const { digest } = images.get(image)!;
        const where = { endpoint: proxy.url, repository: 'acme/big', digest };
        const result = await run<AskResult>({ do: 'ask', ...where, ...task });
        return { ...result, wireBytes: proxy.sent() - before };
      },
      folder(name) {
        const made = join(folder, name);
        mkdirSync(made);
        return made;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function here(): string {
  return fileURLToPath(new URL('../..', import.meta.url));
}

async function bundle(root: string, outfile: string): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints: ['test/support/layers-process.ts'],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.18',
    define: { DOCKFIX_VERSION: '"0"' },
    banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
    logLevel: 'error',
  });
}

async function runTask<R>(program: string, task: Task): Promise<R> {
  const child = spawn(process.execPath, [program, JSON.stringify(task)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`the process ended with code ${String(code)}`);
  return JSON.parse(text) as R;
}

function skopeo(...args: string[]): void {
  const { status, stderr } = spawnSync('skopeo', ['--insecure-policy', ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`skopeo: ${stderr}`);
}

async function manifestOf(url: string): Promise<{ digest: string; bytes: number }> {
  const response = await fetch(`${url}/v2/acme/big/manifests/1`, {
    headers: { accept: 'application/vnd.oci.image.manifest.v1+json' },
  });
  const { layers } = (await response.json()) as { layers: { size: number }[] };
  return { digest: response.headers.get('docker-content-digest')!, bytes: layers[0]!.size };
}

interface CountingProxy {
  readonly url: string;
  sent(): number;
  close(): Promise<void>;
}

async function startCountingProxy(target: string): Promise<CountingProxy> {
  let sent = 0;
  const open = new Set<Socket>();
  const [host, port] = target.split(':') as [string, string];
  const server = createServer((client) => {
    const upstream = connect(Number(port), host);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(from);
      from.on('error', () => to.destroy()).on('close', () => (open.delete(from), to.destroy()));
      from.pipe(to);
    }
    upstream.on('data', (chunk: Buffer) => (sent += chunk.length));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sent: () => sent,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}
