/** TLS against a server of our own, with an authority made for it. */
import { createServer } from 'node:https';
import type { ServerOptions } from 'node:https';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createHttp } from '../../src/net/http.ts';
import type { Http, HttpRequest } from '../../src/net/http.ts';
import type { TrustSettings } from '../../src/net/trust.ts';
import { createAuthority, hasOpenssl } from '../support/certificates.ts';
import type { Authority, Certificate } from '../support/certificates.ts';
import { recordingLog } from '../support/log.ts';

describe.skipIf(!hasOpenssl)('certificates (needs openssl)', () => {
  let ours: Authority;
  let other: Authority;
  let serverCertificate: Certificate;
  let clientCertificate: Certificate;
  let folders = 0;
  const closing: (() => Promise<void>)[] = [];

  beforeAll(() => {
    ours = createAuthority();
    other = createAuthority();
    serverCertificate = ours.issue('server');
    clientCertificate = ours.issue('client');
    return () => {
      ours.remove();
      other.remove();
    };
  });
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });
  afterAll(() => expect(process.env['NODE_TLS_REJECT_UNAUTHORIZED']).toBeUndefined());

  /** Answers with the name on the client's certificate. */
  async function serve(options: ServerOptions = {}): Promise<URL> {
    const { cert, key } = serverCertificate;
    const server = createServer({ cert, key, ...options }, (request, response) => {
      const subject = (request.socket as TLSSocket).getPeerCertificate().subject as
        { CN?: string } | undefined;
      response.end(subject?.CN ?? 'nobody');
    });
    server.on('tlsClientError', () => {});
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(
      () =>
        new Promise((resolve) => {
          server.close(() => resolve());
          server.closeAllConnections();
        }),
    );
    return new URL(`https://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  }

  function client(trust: Partial<TrustSettings> = {}, log = recordingLog()): Http {
    const http = createHttp({
      userAgent: 'dockfix/test',
      trust: { caFiles: [], certFolders: [], ...trust },
      log,
    });
    closing.unshift(() => http.close());
    return http;
  }

  /** A new `certs.d` with these files for this host. */
  function certFolder(host: string, files: Readonly<Record<string, string>>): string {
    const root = join(ours.folder, `certs${folders++}.d`);
    mkdirSync(join(root, host), { recursive: true });
    for (const [name, text] of Object.entries(files)) writeFileSync(join(root, host, name), text);
    return root;
  }

  async function ask(http: Http, url: URL, more: Partial<HttpRequest> = {}): Promise<string> {
    const result = await http.request({ method: 'GET', url, maxBytes: 1000, reach: 'private', ...more });
    return result.ok ? Buffer.from(result.response.body).toString() : `${result.code}: ${result.reason}`;
  }

  it('NET-5: of an unknown authority are not trusted, and the sentence says what is', async () => {
    const url = await serve();
    const said = await ask(client(), url);
    expect(said).toMatch(/^tls-untrusted: its certificate was issued by an authority that is not trusted/);
    expect(said).toContain('trusted are the authorities that come with Node');
  });

  it('NET-5: of an authority in a file are trusted', async () => {
    const url = await serve();
    const caFiles = [{ path: ours.caPath, whenMissing: 'required' }] as const;
    expect(await ask(client({ caFiles }), url)).toBe('nobody');
  });

  it('NET-5: of another authority than the file’s are not, and the sentence names the file', async () => {
    const url = await serve();
    const caFiles = [{ path: other.caPath, whenMissing: 'required' }] as const;
    const said = await ask(client({ caFiles }), url);
    expect(said).toMatch(/^tls-untrusted: /);
    expect(said).toContain(other.caPath);
  });

  it('NET-5: a file that cannot be used is named; only a set one is a failure', async () => {
    const url = await serve();
    const missing = join(ours.folder, 'missing.crt');
    expect(await ask(client({ caFiles: [{ path: missing, whenMissing: 'required' }] }), url)).toBe(
      `tls-untrusted: the CA file ${missing} cannot be read (ENOENT)`,
    );
    const empty = join(ours.folder, 'empty.crt');
    writeFileSync(empty, 'nothing');
    expect(await ask(client({ caFiles: [{ path: empty, whenMissing: 'required' }] }), url)).toBe(
      `tls-untrusted: the CA file ${empty} holds no certificate in PEM form`,
    );
    const log = recordingLog();
    const caFiles = [
      { path: missing, whenMissing: 'warn' },
      { path: empty, whenMissing: 'quiet' },
      { path: ours.caPath, whenMissing: 'required' },
    ] as const;
    expect(await ask(client({ caFiles }, log), url)).toBe('nobody');
    expect(log.warnings).toEqual([`the CA file ${missing} cannot be read (ENOENT); it is left out`]);
  });

  it('NET-5: certs.d folders give authorities by host and port', async () => {
    const url = await serve();
    const pem = ours.caPath;
    const text = readFileSync(pem, 'utf8');
    const right = certFolder(url.host, { 'ca.crt': text });
    const wrong = certFolder('127.0.0.1:1', { 'ca.crt': text });
    expect(await ask(client({ certFolders: [join(ours.folder, 'absent'), wrong, right] }), url)).toBe(
      'nobody',
    );
    expect(await ask(client({ certFolders: [wrong] }), url)).toMatch(/^tls-untrusted/);
  });

  it('NET-5: a client certificate from certs.d is shown to its host, when that is asked for', async () => {
    const { cert, key } = clientCertificate;
    const ca = readFileSync(ours.caPath, 'utf8');
    const url = await serve({ requestCert: true, ca, rejectUnauthorized: false });
    const folder = certFolder(url.host, { 'ca.crt': ca, 'client.cert': cert, 'client.key': key });
    const http = client({ certFolders: [folder] });
    expect(await ask(http, url, { clientCertificate: true })).toBe('client');
    expect(await ask(http, url)).toBe('nobody');
  });

  it('NET-5: a client certificate without its key, or with another key, is named', async () => {
    const url = await serve();
    const caFiles = [{ path: ours.caPath, whenMissing: 'required' }] as const;
    const { cert } = clientCertificate;
    const keyless = certFolder(url.host, { 'client.cert': cert });
    expect(
      await ask(client({ caFiles, certFolders: [keyless] }), url, { clientCertificate: true }),
    ).toContain(`tls-untrusted: the key of the client certificate ${keyless}`);
    const { key } = other.issue('stranger');
    const mixed = certFolder(url.host, { 'client.cert': cert, 'client.key': key });
    expect(await ask(client({ caFiles, certFolders: [mixed] }), url, { clientCertificate: true })).toMatch(
      /^tls-untrusted: the certificates in .* cannot be used$/,
    );
  });

  // Red when `rejectUnauthorized` is left to the environment.
  it('NET-5: NODE_TLS_REJECT_UNAUTHORIZED=0 is not followed; one host may be', async () => {
    const url = await serve();
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    try {
      const http = client();
      expect(await ask(http, url)).toMatch(/^tls-untrusted/);
      expect(await ask(http, url, { unverified: true })).toBe('nobody');
    } finally {
      delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    }
  });

  it('NET-5: a certificate for another host is said to be one', async () => {
    const url = await serve();
    const caFiles = [{ path: ours.caPath, whenMissing: 'required' }] as const;
    const http = createHttp({
      userAgent: 'dockfix/test',
      trust: { caFiles, certFolders: [] },
      lookup: (_name, _options, callback) => callback(null, [{ address: '127.0.0.1', family: 4 }]),
    });
    closing.unshift(() => http.close());
    const elsewhere = new URL(`https://registry.test:${url.port}/`);
    expect(await ask(http, elsewhere)).toMatch(/^tls-untrusted: its certificate is for another host/);
  });
});
