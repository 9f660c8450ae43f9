/** What the bot asks of registries, how often, and what it makes of the answers. */
import { describe, expect, it } from 'vitest';
import { createLookUps } from '../../src/bot/look-ups.ts';
import type { LookUps } from '../../src/bot/look-ups.ts';
import { createMemoryStore } from '../../src/bot/store.ts';
import { parseImageRef } from '../../src/core/image-ref.ts';
import type { ImageRef } from '../../src/core/image-ref.ts';
import type { Fact, RegistryRequest } from '../../src/core/types.ts';

const DAY = 86_400_000;
const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
const KEY = 'docker.io/library/node:22';
const POLICY = { minAgeMs: 3 * DAY, maxHoldMs: 6 * DAY };

function image(text: string): ImageRef {
  const parsed = parseImageRef(text);
  if ('error' in parsed) throw new Error(parsed.error);
  return parsed;
}
const PINNED = image(`node:22@${digest('a')}`);

interface World {
  tip: string;
  nowMs: number;
  readonly gone: Set<string>;
  created: string | null;
  pushed: string | null;
  missing: readonly string[];
  readonly asked: string[];
  readonly store: ReturnType<typeof createMemoryStore>;
  /** A new cycle: what was asked before is asked again. */
  cycle(): LookUps;
}

function world(): World {
  const evidence = { kind: 'knowledge', entry: 'x', source: 'x' } as const;
  const answer = (request: RegistryRequest): Fact<unknown> => {
    if (request.kind === 'digest')
      return { ok: true, value: { digest: self.tip, mediaType: 'm', kind: 'index' }, evidence };
    if (request.kind === 'image-config')
      return {
        ok: true,
        value: {
          metadata: {
            created: self.created === null ? null : { value: self.created, origin: 'image config' },
          },
        },
        evidence,
      };
    if (request.kind !== 'image-update') return { ok: false, code: 'network', reason: 'down' };
    const to = request.candidate!;
    if (to !== self.tip && self.gone.has(to)) return { ok: false, code: 'candidate-gone', reason: 'gone' };
    const currentGone = self.gone.has(request.image.digest!);
    return {
      ok: true,
      value: { currentGone, latest: { digest: to }, isFlapping: true, missingImages: self.missing },
      evidence,
    };
  };
  const self: World = {
    tip: digest('b'),
    nowMs: 100 * DAY,
    gone: new Set(),
    created: null,
    pushed: null,
    missing: [],
    asked: [],
    store: createMemoryStore(),
    cycle: () =>
      createLookUps({
        source: (request) => {
          self.asked.push(`${request.kind} ${'candidate' in request ? request.candidate : ''}`.trim());
          return Promise.resolve(answer(request));
        },
        pushed: () => Promise.resolve(self.pushed),
        exists: (_, one) => Promise.resolve(!self.gone.has(one)),
        observations: self.store,
        nowMs: () => self.nowMs,
      }),
  };
  return self;
}

const proposed = async (one: World): Promise<string> => {
  const answer = await one.cycle().pin(KEY, PINNED, POLICY);
  const fact = answer!.proposed;
  return fact.ok ? fact.value.latest.digest : fact.code;
};

describe('look-ups', () => {
  // Mutation: `createGatherer` in look-ups.ts is made anew for each question.
  it('ask each tag once in a cycle, whoever names it and however often', async () => {
    const one = world();
    one.tip = digest('a');
    const lookUps = one.cycle();
    const names = ['node:22', `node:22@${digest('a')}`, 'docker.io/library/node:22'];
    await Promise.all(names.map((name) => lookUps.tip(KEY, image(name))));
    for (let at = 0; at < 100; at++) expect(await lookUps.pin(KEY, PINNED, POLICY)).toBeNull();
    expect(one.asked).toEqual(['digest']);
  });

  // Mutation: `ageOf(one, nowMs) >= policy.minAgeMs` in history.ts becomes `true`.
  it('BOT-8 wait for a digest to be old enough, and then propose it', async () => {
    const one = world();
    expect(await proposed(one)).toBe('maturing');
    one.nowMs += 3 * DAY;
    expect(await proposed(one)).toBe(digest('b'));
  });

  // Mutation: `pushed` is never asked.
  it('BOT-8 take the word of the registry for the push, and ask it only where that may end the wait', async () => {
    const one = world();
    one.pushed = new Date(90 * DAY).toISOString();
    expect(await proposed(one)).toBe(digest('b'));
    expect(one.store.history(KEY)[0]!.pushedAtMs).toBe(90 * DAY);
  });

  // Mutation: `tooYoung` in look-ups.ts always answers null.
  it('BOT-8 hold an image that says it was built a moment ago, and believe no date that says otherwise', async () => {
    const one = world();
    await proposed(one);
    one.nowMs += 4 * DAY;
    one.created = new Date(one.nowMs - DAY).toISOString();
    expect(await proposed(one)).toBe('maturing');
    one.created = '1970-01-01T00:00:00Z';
    expect(await proposed(one)).toBe(digest('b'));
    one.created = '2999-01-01T00:00:00Z';
    expect(await proposed(one)).toBe('maturing');
    one.nowMs += 2 * DAY;
    expect(await proposed(one)).toBe(digest('b'));
  });

  // Mutation: `unusable.add` in look-ups.ts is taken away (the loop would not end, so it fails).
  it('RET-3 ask for an older digest before they propose it, and pass over it when it is gone', async () => {
    const one = world();
    await proposed(one);
    one.nowMs += 3 * DAY;
    one.tip = digest('c');
    expect(await proposed(one)).toBe(digest('b'));
    one.gone.add(digest('b'));
    expect(await proposed(one)).toBe('maturing');
    one.nowMs += 3 * DAY;
    expect(await proposed(one)).toBe(digest('c'));
  });

  // Mutation: `if (latest.value.currentGone)` becomes `if (false)`.
  it('RET-1 propose at once what takes the place of a digest that is gone', async () => {
    const one = world();
    one.gone.add(digest('a'));
    const answer = await one.cycle().pin(KEY, PINNED, POLICY);
    expect(answer).toMatchObject({ isUrgent: true, proposed: { ok: true } });
    expect(await one.cycle().isGone(PINNED)).toBe(true);
    expect(await one.cycle().isGone(image('node:22'))).toBe(false);
  });

  // Mutation: `head.replacedAtMs + FLAPPING_MS` in history.ts becomes `0`.
  it('DIG-7 judge by what they have seen whether a tag goes back and forth', async () => {
    const one = world();
    await proposed(one);
    one.nowMs += 10 * DAY;
    one.tip = digest('c');
    await proposed(one);
    one.nowMs += DAY / 2;
    one.tip = digest('b');
    const answer = await one.cycle().pin(KEY, image(`node:22@${digest('e')}`), { minAgeMs: 0, maxHoldMs: 0 });
    expect(answer!.proposed).toMatchObject({
      ok: true,
      value: { latest: { digest: digest('c') }, isFlapping: false },
    });
  });

  // Mutation: `missing.length === 0` in look-ups.ts becomes `true`.
  it('DIG-8 SEC-4 pin nothing for the first time before its bytes are read and its images are there', async () => {
    const one = world();
    expect(await one.cycle().firstPin(KEY, image('node:22'))).toMatchObject({
      ok: true,
      value: { digest: digest('b') },
    });
    expect(one.asked).toEqual(['digest', `image-update ${digest('b')}`]);
    one.missing = ['linux/arm64'];
    expect(await one.cycle().firstPin(KEY, image('node:22'))).toMatchObject({
      ok: false,
      code: 'incomplete-index',
    });
  });
});
