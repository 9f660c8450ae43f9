/** git's own smart HTTP server as a CGI program, with push. Credentials are checked by whoever calls it. */
import { spawn } from 'node:child_process';
import type { IncomingMessage } from 'node:http';
import { basename, dirname } from 'node:path';

export interface GitTarget {
  /** A bare repository. */
  readonly folder: string;
  /** What follows the repository in the path, with the slash: `/info/refs`, `/git-receive-pack`. */
  readonly rest: string;
  readonly query: string;
  readonly user: string;
}

export interface GitAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** The path of a repository, and what is asked of it; null for what is no request of git's. */
export function gitPath(pathname: string): { readonly path: string; readonly rest: string } | null {
  const match = /^\/(.+?)\.git(\/(?:info\/refs|git-upload-pack|git-receive-pack))$/.exec(pathname);
  return match && { path: decodeURIComponent(match[1]!), rest: match[2]! };
}

/** The whole answer, so that it can still be lost when everything has been carried out. */
export function answerGit(request: IncomingMessage, target: GitTarget): Promise<GitAnswer> {
  const { headers } = request;
  const backend = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env['PATH'] ?? '/usr/bin:/bin',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_PROJECT_ROOT: dirname(target.folder),
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: `/${basename(target.folder)}${target.rest}`,
      QUERY_STRING: target.query,
      REQUEST_METHOD: request.method ?? 'GET',
      CONTENT_TYPE: headers['content-type'] ?? '',
      ...(headers['content-encoding'] ? { HTTP_CONTENT_ENCODING: headers['content-encoding'] } : {}),
      ...(headers['git-protocol'] ? { GIT_PROTOCOL: String(headers['git-protocol']) } : {}),
      REMOTE_USER: target.user,
      REMOTE_ADDR: '127.0.0.1',
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  backend.stdin.on('error', () => {});
  request.pipe(backend.stdin);
  const chunks: Buffer[] = [];
  backend.stdout.on('data', (chunk: Buffer) => void chunks.push(chunk));
  return new Promise((resolve) => {
    backend.once('close', () => resolve(parseCgi(Buffer.concat(chunks))));
  });
}

/** RFC 3875, section 6: a head like that of an e-mail, with the status among its fields. */
function parseCgi(said: Buffer): GitAnswer {
  const end = said.indexOf('\r\n\r\n');
  if (end < 0) return { status: 500, headers: {}, body: Buffer.alloc(0) };
  const headers = new Map<string, string>();
  for (const line of said.subarray(0, end).toString('latin1').split('\r\n')) {
    const colon = line.indexOf(':');
    headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  const status = Number(headers.get('status')?.slice(0, 3) ?? 200);
  headers.delete('status');
  return { status, headers: Object.fromEntries(headers), body: said.subarray(end + 4) };
}
