/** Who is told what: passwords, tokens and helpers, from the command line to the real registry and its token service. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createAuthority, hasOpenssl } from '../support/certificates.ts';
import { startCountingProxy } from '../support/counting-proxy.ts';
import { hasDistribution, startDistribution } from '../support/distribution.ts';
import type { Distribution } from '../support/distribution.ts';
import type { FakeRegistry } from '../support/fake-registry.ts';
import { makeImage, makeMultiPlatform } from '../support/images.ts';
import { logOf, makeMachine } from '../support/machine.ts';
import type { Machine } from '../support/machine.ts';
import { startTokenServer } from '../support/token-server.ts';
import type { TokenServer } from '../support/token-server.ts';

const PASSWORD = 's3cret:with:colon';
const ACCOUNT = `alice:${PASSWORD}`;
const BASIC = `Basic ${Buffer.from(ACCOUNT).toString('base64')}`;
/** The line that htpasswd -B writes for them. */
const HTPASSWD = 'alice:$2b$05$abcdefghijklmnopqrstuuzn2U.cIul0ePEsP6mo/Zb0vmB2krNpS\n';
const IMAGE = 'registry.test/acme/app:1';
const app = makeMultiPlatform('app');

/** What Docker keeps for `registry.test`. */
function dockerConfig(machine: Machine, entry: object): void {
  machine.write('home/.docker/config.json', { auths: { 'registry.test': entry } });
}
const login = (password: string): object => ({ auth: Buffer.from(`alice:${password}`).toString('base64') });

describe.skipIf(!hasDistribution)('passwords (needs docker-registry)', { timeout: 30_000 }, () => {
  // Mutation: `text.slice(colon + 1, end)` in auth-file.ts ends at the next colon.
  it('E5 a password with colons is sent whole, once it is asked for, and to nobody before', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'dockfix-htpasswd-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'htpasswd'), HTPASSWD);
    const auth = `auth: { htpasswd: { realm: basic-realm, path: ${join(folder, 'htpasswd')} } }`;
    const registry = await startDistribution(auth, { authorization: BASIC });
    onTestFinished(() => registry.stop());
    await registry.push('acme/app', '1', app);
    const proxy = await startCountingProxy(registry.url);
    onTestFinished(() => proxy.close());

    const machine = makeMachine();
    dockerConfig(machine, login(PASSWORD));
    const config = `registries: { registry.test: { endpoint: "${proxy.url}" } }\n`;
    const result = await machine.pin([IMAGE], config);
    expect(result).toMatchObject({ exit: 0, text: `FROM ${IMAGE}@${app.digest}\n` });
    expect(logOf(proxy)).toEqual([
      'HEAD acme/app/manifests/1: 401',
      'HEAD acme/app/manifests/1: 200 as Basic',
    ]);
    expect(proxy.seen[1]!.headers.authorization).toBe(BASIC);
  });
});

describe.skipIf(!hasDistribution || !hasOpenssl)(
  'a token service (needs docker-registry and openssl)',
  { timeout: 30_000 },
  () => {
    const tool = makeImage({ salt: 'tool' });
    let tokens: TokenServer;
    let registry: Distribution;
    beforeAll(async () => {
      const authority = createAuthority();
      const open = await startDistribution();
      await open.push('acme/app', '1', app);
      await open.push('acme/app', 'latest', app);
      await open.push('public/tool', '1', tool);
      tokens = await startTokenServer(authority.issue('signer', 'rsa'), authority.caPath, {
        account: ACCOUNT,
        open: /^public\//,
        refreshToken: 'refresh-me',
        lifetime: 60,
      });
      registry = await startDistribution(tokens.config, { data: open.data });
      return async () => {
        await registry.stop();
        await tokens.close();
        await open.stop();
        authority.remove();
      };
    });
    afterEach(() => void tokens.asked.splice(0));

    /** The registry seen through a proxy, so that it can be said what it was asked. */
    async function through(onAnswer: (path: string) => void = () => {}): Promise<FakeRegistry> {
      const proxy = await startCountingProxy(registry.url, (headers, { path }) => {
        onAnswer(path);
        return headers;
      });
      onTestFinished(() => proxy.close());
      return proxy;
    }
    const config = (proxy: FakeRegistry, paired: boolean): string =>
      `registries: { registry.test: { endpoint: "${proxy.url}" } }\n` +
      (paired ? `tokenRealms: { registry.test: "${new URL(tokens.url).host}" }\n` : '');
    const asked = (): (readonly [string, string | null, string | null])[] =>
      tokens.asked.map(({ method, query, basic }) => [method, basic, query.get('refresh_token')]);

    // Mutation: `username === TOKEN_USER` in helper.ts becomes `false`.
    it('E8 what a helper gives as <token> is taken to the token service by POST, never as a password', async () => {
      const proxy = await through();
      const machine = makeMachine();
      const heard = join(machine.folder, 'heard');
      const answer = '{"ServerURL":"x","Username":"<token>","Secret":"refresh-me"}';
      const helper = `#!/bin/sh\necho "$@" >> '${heard}'\ncat >> '${heard}'\necho '${answer}'\n`;
      machine.write('bin/docker-credential-test', helper, 0o755);
      machine.write('home/.docker/config.json', { credHelpers: { 'registry.test': 'test' } });
      const result = await machine.pin([IMAGE], config(proxy, true));
      expect(result, result.stderr).toMatchObject({ exit: 0, text: `FROM ${IMAGE}@${app.digest}\n` });
      expect(readFileSync(heard, 'utf8')).toBe('get\nregistry.test');
      expect(asked()).toEqual([['POST', null, 'refresh-me']]);
      expect(logOf(proxy)).toEqual([
        'HEAD acme/app/manifests/1: 401',
        'HEAD acme/app/manifests/1: 200 as Bearer',
      ]);
    });

    // Mutation: `token.expiresAtMs > clock.now()` in tokens.ts becomes `true`.
    it('E9 a token that ends in the middle of a run is renewed before it is refused', async () => {
      vi.useFakeTimers({ toFake: ['Date'] });
      onTestFinished(() => void vi.useRealTimers());
      // The registry takes a token that is made a minute from now, but none that ended a minute ago.
      const proxy = await through((path) => {
        if (path.endsWith('/tags/list')) vi.setSystemTime(Date.now() + 56_000);
      });
      const machine = makeMachine();
      dockerConfig(machine, login(PASSWORD));
      const flags = ['--only', 'use-explicit-tag'];
      const result = await machine.pin(['registry.test/acme/app'], config(proxy, true), { flags });
      expect(result).toMatchObject({ exit: 0, text: `FROM registry.test/acme/app:1@${app.digest}\n` });
      expect(asked()).toEqual(Array(2).fill(['GET', ACCOUNT, null]));
      const bearers = proxy.seen.map(({ headers }) => headers.authorization).filter(Boolean);
      expect(new Set(bearers).size).toBe(2);
      expect(logOf(proxy).filter((line) => line.includes('401'))).toHaveLength(1);
    });

    // Mutation: `anonymous` in auth.ts is not asked for after a refusal.
    it('E10 wrong credentials for an open image cost a warning, and are tried once', async () => {
      const proxy = await through();
      const machine = makeMachine();
      dockerConfig(machine, login('wrong-password'));
      const image = 'registry.test/public/tool:1';
      const result = await machine.pin([image], config(proxy, true));
      expect(result).toMatchObject({ exit: 0, text: `FROM ${image}@${tool.digest}\n` });
      expect(result.stderr.match(/does not accept the credentials from \S+config\.json/g)).toHaveLength(1);
      expect(result.stderr).not.toContain('wrong-password');
      expect(asked()).toEqual([
        ['GET', 'alice:wrong-password', null],
        ['GET', null, null],
      ]);
      expect(logOf(proxy)).toEqual([
        'HEAD public/tool/manifests/1: 401',
        'HEAD public/tool/manifests/1: 200 as Bearer',
      ]);
    });

    // Mutation: mayHaveCredentials() in realm.ts answers true for another origin.
    it.each([
      ['a password', login(PASSWORD)],
      ['an identity token', { auth: Buffer.from('alice:').toString('base64'), identitytoken: 'refresh-me' }],
    ])('E11 a realm on another host gets no part of %s, and what to add is said', async (_, entry) => {
      const proxy = await through();
      const machine = makeMachine();
      dockerConfig(machine, entry);
      const refused = await machine.pin([IMAGE], config(proxy, false));
      expect(refused).toMatchObject({ exit: 3, text: `FROM ${IMAGE}\n` });
      expect(refused.stderr).toContain(`tokenRealms: { "registry.test": "${new URL(tokens.url).host}" }`);
      const open = await machine.pin(['registry.test/public/tool:1'], config(proxy, false));
      expect(open).toMatchObject({ exit: 0, text: `FROM registry.test/public/tool:1@${tool.digest}\n` });
      expect(asked().length).toBeGreaterThan(0);
      expect(tokens.asked.map(({ method, query, basic }) => [method, basic, query.get('account')])).toEqual(
        tokens.asked.map(() => ['GET', null, null]),
      );
      expect(proxy.seen.some(({ headers }) => String(headers.authorization).startsWith('Basic'))).toBe(false);
      // With that line they go there.
      tokens.asked.splice(0);
      expect(await machine.pin([IMAGE], config(proxy, true))).toMatchObject({ exit: 0 });
      expect(asked()[0]).not.toEqual(['GET', null, null]);
    });
  },
);
