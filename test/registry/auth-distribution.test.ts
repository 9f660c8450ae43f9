/** Authentication, TLS and mirrors against the real distribution server. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { parseImageRef } from '../../src/core/image-ref.ts';
import { createHttp } from '../../src/net/http.ts';
import type { HttpOptions } from '../../src/net/http.ts';
import { systemClock } from '../../src/net/retry.ts';
import { createRegistryClient } from '../../src/registry/client.ts';
import type { RegistryResult } from '../../src/registry/errors.ts';
import type { Credential } from '../../src/registry/keychain.ts';
import type { ResolvedManifest } from '../../src/registry/registry.ts';
import { createSession } from '../../src/registry/session.ts';
import type { SessionOptions } from '../../src/registry/session.ts';
import { createAuthority, hasOpenssl } from '../support/certificates.ts';
import type { Authority } from '../support/certificates.ts';
import { hasDistribution, isInstalled, startDistribution } from '../support/distribution.ts';
import type { Distribution } from '../support/distribution.ts';
import { makeImage, makeMultiPlatform } from '../support/images.ts';
import { recordingLog } from '../support/log.ts';
import { startTokenServer } from '../support/token-server.ts';
import type { TokenServer } from '../support/token-server.ts';

const PASSWORD = 's3cret:with:colon';
const basic = (password: string): Credential => ({
  kind: 'basic',
  username: 'alice',
  password,
  source: 'a test',
});

describe.skipIf(!hasDistribution)('a real registry (needs docker-registry)', () => {
  const app = makeMultiPlatform('app');
  const tool = makeImage({ salt: 'tool' });
  let open: Distribution;
  let folder: string;
  const closing: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'dockfix-auth-'));
    open = await startDistribution();
    await open.push('acme/app', '1', app);
    await open.push('public/tool', '1', tool);
    // A layer to stream, at a known place.
    await open.push('acme/blob', '1', tool);
  });
  afterAll(async () => {
    await open.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });

  /** Another server over the same storage. */
  async function serve(...options: Parameters<typeof startDistribution>): Promise<Distribution> {
    const [config, more] = options;
    const server = await startDistribution(config, { data: open.data, ...more });
    closing.push(() => server.stop());
    return server;
  }

  function asking(
    credential: Credential | null,
    more: Partial<SessionOptions> = {},
    httpOptions: Partial<HttpOptions> = {},
  ) {
    const log = recordingLog();
    const session = createSession({
      http: createHttp({ userAgent: 'dockfix/test', ...httpOptions }),
      keychain: { credentialFor: () => Promise.resolve({ ok: true, credential }) },
      clock: systemClock,
      registries: {},
      log,
      ...more,
    });
    const client = createRegistryClient(session, systemClock);
    closing.unshift(() => session.close());
    const resolve = (name: string): Promise<RegistryResult<ResolvedManifest>> => {
      const parsed = parseImageRef(name);
      if ('error' in parsed) throw new Error(parsed.error);
      return client.resolve(parsed);
    };
    return { session, log, resolve };
  }

  describe.skipIf(!isInstalled('htpasswd'))('with htpasswd (needs htpasswd)', () => {
    let server: Distribution;
    beforeAll(async () => {
      const file = join(folder, 'htpasswd');
      execFileSync('htpasswd', ['-B', '-C', '4', '-b', '-c', file, 'alice', PASSWORD], { stdio: 'ignore' });
      server = await startDistribution(`auth: { htpasswd: { realm: basic-realm, path: ${file} } }`, {
        data: open.data,
      });
      return () => server.stop();
    });

    it('AUTH-9: takes a password with colons, for one 401 in a run', async () => {
      const { session, resolve } = asking(basic(PASSWORD));
      const names = ['acme/app:1', 'public/tool:1', 'acme/blob:1', 'acme/app:1'];
      const results = await Promise.all(names.map((name) => resolve(`${server.host}/${name}`)));
      expect(results[0]).toMatchObject({ ok: true, value: { digest: app.digest, kind: 'index' } });
      expect(results.every(({ ok }) => ok)).toBe(true);
      // HTTPS is tried once, one 401, one HEAD for each name: the answer to the first holds for the run.
      expect(session.counts()).toEqual({ resolutions: 3, tokens: 0, total: 1 + 1 + 3 });
    });

    it('AUTH-8: refuses a wrong one: said with its source, and not again', async () => {
      const { session, resolve, log } = asking(basic('wrong'));
      for (const name of ['acme/app:1', 'public/tool:1']) {
        const result = await resolve(`${server.host}/${name}`);
        expect(result).toMatchObject({ ok: false, code: 'credentials-rejected' });
        expect((result as { reason: string }).reason).toContain('the credentials from a test');
      }
      expect(log.warnings).toHaveLength(1);
      expect(session.counts().total).toBe(1 + 2 + 1);
    });

    it('AUTH-1: says what to do without one', async () => {
      const result = await asking(null).resolve(`${server.host}/acme/app:1`);
      expect(result).toMatchObject({ ok: false, code: 'auth-required' });
      expect((result as { reason: string }).reason).toContain(`docker login ${server.host}`);
    });
  });

  describe.skipIf(!hasOpenssl)('with a token service (needs openssl)', () => {
    let authority: Authority;
    let tokens: TokenServer;
    let server: Distribution;
    beforeAll(async () => {
      authority = createAuthority();
      tokens = await startTokenServer(authority.issue('signer', 'rsa'), authority.caPath, {
        account: `alice:${PASSWORD}`,
        open: /^public\//,
        refreshToken: 'refresh me',
      });
      server = await startDistribution(tokens.config, { data: open.data });
      return async () => {
        await server.stop();
        await tokens.close();
        authority.remove();
      };
    });
    afterEach(() => void tokens.asked.splice(0));
    // The service has another port than the registry: without this line it would not get the credentials.
    const paired = (): Partial<SessionOptions> => ({
      tokenRealms: { [server.host]: new URL(tokens.url).host },
    });

    it('AUTH-2: gives tokens to those who may have them, several repositories in one request', async () => {
      const { session, resolve } = asking(basic(PASSWORD), paired());
      const results = await Promise.all(
        ['acme/app:1', 'public/tool:1', 'acme/blob:1'].map((name) => resolve(`${server.host}/${name}`)),
      );
      expect(results.map((result) => result.ok && result.value.digest)).toEqual([
        app.digest,
        tool.digest,
        tool.digest,
      ]);
      expect(tokens.asked).toHaveLength(1);
      expect(tokens.asked[0]!.basic).toBe(`alice:${PASSWORD}`);
      expect(session.counts()).toMatchObject({ resolutions: 3, tokens: 1 });
    });

    it('AUTH-3: takes an identity token by POST', async () => {
      const identity: Credential = { kind: 'identity-token', token: 'refresh me', source: 'a test' };
      const result = await asking(identity, paired()).resolve(`${server.host}/acme/app:1`);
      expect(result).toMatchObject({ ok: true, value: { digest: app.digest } });
      expect(tokens.asked.map(({ method, basic: sent }) => [method, sent])).toEqual([['POST', null]]);
    });

    it('AUTH-7: answers insufficient_scope for what is not granted: one more token, then "denied-or-missing"', async () => {
      const { resolve } = asking(null);
      expect(await resolve(`${server.host}/public/tool:1`)).toMatchObject({ ok: true });
      tokens.asked.splice(0);
      const result = await resolve(`${server.host}/acme/app:1`);
      expect(result).toMatchObject({ ok: false, code: 'denied-or-missing' });
      expect(tokens.asked).toHaveLength(2);
    });

    it('AUTH-8: wrong credentials still read what is open', async () => {
      const { resolve, log } = asking(basic('wrong'), paired());
      expect(await resolve(`${server.host}/public/tool:1`)).toMatchObject({ ok: true });
      expect(await resolve(`${server.host}/acme/app:1`)).toMatchObject({
        ok: false,
        code: 'credentials-rejected',
      });
      expect(log.warnings).toHaveLength(1);
      expect(tokens.asked.filter(({ basic: sent }) => sent !== null)).toHaveLength(1);
    });

    // Red when mayHaveCredentials returns true for another origin.
    it('SEC-1: a service at another port is not told who asks, and the sentence says how to change that', async () => {
      const { resolve, log } = asking(basic(PASSWORD));
      const result = await resolve(`${server.host}/acme/app:1`);
      expect(result).toMatchObject({ ok: false, code: 'denied-or-missing' });
      expect((result as { reason: string }).reason).toContain('tokenRealms');
      expect(log.warnings).toHaveLength(1);
      expect(tokens.asked.every(({ basic: sent, query }) => sent === null && !query.has('account'))).toBe(
        true,
      );
    });

    it('AUTH-1: lets a layer stream', async () => {
      const { session } = asking(basic(PASSWORD), paired());
      const { digest, bytes } = tool.blobs.at(-1)!;
      const result = await session.stream({
        repository: { registry: server.host, repository: 'acme/blob' },
        method: 'GET',
        path: `blobs/${digest}`,
        maxBytes: 1e6,
        purpose: 'blob',
      });
      if (!result.ok) throw new Error(result.reason);
      const pieces: Uint8Array[] = [];
      for await (const piece of result.value.body) pieces.push(piece);
      expect(Buffer.concat(pieces).equals(Buffer.from(bytes))).toBe(true);
    });
  });

  describe.skipIf(!hasOpenssl)('with TLS (needs openssl)', () => {
    let authority: Authority;
    beforeAll(() => {
      authority = createAuthority();
      return () => authority.remove();
    });
    const trusting = (): Partial<HttpOptions> => ({
      trust: { caFiles: [{ path: authority.caPath, whenMissing: 'required' }], certFolders: [] },
    });

    it('NET-5: is trusted with its authority, or when it is named insecure, and not else', async () => {
      const { certPath, keyPath } = authority.issue('server');
      const server = await serve('', { tls: { certPath, keyPath } });
      const name = `${server.host}/acme/app:1`;
      const refused = await asking(null).resolve(name);
      expect(refused).toMatchObject({ ok: false, code: 'tls-untrusted' });
      expect(await asking(null, {}, trusting()).resolve(name)).toMatchObject({
        ok: true,
        value: { digest: app.digest },
      });
      const insecure = { registries: { [server.host]: { insecure: true } } };
      expect(await asking(null, insecure).resolve(name)).toMatchObject({ ok: true });
    });

    it('NET-5: wants the client certificate of certs.d, and says so', async () => {
      const { certPath, keyPath } = authority.issue('server');
      const server = await serve('', { tls: { certPath, keyPath, clientCaPath: authority.caPath } });
      const name = `${server.host}/acme/app:1`;
      const without = await asking(null, {}, trusting()).resolve(name);
      expect(without).toMatchObject({ ok: false, code: 'tls-untrusted' });
      expect((without as { reason: string }).reason).toContain(`certs.d/${server.host}`);
      const client = authority.issue('client');
      const files = join(authority.folder, 'certs.d', server.host);
      for (const [path, text] of [
        [join(files, 'client.cert'), client.cert],
        [join(files, 'client.key'), client.key],
      ] as const) {
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, text);
      }
      const { trust } = trusting();
      const certFolders = [join(authority.folder, 'certs.d')];
      const withIt = asking(null, {}, { trust: { caFiles: trust!.caFiles, certFolders } });
      expect(await withIt.resolve(name)).toMatchObject({ ok: true, value: { digest: app.digest } });
    });

    it('NET-6: plain HTTP to its port is explained', async () => {
      const { certPath, keyPath } = authority.issue('server');
      const server = await serve('', { tls: { certPath, keyPath } });
      const registries = { 'registry.corp': { endpoint: `http://${server.host}` } };
      const result = await asking(null, { registries }).resolve('registry.corp/acme/app:1');
      expect(result).toMatchObject({ ok: false, code: 'http-https-mismatch' });
    });
  });

  describe('as a pull-through cache', () => {
    it('NET-3: its 404 and its silence are not the last word while its upstream is away', async () => {
      const upstream = await startDistribution('', { data: open.data });
      const cache = await startDistribution(`proxy: { remoteurl: ${upstream.url} }`);
      closing.push(() => cache.stop());
      const mirrors = [{ url: cache.url, for: 'both' } as const];
      const through = { 'registry.test': { endpoint: upstream.url, mirrors } };
      const fresh = await asking(null, { registries: through }).resolve('registry.test/public/tool:1');
      expect(fresh).toMatchObject({ ok: true, value: { digest: tool.digest } });

      await upstream.stop();
      // What it has not seen it calls "unknown", though it only could not ask.
      const missing = await fetch(`${cache.url}/v2/acme/app/manifests/1`);
      expect(missing.status).toBe(404);
      const cut = asking(null, { registries: through });
      expect(await cut.resolve('registry.test/acme/app:1')).toMatchObject({ ok: false, code: 'network' });
      // With the registry itself in reach, it has the answer.
      const registries = { 'registry.test': { endpoint: open.url, mirrors } };
      expect(await asking(null, { registries }).resolve('registry.test/acme/app:1')).toMatchObject({
        ok: true,
        value: { digest: app.digest },
      });
    });
  });

  it('RET-1: says 404 for a digest that was deleted', async () => {
    const gone = makeImage({ salt: 'gone' });
    await open.push('acme/gone', '1', gone);
    const request = {
      repository: { registry: open.host, repository: 'acme/gone' },
      method: 'HEAD',
      path: `manifests/${gone.digest}`,
      headers: { accept: gone.mediaType },
      maxBytes: 1000,
      purpose: 'manifest',
    } as const;
    const { session } = asking(null);
    expect(await session.request(request)).toMatchObject({ ok: true, value: { status: 200 } });
    const deleted = await fetch(`${open.url}/v2/acme/gone/manifests/${gone.digest}`, { method: 'DELETE' });
    expect(deleted.status).toBe(202);
    expect(await session.request(request)).toMatchObject({ ok: true, value: { status: 404 } });
  });
});
