/** Where the forges that push keep their copies in a test. */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGit } from '../../src/forge/git-process.ts';
import type { PushOptions } from '../../src/forge/push.ts';

export interface Copies {
  readonly openGit: PushOptions['openGit'];
  remove(): void;
}

/** A folder for each remote, in one that is removed at the end. */
export function makeCopies(): Copies {
  const root = mkdtempSync(join(tmpdir(), 'dockfix-copies-'));
  return {
    openGit(url) {
      const folder = join(root, createHash('sha256').update(url).digest('hex'));
      mkdirSync(folder, { recursive: true });
      return Promise.resolve({
        ok: true,
        value: createGit({ folder, env: process.env, protocols: ['http'] }),
      });
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
