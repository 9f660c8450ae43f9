/** Authentication against registries that say what a test wants. */
import { afterEach, describe, expect, it } from 'vitest';
import type { IncomingMessage } from 'node:http';
import { createHttp } from '../../src/net/http.ts';
import type { Credential, Keychain } from '../../src/registry/keychain.ts';
import { createSession } from '../../src/registry/session.ts';
import type { ApiRequest, CountingSession, SessionOptions } from '../../src/registry/session.ts';
import { fakeClock } from '../support/clock.ts';
import { send, startFakeRegistry } from '../support/fake-registry.ts';
import type { FakeRegistry, Handler, SeenRequest } from '../support/fake-registry.ts';
import { recordingLog } from '../support/log.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function serve(handler: Handler): Promise<FakeRegistry> {
  const server = await startFakeRegistry(handler);
  closing.push(() => server.close());
  return server;
}

const ALICE: Credential = {
  kind: 'basic',
  username: 'alice',
  password: 's3cret:with:colon',
  source: 'a test',
};
const IDENTITY: Credential = { kind: 'identity-token', token: 'refresh me', source: 'a test' };
const BEARER: Credential = { kind: 'registry-token', token: 'given', source: 'a test' };
const ALICE_BASIC = `Basic ${Buffer.from('alice:s3cret:with:colon').toString('base64')}`;

function keychainOf(credential: Credential | null): Keychain {
  return { credentialFor: () => Promise.resolve({ ok: true, credential }) };
}

function open(server: FakeRegistry, credential: Credential | null, more: Partial<SessionOptions> = {}) {
  const clock = fakeClock();
  const log = recordingLog();
  const session = createSession({
    http: createHttp({ userAgent: 'dockfix/test' }),
    keychain: keychainOf(credential),
    clock,
    log,
    registries: { 'registry.test': { endpoint: server.url } },
    ...more,
  });
  closing.unshift(() => session.close());
  return { session, clock, log };
}

function head(repository: string, tag = '1'): ApiRequest {
  return {
    repository: { registry: 'registry.test', repository },
    method: 'HEAD',
    path: `manifests/${tag}`,
    maxBytes: 1000,
    purpose: 'resolution',
  };
}

const ask = (session: CountingSession, repository = 'acme/app', tag = '1') =>
  session.request(head(repository, tag));
const tokenRequests = ({ seen }: FakeRegistry): SeenRequest[] => seen.filter(({ path }) => path === '/token');
const asText = ({ seen }: FakeRegistry): string[] =>
  seen.map(({ method, path, status }) => `${method} ${path} ${status()}`);

interface TokenRules {
  /** The token for these scopes; null: 401. A number is a status. */
  readonly grant?: (scopes: readonly string[], request: IncomingMessage, url: URL) => string | number | null;
  /** Fields beside the token. */
  readonly fields?: object;
  /** Added to the challenge. */
  readonly challenge?: string;
  /** Whether this Authorization may read the repository. */
  readonly accepts?: (authorization: string, repository: string) => boolean;
}

/** A registry whose token service is at its own origin; tokens are the scopes that were asked for. */
function withTokens(rules: TokenRules = {}): Handler {
  const accepts =
    rules.accepts ??
    ((authorization, repository) => authorization.split(/[ ,]/).includes(`repository:${repository}:pull`));
  return (request, response, url) => {
    if (url.pathname === '/token') {
      const scopes = url.searchParams.getAll('scope');
      const token = (rules.grant ?? (() => scopes.join(',')))(scopes, request, url);
      if (token === null || typeof token === 'number') return send(request, response, token ?? 401, {});
      return send(request, response, 200, {}, JSON.stringify({ token, ...rules.fields }));
    }
    const repository = /^\/v2\/(.+)\/manifests\//.exec(url.pathname)?.[1] ?? '';
    const { authorization } = request.headers;
    if (authorization !== undefined && accepts(authorization, repository)) {
      return send(request, response, 200, {});
    }
    const error = authorization === undefined ? '' : ',error="invalid_token"';
    const scope = `scope="repository:${repository}:pull"`;
    send(request, response, 401, {
      'www-authenticate': `Bearer realm="http://${request.headers.host}/token",service="test service",${scope}${error}${rules.challenge ?? ''}`,
    });
  };
}

describe('the challenge', () => {
  it('AUTH-1: the first request has no credentials; what it learns is kept for the host', async () => {
    const server = await serve((request, response) =>
      request.headers.authorization === ALICE_BASIC
        ? send(request, response, 200, {})
        : send(request, response, 401, { 'www-authenticate': 'Basic realm="x"' }),
    );
    const { session } = open(server, ALICE);
    const results = await Promise.all(['a', 'b', 'c', 'd'].map((name) => ask(session, name)));
    expect(results.map(({ ok }) => ok)).toEqual([true, true, true, true]);
    expect(server.seen.map(({ headers }) => headers['authorization'])).toEqual([
      undefined,
      ...Array(4).fill(ALICE_BASIC),
    ]);
  });

  it('AUTH-1: Bearer is preferred to Basic, wherever it stands', async () => {
    for (const order of [0, 1]) {
      const server = await serve((request, response, url) => {
        if (url.pathname === '/token') return send(request, response, 200, {}, '{"token":"t"}');
        if (request.headers.authorization === 'Bearer t') return send(request, response, 200, {});
        const challenges = [
          'Negotiate',
          'Basic realm="x"',
          `Bearer realm="http://${request.headers.host}/token"`,
        ];
        send(request, response, 401, {
          'www-authenticate': order === 0 ? challenges : [challenges.reverse().join(', ')],
        });
      });
      expect(await ask(open(server, ALICE).session)).toMatchObject({ ok: true });
      expect(tokenRequests(server)).toHaveLength(1);
    }
  });

  it('AUTH-1: Basic is used where the realm of Bearer cannot be, and there are a user and a password', async () => {
    const server = await serve((request, response) =>
      request.headers.authorization === ALICE_BASIC
        ? send(request, response, 200, {})
        : send(request, response, 401, { 'www-authenticate': 'Bearer realm="/token", Basic realm="x"' }),
    );
    expect(await ask(open(server, ALICE).session)).toMatchObject({ ok: true });
    expect(await ask(open(server, null).session)).toMatchObject({ ok: false, code: 'auth-required' });
  });

  it('AUTH-1: a 401 without a challenge is followed by one GET /v2/', async () => {
    const inner = withTokens();
    const server = await serve((request, response, url) => {
      const bare = url.pathname.includes('/manifests/') && request.headers.authorization === undefined;
      return bare ? send(request, response, 401, {}) : inner(request, response, url);
    });
    const { session } = open(server, null);
    const results = await Promise.all(['a', 'b'].map((name) => ask(session, name)));
    expect(results.map(({ ok }) => ok)).toEqual([true, true]);
    expect(asText(server).filter((line) => line === 'GET /v2/ 401')).toHaveLength(1);
  });

  it('AUTH-1: without any challenge it fails with what to do', async () => {
    const server = await serve((request, response) => send(request, response, 401, {}));
    const result = await ask(open(server, ALICE).session);
    expect(result).toMatchObject({ ok: false, code: 'auth-required', host: 'registry.test' });
    expect((result as { reason: string }).reason).toContain('docker login registry.test');
    expect(server.seen).toHaveLength(2);
  });
});

describe('a token', () => {
  it('AUTH-2: is asked for with service, scope, client and account, and with Basic', async () => {
    const server = await serve(withTokens());
    expect(await ask(open(server, ALICE).session)).toMatchObject({ ok: true });
    const [token] = tokenRequests(server);
    expect(token!.method).toBe('GET');
    expect(Object.fromEntries(token!.query)).toEqual({
      service: 'test service',
      scope: 'repository:acme/app:pull',
      client_id: 'dockfix',
      account: 'alice',
    });
    expect(token!.headers['authorization']).toBe(ALICE_BASIC);
  });

  it('AUTH-2: the realm keeps its own query; an anonymous request names nobody', async () => {
    const server = await serve((request, response, url) => {
      if (url.pathname === '/token') return send(request, response, 200, {}, '{"access_token":"t"}');
      if (request.headers.authorization === 'Bearer t') return send(request, response, 200, {});
      send(request, response, 401, {
        'www-authenticate': `Bearer realm="http://${request.headers.host}/token?tenant=a%26b"`,
      });
    });
    expect(await ask(open(server, null).session)).toMatchObject({ ok: true });
    const [token] = tokenRequests(server);
    expect([...token!.query.keys()]).toEqual(['tenant', 'scope', 'client_id']);
    expect(token!.query.get('tenant')).toBe('a&b');
    expect(token!.headers['authorization']).toBeUndefined();
  });

  it('AUTH-3: an identity token is exchanged by POST', async () => {
    let form = '';
    const inner = withTokens();
    const server = await serve(async (request, response, url) => {
      if (request.method !== 'POST') return inner(request, response, url);
      for await (const piece of request) form += String(piece);
      send(request, response, 200, {}, '{"access_token":"repository:acme/app:pull"}');
    });
    expect(await ask(open(server, IDENTITY).session)).toMatchObject({ ok: true });
    expect(Object.fromEntries(new URLSearchParams(form))).toEqual({
      grant_type: 'refresh_token',
      refresh_token: 'refresh me',
      service: 'test service',
      client_id: 'dockfix',
      scope: 'repository:acme/app:pull',
    });
    expect(tokenRequests(server)).toHaveLength(1);
    expect(tokenRequests(server)[0]!.headers['content-type']).toBe('application/x-www-form-urlencoded');
  });

  it.each([400, 401, 404, 405])('AUTH-3: by GET when the POST is answered with %i', async (status) => {
    const inner = withTokens();
    const server = await serve((request, response, url) =>
      request.method === 'POST' ? send(request, response, status, {}) : inner(request, response, url),
    );
    expect(await ask(open(server, IDENTITY).session)).toMatchObject({ ok: true });
    expect(tokenRequests(server).map(({ method }) => method)).toEqual(['POST', 'GET']);
    const { authorization } = tokenRequests(server)[1]!.headers;
    expect(Buffer.from(String(authorization).slice(6), 'base64').toString()).toBe('<token>:refresh me');
  });

  it('AUTH-3: by GET with the name and password beside the token, where there are some', async () => {
    const inner = withTokens();
    const server = await serve((request, response, url) =>
      request.method === 'POST' ? send(request, response, 404, {}) : inner(request, response, url),
    );
    const both: Credential = { ...IDENTITY, basic: { username: 'alice', password: 'a:b' } };
    expect(await ask(open(server, both).session)).toMatchObject({ ok: true });
    const { authorization } = tokenRequests(server)[1]!.headers;
    expect(Buffer.from(String(authorization).slice(6), 'base64').toString()).toBe('alice:a:b');
  });

  it('AUTH-3: a registry token is sent as it is, and no realm is asked', async () => {
    const server = await serve(withTokens({ accepts: (authorization) => authorization === 'Bearer given' }));
    expect(await ask(open(server, BEARER).session)).toMatchObject({ ok: true });
    expect(tokenRequests(server)).toEqual([]);
  });

  it('AUTH-4: the scope that the challenge asks for comes first, ours is never left out', async () => {
    const server = await serve(async (request, response, url) => {
      if (url.pathname === '/token') return send(request, response, 200, {}, '{"token":"t"}');
      if (request.headers.authorization) return send(request, response, 200, {});
      const realm = `http://${request.headers.host}/token`;
      const scope = 'repository:acme/app:pull,push * repository:acme/other:pull';
      send(request, response, 401, { 'www-authenticate': `Bearer realm="${realm}",scope="${scope}"` });
    });
    await ask(open(server, null).session);
    expect(tokenRequests(server)[0]!.query.getAll('scope')).toEqual([
      'repository:acme/app:pull,push',
      '*',
      'repository:acme/other:pull',
      'repository:acme/app:pull',
    ]);
    // Red when extraScopes ignores the mode.
    await ask(open(server, null, { mode: 'untrusted' }).session);
    expect(tokenRequests(server)[1]!.query.getAll('scope')).toEqual([
      'repository:acme/app:pull,push',
      'repository:acme/app:pull',
    ]);
  });

  it.each([
    ['nothing', ''],
    ['no JSON', '<html>secret</html>'],
    ['no token', '{"error":"secret"}'],
    ['a token with a line break', '{"token":"a\\r\\nX: secret"}'],
    ['a token that is no text', '{"token":{"secret":1}}'],
  ])('AUTH-5: %s instead of a token is an error without its text', async (_, body) => {
    const server = await serve((request, response, url) => {
      if (url.pathname === '/token') return send(request, response, 200, {}, body);
      send(request, response, 401, {
        'www-authenticate': `Bearer realm="http://${request.headers.host}/token"`,
      });
    });
    const result = await ask(open(server, null).session);
    expect(result).toMatchObject({ ok: false, code: 'registry-error' });
    expect(JSON.stringify(result)).not.toContain('secret');
  });

  it('AUTH-5: more than 1 MiB is not read', async () => {
    const server = await serve((request, response, url) => {
      if (url.pathname === '/token')
        return send(request, response, 200, {}, Buffer.alloc(1024 * 1024 + 1, 32));
      send(request, response, 401, {
        'www-authenticate': `Bearer realm="http://${request.headers.host}/token"`,
      });
    });
    expect(await ask(open(server, null).session)).toMatchObject({ ok: false, code: 'too-large' });
  });

  const start = Date.UTC(2026, 0, 1);
  it.each([
    ['nothing is said: 60 seconds', {}, 60],
    ['less than 60 seconds is said', { expires_in: 10 }, 60],
    ['five minutes', { expires_in: 300 }, 300],
    ['issued a minute ago', { expires_in: 300, issued_at: new Date(start - 60_000).toISOString() }, 240],
    ['issued in the future', { expires_in: 300, issued_at: new Date(start + 1e6).toISOString() }, 300],
    ['ended before it came', { expires_in: 300, issued_at: new Date(start - 1e6).toISOString() }, 300],
    ['nonsense', { expires_in: 'x', issued_at: 7 }, 60],
  ])('AUTH-5: a token holds until 5 seconds before its end: %s', async (_, fields, seconds) => {
    const server = await serve(withTokens({ fields }));
    const { session, clock } = open(server, null);
    await ask(session);
    clock.advance((seconds - 6) * 1000);
    await ask(session);
    expect(tokenRequests(server)).toHaveLength(1);
    clock.advance(2000);
    await ask(session);
    expect(tokenRequests(server)).toHaveLength(2);
  });

  it('AUTH-6: many who want one at the same time share one request', async () => {
    const server = await serve(withTokens());
    const { session } = open(server, null);
    const results = await Promise.all(
      Array.from({ length: 30 }, (_, tag) => ask(session, 'acme/app', `${tag}`)),
    );
    expect(results.every(({ ok }) => ok)).toBe(true);
    expect(tokenRequests(server)).toHaveLength(1);
    expect(session.counts()).toEqual({ resolutions: 30, tokens: 1, total: server.seen.length });
    expect(server.seen.filter(({ status }) => status() === 401)).toHaveLength(1);
  });

  it('AUTH-6: tokens of different credentials and hosts never meet', async () => {
    const server = await serve(withTokens());
    const keychain: Keychain = {
      credentialFor: (_host, repository) =>
        Promise.resolve({ ok: true, credential: repository === 'a' ? ALICE : null }),
    };
    const registries = {
      'registry.test': { endpoint: server.url },
      'other.test': { endpoint: server.url },
    };
    const { session } = open(server, null, { keychain, registries });
    await ask(session, 'a');
    await ask(session, 'b');
    await session.request({ ...head('b'), repository: { registry: 'other.test', repository: 'b' } });
    expect(tokenRequests(server).map(({ query }) => query.get('account'))).toEqual(['alice', null, null]);
  });

  /** A token of the kind that says what it is for. */
  const claim = (scopes: readonly string[]): string => {
    const access = scopes.map((scope) => ({
      type: 'repository',
      name: scope.split(':')[1],
      actions: ['pull'],
    }));
    const encode = (data: object): string => Buffer.from(JSON.stringify(data)).toString('base64url');
    return `${encode({ alg: 'none' })}.${encode({ access })}.${encode({})}`;
  };
  const claims = (authorization: string, repository: string): boolean => {
    const payload = Buffer.from(authorization.split('.')[1] ?? '', 'base64url').toString();
    return payload.includes(`"name":"${repository}"`);
  };
  const many = Array.from({ length: 25 }, (_, n) => `acme/r${n}`);

  it('AUTH-6: 25 repositories need few token requests where several scopes are granted in one', async () => {
    const server = await serve(withTokens({ grant: claim, accepts: claims }));
    const { session } = open(server, null);
    const results = await Promise.all(many.map((name) => ask(session, name)));
    expect(results.every(({ ok }) => ok)).toBe(true);
    expect(tokenRequests(server)).toHaveLength(2);
    expect(server.seen.filter(({ status }) => status() === 401)).toHaveLength(1);
  });

  it.each([
    ['the first scope only, and says so', { grant: (scopes) => claim(scopes.slice(0, 1)), accepts: claims }],
    ['the first scope only, and does not say so', { grant: (scopes) => scopes[0]! }],
    ['all, and does not say so', {}],
  ] satisfies [string, TokenRules][])(
    'AUTH-6: 25 repositories need 25 at most where it grants %s',
    async (_, rules) => {
      const server = await serve(withTokens(rules));
      const { session } = open(server, null);
      const results = await Promise.all(many.map((name) => ask(session, name)));
      expect(results.every(({ ok }) => ok)).toBe(true);
      expect(tokenRequests(server).length).toBeLessThanOrEqual(25);
      expect(server.seen.filter(({ status }) => status() === 401)).toHaveLength(1);
    },
  );

  it('AUTH-6: one repository that is refused does not spoil the others', async () => {
    const refusing = (scopes: readonly string[]): string | number =>
      scopes.some((scope) => scope.includes('acme/r3:')) ? 403 : claim(scopes);
    const server = await serve(withTokens({ grant: refusing, accepts: claims }));
    const results = await Promise.all(many.map((name) => ask(open(server, null).session, name)));
    expect(results.filter(({ ok }) => !ok)).toHaveLength(1);
    const { session } = open(server, null);
    const together = await Promise.all(many.map((name) => ask(session, name)));
    expect(together.map(({ ok }) => ok)).toEqual(many.map((name) => name !== 'acme/r3'));
    expect(together[3]).toMatchObject({ code: 'auth-required' });
  });

  it('AUTH-6: a token service that is down is not asked once for each repository', async () => {
    const server = await serve(withTokens({ grant: () => 503 }));
    const { session } = open(server, null);
    const results = await Promise.all(many.map((name) => ask(session, name)));
    for (const result of results) expect(result).toMatchObject({ ok: false, code: 'registry-error' });
    expect(tokenRequests(server).length).toBeLessThanOrEqual(8);
  });

  it('AUTH-7: is asked for once more after invalid_token', async () => {
    let tokens = 0;
    const server = await serve(
      withTokens({ grant: () => `t${++tokens}`, accepts: (authorization) => authorization === 'Bearer t2' }),
    );
    const { session } = open(server, null);
    expect(await ask(session)).toMatchObject({ ok: true });
    expect(await ask(session)).toMatchObject({ ok: true });
    expect(tokenRequests(server)).toHaveLength(2);
  });

  it('AUTH-7: after insufficient_scope once, with the scope that is wanted; then it is "denied-or-missing"', async () => {
    const server = await serve((request, response, url) => {
      if (url.pathname === '/token') return send(request, response, 200, {}, '{"token":"t"}');
      const error =
        request.headers.authorization === undefined
          ? ''
          : ',error="insufficient_scope",scope="repository:acme/app:pull,push"';
      const realm = `http://${request.headers.host}/token`;
      send(request, response, 401, { 'www-authenticate': `Bearer realm="${realm}"${error}` });
    });
    const result = await ask(open(server, ALICE).session);
    expect(result).toMatchObject({ ok: false, code: 'denied-or-missing' });
    expect((result as { reason: string }).reason).toContain('the credentials from a test');
    expect(tokenRequests(server).map(({ query }) => query.getAll('scope'))).toEqual([
      ['repository:acme/app:pull'],
      ['repository:acme/app:pull,push', 'repository:acme/app:pull'],
    ]);
  });

  it('AUTH-7: after a 401 without these errors it is not', async () => {
    const server = await serve((request, response, url) => {
      if (url.pathname === '/token') return send(request, response, 200, {}, '{"token":"t"}');
      const realm = `http://${request.headers.host}/token`;
      send(request, response, 401, { 'www-authenticate': `Bearer realm="${realm}"` });
    });
    expect(await ask(open(server, null).session)).toMatchObject({ code: 'denied-or-missing' });
    expect(tokenRequests(server)).toHaveLength(1);
  });
});

describe('credentials that are refused', () => {
  const anonymousOnly = (scopes: readonly string[], request: IncomingMessage): string | null =>
    request.headers.authorization === undefined ? scopes.join(',') : null;

  it('AUTH-8: by the token service: said once, tried once without, remembered', async () => {
    const server = await serve(withTokens({ grant: anonymousOnly }));
    const { session, log } = open(server, ALICE);
    const results = await Promise.all(['a', 'b', 'c'].map((name) => ask(session, name)));
    expect(results.every(({ ok }) => ok)).toBe(true);
    await ask(session, 'd');
    expect(tokenRequests(server).filter(({ headers }) => headers['authorization'])).toHaveLength(1);
    expect(log.warnings).toHaveLength(1);
    expect(log.warnings[0]).toContain('registry.test does not accept the credentials from a test');
    expect(log.warnings[0]).not.toContain('s3cret');
  });

  it('AUTH-8: and nothing without them: "credentials-rejected"', async () => {
    const server = await serve(withTokens({ grant: () => null }));
    const { session } = open(server, ALICE);
    for (const name of ['a', 'b']) {
      expect(await ask(session, name)).toMatchObject({ ok: false, code: 'credentials-rejected' });
    }
    expect(tokenRequests(server).filter(({ headers }) => headers['authorization'])).toHaveLength(1);
  });

  it('AUTH-8: 403 is about one repository, so the others keep them', async () => {
    const server = await serve(
      withTokens({
        grant: (scopes, request) =>
          request.headers.authorization === ALICE_BASIC
            ? scopes.some((scope) => scope.includes(':b:'))
              ? 403
              : scopes[0]!
            : null,
      }),
    );
    const { session } = open(server, ALICE);
    expect(await ask(session, 'a')).toMatchObject({ ok: true });
    expect(await ask(session, 'b')).toMatchObject({ ok: false, code: 'denied-or-missing' });
    expect(await ask(session, 'c')).toMatchObject({ ok: true });
  });

  it('AUTH-8: as Basic: once, then without, then not again', async () => {
    const server = await serve((request, response, url) =>
      url.pathname.includes('/open/') && request.headers.authorization === undefined
        ? send(request, response, 200, {})
        : send(request, response, 401, { 'www-authenticate': 'Basic realm="x"' }),
    );
    const { session, log } = open(server, ALICE);
    expect(await ask(session, 'closed/a')).toMatchObject({ ok: false, code: 'credentials-rejected' });
    expect(await ask(session, 'closed/b')).toMatchObject({ ok: false, code: 'credentials-rejected' });
    expect(await ask(session, 'open/c')).toMatchObject({ ok: true });
    expect(server.seen.filter(({ headers }) => headers['authorization'])).toHaveLength(1);
    expect(log.warnings).toHaveLength(1);
  });

  it('AUTH-8: as a token of one’s own: the realm is asked without them', async () => {
    const server = await serve(withTokens());
    const { session, log } = open(server, BEARER);
    expect(await ask(session)).toMatchObject({ ok: true });
    expect(server.seen.filter(({ headers }) => headers['authorization'] === 'Bearer given')).toHaveLength(1);
    expect(log.warnings).toHaveLength(1);
  });

  it('CRED-5: a keychain that fails is the failure of the image', async () => {
    const server = await serve(withTokens());
    const failure = {
      ok: false,
      code: 'credentials-unreadable',
      host: 'h',
      reason: 'FILE is not JSON',
    } as const;
    const keychain: Keychain = { credentialFor: () => Promise.resolve(failure) };
    expect(await ask(open(server, null, { keychain }).session)).toEqual(failure);
    expect(tokenRequests(server)).toEqual([]);
  });
});

describe('where credentials go', () => {
  // Red when `authorization` is kept in asStranger's headers (HARMLESS).
  it('AUTH-9: Basic goes to the origin of the registry and to no other port', async () => {
    const storage = await serve((request, response) => send(request, response, 200, {}, 'x'));
    const server = await serve((request, response) =>
      request.headers.authorization === ALICE_BASIC
        ? send(request, response, 307, { location: `${storage.url}/blob?sig=1` })
        : send(request, response, 401, { 'www-authenticate': 'Basic realm="x"' }),
    );
    expect(await ask(open(server, ALICE).session)).toMatchObject({ ok: true });
    expect(storage.seen).toHaveLength(1);
    expect(storage.seen[0]!.headers['authorization']).toBeUndefined();
  });

  /** A registry whose realm is this one; every token is good. */
  function naming(realm: string): Handler {
    return (request, response, url) => {
      if (url.pathname === '/token') return send(request, response, 200, {}, '{"token":"t"}');
      if (request.headers.authorization) return send(request, response, 200, {});
      send(request, response, 401, { 'www-authenticate': `Bearer realm="${realm}",service="s"` });
    };
  }

  // Red when mayHaveCredentials returns true for another origin.
  it.each([ALICE, IDENTITY])(
    'SEC-1: a realm at another port gets no $kind; the line to add is said',
    async (who) => {
      const realm = await serve(naming(''));
      const server = await serve(naming(`${realm.url}/token`));
      const { session, log } = open(server, who);
      expect(await ask(session)).toMatchObject({ ok: true });
      expect(realm.seen).toHaveLength(1);
      expect(realm.seen[0]!.method).toBe('GET');
      expect(realm.seen[0]!.headers['authorization']).toBeUndefined();
      expect(realm.seen[0]!.query.has('account')).toBe(false);
      expect(log.warnings).toHaveLength(1);
      expect(log.warnings[0]).toContain(`tokenRealms: { "registry.test": "${realm.host}" }`);
    },
  );

  // Red when the host is left out of the comparison: a list of good realms instead of pairs.
  it('SEC-1: a configured realm gets them, from its registry only', async () => {
    const realm = await serve(naming(''));
    const server = await serve(naming(`${realm.url}/token`));
    const allowed = open(server, ALICE, { tokenRealms: { 'registry.test': realm.host } });
    await ask(allowed.session);
    expect(realm.seen[0]!.headers['authorization']).toBe(ALICE_BASIC);
    expect(allowed.log.warnings).toEqual([]);
    const elsewhere = open(server, ALICE, { tokenRealms: { 'other.test': realm.host } });
    await ask(elsewhere.session);
    expect(realm.seen[1]!.headers['authorization']).toBeUndefined();
  });

  // Red when the hint in token() is always that to log in.
  it('SEC-1: the denial of an anonymous token says that the credentials were held back', async () => {
    const realm = await serve((request, response) => send(request, response, 401, {}));
    const server = await serve(naming(`${realm.url}/token`));
    const result = await ask(open(server, ALICE).session);
    expect(result).toMatchObject({ ok: false, code: 'auth-required' });
    expect((result as { reason: string }).reason).toContain('tokenRealms');
  });

  // Red when the realm is sent by followRedirects.
  it('SEC-1: a token request follows no redirect', async () => {
    const other = await serve((request, response) => send(request, response, 200, {}, '{"token":"t"}'));
    const server = await serve((request, response, url) => {
      if (url.pathname === '/token') return send(request, response, 302, { location: `${other.url}/token` });
      send(request, response, 401, {
        'www-authenticate': `Bearer realm="http://${request.headers.host}/token"`,
      });
    });
    const result = await ask(open(server, ALICE).session);
    expect(result).toMatchObject({ ok: false, code: 'registry-error' });
    expect((result as { reason: string }).reason).toContain('redirects');
    expect(other.seen).toEqual([]);
  });

  // Red when tokens are asked for with `reach: 'private'` whatever the realm's host is.
  it.each(['http://169.254.169.254/token', 'http://10.0.0.1/token', 'http://localhost:1/token'])(
    'SEC-1: the realm %s is not connected to',
    async (realm) => {
      const server = await serve(naming(realm));
      expect(await ask(open(server, ALICE).session)).toMatchObject({ ok: false, code: 'blocked-by-policy' });
    },
  );

  // Red when the realm is read once and kept: the second challenge names another one.
  it('SEC-1: each challenge is judged, also a later one', async () => {
    const realm = await serve(naming(''));
    let round = 0;
    const server = await serve((request, response, url) => {
      if (url.pathname === '/token') return send(request, response, 200, {}, `{"token":"t${round}"}`);
      if (request.headers.authorization === 'Bearer t0' && round === 0)
        return send(request, response, 200, {});
      const at = request.headers.authorization
        ? `${realm.url}/token`
        : `http://${request.headers.host}/token`;
      send(request, response, 401, { 'www-authenticate': `Bearer realm="${at}",error="invalid_token"` });
    });
    const { session } = open(server, ALICE);
    expect(await ask(session)).toMatchObject({ ok: true });
    round = 1;
    await ask(session);
    expect(realm.seen.length).toBeGreaterThan(0);
    for (const { headers } of realm.seen) expect(headers['authorization']).toBeUndefined();
  });

  // Red when the token is part of what followRedirects hands to a strange host.
  it('SEC-1: a token goes to the registry that asked for it and nowhere else', async () => {
    const storage = await serve((request, response) =>
      send(request, response, 401, {
        'www-authenticate': `Bearer realm="http://${request.headers.host}/steal"`,
      }),
    );
    const inner = withTokens({ accepts: () => false });
    const server = await serve((request, response, url) =>
      request.headers.authorization && url.pathname !== '/token'
        ? send(request, response, 307, { location: `${storage.url}/x` })
        : inner(request, response, url),
    );
    const result = await ask(open(server, ALICE).session);
    expect(result).toMatchObject({ ok: false, code: 'registry-error' });
    expect(storage.seen.map(({ path }) => path)).toEqual(['/x']);
    expect(storage.seen[0]!.headers['authorization']).toBeUndefined();
  });
});
