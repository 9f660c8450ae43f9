/**
 * All transforms over every Dockerfile at hand: the ones in fixtures/_corpus always, a corpus beside the repository
 * (or where DOCKFIX_CORPUS says) when there is one. Nothing crashes, every invariant holds, the result settles, a
 * second run changes nothing, and undoing the edits gives the file back.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { fixText } from '../src/index.ts';
import type { FactSource } from '../src/index.ts';
import type { RegistryRequest } from '../src/core/types.ts';
import { applyEdits, invertEdits } from '../src/core/edit.ts';
import { InputError } from '../src/core/errors.ts';
import { decodeText, encodeText } from '../src/core/text.ts';
import { isDockerfileName } from '../src/io/discover.ts';

const OWN = fileURLToPath(new URL('../fixtures/_corpus', import.meta.url));
const FOREIGN =
  process.env['DOCKFIX_CORPUS'] ?? fileURLToPath(new URL('../../shared/corpus', import.meta.url));

const DIGEST = `sha256:${'5'.repeat(64)}`;
const INDEX = 'application/vnd.oci.image.index.v1+json';

const IMAGE = { digest: DIGEST, kind: 'index', manifestDigest: DIGEST, platform: 'linux/amd64' };
const CONFIG = {
  ...{ os: 'linux', user: '', workingDirectory: '', isCut: false, entrypoint: null, cmd: null },
  ...{ healthcheck: null, stopSignal: null, shell: null, ports: [], env: [], labels: [] },
  ...{ volumes: [], onBuild: [], history: [] },
};

/** A registry that has every image, with every program in each, where each tag has the same digest, so that every fix is made. */
const everything: FactSource = (request) => {
  if (request.kind === 'os-release') {
    return Promise.resolve({ ok: false, code: 'not-asked', reason: 'this registry reads no layer' });
  }
  const evidence = {
    kind: 'registry',
    reference: request.image.raw,
    digest: DIGEST,
    mediaType: INDEX,
    at: '2026-01-01T00:00:00.000Z',
  } as const;
  return Promise.resolve({ ok: true, value: answerTo(request), evidence });
};

function answerTo(request: RegistryRequest): unknown {
  const { kind, image } = request;
  const latest = { digest: DIGEST, mediaType: INDEX, kind: 'index' };
  switch (kind) {
    case 'digest':
      return latest;
    case 'image-tags':
      return { digest: image.digest ?? DIGEST, tag: '9.8.7-alpine', why: 'it names the same image today' };
    case 'image-update':
      return {
        currentDigest: image.digest,
        currentKind: 'index',
        currentGone: false,
        latest,
        change: { kind: 'changed', platforms: ['linux/amd64'] },
        current: [{ platform: 'linux/amd64', digest: `sha256:${'1'.repeat(64)}` }],
        candidate: [{ platform: 'linux/amd64', digest: `sha256:${'2'.repeat(64)}` }],
        match: null,
        isFlapping: false,
        missingImages: null,
      };
    case 'image-config':
      return { ...IMAGE, config: CONFIG, platforms: [], metadata: {} };
    case 'image-files': {
      const files = request.paths.map((path) => ({ path, present: 'yes', via: 'test', verified: true }));
      return { ...IMAGE, files };
    }
    default:
      throw new Error(`no transform asks for ${kind}`);
  }
}

function dockerfilesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && isDockerfileName(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

interface Tally {
  files: number;
  refused: number;
  changed: number;
  problems: string[];
}

async function judge(path: string, unsafe: boolean, tally: Tally): Promise<void> {
  const bytes = readFileSync(path);
  tally.files++;
  let text: string;
  try {
    text = decodeText(bytes);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    tally.refused++;
    return;
  }
  const problem = (what: string): void => void tally.problems.push(`${path}: ${what}`);
  if (Buffer.compare(encodeText(text), bytes) !== 0) problem('bytes do not survive decoding');
  try {
    const options = { unsafe, facts: everything };
    const result = await fixText(text, options);
    for (const bug of result.bugs) problem(`${bug.code} by ${bug.ids.join(', ')}: ${bug.message}`);
    if (result.change.edits.length === 0) return;
    tally.changed++;
    const fixed = result.change.text;
    if (applyEdits(text, result.change.edits) !== fixed) problem('the edits do not give the text');
    if (applyEdits(fixed, invertEdits(text, result.change.edits)) !== text)
      problem('undo does not give it back');
    const again = await fixText(fixed, options);
    if (again.change.edits.length > 0) problem('a second run changes something');
  } catch (error) {
    if (error instanceof InputError) tally.refused++;
    else problem(`crashed: ${(error as Error).stack}`);
  }
}

describe('the corpus', () => {
  it.each([false, true])(
    'of our own settles, keeps every invariant and can be undone (unsafe: %s)',
    async (unsafe) => {
      const tally: Tally = { files: 0, refused: 0, changed: 0, problems: [] };
      for (const path of dockerfilesIn(OWN)) await judge(path, unsafe, tally);
      expect(tally.problems).toEqual([]);
      expect(tally.files).toBeGreaterThan(20);
      expect(tally.changed).toBeGreaterThan(15);
    },
  );

  // Not skipped where there is none: what is not at hand is nothing that is missing.
  const levels = existsSync(FOREIGN) ? [false, true] : [];
  for (const unsafe of levels) {
    it(`of real repositories does as well (unsafe: ${unsafe})`, { timeout: 600_000 }, async () => {
      const tally: Tally = { files: 0, refused: 0, changed: 0, problems: [] };
      for (const path of dockerfilesIn(FOREIGN)) await judge(path, unsafe, tally);
      expect(tally.problems).toEqual([]);
      // Most of what the net brings in is a Dockerfile that builds.
      expect(tally.refused / tally.files).toBeLessThan(0.02);
    });
  }
});
