/** The real distribution server (Debian's docker-registry) on loopback, for end-to-end tests. */
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Artifact } from './images.ts';

export const hasDistribution = isInstalled('docker-registry');
export const hasSkopeo = isInstalled('skopeo');

export function isInstalled(program: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
}

export interface Distribution {
  readonly host: string;
  readonly url: string;
  /** The folder of its storage. */
  readonly data: string;
  push(repository: string, tag: string, artifact: Artifact): Promise<void>;
  stop(): Promise<void>;
}

export interface DistributionOptions {
  /** Paths of a certificate and its key; with it, HTTPS. */
  readonly tls?: {
    readonly certPath: string;
    readonly keyPath: string;
    /** Clients have to show a certificate of this authority. */
    readonly clientCaPath?: string;
  };
  /** The storage of another one, to serve the same images under other rules. */
  readonly data?: string;
  /** The header with which images are pushed, where the configuration asks for one. */
  readonly authorization?: string;
}

export async function startDistribution(
  extraConfig = '',
  options: DistributionOptions = {},
): Promise<Distribution> {
  const { tls, authorization } = options;
  const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
  const folder = mkdtempSync(join(tmpdir(), 'dockfix-registry-'));
  const host = `127.0.0.1:${await freePort()}`;
  const config = join(folder, 'config.yml');
  const data = options.data ?? join(folder, 'data');
  const clientCas = tls?.clientCaPath === undefined ? '' : `, clientcas: [${tls.clientCaPath}]`;
  const tlsConfig = tls ? `, tls: { certificate: ${tls.certPath}, key: ${tls.keyPath}${clientCas} }` : '';
  writeFileSync(
    config,
    `version: 0.1
log: { level: error }
storage:
  filesystem: { rootdirectory: ${data} }
  delete: { enabled: true }
http: { addr: ${host}${tlsConfig} }
${extraConfig}`,
  );
  const child = spawn('docker-registry', ['serve', config], { stdio: 'ignore' });
  const url = `${tls ? 'https' : 'http'}://${host}`;
  await waitFor(host, child);
  return {
    host,
    url,
    data,
    push: (repository, tag, artifact) => pushArtifact(url, repository, tag, artifact, headers),
    async stop() {
      await endProcess(child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Until the port takes connections; whether it speaks HTTP or HTTPS does not matter. */
async function waitFor(host: string, child: ChildProcess): Promise<void> {
  const [address, port] = host.split(':') as [string, string];
  for (let attempt = 0; attempt < 200; attempt++) {
    if (child.exitCode !== null) throw new Error(`the server ended with code ${child.exitCode}`);
    const answers = await new Promise<boolean>((resolve) => {
      const socket = connect(Number(port), address, () => {
        socket.destroy();
        resolve(true);
      });
      socket.on('error', () => resolve(false));
    });
    if (answers) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`no answer from ${host}`);
}

async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}

async function pushArtifact(
  url: string,
  repository: string,
  tag: string,
  artifact: Artifact,
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  for (const child of artifact.children) await pushArtifact(url, repository, child.digest, child, headers);
  for (const { digest, bytes } of artifact.blobs) {
    const start = await fetch(`${url}/v2/${repository}/blobs/uploads/`, { method: 'POST', headers });
    const location = new URL(start.headers.get('location')!, url);
    location.searchParams.set('digest', digest);
    await expectStatus(fetch(location, { method: 'PUT', body: bytes, headers }), 201);
  }
  const manifest = fetch(`${url}/v2/${repository}/manifests/${tag}`, {
    method: 'PUT',
    body: artifact.bytes,
    headers: { ...headers, 'content-type': artifact.mediaType },
  });
  await expectStatus(manifest, 201);
}

async function expectStatus(sent: Promise<Response>, status: number): Promise<void> {
  const response = await sent;
  if (response.status !== status) throw new Error(`status ${response.status}: ${await response.text()}`);
}
