/**
 * A process of its own that makes a large layer, or asks for files in one, so that its memory can be measured. Bundle
 * it and run it with one argument, a {@link Task} as JSON; it prints its result as JSON.
 */
import { createHash, randomFillSync } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createGzip } from 'node:zlib';
import { once } from 'node:events';
import { createHttp } from '../../src/net/http.ts';
import type { Http } from '../../src/net/http.ts';
import { systemClock } from '../../src/net/retry.ts';
import { anonymousKeychain } from '../../src/registry/keychain.ts';
import { createLayerReader } from '../../src/registry/layers/index.ts';
import type { PathPresence } from '../../src/registry/layers/index.ts';
import { createRegistryClient } from '../../src/registry/client.ts';
import { createDiskCache } from '../../src/registry/cache.ts';
import { noCache } from '../../src/registry/registry.ts';
import { createSession } from '../../src/registry/session.ts';
import { silent } from '../../src/net/log.ts';
import { dir, file, tarHeader, tarOf } from './layers.ts';

export type Task = MakeTask | AskTask;

/** An OCI layout with three layers: the lowest has `files` files of `bytes` each and curl behind a quarter of them. */
export interface MakeTask {
  readonly do: 'make';
  readonly folder: string;
  readonly files: number;
  readonly bytes: number;
}

export interface AskTask {
  readonly do: 'ask';
  readonly endpoint: string;
  readonly repository: string;
  readonly digest: string;
  readonly paths: readonly string[];
  /** Files to read as text. */
  readonly read?: readonly string[];
  readonly deep: boolean;
  /** A folder for answers. */
  readonly cache?: string;
}

export interface AskResult {
  readonly answers: Readonly<Record<string, PathPresence>> | string;
  readonly contents: Readonly<Record<string, string | null>>;
  readonly ms: number;
  readonly requests: number;
  /** Of bodies that came as streams, what was taken; more may be in buffers on the way. */
  readonly readBytes: number;
  /** The most memory that the process ever had, Node's own included, and what it had before the question. */
  readonly peakMib: number;
  readonly beforeMib: number;
}

const NOBODY = { architecture: 'amd64', os: 'linux' };

async function make({ folder, files, bytes }: MakeTask): Promise<{ size: number }> {
  const blobs = join(folder, 'blobs', 'sha256');
  mkdirSync(blobs, { recursive: true });
  const put = (content: Uint8Array): { digest: string; size: number } => {
    const hex = createHash('sha256').update(content).digest('hex');
    writeFileSync(join(blobs, hex), content);
    return { digest: `sha256:${hex}`, size: content.length };
  };
  const diffs: string[] = [];
  const layers: object[] = [];
  const layer = async (archive: Iterable<Uint8Array>): Promise<number> => {
    const gzip = createGzip({ level: 1 });
    const packed = createHash('sha256');
    const raw = createHash('sha256');
    const path = join(folder, 'layer.tmp');
    const target = openSync(path, 'w');
    let size = 0;
    gzip.on('data', (chunk: Buffer) => {
      packed.update(chunk);
      size += chunk.length;
      writeSync(target, chunk);
    });
    for (const part of archive) {
      raw.update(part);
      if (!gzip.write(part)) await once(gzip, 'drain');
    }
    gzip.end();
    await once(gzip, 'end');
    closeSync(target);
    const hex = packed.digest('hex');
    renameSync(path, join(blobs, hex));
    diffs.push(`sha256:${raw.digest('hex')}`);
    layers.push({ mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', digest: `sha256:${hex}`, size });
    return size;
  };
  const size = await layer(bigArchive(files, bytes));
  await layer([tarOf([dir('app'), file('app/main', 'main')])]);
  await layer([tarOf([dir('etc'), file('etc/motd', 'hello')])]);
  const config = put(
    Buffer.from(JSON.stringify({ ...NOBODY, config: {}, rootfs: { type: 'layers', diff_ids: diffs } })),
  );
  const manifest = put(
    Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...config },
        layers,
      }),
    ),
  );
  const named = { 'org.opencontainers.image.ref.name': 'it' };
  const entry = { mediaType: 'application/vnd.oci.image.manifest.v1+json', ...manifest, annotations: named };
  writeFileSync(join(folder, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [entry] }));
  writeFileSync(join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  return { size };
}

/** Content that does not compress: a layer is as large on the wire as its files are. */
function* bigArchive(files: number, bytes: number): Generator<Uint8Array> {
  yield tarOf(
    [
      dir('etc'),
      { name: 'etc/os-release', type: '2', link: '../usr/lib/os-release' },
      dir('usr'),
      dir('usr/bin'),
      dir('usr/lib'),
      dir('usr/share'),
    ],
    Buffer.alloc(0),
  );
  for (let n = 0; n < files; n++) {
    if (n === files >> 2) {
      yield tarOf(
        [file('usr/bin/curl', 'ELF', 0o755), file('usr/lib/os-release', 'ID=debian\n')],
        Buffer.alloc(0),
      );
    }
    const name = `usr/share/d${n % 100}/file-${n}`;
    const content = Buffer.alloc(Math.ceil(bytes / 512) * 512);
    randomFillSync(content, 0, bytes);
    yield Buffer.concat([tarHeader({ name, size: bytes }), content]);
  }
  yield Buffer.alloc(1024);
}

async function ask(task: AskTask): Promise<AskResult> {
  const registry = 'bench.test';
  let readBytes = 0;
  const repository = { registry, repository: task.repository };
  const session = createSession({
    http: counting(createHttp({ userAgent: 'dockfix/test' }), (bytes) => (readBytes += bytes)),
    keychain: anonymousKeychain,
    clock: systemClock,
    registries: { [registry]: { endpoint: task.endpoint, insecure: true } },
  });
  const kept =
    task.cache === undefined
      ? null
      : createDiskCache({ folder: task.cache, clock: systemClock, log: silent });
  const content = kept?.content ?? noCache;
  const client = createRegistryClient(session, systemClock, kept ?? {});
  const manifest = await client.manifest(repository, task.digest);
  if (!manifest.ok || manifest.value.kind !== 'manifest') throw new Error(JSON.stringify(manifest));
  const reader = createLayerReader(session, content, {
    deep: task.deep,
    ...(kept ? { notes: kept.notes } : {}),
  });
  const before = peakMib();
  const start = performance.now();
  const found = await reader.find(repository, manifest.value, task.paths);
  const ms = Math.round(performance.now() - start);
  const contents: Record<string, string | null> = {};
  for (const path of task.read ?? []) {
    const read = await reader.readFile(repository, manifest.value, path, 4096);
    contents[path] = !read.ok ? read.reason : read.value && Buffer.from(read.value).toString();
  }
  const requests = session.counts().total;
  await session.close();
  const answers = found.ok ? Object.fromEntries(found.value) : `${found.code}: ${found.reason}`;
  return { answers, contents, ms, requests, readBytes, peakMib: peakMib(), beforeMib: before };
}

function counting(http: Http, add: (bytes: number) => void): Http {
  async function* counted(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of body) {
      add(chunk.length);
      yield chunk;
    }
  }
  return {
    ...http,
    async stream(request) {
      const result = await http.stream(request);
      if (!result.ok) return result;
      return { ok: true, response: { ...result.response, body: counted(result.response.body) } };
    },
  };
}

/** Of the process since it started, from the kernel. */
function peakMib(): number {
  const [, kib] = /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return Math.round(Number(kib) / 1024);
}

const task = JSON.parse(process.argv[2]!) as Task;
process.stdout.write(JSON.stringify(task.do === 'make' ? await make(task) : await ask(task)));
