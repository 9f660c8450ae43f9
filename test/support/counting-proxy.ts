/** Stands before a real registry and notes what comes through. */
import { send, startFakeRegistry } from './fake-registry.ts';
import type { FakeRegistry, SeenRequest } from './fake-registry.ts';

const PASSED_ON = ['accept', 'if-none-match', 'range', 'authorization'];

export type AnswerHeaders = Record<string, string>;

/** @param change what this proxy makes of the headers of an answer */
export async function startCountingProxy(
  target: string,
  change: (headers: AnswerHeaders, request: Pick<SeenRequest, 'method' | 'path'>) => AnswerHeaders = (
    headers,
  ) => headers,
): Promise<FakeRegistry> {
  return startFakeRegistry(async (request, response, url) => {
    const headers = Object.fromEntries(
      PASSED_ON.flatMap((name) => {
        const value = request.headers[name];
        return typeof value === 'string' ? [[name, value]] : [];
      }),
    );
    const method = request.method ?? 'GET';
    const answer = await fetch(target + (request.url ?? ''), { method, headers, redirect: 'manual' });
    const body = Buffer.from(await answer.arrayBuffer());
    const said = change(Object.fromEntries(answer.headers), { method, path: url.pathname });
    send(request, response, answer.status, said, body);
  });
}
