/** From a method and a path to what answers it: `GET /repos/{owner}/{repo}/git/ref/{ref+}` (`+`: with slashes). */
import type { ForgeAnswer, ForgeRequest } from './server.ts';

export type PathValues = Readonly<Record<string, string>>;

export type Handler<Context> = (
  request: ForgeRequest,
  values: PathValues,
  context: Context,
) => ForgeAnswer | Promise<ForgeAnswer>;

export interface Router<Context> {
  /** `source` cites the operation or the page that the answer follows. */
  on(route: string, source: string, handler: Handler<Context>): void;
  /** Null when no route fits. */
  answer(request: ForgeRequest, path: string, context: Context): Promise<ForgeAnswer> | null;
  /** Route and source of all of them. */
  readonly table: readonly { readonly route: string; readonly source: string }[];
}

interface Route<Context> {
  readonly method: string;
  readonly pattern: RegExp;
  readonly names: readonly string[];
  /** The first word of the source. */
  readonly operation: string;
  readonly handler: Handler<Context>;
}

/** `check` says what is wrong with an answer, which is a defect of the fake. */
export function createRouter<Context>(
  check: (operation: string, answer: ForgeAnswer) => string | null = () => null,
): Router<Context> {
  const routes: Route<Context>[] = [];
  const table: { route: string; source: string }[] = [];
  return {
    table,
    on(route, source, handler) {
      const [method = '', path = ''] = route.split(' ');
      const names: string[] = [];
      const pattern = path
        .replace(/[.]/g, '\\$&')
        .replace(/\{(\w+)(\+?)\}/g, (_, name: string, many: string) => {
          names.push(name);
          return many ? '(.+)' : '([^/]+)';
        });
      const operation = source.split(' ')[0]!;
      routes.push({ method, pattern: new RegExp(`^${pattern}$`), names, operation, handler });
      table.push({ route, source });
    },
    answer(request, encoded, context) {
      // Clients encode the slashes of branch names; the servers take both. A project's path stays one part.
      const project = /^\/projects\/[^/]+/.exec(encoded)?.[0] ?? '';
      const path = project + encoded.slice(project.length).replace(/%2F/gi, '/');
      for (const { method, pattern, names, operation, handler } of routes) {
        const match = method === request.method ? pattern.exec(path) : null;
        if (!match) continue;
        const values = names.map((name, i) => [name, decodeURIComponent(match[i + 1]!)] as const);
        return Promise.resolve(handler(request, Object.fromEntries(values), context)).then((answer) => {
          const problem = check(operation, answer);
          if (problem !== null) throw new Error(problem);
          return answer;
        });
      }
      return null;
    },
  };
}

/** A string of the body; empty when it is missing or something else. */
export function textField(request: ForgeRequest, name: string): string {
  const value = request.json[name];
  return typeof value === 'string' ? value : '';
}

/** The strings of a list in the body. */
export function textList(request: ForgeRequest, name: string): readonly string[] {
  const value = request.json[name];
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

/** The objects of a list in the body. */
export function objectList(
  request: ForgeRequest,
  name: string,
): readonly Readonly<Record<string, unknown>>[] {
  const value = request.json[name];
  return Array.isArray(value) ? value.filter((each) => typeof each === 'object' && each !== null) : [];
}
