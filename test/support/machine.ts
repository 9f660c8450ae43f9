/** A person's machine: a home, a repository and what was configured, on which the command is run. */
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { runDockfix } from './run.ts';
import type { RunResult } from './run.ts';
import { startFakeRegistry } from './fake-registry.ts';
import type { FakeRegistry, Handler } from './fake-registry.ts';

export interface PinResult extends RunResult {
  /** The Dockerfile afterwards. */
  readonly text: string;
}

export interface Machine {
  readonly folder: string;
  /** The absolute path of what was written; objects become JSON. */
  write(path: string, content: string | object, mode?: number): string;
  /** Pins these images with this operator's configuration (YAML), and writes. */
  pin(
    images: readonly string[],
    config: string,
    options?: { readonly flags?: readonly string[]; readonly env?: Readonly<Record<string, string>> },
  ): Promise<PinResult>;
}

/** Gone when the test ends. */
export function makeMachine(): Machine {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'dockfix-machine-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'repository', '.git'), { recursive: true });
  const write: Machine['write'] = (path, content, mode = 0o644) => {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    chmodSync(file, mode);
    return file;
  };
  return {
    folder,
    write,
    async pin(images, config, { flags = [], env = {} } = {}) {
      const file = write('repository/Dockerfile', images.map((image) => `FROM ${image}\n`).join(''));
      const operator = write('operator.yaml', config);
      const result = await runDockfix(
        ['--config', operator, '--only', 'pin-image-digest', '--write', '--yes', ...flags],
        join(folder, 'repository'),
        { HOME: join(folder, 'home'), PATH: `${join(folder, 'bin')}:/usr/bin:/bin`, ...env },
      );
      return { ...result, text: readFileSync(file, 'utf8') };
    },
  };
}

/** What a server was asked, in order: `HEAD manifests/1: 200`, with who asked where somebody said so. */
export function logOf(server: FakeRegistry): readonly string[] {
  return server.seen.map(({ method, path, headers, status }) => {
    const [scheme] = (headers.authorization as string | undefined)?.split(' ') ?? [];
    const what = path.replace(/^\/v2\//, '').replace(/sha256:([0-9a-f]{7})[0-9a-f]*/, '$1');
    return `${method} ${what}: ${status()}${scheme ? ` as ${scheme}` : ''}`;
  });
}

/** The image at which the scenarios look, and the configuration that says where its registry is. */
export const IMAGE = 'registry.test/acme/app:1';
export const at = (url: string): string => `registries: { registry.test: { endpoint: "${url}" } }\n`;

/** A server for one test. */
export async function serve(handler: Handler): Promise<FakeRegistry> {
  const server = await startFakeRegistry(handler);
  onTestFinished(() => server.close());
  return server;
}
