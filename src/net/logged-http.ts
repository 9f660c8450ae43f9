/** Around HTTP: what `--debug` says of it, and what must not come out of it. */
import { StreamError } from './http.ts';
import type { Http, HttpFailure, HttpRequest } from './http.ts';
import type { Log } from './log.ts';
import { safeUrl } from './redact.ts';
import type { Redactor } from './redact.ts';

/**
 * Says every request that goes out, whatever it is for: method, URL without the secrets of its query, status, size of
 * the body, milliseconds. A repeated request has a line for each time. `now` is in milliseconds.
 */
export function createLoggedHttp(http: Http, log: Log, now: () => number): Http {
  const say = ({ method, url }: HttpRequest, startMs: number, outcome: string): void =>
    log.debug(`${method} ${safeUrl(url)}: ${outcome}, ${Math.round(now() - startMs)} ms`);
  const failed = ({ code, reason }: HttpFailure): string => `no answer (${code}: ${reason})`;

  return {
    async request(request) {
      const startMs = now();
      const sent = await http.request(request);
      const outcome = sent.ok ? answered(sent.response.status, sent.response.body.length) : failed(sent);
      say(request, startMs, outcome);
      return sent;
    },

    async stream(request) {
      const startMs = now();
      const sent = await http.stream(request);
      if (!sent.ok) {
        say(request, startMs, failed(sent));
        return sent;
      }
      const { response } = sent;
      let bytes = 0;
      let said = false;
      // Read to its end, failed or given up: whichever comes first is the outcome.
      const end = (how: string): void => {
        if (!said) say(request, startMs, answered(response.status, bytes) + how);
        said = true;
      };
      async function* counted(): AsyncGenerator<Uint8Array, void, undefined> {
        let how = ', not read to its end';
        try {
          for await (const chunk of response.body) {
            bytes += chunk.length;
            yield chunk;
          }
          how = '';
        } catch (error) {
          if (error instanceof StreamError) how = `, then ${error.failure.code}: ${error.failure.reason}`;
          throw error;
        } finally {
          end(how);
        }
      }
      return {
        ok: true,
        response: {
          ...response,
          body: counted(),
          destroy() {
            end(', not read to its end');
            response.destroy();
          },
        },
      };
    },

    close: () => http.close(),
  };
}

function answered(status: number, bytes: number): string {
  return `${status}, ${bytes} bytes`;
}

/**
 * HTTP that keeps secret what it is sent with. The keychain's secrets are known already; this adds what has been made
 * of them on the way, that is access tokens, before any server can repeat one.
 */
export function createDiscreetHttp(http: Http, redactor: Redactor): Http {
  const known = new Set<string>();
  const note = ({ headers = {} }: HttpRequest): void => {
    for (const [name, value] of Object.entries(headers)) {
      if (!/^(?:proxy-)?authorization$/i.test(name) || known.has(value)) continue;
      known.add(value);
      redactor.register(value.replace(/^\S+ +/, ''));
    }
  };
  return {
    request(request) {
      note(request);
      return http.request(request);
    },
    stream(request) {
      note(request);
      return http.stream(request);
    },
    close: () => http.close(),
  };
}
