/** The command with the operator's network settings, against the real distribution server with TLS. */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createAuthority, hasOpenssl } from '../support/certificates.ts';
import type { Authority } from '../support/certificates.ts';
import { hasDistribution, startDistribution } from '../support/distribution.ts';
import type { Distribution } from '../support/distribution.ts';
import { makeMultiPlatform } from '../support/images.ts';
import { runDockfix } from '../support/run.ts';

describe.skipIf(!hasDistribution || !hasOpenssl)(
  'the command and a registry of one’s own (needs docker-registry and openssl)',
  { timeout: 30_000 },
  () => {
    const app = makeMultiPlatform('app');
    let authority: Authority;
    let plain: Distribution;
    let server: Distribution;
    let folder: string;

    beforeAll(async () => {
      authority = createAuthority();
      plain = await startDistribution();
      await plain.push('acme/app', '1', app);
      server = await startDistribution('', { data: plain.data, tls: authority.issue('server') });
      return async () => {
        await server.stop();
        await plain.stop();
        authority.remove();
      };
    });

    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'dockfix-tls-'));
      return () => rmSync(folder, { recursive: true, force: true });
    });

    async function pin(config: string, env: Readonly<Record<string, string>> = {}, image?: string) {
      writeFileSync(join(folder, 'operator.yaml'), config);
      writeFileSync(join(folder, 'Dockerfile'), `FROM ${image ?? `${server.host}/acme/app:1`}\n`);
      const args = ['--config', 'operator.yaml', '--only', 'pin-image-digest', '--write', '--yes'];
      const result = await runDockfix(args, folder, env);
      return { ...result, text: readFileSync(join(folder, 'Dockerfile'), 'utf8') };
    }
    const pinned = (): string => `FROM ${server.host}/acme/app:1@${app.digest}\n`;

    // Mutation: `rejectUnauthorized` in dispatchers.ts is false.
    it('E13, NET-5: refuses an authority it does not know, and names what to set', async () => {
      const result = await pin('');
      expect(result.exit).toBe(3);
      expect(result.stderr).toContain('its certificate was issued by an authority that is not trusted');
      expect(result.stderr).toContain('ca: FILE');
    });

    // Mutation: `caFiles` of the configuration or of the environment are left out in real-registry.ts.
    it('E13, NET-5: takes the authority from ca, SSL_CERT_FILE or certs.d below the home folder', async () => {
      expect(await pin(`ca: ${authority.caPath}\n`)).toMatchObject({ exit: 0, text: pinned() });
      expect(await pin('', { SSL_CERT_FILE: authority.caPath })).toMatchObject({ exit: 0, text: pinned() });
      const certs = join(folder, '.config', 'containers', 'certs.d', server.host);
      mkdirSync(certs, { recursive: true });
      copyFileSync(authority.caPath, join(certs, 'ca.crt'));
      expect(await pin('', { HOME: folder })).toMatchObject({ exit: 0, text: pinned() });
    });

    it('NET-6: takes any certificate of a registry that is named insecure', async () => {
      const config = `registries: { "${server.host}": { insecure: true } }\n`;
      expect(await pin(config)).toMatchObject({ exit: 0, text: pinned() });
    });

    it('NET-1, NET-2: follows the look-up map and mirrors, and keeps the name', async () => {
      const config = `
lookup: [{ prefix: proxy.test/team/, upstream: registry.test/acme/ }]
registries:
  registry.test:
    endpoint: http://127.0.0.1:1
    mirrors: [{ url: "${plain.url}", for: both }]
`;
      const result = await pin(config, {}, 'proxy.test/team/app:1');
      expect(result).toMatchObject({ exit: 0, text: `FROM proxy.test/team/app:1@${app.digest}\n` });
    });

    it('NET-4: goes through the proxy of the configuration before that of the environment', async () => {
      const env = { HTTPS_PROXY: 'http://127.0.0.1:2' };
      const through = await pin('proxy: "http://me:hunter2@127.0.0.1:3"\n', env, 'registry.test/acme/app:1');
      expect(through.exit).toBe(3);
      expect(through.stderr).toContain('(the proxy 127.0.0.1:3 is set)');
      expect(through.stderr + through.stdout).not.toContain('hunter2');
      const from = await pin('', env, 'registry.test/acme/app:1');
      expect(from.stderr).toContain('(the proxy 127.0.0.1:2 is set)');
    });
  },
);
