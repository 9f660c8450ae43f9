import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { createGiteaForge } from '../../src/forge/gitea.ts';
import { createGit } from '../../src/forge/git-process.ts';
import { describeForge } from './contract.ts';
import { openFakeWorld, quickly } from './worlds.ts';

const folder = mkdtempSync(join(tmpdir(), 'dockfix-gitea-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describeForge('Gitea', () =>
  openFakeWorld((fake, http) => {
    const { clock, log } = quickly();
    return createGiteaForge({
      clock,
      log,
      http,
      baseUrl: fake.url,
      token: fake.addToken(fake.addAccount('dockfix')),
      async openGit(url) {
        const copy = join(folder, createHash('sha256').update(url).digest('hex'));
        mkdirSync(copy, { recursive: true });
        return { ok: true, value: createGit({ folder: copy, env: process.env, protocols: ['http'] }) };
      },
    });
  }),
);
