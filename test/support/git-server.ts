/** A git server over HTTPS: git's own `http-backend` behind a certificate, for anybody who may reach loopback. */
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { basename } from 'node:path';
import type { Authority } from './certificates.ts';
import { answerGit, gitPath } from './fake-forge/http-backend.ts';

export type GitMoment = 'before' | 'after';

export interface GitServer {
  /** `https://127.0.0.1:PORT/NAME.git` */
  readonly url: string;
  /** Pushes so far. */
  readonly pushes: number;
  /**
   * Called before each request of a push is carried out, and after it, before it is answered. `isPack`: it brings the
   * commits; else it asks where the branches are.
   */
  watch(watcher: (moment: GitMoment, isPack: boolean) => void | Promise<void>): void;
  close(): Promise<void>;
}

/** @param folder of a bare repository that takes pushes over HTTP */
export async function startGitServer(folder: string, authority: Authority): Promise<GitServer> {
  const { cert, key } = authority.issue('git-server');
  const name = basename(folder, '.git');
  let watcher: Parameters<GitServer['watch']>[0] = () => {};
  let pushes = 0;
  const server = createServer({ cert, key }, (request, response) => {
    const url = new URL(request.url ?? '/', 'https://git');
    const asked = gitPath(url.pathname);
    if (asked?.path !== name) return void response.writeHead(404).end();
    const isPack = asked.rest === '/git-receive-pack';
    const isPush = isPack || url.searchParams.get('service') === 'git-receive-pack';
    const at = (moment: GitMoment): void | Promise<void> => (isPush ? watcher(moment, isPack) : undefined);
    if (isPack) pushes++;
    const target = { folder, rest: asked.rest, query: url.search.slice(1), user: 'somebody' };
    void (async () => {
      await at('before');
      if (response.destroyed || request.socket.destroyed) return;
      const { status, headers, body } = await answerGit(request, target);
      await at('after');
      response.writeHead(status, headers).end(body);
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // It listens on a port, not on a pipe.
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://127.0.0.1:${port}/${name}.git`,
    get pushes() {
      return pushes;
    },
    watch: (next) => void (watcher = next),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
