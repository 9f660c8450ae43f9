/** SEC-6: what is taken out of text, and what is left alone. */
import { describe, expect, it } from 'vitest';
import { MASK, createRedactor, safeUrl } from '../../src/net/redact.ts';

const SECRET = 'c4n4ry:/S3cret+Wörd?&="x';

function redactorWith(secret: string, username?: string): ReturnType<typeof createRedactor> {
  const redactor = createRedactor();
  redactor.register(secret, username);
  return redactor;
}

const percentLower = (text: string): string =>
  encodeURIComponent(text).replace(/%[0-9A-F]{2}/g, (triple) => triple.toLowerCase());

describe('a secret that is known', () => {
  // Red when any of these forms is left out of plainForms or embeddedBase64 in src/net/redact.ts.
  it.each<[string, (secret: string) => string]>([
    ['as it is', (secret) => secret],
    ['in base64', (secret) => Buffer.from(secret).toString('base64')],
    ['in base64url', (secret) => Buffer.from(secret).toString('base64url')],
    ['encoded for a URL', encodeURIComponent],
    ['encoded for a URL in lower case', percentLower],
    ['encoded for a form', (secret) => new URLSearchParams({ x: secret }).toString().slice(2)],
    ['in hexadecimal', (secret) => Buffer.from(secret).toString('hex')],
    ['in upper-case hexadecimal', (secret) => Buffer.from(secret).toString('hex').toUpperCase()],
    ['escaped for JSON', (secret) => JSON.stringify(secret).slice(1, -1)],
    ['escaped for HTML', (secret) => secret.replaceAll('&', '&amp;').replaceAll('"', '&quot;')],
  ])('SEC-6: is masked %s', (_, encode) => {
    const text = `the server said <${encode(SECRET)}> to that`;
    expect(redactorWith(SECRET).redact(text)).toBe(`the server said <${MASK}> to that`);
  });

  it.each([0, 1, 2, 3, 4, 5])('SEC-6: is masked inside the base64 of something longer (%i bytes in)', (n) => {
    // Red when embeddedBase64 goes through fewer than three places.
    const secret = 'long-enough-secret';
    for (const encoding of ['base64', 'base64url'] as const) {
      const encoded = Buffer.from(`${'u'.repeat(n)}${secret}~?>`).toString(encoding);
      const redacted = redactorWith(secret).redact(`<${encoded}>`);
      expect(redacted).toContain(MASK);
      // What is left decodes to nothing of the secret, wherever one starts.
      for (const part of redacted.replace(/[<>]/g, '').split(MASK)) {
        for (const shift of [0, 1, 2, 3]) {
          const decoded = Buffer.from('A'.repeat(shift) + part, 'base64').toString('latin1');
          expect(decoded).not.toMatch(/lon|ong|gh-|ret/);
        }
      }
    }
  });

  // Red when `username` is not looked at in register().
  it('SEC-6: is masked as the base64 of user and password, also when the password is short', () => {
    for (const password of ['s3cret-password', 'abc']) {
      const pair = Buffer.from(`alice:${password}`).toString('base64');
      const redacted = redactorWith(password, 'alice').redact(`<${pair}>`);
      expect(redacted).toContain(MASK);
      expect(Buffer.from(redacted.replace(/[<>*]/g, ''), 'base64').toString()).not.toContain(password[0]);
    }
  });

  it('SEC-6: is masked when its end was cut off', () => {
    // Red when walk asks for the whole form instead of its first ANCHOR_LENGTH characters.
    const token = `eyJ${'abcdefghijklmnopqrstuvwxyz0123456789'.repeat(20)}`;
    const redactor = redactorWith(token);
    expect(redactor.redact(`bad token ${token.slice(0, 150)}…`)).toBe(`bad token ${MASK}…`);
    const encoded = Buffer.from(token).toString('base64').slice(0, 150);
    expect(redactor.redact(`bad token ${encoded}…`)).toBe(`bad token ${MASK}…`);
  });

  it('is masked every time, beside itself and beside others', () => {
    const redactor = redactorWith('first-secret');
    redactor.register('second-secret');
    expect(redactor.redact('first-secretfirst-secret,second-secret.')).toBe(`${MASK}${MASK},${MASK}.`);
  });

  it('is masked as a whole where one secret begins like another', () => {
    const redactor = redactorWith('common-beginning');
    redactor.register('common-beginning-and-more');
    expect(redactor.redact('<common-beginning-and-more>')).toBe(`<${MASK}>`);
  });

  it('SEC-6: does not blank the output when it is short', () => {
    // Red when MIN_LENGTH is 1.
    for (const secret of ['a', 'no', 'tag']) {
      const text = 'no such tag: node:tag, a manifest 6e6f746167 dGFn';
      expect(redactorWith(secret, 'node').redact(text)).toBe(text);
    }
  });

  // Red when maskPlaces() gives its text back.
  it('SEC-6: is masked in the position of a credential even when it is short', () => {
    const redactor = redactorWith('abc', 'u');
    expect(redactor.redact('http://u:abc@proxy:1/ Authorization: Basic YTpi ?token=abc')).toBe(
      `http://${MASK}@proxy:1/ Authorization: Basic ${MASK} ?${MASK}`,
    );
  });

  it('leaves text alone in which nothing of it stands', () => {
    const text = `FROM node:22@sha256:${'0123456789abcdef'.repeat(4)} # "quoted" & 50 % of $it\n`;
    expect(redactorWith(SECRET).redact(text)).toBe(text);
  });

  it('may be anything: empty, a lone surrogate, a megabyte', () => {
    const redactor = createRedactor();
    for (const secret of ['', '\ud800bcdefg', 'x'.repeat(1_000_000)]) redactor.register(secret, 'u');
    expect(redactor.redact('nothing here')).toBe('nothing here');
    expect(redactor.redact(`<${'x'.repeat(8192)}>`)).toBe(`<${MASK}>`);
  });
});

describe('a place where a secret stands', () => {
  // Red when the pattern that the row is about is taken out of maskPlaces in src/net/redact.ts.
  it.each([
    ['Authorization: Bearer abc.def-ghi', `Authorization: Bearer ${MASK}`],
    ['authorization: Basic YWxpY2U6eA==', `authorization: Basic ${MASK}`],
    ['"authorization":"Bearer abc.def"', `"authorization":"Bearer ${MASK}"`],
    ['Proxy-Authorization: Basic abc=', `Proxy-Authorization: Basic ${MASK}`],
    ['X-Registry-Auth: eyJ1c2VybmFtZSI6', `X-Registry-Auth: ${MASK}`],
    ['Cookie: session=abc', `Cookie: ${MASK}`],
    ['sent Bearer eyJhbGciOiJSUzI1NiJ9.e30.abc', `sent Bearer ${MASK}`],
    ['sent Basic YWxpY2U6czNjcmV0', `sent Basic ${MASK}`],
    ['grant_type=refresh_token&refresh_token=abc&x=1', `grant_type=refresh_token&refresh_token=${MASK}&x=1`],
    ['access_token=abc', `access_token=${MASK}`],
    ['password=abc, next', `password=${MASK}, next`],
    ['{"identitytoken":"a\\"bc","x":1}', `{"identitytoken":"${MASK}","x":1}`],
    ['{"token": "abc"}', `{"token": "${MASK}"}`],
    ['https://u:p@host.example/x', `https://${MASK}@host.example/x`],
    ['http://only-a-token@host/x', `http://${MASK}@host/x`],
    [
      'https://s3.example/b?X-Amz-Credential=AKIA&X-Amz-Signature=abc to that',
      `https://s3.example/b?${MASK} to that`,
    ],
    ['https://blob.example/b?se=2026&sig=abc%3D', `https://blob.example/b?${MASK}`],
    ['https://cdn.example/b?Expires=1&Signature=abc&Key-Pair-Id=K1', `https://cdn.example/b?${MASK}`],
    ['header x-amz-security-token=abc', `header x-amz-security-token=${MASK}`],
  ])('SEC-6: %s', (text, expected) => {
    expect(createRedactor().redact(text)).toBe(expected);
    expect(createRedactor().redact(expected)).toBe(expected);
  });

  it.each([
    'Bearer realm="https://auth.docker.io/token",service="registry.docker.io"',
    'Basic realm="basic-realm"',
    'it wants basic authentication or a bearer token',
    'https://registry.example/v2/x/tags/list?n=1000&last=v1',
    'https://auth.example/token?service=registry&scope=repository:x:pull',
    'node:22@sha256:abc is a tag=value pair',
    'docker.io/library/node:22',
  ])('is not seen in: %s', (text) => {
    expect(createRedactor().redact(text)).toBe(text);
  });
});

describe('a long secret', () => {
  it('is found in an answer, whole and in its forms, a short one is not', () => {
    const redactor = redactorWith('long-enough-secret');
    redactor.register('alpine');
    expect(redactor.holdsSecret('a long-enough-secret!')).toBe(true);
    expect(redactor.holdsSecret(Buffer.from('long-enough-secret').toString('hex'))).toBe(true);
    expect(redactor.holdsSecret('a long-enough-word, long-enough-secr and alpine')).toBe(false);
  });
});

describe('the time it takes', () => {
  // What is quadratic in a megabyte does not come back within the limit of a test.
  it.each([
    ['one character', 'a'],
    ['the beginning of a secret', 'eyJhbGciOiJ'],
    ['the first four characters of a secret', 'eyJh'],
    ['schemes', 'a://'],
    ['a long name of a scheme', 'a.'],
    ['question marks', '?'],
    ['headers', 'authorization: '],
    ['quotes', '"token":"\\'],
    ['words before a token', 'bearer bearer '],
    ['parameters', '&token=&'],
  ])('SEC-17: does not grow faster than the text: a megabyte of %s', { timeout: 20_000 }, (_, piece) => {
    const redactor = createRedactor();
    for (let i = 0; i < 300; i++) redactor.register(`eyJhbGciOiJSUzI1NiJ9.${i}.${'x'.repeat(700)}`);
    const text = piece.repeat(Math.ceil(1_000_000 / piece.length));
    expect(redactor.redact(text).length).toBeLessThanOrEqual(text.length * 2);
  });
});

describe('a URL for a person', () => {
  // Red when safeUrl() shows every parameter.
  it.each([
    ['https://u:p@r.example/v2/x/manifests/1#f', 'https://r.example/v2/x/manifests/1'],
    [
      'https://auth.example/token?service=s&scope=repository:x:pull&account=alice&refresh_token=abc',
      `https://auth.example/token?service=s&scope=repository:x:pull&account=${MASK}&refresh_token=${MASK}`,
    ],
    ['https://s3.example/b?X-Amz-Signature=abc', `https://s3.example/b?X-Amz-Signature=${MASK}`],
  ])('SEC-6: shows of %s no more than what is harmless', (url, shown) => {
    expect(safeUrl(new URL(url))).toBe(shown);
  });

  it('is cut when it is long', () => {
    expect(safeUrl(new URL(`https://r.example/${'x'.repeat(2000)}`))).toHaveLength(500);
  });
});
