import { createServer } from 'node:http';
import type { AddressInfo, LookupFunction, Socket } from 'node:net';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { StreamError, createHttp } from '../../src/net/http.ts';
import type { Http, HttpOptions, HttpRequest, HttpResult } from '../../src/net/http.ts';
import { send, startFakeRegistry } from '../support/fake-registry.ts';
import type { FakeRegistry, Handler } from '../support/fake-registry.ts';
import { startRawServer } from '../support/raw-server.ts';
import type { RawServer } from '../support/raw-server.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

function client(options: Partial<HttpOptions> = {}): Http {
  const http = createHttp({ userAgent: 'dockfix/test', ...options });
  closing.unshift(() => http.close());
  return http;
}

async function serve(handler: Handler): Promise<FakeRegistry> {
  const server = await startFakeRegistry(handler);
  closing.push(() => server.close());
  return server;
}

async function raw(respond: (socket: Socket) => void): Promise<RawServer> {
  const server = await startRawServer(respond);
  closing.push(() => server.close());
  return server;
}

function get(url: URL | string, more: Partial<HttpRequest> = {}): HttpRequest {
  return { method: 'GET', url: new URL(url), maxBytes: 1000, reach: 'private', ...more };
}

/** A body that never ends. */
const endless: Handler = (_request, response) => {
  response.writeHead(200, { 'content-length': '5' + '0'.repeat(12) });
  const pump = (): void => {
    while (!response.destroyed && response.write(Buffer.alloc(64 * 1024)));
    if (!response.destroyed) response.once('drain', pump);
  };
  pump();
};

describe('an answer', () => {
  it('NET-8: is never unpacked, and packed ones are not asked for', async () => {
    const packed = gzipSync(Buffer.alloc(100_000));
    const server = await serve((request, response) =>
      send(request, response, 200, { 'content-encoding': 'gzip' }, packed),
    );
    const result = await client().request(get(server.url));
    expect(result.ok && Buffer.from(result.response.body).equals(packed)).toBe(true);
    expect(server.seen[0]!.headers['accept-encoding']).toBe('identity');
  });

  it('NET-12: is asked for with our name', async () => {
    const server = await serve((request, response) => send(request, response, 200, {}));
    await client({ userAgent: 'dockfix/1.2.3 (+https://example.com)' }).request(get(server.url));
    expect(server.seen[0]!.headers['user-agent']).toBe('dockfix/1.2.3 (+https://example.com)');
  });

  it('has all values of a header that comes twice', async () => {
    const server = await serve((request, response) =>
      send(request, response, 200, { 'x-twice': ['a', 'b'] }),
    );
    const result = await client().request(get(server.url));
    expect(result.ok && result.response.headers.get('x-twice')).toEqual(['a', 'b']);
  });

  it('NET-7: that is a redirect is not followed here', async () => {
    const server = await serve((request, response) =>
      send(request, response, 307, { location: '/elsewhere' }),
    );
    expect(await client().request(get(server.url))).toMatchObject({ ok: true, response: { status: 307 } });
    expect(server.seen).toHaveLength(1);
  });
});

describe('a body that is too large', () => {
  // Red when `chunk.length > left` in limited compares with Content-Length, or is taken out.
  it('SEC-3: is cut off, whatever its length is said to be, and the server sees the end', async () => {
    let closed: () => void = () => {};
    const isClosed = new Promise<void>((resolve) => (closed = resolve));
    const server = await serve((request, response, url) => {
      response.once('close', closed);
      return endless(request, response, url);
    });
    expect(await client().request(get(server.url))).toMatchObject({ ok: false, code: 'too-large' });
    await isClosed;
  });

  // Red when limited() in http.ts does not throw.
  it('SEC-3: is cut off in a stream, too', async () => {
    let closed: () => void = () => {};
    const isClosed = new Promise<void>((resolve) => (closed = resolve));
    const server = await serve((request, response, url) => {
      response.once('close', closed);
      return endless(request, response, url);
    });
    const result = await client().stream(get(server.url, { maxBytes: 300_000 }));
    if (!result.ok) throw new Error(result.reason);
    let read = 0;
    const reading = (async () => {
      for await (const piece of result.response.body) read += piece.length;
    })();
    await expect(reading).rejects.toBeInstanceOf(StreamError);
    expect(read).toBeLessThanOrEqual(300_000);
    await isClosed;
  });

  // Red when `chunk.length > left` in http.ts becomes `>=`.
  it('SEC-3: may be as long as the limit, and shorter than it claims to be is a failure', async () => {
    const exact = await serve((request, response) => send(request, response, 200, {}, Buffer.alloc(1000)));
    expect(await client().request(get(exact.url))).toMatchObject({ ok: true });
    const short = await raw((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\nabc'));
    expect(await client().request(get(short.url))).toMatchObject({ ok: false, retryable: true });
  });

  // Red when MAX_ERROR_BYTES is another number.
  it('SEC-3: of an error is cut off at 64 KiB, and its status is kept', async () => {
    const server = await serve((request, response) => {
      response.writeHead(404);
      const pump = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(64 * 1024, 65)));
        if (!response.destroyed) response.once('drain', pump);
      };
      if (request.method === 'GET') pump();
    });
    const whole = await client().request(get(server.url, { maxBytes: 10 }));
    expect(whole).toMatchObject({ ok: true, response: { status: 404 } });
    expect(whole.ok && whole.response.body.length).toBe(64 * 1024);
    const streamed = await client().stream(get(server.url, { maxBytes: 10 }));
    if (!streamed.ok) throw new Error(streamed.reason);
    let length = 0;
    for await (const piece of streamed.response.body) length += piece.length;
    expect(length).toBe(64 * 1024);
  });

  it('ends the connection when a reader stops early or destroys it', async () => {
    for (const how of ['break', 'destroy'] as const) {
      let closed: () => void = () => {};
      const isClosed = new Promise<void>((resolve) => (closed = resolve));
      const server = await serve((request, response, url) => {
        response.once('close', closed);
        return endless(request, response, url);
      });
      const result = await client().stream(get(server.url, { maxBytes: 1e9 }));
      if (!result.ok) throw new Error(result.reason);
      if (how === 'destroy') result.response.destroy();
      else for await (const _ of result.response.body) break;
      await isClosed;
    }
  });
});

describe('a failure', () => {
  it('NET-10: a body that ends too early can be tried again; in a stream, before its first byte', async () => {
    const server = await raw((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n'));
    expect(await client().request(get(server.url))).toMatchObject({ code: 'network', retryable: true });
    expect(await client().stream(get(server.url))).toMatchObject({ code: 'network', retryable: true });
  });

  it('a stream that breaks later throws', async () => {
    const server = await raw((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc');
      setTimeout(() => socket.destroy(), 20);
    });
    const result = await client().stream(get(server.url));
    if (!result.ok) throw new Error(result.reason);
    const reading = (async () => {
      for await (const _ of result.response.body);
    })();
    await expect(reading).rejects.toMatchObject({ failure: { ok: false, retryable: true } });
  });

  it.each([
    ['headers', { headersTimeoutMs: 300 }, ''],
    ['the next piece of a body', { bodyTimeoutMs: 300 }, 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc'],
    ['the end of it all', { totalTimeoutMs: 300 }, 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc'],
  ])('NET-9: waiting too long for %s is "timeout"', async (_, limits, start) => {
    const server = await raw((socket) => void socket.write(start));
    expect(await client(limits).request(get(server.url))).toMatchObject({ ok: false, code: 'timeout' });
  });

  it('NET-9: a stream that stalls throws "timeout"', async () => {
    const server = await raw(
      (socket) => void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc'),
    );
    const result = await client({ bodyTimeoutMs: 300 }).stream(get(server.url));
    if (!result.ok) throw new Error(result.reason);
    const reading = (async () => {
      for await (const _ of result.response.body);
    })();
    await expect(reading).rejects.toMatchObject({ failure: { code: 'timeout' } });
  });

  it('NET-9: headers without end are refused', async () => {
    const server = await raw((socket) =>
      socket.end(`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(40_000)}\r\nContent-Length: 0\r\n\r\n`),
    );
    expect(await client().request(get(server.url))).toMatchObject({ ok: false, code: 'bad-response' });
  });

  it('NET-10: a 429 with bare line feeds is "rate-limited"', async () => {
    const server = await raw((socket) =>
      socket.end('HTTP/1.1 429 Too Many Requests\nContent-Type: text/plain\n\nHAP429'),
    );
    expect(await client().request(get(server.url))).toMatchObject({ ok: false, code: 'rate-limited' });
  });

  it('what is no HTTP at all is "bad-response"', async () => {
    const server = await raw((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n\r\n'));
    expect(await client().request(get(server.url))).toMatchObject({ ok: false, code: 'bad-response' });
  });

  it('NET-6: HTTPS to a port for plain HTTP is "http-https-mismatch"', async () => {
    const server = await raw((socket) => socket.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n'));
    const url = new URL(server.url);
    url.protocol = 'https:';
    expect(await client().request(get(url))).toMatchObject({ ok: false, code: 'http-https-mismatch' });
  });

  it('a name that does not exist is named so', async () => {
    const lookup: LookupFunction = (_name, _options, callback) =>
      callback(Object.assign(new Error('no'), { code: 'ENOTFOUND' }), '', 0);
    const result = await client({ lookup }).request(get('http://registry.test/'));
    expect(result).toMatchObject({ code: 'network', reason: 'there is no host of this name' });
  });
});

/** A name service that gives these addresses, one after the other. */
function names(...answers: readonly string[]): { lookup: LookupFunction; asked: () => number } {
  let asked = 0;
  const lookup: LookupFunction = (_name, options, callback) => {
    const address = answers[Math.min(asked++, answers.length - 1)]!;
    if (options.all) callback(null, [{ address, family: 4 }]);
    else callback(null, address, 4);
  };
  return { lookup, asked: () => asked };
}

describe('addresses', () => {
  async function ask(url: string, options: Partial<HttpOptions>, reach: 'private' | 'public') {
    return client(options).request(get(url, { reach }));
  }

  // Red when guardedLookup calls back without checking.
  it('SEC-2: a name that leads to a private address is not connected to', async () => {
    const server = await raw((socket) => void socket.end());
    const result = await ask(
      `http://registry.test:${server.url.port}/`,
      { lookup: names('127.0.0.1').lookup },
      'public',
    );
    expect(result).toMatchObject({ ok: false, code: 'blocked-by-policy' });
    expect((result as { reason: string }).reason).toContain('registry.test has the address 127.0.0.1');
    expect((result as { reason: string }).reason).toContain(
      `allowPrivate: ["registry.test:${server.url.port}"]`,
    );
    expect(server.connections()).toBe(0);
  });

  it('SEC-2: one private address among public ones spoils them all', async () => {
    const lookup: LookupFunction = (_name, _options, callback) =>
      callback(null, [
        { address: '93.184.216.34', family: 4 },
        { address: '127.0.0.1', family: 4 },
      ]);
    expect(await ask('http://registry.test:9/', { lookup }, 'public')).toMatchObject({
      code: 'blocked-by-policy',
    });
  });

  // Red when the connection is made by name after the check: a second lookup would be asked for.
  it('SEC-2: a name that changes its mind is asked once for a connection, and each answer is judged', async () => {
    const server = await serve((request, response) => {
      response.shouldKeepAlive = false;
      send(request, response, 200, {});
    });
    const { port } = new URL(server.url);
    const { lookup, asked } = names('127.0.0.1', '169.254.169.254');
    const http = client({ lookup });
    expect(await http.request(get(`http://registry.test:${port}/`))).toMatchObject({ ok: true });
    expect(asked()).toBe(1);
    expect(await http.request(get(`http://registry.test:${port}/`))).toMatchObject({
      ok: false,
      code: 'blocked-by-policy',
    });
  });

  // Red when checkUrl is not called before the request: undici dials literal addresses without a lookup.
  it.each(['http://127.1', 'http://2130706433', 'http://[::ffff:127.0.0.1]', 'http://localhost'])(
    'SEC-2: %s is refused without a lookup',
    async (origin) => {
      const { lookup, asked } = names('93.184.216.34');
      expect(await ask(`${origin}:1/`, { lookup }, 'public')).toMatchObject({ code: 'blocked-by-policy' });
      expect(asked()).toBe(0);
    },
  );

  // Red when the reach is left out of the key in `open`.
  it('SEC-2: a connection that was made for a named host is not used for one that a server names', async () => {
    const server = await serve((request, response) => send(request, response, 200, {}));
    const http = client();
    expect(await http.request(get(server.url))).toMatchObject({ ok: true });
    expect(await http.request(get(server.url, { reach: 'public' }))).toMatchObject({
      code: 'blocked-by-policy',
    });
    const { port } = new URL(server.url);
    const named = client({ lookup: names('127.0.0.1').lookup });
    expect(await named.request(get(`http://r.test:${port}/`))).toMatchObject({ ok: true });
    expect(await named.request(get(`http://r.test:${port}/`, { reach: 'public' }))).toMatchObject({
      code: 'blocked-by-policy',
    });
  });

  // Red when the check of `remoteAddress` in guardedConnector is taken out.
  it('SEC-2: looks again at the address it is connected to', async () => {
    const server = await serve((request, response) => send(request, response, 200, {}));
    const { port } = new URL(server.url);
    let calls = 0;
    // The name service tells the check one thing and, by an object that changes, the socket another.
    const lookup: LookupFunction = (_name, _options, callback) => {
      const entry = {
        family: 4,
        get address() {
          return calls++ === 0 ? '93.184.216.34' : '127.0.0.1';
        },
      };
      callback(null, [entry]);
    };
    const result = await ask(`http://registry.test:${port}/`, { lookup }, 'public');
    expect(result).toMatchObject({ ok: false, code: 'blocked-by-policy' });
    expect(calls).toBeGreaterThan(1);
    expect(server.seen).toEqual([]);
  });
});

describe('a proxy', () => {
  /** Tunnels whatever it is asked for to this port. */
  async function startProxy(port: number): Promise<{ url: string; tunnels: string[]; headers: string[] }> {
    const tunnels: string[] = [];
    const headers: string[] = [];
    const proxy = createServer();
    proxy.on('connect', (request, socket) => {
      tunnels.push(request.url ?? '');
      headers.push(String(request.headers['proxy-authorization']));
      const upstream = connect(port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        upstream.pipe(socket).pipe(upstream);
      });
      socket.on('error', () => upstream.destroy());
      upstream.on('error', () => socket.destroy());
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    closing.push(
      () =>
        new Promise((resolve) => {
          proxy.close(() => resolve());
          proxy.closeAllConnections();
        }),
    );
    return { url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, tunnels, headers };
  }

  it('NET-4: is used, with its password, except for hosts in NO_PROXY', async () => {
    const server = await serve((request, response) => send(request, response, 200, {}));
    const proxy = await startProxy(Number(new URL(server.url).port));
    const url = new URL(proxy.url);
    url.username = 'me';
    url.password = 'p:w';
    const settings = { http: url.href, no: 'direct.test,.corp.test' };
    const http = client({ proxy: settings, lookup: names('127.0.0.1').lookup });
    expect(await http.request(get('http://registry.test/v2/'))).toMatchObject({ ok: true });
    expect(proxy.tunnels).toEqual(['registry.test:80']);
    expect(proxy.headers).toEqual([`Basic ${Buffer.from('me:p:w').toString('base64')}`]);
    const { port } = new URL(server.url);
    for (const host of ['direct.test', 'a.corp.test']) {
      expect(await http.request(get(`http://${host}:${port}/`))).toMatchObject({ ok: true });
    }
    expect(proxy.tunnels).toHaveLength(1);
  });

  // Red when checkUrl is not called before the request.
  it('SEC-2: does not carry literal addresses and known names that are refused without it', async () => {
    const proxy = await startProxy(9);
    const http = client({ proxy: { http: proxy.url, https: proxy.url } });
    for (const host of ['169.254.169.254', 'metadata.google.internal', '10.0.0.1', 'localhost']) {
      expect(await http.request(get(`https://${host}/`, { reach: 'public' }))).toMatchObject({
        code: 'blocked-by-policy',
      });
    }
    expect(proxy.tunnels).toEqual([]);
  });

  it('NET-4: that fails is named, without its password', async () => {
    const down = await startFakeRegistry(() => {});
    await down.close();
    const http = client({ proxy: { https: `http://me:hunter2@${down.host}` } });
    const result = await http.request(get('https://registry.test/'));
    expect(result).toMatchObject({ ok: false, code: 'network' });
    expect((result as { reason: string }).reason).toBe(
      `the connection was refused (the proxy ${down.host} is set)`,
    );
  });

  it('NET-4: that is no URL is a failure that does not repeat it', async () => {
    const result: HttpResult = await client({ proxy: { http: 'socks5://me:hunter2@x' } }).request(
      get('http://registry.test/'),
    );
    expect(result).toMatchObject({ ok: false, code: 'network' });
    expect(JSON.stringify(result)).not.toContain('hunter2');
  });
});
