/** What --debug says of requests. */
import { describe, expect, it } from 'vitest';
import { StreamError } from '../../src/net/http.ts';
import type { Http, HttpFailure, HttpRequest, HttpStream } from '../../src/net/http.ts';
import { createDiscreetHttp, createLoggedHttp } from '../../src/net/logged-http.ts';
import { MASK, createRedactor } from '../../src/net/redact.ts';

const FAILURE: HttpFailure = { ok: false, code: 'timeout', reason: 'no answer in time', retryable: true };

function logged(http: Partial<Http>): { readonly http: Http; readonly lines: string[] } {
  const lines: string[] = [];
  let now = 0;
  const unused = (): never => {
    throw new Error('not asked');
  };
  const whole: Http = { request: unused, stream: unused, close: () => Promise.resolve(), ...http };
  const log = { warn: unused, debug: (text: string) => void lines.push(text) };
  return { http: createLoggedHttp(whole, log, () => (now += 12.4)), lines };
}

const request: HttpRequest = {
  method: 'GET',
  url: new URL('https://u:p@r.example/v2/x/blobs/sha256:1?sig=abc'),
  headers: { authorization: 'Bearer CANARY' },
  maxBytes: 100,
};

async function* chunks(...parts: readonly (string | Error)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) {
    if (part instanceof Error) throw part;
    yield await Promise.resolve(Buffer.from(part));
  }
}

function streaming(body: AsyncIterable<Uint8Array>): Partial<Http> {
  const response: HttpStream = { status: 200, headers: new Map(), body, destroy: () => {} };
  return { stream: () => Promise.resolve({ ok: true, response }) };
}

describe('HTTP that says what it does', () => {
  it('says method, URL, status, bytes and time, and nothing that is secret', async () => {
    const response = { status: 404, headers: new Map(), body: Buffer.from('none') };
    const { http, lines } = logged({ request: () => Promise.resolve({ ok: true, response }) });
    expect(await http.request(request)).toEqual({ ok: true, response });
    expect(lines).toEqual(['GET https://r.example/v2/x/blobs/sha256:1?sig=***: 404, 4 bytes, 12 ms']);
  });

  it('says why there is no answer', async () => {
    const { http, lines } = logged({
      request: () => Promise.resolve(FAILURE),
      stream: () => Promise.resolve(FAILURE),
    });
    expect(await http.request(request)).toEqual(FAILURE);
    expect(await http.stream(request)).toEqual(FAILURE);
    expect(lines).toEqual(
      Array(2).fill(
        'GET https://r.example/v2/x/blobs/sha256:1?sig=***: no answer (timeout: no answer in time), 12 ms',
      ),
    );
  });

  it('says of a stream how much of it was read, once, however it ends', async () => {
    const read = async (
      parts: readonly (string | Error)[],
      stopAfter: number,
      destroy: boolean,
    ): Promise<string> => {
      const { http, lines } = logged(streaming(chunks(...parts)));
      const sent = await http.stream(request);
      if (!sent.ok) throw new Error(sent.reason);
      let seen = 0;
      try {
        for await (const _ of sent.response.body) if (++seen >= stopAfter) break;
      } catch (error) {
        expect(error).toBeInstanceOf(StreamError);
      }
      if (destroy) sent.response.destroy();
      expect(lines).toHaveLength(1);
      return lines[0]!.replace(/^.*\*\*\*: /, '');
    };
    expect(await read(['abc', 'de'], 9, true)).toBe('200, 5 bytes, 12 ms');
    expect(await read(['abc', 'de'], 1, false)).toBe('200, 3 bytes, not read to its end, 12 ms');
    expect(await read(['abc', new StreamError(FAILURE)], 9, true)).toBe(
      '200, 3 bytes, then timeout: no answer in time, 12 ms',
    );
  });

  it('says of a stream that nobody reads that nothing was read', async () => {
    const { http, lines } = logged(streaming(chunks('abc')));
    const sent = await http.stream(request);
    if (sent.ok) sent.response.destroy();
    expect(lines).toEqual([
      'GET https://r.example/v2/x/blobs/sha256:1?sig=***: 200, 0 bytes, not read to its end, 12 ms',
    ]);
  });
});

describe('HTTP that keeps secret what it is sent with', () => {
  it('SEC-6: masks an access token and a Basic header from the first request on', async () => {
    // Red when note() in createDiscreetHttp registers nothing.
    const redactor = createRedactor();
    const echo = (sent: HttpRequest): ReturnType<Http['request']> =>
      Promise.resolve({
        ok: true,
        response: {
          status: 400,
          headers: new Map(),
          body: Buffer.from(sent.headers?.['authorization'] ?? ''),
        },
      });
    const unused = (): never => {
      throw new Error('not asked');
    };
    const plain: Http = { request: echo, stream: unused, close: () => Promise.resolve() };
    const http = createDiscreetHttp(plain, redactor);
    for (const value of [
      'Bearer access-t0ken.of.this-run',
      'Basic YWxpY2U6czNjcmV0',
      'Bearer access-t0ken.of.this-run',
    ]) {
      const sent = await http.request({ ...request, headers: { authorization: value } });
      if (!sent.ok) throw new Error(sent.reason);
      const secret = Buffer.from(sent.response.body).toString().split(' ')[1]!;
      expect(redactor.redact(`the server said ${secret}!`)).toBe(`the server said ${MASK}!`);
    }
  });
});
