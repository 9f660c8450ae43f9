/** The same contract against an emulator that others have made, as far as it goes; what it lacks is named in the gaps. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createGitHubForge } from '../../src/forge/github.ts';
import { createHttp } from '../../src/net/http.ts';
import { FILES, LINKS, MODES, describeForge } from './contract.ts';
import type { ContractWorld } from './contract.ts';
import { USER_AGENT, quickly } from './worlds.ts';

const SUPPORT = fileURLToPath(new URL('../support/emulate/', import.meta.url));

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // It listens on a port, not on a pipe.
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function start(): Promise<{ readonly url: string; readonly child: ChildProcess }> {
  const port = await freePort();
  const seed = {
    tokens: {
      'bot-token': { login: 'dockfix', scopes: ['repo'] },
      'person-token': { login: 'acme', scopes: ['repo'] },
    },
    github: {
      users: [
        { login: 'dockfix', email: 'dockfix@example.com' },
        { login: 'acme', email: 'acme@example.com' },
      ],
      repos: [{ owner: 'acme', name: 'shop', auto_init: true }],
    },
  };
  const preload = ['--import', `${SUPPORT}bind-loopback.mjs`];
  const child = spawn(process.execPath, [
    ...preload,
    `${SUPPORT}github.mjs`,
    String(port),
    JSON.stringify(seed),
  ]);
  await new Promise<void>((resolve, reject) => {
    let errors = '';
    child.stdout.once('data', () => resolve());
    child.stderr.on('data', (text: Buffer) => (errors += text.toString()));
    child.once('exit', () => reject(new Error(`the emulator did not start: ${errors.slice(0, 500)}`)));
  });
  const url = `http://127.0.0.1:${port}`;
  // It says that it is there a little before it is.
  for (let attempt = 0; attempt < 100; attempt++) {
    const answer = await fetch(`${url}/repos/acme/shop`).catch(() => null);
    if (answer) return { url, child };
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  child.kill();
  throw new Error('the emulator does not answer');
}

interface Row {
  readonly sha: string;
  readonly number: number;
  readonly object: { readonly sha: string };
  readonly tree: { readonly sha: string };
  readonly pull_request?: object;
  readonly title: string;
  readonly state: string;
  readonly body: string;
  readonly name: string;
}

async function openWorld(): Promise<ContractWorld> {
  const { url, child } = await start();
  const http = createHttp({ userAgent: USER_AGENT });
  const make = () =>
    createGitHubForge({
      ...quickly(),
      http,
      baseUrl: url,
      credential: { kind: 'token', token: 'bot-token' },
    });

  /** As a person, and as whoever sets the repository up. */
  async function api<T = Row>(method: string, path: string, body?: object): Promise<T> {
    const answer = await fetch(`${url}/repos/acme/shop${path}`, {
      method,
      headers: { authorization: 'Bearer person-token', 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    // What the routes called here answer.
    return (await answer.json()) as T;
  }

  async function push(branch: string, files: Readonly<Record<string, string>>, modes = {}): Promise<string> {
    const modeOf: Readonly<Record<string, string>> = modes;
    const refs = await api<readonly (Row & { readonly ref: string })[]>('GET', '/git/matching-refs/heads/');
    const at = refs.find(({ ref }) => ref === `refs/heads/${branch}`);
    const base = (at ?? refs.find(({ ref }) => ref === 'refs/heads/main'))!.object.sha;
    const { tree } = await api('GET', `/git/commits/${base}`);
    const rows = [];
    for (const [path, content] of Object.entries(files)) {
      const blob = await api('POST', '/git/blobs', { content, encoding: 'utf-8' });
      rows.push({ path, mode: modeOf[path] ?? '100644', type: 'blob', sha: blob.sha });
    }
    const made = await api('POST', '/git/trees', { base_tree: tree.sha, tree: rows });
    const commit = await api('POST', '/git/commits', { message: 'Change', tree: made.sha, parents: [base] });
    if (at) await api('PATCH', `/git/refs/heads/${branch}`, { sha: commit.sha });
    else await api('POST', '/git/refs', { ref: `refs/heads/${branch}`, sha: commit.sha });
    return commit.sha;
  }

  // Whoever owns the repository lets the bot in, and answers for it.
  const invited = await fetch(`${url}/repos/acme/shop/collaborators/dockfix`, {
    method: 'PUT',
    headers: { authorization: 'Bearer person-token', 'content-type': 'application/json' },
    body: JSON.stringify({ permission: 'push' }),
  });
  if (!invited.ok) throw new Error(`the bot may not write: ${invited.status}`);
  await push('main', { ...FILES, ...LINKS }, MODES);
  const texts = async (path: string, read: (row: Row) => string) =>
    (await api<readonly Row[]>('GET', path)).map(read);
  return {
    forge: make(),
    again: make,
    repository: 'acme/shop',
    person: {
      push,
      closePull: async (number) => void (await api('PATCH', `/pulls/${number}`, { state: 'closed' })),
      labelsOf: (number) => texts(`/issues/${number}/labels`, ({ name }) => name),
      comment: async (number, body) => void (await api('POST', `/issues/${number}/comments`, { body })),
      commentsOf: (number) => texts(`/issues/${number}/comments`, ({ body }) => body),
      openPulls: async () => (await api<readonly Row[]>('GET', '/pulls')).map(({ number }) => number),
      issues: async () =>
        (await api<readonly Row[]>('GET', '/issues?state=all')).filter(
          (row) => row.pull_request === undefined,
        ),
    },
    inject: null,
    close: async () => {
      await http.close();
      child.kill();
    },
  };
}

describeForge('emulate 0.11.2', openWorld, {
  duplicatePulls: true,
  headDoesNotFollow: true,
  compare: true,
  issues: true,
  glance: true,
  closer: true,
  permissions: true,
  branchFolders: true,
});

describe('the emulator', () => {
  it('listens on loopback only', async () => {
    const { url, child } = await start();
    try {
      const { networkInterfaces } = await import('node:os');
      const others = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
      for (const { address, internal, family } of others) {
        if (internal || family !== 'IPv4') continue;
        await expect(fetch(url.replace('127.0.0.1', address))).rejects.toThrow();
      }
      expect((await fetch(`${url}/repos/acme/shop`)).status).toBeLessThan(500);
    } finally {
      child.kill();
    }
  });
});
