/**
 * The server under every dialect: it listens on loopback only, keeps a log of all requests, and goes wrong where a test
 * says so: before a request is carried out, or after it, when only the answer is lost.
 */
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { GitAnswer } from './http-backend.ts';

export interface ForgeRequest {
  readonly method: string;
  /** Without the query; still percent-encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  /** The body as JSON; an empty object when it is none. */
  readonly json: Readonly<Record<string, unknown>>;
}

export interface ForgeAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Anything but bytes is sent as JSON. */
  readonly body?: unknown;
}

export interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  /** Name of the GraphQL operation, for those. */
  readonly operation: string | null;
  /** Whether it can change anything. */
  readonly isWrite: boolean;
  readonly hasCredential: boolean;
  status: number;
}

export type Fault =
  | { readonly kind: 'reset' }
  | { readonly kind: 'answer'; readonly answer: ForgeAnswer }
  | { readonly kind: 'slow'; readonly ms: number }
  /** Whatever the test does at this point: another bot, another person. */
  | { readonly kind: 'run'; readonly run: () => void | Promise<void> }
  /** The client is ended here: nobody is left who could get an answer. */
  | { readonly kind: 'end'; readonly end: () => Promise<void> };

export interface FaultRule {
  /** `before`: the request is not carried out (unless the fault only delays it). `after`: it is. */
  readonly at: 'before' | 'after';
  readonly fault: Fault;
  readonly method?: string;
  readonly path?: RegExp;
  /** Name of a GraphQL operation. */
  readonly operation?: string;
  readonly writesOnly?: boolean;
  /** Only the matching request with this number, from 1; missing: from the first on. */
  readonly nth?: number;
  /** So often; missing: once with `nth`, else always. */
  readonly times?: number;
}

export interface ForgeServer {
  readonly url: string;
  readonly port: number;
  readonly log: LoggedRequest[];
  inject(rule: FaultRule): void;
  clearFaults(): void;
  close(): Promise<void>;
}

export interface ServerHooks {
  /** Carries a request out. */
  answer(request: ForgeRequest): ForgeAnswer | Promise<ForgeAnswer>;
  isWrite(request: ForgeRequest): boolean;
  /** Git over HTTP, not yet carried out; null when the path is not one of its own. */
  git(request: IncomingMessage, url: URL): (() => Promise<GitAnswer>) | null;
}

interface ArmedRule extends FaultRule {
  seen: number;
  done: number;
}

const MAX_BODY_BYTES = 64 * 1024 * 1024;

export async function startForgeServer(hooks: ServerHooks): Promise<ForgeServer> {
  const log: LoggedRequest[] = [];
  let rules: ArmedRule[] = [];

  function due(at: FaultRule['at'], entry: LoggedRequest): Fault | null {
    for (const rule of rules) {
      if (rule.at !== at) continue;
      if (rule.method !== undefined && rule.method !== entry.method) continue;
      if (rule.path !== undefined && !rule.path.test(entry.path)) continue;
      if (rule.operation !== undefined && rule.operation !== entry.operation) continue;
      if (rule.writesOnly && !entry.isWrite) continue;
      rule.seen++;
      const times = rule.times ?? (rule.nth === undefined ? Infinity : 1);
      if (rule.seen < (rule.nth ?? 1) || rule.done >= times) continue;
      rule.done++;
      return rule.fault;
    }
    return null;
  }

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(incoming.url ?? '/', 'http://fake');
    const git = hooks.git(incoming, url);
    if (git) return handleGit(incoming, response, url, git);
    const body = await readBody(incoming);
    const request: ForgeRequest = {
      method: incoming.method ?? 'GET',
      path: url.pathname,
      query: url.searchParams,
      headers: incoming.headers,
      body,
      json: parseJson(body),
    };
    const entry: LoggedRequest = {
      method: request.method,
      path: request.path,
      query: url.search.slice(1),
      operation: operationOf(request),
      isWrite: hooks.isWrite(request),
      hasCredential:
        incoming.headers.authorization !== undefined || incoming.headers['private-token'] !== undefined,
      status: 0,
    };
    log.push(entry);
    const early = due('before', entry);
    if (early && (await suffer(early, response, entry))) return;
    const answer = await hooks.answer(request);
    const late = due('after', entry);
    if (late && (await suffer(late, response, entry))) return;
    entry.status = answer.status;
    send(response, request.method, answer);
  }

  /** A push is a write like any other; what git asks beside it can go wrong, but is not kept. */
  async function handleGit(
    incoming: IncomingMessage,
    response: ServerResponse,
    url: URL,
    carryOut: () => Promise<GitAnswer>,
  ): Promise<void> {
    const isPush = url.pathname.endsWith('/git-receive-pack');
    const entry: LoggedRequest = {
      method: incoming.method ?? 'GET',
      path: url.pathname,
      query: url.search.slice(1),
      operation: null,
      isWrite: isPush,
      hasCredential: incoming.headers.authorization !== undefined,
      status: 0,
    };
    if (isPush) log.push(entry);
    const early = due('before', entry);
    if (early && (await suffer(early, response, entry))) return;
    const { status, headers, body } = await carryOut();
    const late = due('after', entry);
    if (late && (await suffer(late, response, entry))) return;
    entry.status = status;
    response.writeHead(status, headers).end(body);
  }

  const server = createServer((incoming, response) => {
    handle(incoming, response).catch((error: unknown) => {
      // A defect of the fake: the test shall see it.
      process.stderr.write(`fake forge: ${error instanceof Error ? (error.stack ?? '') : String(error)}\n`);
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // It listens on a port, not on a pipe.
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    port,
    log,
    inject: (rule) => void rules.push({ ...rule, seen: 0, done: 0 }),
    clearFaults: () => void (rules = []),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** True when the request has had its answer, or will never have one. */
async function suffer(fault: Fault, response: ServerResponse, entry: LoggedRequest): Promise<boolean> {
  switch (fault.kind) {
    case 'reset':
      response.socket?.resetAndDestroy();
      return true;
    case 'answer':
      entry.status = fault.answer.status;
      send(response, entry.method, fault.answer);
      return true;
    case 'slow':
      await new Promise((resolve) => setTimeout(resolve, fault.ms));
      return false;
    case 'run':
      await fault.run();
      return response.destroyed;
    case 'end':
      await fault.end();
      response.socket?.destroy();
      return true;
  }
}

function send(response: ServerResponse, method: string, answer: ForgeAnswer): void {
  const { status, headers = {}, body } = answer;
  const bytes =
    body === undefined || status === 204 || status === 304
      ? null
      : body instanceof Uint8Array
        ? body
        : Buffer.from(JSON.stringify(body));
  const type = body instanceof Uint8Array ? 'application/octet-stream' : 'application/json; charset=utf-8';
  response.writeHead(status, {
    ...(bytes ? { 'content-type': type, 'content-length': String(bytes.length) } : {}),
    ...headers,
  });
  response.end(method === 'HEAD' ? undefined : (bytes ?? undefined));
}

async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_BODY_BYTES) break;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function parseJson(body: Buffer): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
  } catch {
    return {};
  }
}

function operationOf({ path, json }: ForgeRequest): string | null {
  if (!path.endsWith('/graphql') || typeof json['query'] !== 'string') return null;
  return /^\s*(?:query|mutation)\s+(\w+)/.exec(json['query'])?.[1] ?? 'unnamed';
}
