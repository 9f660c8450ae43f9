/** What is gathered about an update: of one platform on both sides, and each image once. */
import { describe, expect, it } from 'vitest';
import { gatherDetails } from '../../src/bot/details.ts';
import type { UpdateDetails } from '../../src/bot/details.ts';
import type { LookUps } from '../../src/bot/look-ups.ts';
import type { PlannedGroup } from '../../src/bot/plan.ts';
import type { ConfiguredImage, ImagePackages } from '../../src/core/image-facts.ts';
import { parseImageRef } from '../../src/core/image-ref.ts';

const OLD = `sha256:${'a'.repeat(64)}`;
const NEW = `sha256:${'b'.repeat(64)}`;

const EVIDENCE = { kind: 'registry', reference: 'node:22', digest: NEW, mediaType: 'x', at: 'x' } as const;

/** Which platforms each digest has, by the digest of its image. */
type Index = Readonly<Record<string, string>>;
type Listed = Pick<ImagePackages, 'packages' | 'source' | 'via'>;

async function gather(
  indexes: Readonly<Record<string, Index>>,
  lists: Readonly<Record<string, Listed>> = {},
): Promise<{ details: UpdateDetails; asked: readonly string[] }> {
  const asked: string[] = [];
  const image = parseImageRef('node:22');
  if ('error' in image) throw new Error(image.error);
  const config: LookUps['config'] = ({ digest }, platform) => {
    asked.push(`config ${digest!.slice(7, 8)} ${platform}`);
    const index = indexes[digest!]!;
    const chosen = platform ?? ('linux/amd64' in index ? 'linux/amd64' : Object.keys(index)[0]!);
    const manifestDigest = index[chosen];
    if (manifestDigest === undefined)
      return Promise.resolve({ ok: false, code: 'platform-missing', reason: 'not there' });
    // What gathering looks at; the rest is only handed on.
    const value = { platform: chosen, manifestDigest } as ConfiguredImage;
    return Promise.resolve({ ok: true, value, evidence: EVIDENCE });
  };
  const ask = ((request: { kind: string; image: { digest: string }; platform: string }) => {
    const { kind, platform } = request;
    asked.push(`${kind} ${request.image.digest.slice(7, 8)} ${platform}`);
    const list = kind === 'image-packages' ? lists[request.image.digest] : undefined;
    return Promise.resolve(
      list ? { ok: true, value: list, evidence: [] } : { ok: false, code: 'none', reason: 'none' },
    );
    // One answer for every kind of question.
  }) as unknown as LookUps['ask'];
  const use = {
    key: 'k',
    image,
    path: 'Dockerfile',
    line: 1,
    stage: null,
    start: 0,
    pinned: OLD,
    platform: null,
  };
  const change = {
    ...{ key: 'k', path: 'Dockerfile', from: OLD, to: NEW, isUrgent: false, note: null, isCarried: false },
    use,
  };
  const group: PlannedGroup = {
    ...{ id: 'k', kind: 'update', changes: [change], fingerprint: '', isUrgent: false, files: [] },
  };
  // The questions that gathering asks.
  const lookUps = { config, ask } as unknown as LookUps;
  const [details] = await gatherDetails(group, { lookUps, history: () => [], readPackages: true });
  return { details: details!, asked };
}

const AMD = 'linux/amd64';
const ARM = 'linux/arm64';
const list = (source: 'database' | 'spdx', version: string): Listed => ({
  packages: [{ name: 'a', version }],
  source,
  via: source,
});

describe('the details of an update', () => {
  // Mutation: `compared` in details.ts becomes `platform` where the old digest is asked.
  it('ask the old digest for the platform of the new one', async () => {
    const { details } = await gather({ [OLD]: { [AMD]: '1', [ARM]: '2' }, [NEW]: { [ARM]: '3' } });
    expect(details.after).toMatchObject({ platform: ARM });
    expect(details.before).toMatchObject({ platform: ARM });
  });

  // Mutation: `after?.platform === before.platform` in details.ts becomes `after !== null`.
  it('read no layers where the two have no platform in common', async () => {
    const { details, asked } = await gather({ [OLD]: { [ARM]: '1' }, [NEW]: { [AMD]: '2' } });
    expect(details.before).toMatchObject({ platform: ARM });
    expect(asked).toEqual(['config b null', `config a ${AMD}`, 'config a null']);
  });

  // Mutation: `isSameImage` in details.ts is always false.
  it('read an image once that both indexes have', async () => {
    const index = { [AMD]: '1' };
    const { details, asked } = await gather({ [OLD]: index, [NEW]: index }, { [NEW]: list('database', '1') });
    expect(asked.filter((one) => one.startsWith('image-packages'))).toEqual([`image-packages b ${AMD}`]);
    expect(details.packages).toEqual({ added: [], removed: [], updated: [] });
  });

  // Mutation: the sources in details.ts are not compared.
  it('compare packages of two databases or of two SBOMs of a kind, and no others', async () => {
    const indexes = { [OLD]: { [AMD]: '1' }, [NEW]: { [AMD]: '2' } };
    const compared = async (from: 'database' | 'spdx', to: 'database' | 'spdx'): Promise<boolean> => {
      const lists = { [OLD]: list(from, '1'), [NEW]: list(to, '2') };
      return (await gather(indexes, lists)).details.packages !== null;
    };
    expect(await compared('database', 'database')).toBe(true);
    expect(await compared('spdx', 'spdx')).toBe(true);
    expect(await compared('spdx', 'database')).toBe(false);
    expect(await compared('database', 'spdx')).toBe(false);
  });
});
