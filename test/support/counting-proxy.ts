/** Stands before a real registry and notes what comes through. */
import { send, startFakeRegistry } from './fake-registry.ts';
import type { FakeRegistry } from './fake-registry.ts';

const PASSED_ON = ['accept', 'if-none-match', 'range', 'authorization'];

export async function startCountingProxy(target: string): Promise<FakeRegistry> {
  return startFakeRegistry(async (request, response) => {
    const headers = Object.fromEntries(
      PASSED_ON.flatMap((name) => {
        const value = request.headers[name];
        return typeof value === 'string' ? [[name, value]] : [];
      }),
    );
    const answer = await fetch(target + (request.url ?? ''), {
      method: request.method ?? 'GET',
      headers,
      redirect: 'manual',
    });
    const body = Buffer.from(await answer.arrayBuffer());
    send(request, response, answer.status, Object.fromEntries(answer.headers), body);
  });
}
