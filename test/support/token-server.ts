/** A token service of the distribution project's kind: RS256 tokens that the real docker-registry accepts. */
import { createPrivateKey, createSign, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Certificate } from './certificates.ts';

export interface TokenServer {
  readonly url: string;
  /** The `auth:` part of a registry's configuration. */
  readonly config: string;
  /** Queries of GET requests, forms of POST requests. */
  readonly asked: {
    readonly method: string;
    readonly query: URLSearchParams;
    readonly basic: string | null;
  }[];
  close(): Promise<void>;
}

export interface TokenRules {
  /** `user:password` that may log in; nobody else gets a token for private repositories. */
  readonly account: string;
  /** What everybody may read. */
  readonly open: RegExp;
  /** Seconds. */
  readonly lifetime?: number;
  /** A refresh token that is taken in a POST, and given to whoever logs in and asks for one (`offline_token`). */
  readonly refreshToken?: string;
}

const SERVICE = 'test registry';
const ISSUER = 'test issuer';

/** Signs with this key; the registry is told to trust its authority (a PEM file). */
export async function startTokenServer(
  signer: Certificate,
  rootPath: string,
  rules: TokenRules,
): Promise<TokenServer> {
  const key = createPrivateKey(signer.key);
  const chain = [signer.cert.replace(/-----[A-Z ]+-----|\s/g, '')];
  const asked: TokenServer['asked'] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const url = new URL(request.url ?? '/', 'http://token');
      let query = url.searchParams;
      if (request.method === 'POST') {
        let form = '';
        for await (const piece of request) form += String(piece);
        query = new URLSearchParams(form);
      }
      const { authorization } = request.headers;
      const basic = authorization ? Buffer.from(authorization.slice(6), 'base64').toString() : null;
      asked.push({ method: request.method ?? '', query, basic });
      const refreshes = request.method === 'POST';
      const knows = refreshes ? query.get('refresh_token') === rules.refreshToken : basic === rules.account;
      if ((refreshes || basic !== null) && !knows) {
        response.writeHead(401).end();
        return;
      }
      const access = query
        .getAll('scope')
        .flatMap((scope) => scope.split(' '))
        .map((scope) => scope.split(':') as [string, string, string])
        .filter(([, name]) => knows || rules.open.test(name))
        .map(([type, name, actions]) => ({ type, name, actions: actions.split(',') }));
      const now = Math.floor(Date.now() / 1000);
      const lifetime = rules.lifetime ?? 300;
      const claims = {
        iss: ISSUER,
        aud: SERVICE,
        sub: '',
        jti: randomBytes(8).toString('hex'),
        access,
        nbf: now - 10,
        iat: now,
        exp: now + lifetime,
      };
      const encode = (data: object): string => Buffer.from(JSON.stringify(data)).toString('base64url');
      const signed = `${encode({ typ: 'JWT', alg: 'RS256', x5c: chain })}.${encode(claims)}`;
      const signature = createSign('RSA-SHA256').update(signed).sign(key).toString('base64url');
      const keeps = knows && query.get('offline_token') === 'true';
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify({
          token: `${signed}.${signature}`,
          expires_in: lifetime,
          ...(keeps ? { refresh_token: rules.refreshToken } : {}),
        }),
      );
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    asked,
    config: `auth: { token: { realm: "${url}/token", service: ${SERVICE}, issuer: ${ISSUER}, rootcertbundle: ${rootPath} } }`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
