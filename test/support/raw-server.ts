/** A TCP server that says what no HTTP server would. */
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

export interface RawServer {
  readonly url: URL;
  /** Connections so far. */
  connections(): number;
  /** Resolves when all connections so far are closed. */
  allClosed(): Promise<void>;
  close(): Promise<void>;
}

/** `serve` is called with the first piece of what a client sends. */
export async function startRawServer(serve: (socket: Socket, sent: Buffer) => void): Promise<RawServer> {
  const sockets: Promise<void>[] = [];
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    sockets.push(new Promise((resolve) => socket.once('close', () => (open.delete(socket), resolve()))));
    socket.on('error', () => {});
    socket.once('data', (sent) => serve(socket, sent));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`),
    connections: () => sockets.length,
    allClosed: async () => void (await Promise.all(sockets)),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}
