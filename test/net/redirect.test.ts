import { describe, expect, it } from 'vitest';
import type { HttpFailure, HttpRequest, HttpResponse } from '../../src/net/http.ts';
import { followRedirects } from '../../src/net/redirect.ts';

const FIRST: HttpRequest = {
  method: 'GET',
  url: new URL('https://registry.test/v2/a/blobs/x'),
  headers: {
    authorization: 'Bearer secret',
    Cookie: 'session=secret',
    'X-Api-Key': 'secret',
    accept: 'application/json',
    Range: 'bytes=0-9',
  },
  maxBytes: 10,
  reach: 'private',
  clientCertificate: true,
  unverified: true,
};

/** Where each hop leads; the last one is the answer. */
async function walk(
  ...locations: readonly string[]
): Promise<{ result: Awaited<ReturnType<typeof followRedirects>>; seen: HttpRequest[] }> {
  const seen: HttpRequest[] = [];
  const result = await followRedirects(FIRST, (request) => {
    const location = locations[seen.push(request) - 1];
    const response: HttpResponse = {
      status: location === undefined ? 200 : 307,
      headers: new Map(location === undefined ? [] : [['location', [location]]]),
      body: new Uint8Array(),
    };
    return Promise.resolve({ ok: true as const, response });
  });
  return { result, seen };
}

describe('a redirect', () => {
  it('NET-7: within the origin keeps everything', async () => {
    const { result, seen } = await walk('/v2/b/blobs/x');
    expect(seen[1]).toEqual({ ...FIRST, url: new URL('https://registry.test/v2/b/blobs/x') });
    expect(result).toMatchObject({ ok: true, crossed: false });
  });

  // Red when HARMLESS lets more through, or when asStranger copies the whole request.
  it.each([
    ['another host', 'https://storage.test/x'],
    ['another port', 'https://registry.test:8443/x'],
  ])(
    'NET-7: to %s drops Authorization, Cookie, client certificate and all that is not harmless',
    async (_, to) => {
      const { result, seen } = await walk(to);
      expect(seen[1]!.headers).toEqual({ accept: 'application/json', Range: 'bytes=0-9' });
      expect(seen[1]!.clientCertificate).toBeUndefined();
      expect(seen[1]!.unverified).toBeUndefined();
      expect(JSON.stringify(seen[1])).not.toContain('secret');
      expect(result).toMatchObject({ ok: true, crossed: true });
    },
  );

  it('NET-7: back to the registry after a visit elsewhere brings nothing back', async () => {
    const { seen } = await walk('https://storage.test/x', 'https://registry.test/y');
    expect(JSON.stringify(seen[2])).not.toContain('secret');
  });

  // Red when asStranger() keeps the reach of the first request.
  it('SEC-2: to another host reaches public addresses only; to the same host what was reached', async () => {
    expect((await walk('https://storage.test/x')).seen[1]!.reach).toBe('public');
    expect((await walk('https://registry.test:8443/x')).seen[1]!.reach).toBe('private');
    expect((await walk('https://storage.test/x', 'https://other.test/')).seen[2]!.reach).toBe('public');
  });

  it.each([
    ['from HTTPS to HTTP', 'http://registry.test/x', 'blocked-by-policy'],
    ['to no HTTP', 'file:///etc/passwd', 'blocked-by-policy'],
    ['with a user name', 'https://u:p@storage.test/x', 'blocked-by-policy'],
    ['to nonsense', 'https://', 'bad-response'],
    ['longer than any URL', `/${'x'.repeat(9000)}`, 'bad-response'],
  ])('NET-7: %s is not followed', async (_, to, code) => {
    const { result, seen } = await walk(to);
    expect(result).toMatchObject({ ok: false, code });
    expect(seen).toHaveLength(1);
  });

  it('NET-7: five are followed, six are not', async () => {
    const hops = (count: number): string[] => Array.from({ length: count }, (_, at) => `/${at}`);
    expect((await walk(...hops(5))).result).toMatchObject({ ok: true });
    const six = await walk(...hops(6));
    expect(six.result).toMatchObject({ ok: false, code: 'bad-response' });
    expect(six.seen).toHaveLength(6);
  });

  it('NET-7: the failure of a strange host names it', async () => {
    const failure: HttpFailure = {
      ok: false,
      code: 'network',
      reason: 'the connection was refused',
      retryable: true,
    };
    let calls = 0;
    const result = await followRedirects(FIRST, () => {
      const headers = new Map([['location', ['https://storage.test/x?sig=secret']]]);
      if (calls++ > 0) return Promise.resolve(failure);
      return Promise.resolve({
        ok: true as const,
        response: { status: 302, headers, body: new Uint8Array() },
      });
    });
    expect(result).toMatchObject({ reason: 'it redirects to storage.test: the connection was refused' });
  });

  it('304 and a redirect without a place are answers', async () => {
    for (const status of [304, 307]) {
      const response = { status, headers: new Map(), body: new Uint8Array() };
      expect(await followRedirects(FIRST, () => Promise.resolve({ ok: true, response }))).toMatchObject({
        ok: true,
        response: { status },
      });
    }
  });
});
