/**
 * A registry for the demo, on loopback: it knows the sample images and nothing else. Read-only, in memory; it
 * speaks the distribution API, so the real client and not a shortcut is at work.
 */
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface DemoRegistry {
  readonly endpoint: string;
  close(): Promise<void>;
}

const INDEX = 'application/vnd.oci.image.index.v1+json';

/** `images`: `library/node:20` and the like. Each gets an index whose digest follows from its name. */
export async function startDemoRegistry(images: readonly string[]): Promise<DemoRegistry> {
  const manifests = new Map(images.map((name) => [name, sampleIndex(name)]));
  const server = createServer((request, response) => {
    const path = /^\/v2\/(.+)\/manifests\/([^/]+)$/.exec(new URL(request.url ?? '/', 'http://demo').pathname);
    const body = path ? manifests.get(`${path[1]}:${path[2]}`) : undefined;
    if (!body) {
      response.writeHead(404, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ errors: [{ code: 'MANIFEST_UNKNOWN', message: 'manifest unknown' }] }));
      return;
    }
    response.writeHead(200, {
      'content-type': INDEX,
      'content-length': Buffer.byteLength(body),
      'docker-content-digest': digest(body),
    });
    response.end(request.method === 'HEAD' ? undefined : body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    close: () => new Promise((resolve) => void server.close(() => resolve())),
  };
}

function sampleIndex(name: string): string {
  const platforms = ['amd64', 'arm64'].map((architecture) => ({
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    digest: digest(`${name} ${architecture}`),
    size: 1024,
    platform: { architecture, os: 'linux' },
  }));
  return JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests: platforms });
}

function digest(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}
