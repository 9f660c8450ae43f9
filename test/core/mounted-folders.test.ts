import { describe, expect, it } from 'vitest';
import type { ComposeBuild, ComposeMount } from '../../src/core/context/build-context.ts';
import { parseDocument } from '../../src/core/parse.ts';
import { knownBase } from '../../src/core/runtime/base.ts';
import { finalImageOf } from '../../src/core/runtime/final-image.ts';
import { mountedFolder } from '../../src/core/runtime/mounted-folders.ts';
import type { MountedFolder } from '../../src/core/runtime/mounted-folders.ts';

const TEXTS = { hasContext: false, text: () => null, has: () => false, paths: [], privateFiles: () => [] };
const TEXT = 'FROM node:22 AS dev\nFROM node:22\nWORKDIR /srv/app\nCMD ["node", "a.js"]\n';

function service(fields: Partial<ComposeBuild>): ComposeBuild {
  return {
    file: 'compose.yaml',
    service: 'web',
    target: null,
    command: null,
    entrypoint: null,
    user: null,
    hasOwnCommand: false,
    hasOwnCheck: false,
    ports: [],
    mounts: [],
    ...fields,
  };
}

function mount(target: string, line: number | null = 4): readonly ComposeMount[] {
  return [{ source: './x', target, line }];
}

function judge(...services: readonly ComposeBuild[]): MountedFolder | null {
  const document = parseDocument(TEXT);
  const image = finalImageOf(document)!;
  const base = knownBase(image, null, { get: () => ({ ok: false, code: 'offline', reason: 'offline' }) });
  return mountedFolder({
    document,
    image,
    base,
    texts: { ...TEXTS, sources: () => [] },
    services,
    profile: 'default',
  });
}

describe('a folder of the host in place of what the image has', () => {
  it('is named with file, line and service', () => {
    const found = judge(service({ mounts: mount('/srv/app/') }));
    expect(found?.says).toBe('compose.yaml, line 4 (web), mounts ./x over /srv/app/');
    expect(found?.evidence).toEqual({
      kind: 'context',
      path: 'compose.yaml',
      line: 4,
      note: 'mounts ./x',
    });
    expect(judge(service({ mounts: mount('/srv', null) }))?.says).toBe(
      'compose.yaml (web), mounts ./x over /srv',
    );
  });

  it('is everywhere only where every service that runs the image has it', () => {
    const mounting = service({ mounts: mount('/srv/app/src') });
    expect(judge(mounting)?.isEverywhere).toBe(true);
    expect(judge(mounting, service({ service: 'worker' }))?.isEverywhere).toBe(false);
    expect(judge(mounting, service({ service: 'tools', target: 'dev' }))?.isEverywhere).toBe(true);
  });

  it.each([
    ['another folder', service({ mounts: mount('/data') })],
    ['a folder whose name starts the same', service({ mounts: mount('/srv/app-data') })],
    ['one file', service({ mounts: mount('/srv/app/settings.json') })],
    ['another stage', service({ target: 'dev', mounts: mount('/srv/app') })],
    ['a service with a user of its own', service({ user: '1000:1000', mounts: mount('/srv/app') })],
  ])('is not %s', (_, one) => {
    expect(judge(one)).toBeNull();
  });
});
