import { describe, expect, it } from 'vitest';
import { listHubTags, listTags, nextQuery } from '../../src/registry/tags.ts';
import { send, startFakeRegistry } from '../support/fake-registry.ts';
import type { Handler } from '../support/fake-registry.ts';
import { image, plainHttp, serve, valueOf } from '../support/registry.ts';

const list = (tags: unknown): string => JSON.stringify({ name: 'acme/app', tags });

describe('the tags of a repository', () => {
  it('TAG-1, TAG-2: are asked for by the thousand, follow the links and come sorted', async () => {
    const { client, server } = await serve((request, response, url) => {
      const last = url.searchParams.get('last');
      if (last === null)
        return send(
          request,
          response,
          200,
          { link: '</v2/acme/app/tags/list?last=b&n=1000>; rel="next"' },
          list(['z', 'b']),
        );
      send(request, response, 200, {}, list(['a', 'b']));
    });
    expect(valueOf(await client.tags(image()))).toEqual({ tags: ['a', 'b', 'z'], isComplete: true });
    expect(server.seen.map(({ query }) => query.toString())).toEqual(['n=1000', 'last=b&n=1000']);
  });

  it('TAG-1: end without a link, also when the page was full (distribution 2.8 ignores n)', async () => {
    const tags = Array.from({ length: 1500 }, (_, at) => `t${at}`);
    const { client, server } = await serve((request, response) =>
      send(request, response, 200, {}, list(tags)),
    );
    expect(valueOf(await client.tags(image())).tags).toHaveLength(1500);
    expect(server.seen).toHaveLength(1);
  });

  // Red without the line `found.size === before`.
  it('TAG-1, SEC-3: end when a page brings nothing new, however the server leads on', async () => {
    const { client, server } = await serve((request, response, url) => {
      const page = Number(url.searchParams.get('last') ?? 0) + 1;
      send(
        request,
        response,
        200,
        { link: `</v2/acme/app/tags/list?last=${page}>; rel="next"` },
        list(['a', 'b']),
      );
    });
    expect(valueOf(await client.tags(image()))).toEqual({ tags: ['a', 'b'], isComplete: true });
    expect(server.seen).toHaveLength(2);
  });

  // Red without the two limits in listTags.
  it('TAG-1, SEC-3: have a limit of pages and of tags, and then say that there are more', async () => {
    const endless: Handler = (request, response, url) => {
      const page = Number(url.searchParams.get('last') ?? 0) + 1;
      const tags = Array.from({ length: 10 }, (_, at) => `t${page}.${at}`);
      send(request, response, 200, { link: `</v2/acme/app/tags/list?last=${page}>; rel="next"` }, list(tags));
    };
    const limits = { pages: 5, tags: 1000, pageBytes: 8 * 1024 * 1024 };
    const pages = await serve(endless);
    expect(valueOf(await listTags(pages.session, image(), limits))).toMatchObject({ isComplete: false });
    expect(pages.server.seen).toHaveLength(5);
    const tags = await serve(endless);
    const some = valueOf(await listTags(tags.session, image(), { ...limits, pages: 100, tags: 25 }));
    expect([some.tags.length, some.isComplete, tags.server.seen.length]).toEqual([25, false, 3]);
  });

  // Red when nextQuery() is replaced by a request to the link itself.
  it('SEC-14, TAG-1: are never asked of another origin than the first page', async () => {
    const other = await startFakeRegistry((request, response) =>
      send(request, response, 200, {}, list(['evil'])),
    );
    try {
      const { client, server } = await serve((request, response, url) => {
        if (url.searchParams.has('last')) return send(request, response, 200, {}, list(['b']));
        send(
          request,
          response,
          200,
          { link: `<${other.url}/v2/x/tags/list?last=a>; rel="next"` },
          list(['a']),
        );
      });
      expect(valueOf(await client.tags(image())).tags).toEqual(['a', 'b']);
      expect(other.seen).toHaveLength(0);
      expect(server.seen.map(({ path }) => path)).toEqual(Array(2).fill('/v2/acme/app/tags/list'));
    } finally {
      await other.close();
    }
  });

  it('quirk of Artifactory: are followed although the link lacks the prefix of the repository', async () => {
    const { client } = await serve((request, response, url) => {
      if (url.pathname !== '/v2/acme/app/tags/list') return send(request, response, 404, {});
      if (url.searchParams.get('last') === 'a') return send(request, response, 200, {}, list(['b']));
      send(request, response, 200, { link: '</v2/app/tags/list?n=1000&last=a>; rel="next"' }, list(['a']));
    });
    expect(valueOf(await client.tags(image())).tags).toEqual(['a', 'b']);
  });

  it('quirk of ECR: are never asked for by more than 1000', async () => {
    const { client } = await serve((request, response, url) => {
      if (Number(url.searchParams.get('n')) > 1000) return send(request, response, 405, {});
      send(request, response, 200, {}, list(['a']));
    });
    expect(await client.tags(image())).toMatchObject({ ok: true });
  });

  it('TAG-1: may be none at all', async () => {
    const { client } = await serve((request, response) => send(request, response, 200, {}, list(null)));
    expect(valueOf(await client.tags(image()))).toEqual({ tags: [], isComplete: true });
  });

  it('leave out what cannot be one', async () => {
    const { client } = await serve((request, response) =>
      send(request, response, 200, {}, list(['ok', '../x', '', 5, null, 'a'.repeat(200), '\u001b[31m'])),
    );
    expect(valueOf(await client.tags(image())).tags).toEqual(['ok']);
  });

  it.each([
    ['not-found', 404, 'no'],
    ['registry-error', 200, '<html>'],
    ['registry-error', 200, '{"tags":{}}'],
    ['registry-error', 418, ''],
  ])('are a failure "%s" for status %i with %j', async (code, status, body) => {
    const { client } = await serve((request, response) => send(request, response, status, {}, body));
    expect(await client.tags(image())).toMatchObject({ ok: false, code });
  });

  // Red when `limits.pageBytes` is not passed on.
  it('SEC-3: are not read beyond 8 MiB a page', async () => {
    const { client } = await serve((request, response) =>
      send(request, response, 200, {}, Buffer.alloc(8 * 1024 * 1024 + 1, 0x20)),
    );
    expect(await client.tags(image())).toMatchObject({ ok: false, code: 'too-large' });
  });

  it.each([
    [['</v2/x/tags/list?n=5&last=a>; rel="next"'], 'n=5&last=a'],
    [['<https://h/v2/x/tags/list?last=a>; rel=next; title="x"'], 'last=a'],
    [['</a?x=1>; rel="prev", </b?y=2>; rel="next"'], 'y=2'],
    [['</a?x=1>; rel="prev"', '</b?y=2>;rel=next'], 'y=2'],
    [['</b?next_page=g%3D%3D#f>; rel="next"'], 'next_page=g%3D%3D'],
    [['</b>; rel="next"'], null],
    [['</b?y=2>'], null],
    [['nonsense'], null],
    [[`</b?y=${'x'.repeat(5000)}>; rel="next"`], null],
    [[], null],
  ])('SEC-17: the link %j leads to %j', (links, query) => {
    expect(nextQuery(links)).toBe(query);
  });

  // With a pattern that backtracks, this would take minutes.
  it('SEC-17: a hostile link leads nowhere, soon', () => {
    for (const part of [', ', '<', '; ', ' ', '>;rel= '].map((text) => text.repeat(200_000))) {
      expect(nextQuery([part, `<${part}`, `<a?b>${part}`])).toBeNull();
    }
  });
});

describe("Docker Hub's own list", () => {
  const digest = `sha256:${'a'.repeat(64)}`;
  async function hub(handler: Handler) {
    const server = await startFakeRegistry(handler);
    const options = { http: plainHttp, base: new URL(server.url) };
    return {
      server,
      list: async () => {
        try {
          return await listHubTags(options, image('node'));
        } finally {
          await server.close();
        }
      },
    };
  }

  it('TAG-3: has the digest and the day of each tag, follows next, and sends no token', async () => {
    const { server, list: ask } = await hub((request, response, url) => {
      const results = [
        { name: url.searchParams.get('page') ?? '1', digest, tag_last_pushed: '2024-05-01T00:00:00Z' },
      ];
      const next = url.searchParams.has('page')
        ? null
        : `http://${request.headers.host}${url.pathname}?page=2`;
      send(request, response, 200, {}, JSON.stringify({ count: 2, next, results }));
    });
    expect(valueOf(await ask())).toEqual({
      tags: [
        { name: '1', digest, pushed: '2024-05-01T00:00:00Z' },
        { name: '2', digest, pushed: '2024-05-01T00:00:00Z' },
      ],
      isComplete: true,
    });
    expect(server.seen.map(({ path, query }) => `${path}?${query.toString()}`)).toEqual([
      '/v2/repositories/library/node/tags?page_size=100&ordering=last_updated',
      '/v2/repositories/library/node/tags?page=2',
    ]);
    expect(server.seen.every(({ headers }) => headers['authorization'] === undefined)).toBe(true);
  });

  // Red without the comparison of origins in nextHubPage.
  it('SEC-14, TAG-3: never leads to another origin, nor round in circles', async () => {
    const elsewhere = await startFakeRegistry((request, response) => send(request, response, 200, {}, '{}'));
    for (const next of [
      `${elsewhere.url}/v2/repositories/library/node/tags?page=2`,
      '/v2/other',
      '',
      7,
      'http://[',
    ]) {
      const { server, list: ask } = await hub((request, response) =>
        send(request, response, 200, {}, JSON.stringify({ next, results: [{ name: 'a', digest }] })),
      );
      expect(valueOf(await ask())?.tags).toHaveLength(1);
      expect(server.seen).toHaveLength(1);
    }
    expect(elsewhere.seen).toHaveLength(0);
    await elsewhere.close();
  });

  it('TAG-3: is none where Docker Hub does not show it, and a failure where it cannot be read', async () => {
    const hidden = await hub((request, response) => send(request, response, 404, {}));
    expect(await hidden.list()).toEqual({ ok: true, value: null });
    const broken = await hub((request, response) => send(request, response, 200, {}, '[]'));
    expect(await broken.list()).toMatchObject({ ok: false, code: 'registry-error' });
  });

  // Red when HUB_PAGES is another number.
  it('SEC-3, TAG-3: ends after some pages and says so', async () => {
    let page = 0;
    const { server, list: ask } = await hub((request, response, url) =>
      send(
        request,
        response,
        200,
        {},
        JSON.stringify({
          next: `${url.pathname}?page=${++page}`,
          results: [{ name: `t${page}`, digest: 'no' }],
        }),
      ),
    );
    const found = valueOf(await ask());
    expect([found?.tags.length, found?.isComplete, server.seen.length]).toEqual([20, false, 20]);
    expect(found?.tags[0]).toEqual({ name: 't1', digest: null, pushed: null });
  });
});
