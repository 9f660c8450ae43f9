/** Programs that images start, sorted by what is known of their needs. */
import { isBelow, absolutePath, copyWords, workdirsOf } from './final-image.ts';
import type { Role } from './base.ts';
import type { FinalImage } from './final-image.ts';
import type { Document } from '../document.ts';
import { stageByName } from '../stages.ts';
import type { AppFolder } from './ownership.ts';
import type { Reached, StartTrace } from './start-trace.ts';
import { candidates } from './start-trace.ts';

function baseName(word: string): string {
  return word.slice(word.lastIndexOf('/') + 1);
}

/** Interpreters and servers of applications: they run as anybody. */
const APPLICATION_SERVERS =
  /^(?:node|nodejs|java|python[\d.]*|pypy[\d.]*|ruby|php|dotnet|deno|bun|perl|elixir|mix|iex|erl|gunicorn|uvicorn|hypercorn|daphne|granian|waitress-serve|flask|celery|django-admin|streamlit|fastapi|uwsgi|locust|mlflow|chainlit|gradio|dramatiq|rq|huey_consumer|arq|sanic|litestar|pserve|scrapy|dagster|prefect|alembic|pytest|puma|rackup|unicorn|rails|thin|sidekiq|rake|serve|http-server|next|nuxt|nuxi|nest|astro|vite|pm2-runtime|remix-serve|react-router-serve|sirv|tsx|ts-node|ts-node-script|esr|env-cmd|dotenv|medusa|strapi|directus|keystone|payload|sequelize|knex|typeorm|prisma|drizzle-kit|node-pg-migrate|db-migrate|wrangler|php-fpm[\d.]*|artisan|catalina\.sh|caddy|nginx|redis-server|maildev|json-server|json-server-auth)$/;

const JVM = /^(?:java|catalina\.sh|kotlin|scala|groovy|lein|clojure)$/;

export function isJava({ programs, commands }: StartTrace): boolean {
  return [...programs, ...commands].some(({ words }) => JVM.test(baseName(words[0] ?? '')));
}

/**
 * Nothing but programs that were compiled for the image: no interpreter, no shell. In an image of a language, a name
 * without a folder is what its package manager has installed, which is a script as a rule.
 */
export function isCompiled({ programs, commands }: StartTrace, role: Role): boolean {
  return (
    programs.length > 0 &&
    [...programs, ...commands].every(({ words }) => {
      const name = baseName(words[0] ?? '');
      return (
        !APPLICATION_SERVERS.test(name) &&
        (role !== 'language' || name !== words[0]) &&
        !/^(?:sh|bash|ash|dash|su-exec|gosu)$|\.(?:sh|py|rb|js|pl)$/.test(name)
      );
    })
  );
}

/** Servers for development: they write caches into dependencies, and their folder is usually mounted from the host. */
export function developmentServer({ commands }: StartTrace): Reached | null {
  return (
    commands.find(({ words }) => {
      const [first = '', second = '', third = ''] = words.map((word) => word ?? '');
      const name = baseName(first);
      if (
        /^(?:nodemon|ts-node-dev|tsnd|webpack-dev-server|live-server|browser-sync|storybook|start-storybook|supervisor|expo|json-server)$/.test(
          name,
        )
      )
        return true;
      if (name === 'vite') return second !== 'preview' && second !== 'build';
      if (
        /^(?:next|nuxt|nuxi|astro|gatsby|remix|react-router|wrangler|svelte-kit|vinxi|payload|strapi|medusa|mastra)$/.test(
          name,
        )
      ) {
        return /^(?:dev|develop|development)$/.test(second) || (name === 'nuxt' && second === '');
      }
      if (/^(?:react-scripts|craco|react-app-rewired|ng|vue-cli-service|webpack|umi|rescripts)$/.test(name))
        return /^(?:start|serve)$/.test(second);
      if (name === 'nest') return second === 'start';
      if (/^(?:tsx|bun|node|deno)$/.test(name)) {
        return second === 'watch' || words.some((word) => /^--(?:watch|hot)\b/.test(word ?? ''));
      }
      if (name === 'remix-watch') return true;
      return name === 'tsc' && words.some((word) => /^(?:-w|--watch)$/.test(word ?? '')) && third !== null;
    }) ?? null
  );
}

/** A shell, or a command that only keeps the container alive: somebody works in it. */
export function isIdle({ programs }: StartTrace): boolean {
  const [program] = programs;
  if (!program || programs.length > 1) return false;
  const [first = '', second = '', third = ''] = program.words.map((word) => word ?? '');
  const name = baseName(first);
  if (/^(?:sh|bash|ash|zsh|irb|fish|tmux)$/.test(name)) return true;
  if (name === 'sleep') return true;
  if (name === 'tail') return second === '-f' && third === '/dev/null';
  return (
    /^(?:python[\d.]*|node|php|ruby|pwsh|true|echo)$/.test(name) &&
    (second === '' || second === '-a' || name === 'echo')
  );
}

/** A program that came with neither the application nor a known server: where it writes is not known. */
export function strangerAmong(
  document: Document,
  image: FinalImage,
  folders: readonly AppFolder[],
  trace: StartTrace,
  workdir: string | null,
): Reached | null {
  return trace.programs.find((program) => !isFamiliar(document, image, folders, program, workdir)) ?? null;
}

function isFamiliar(
  document: Document,
  image: FinalImage,
  folders: readonly AppFolder[],
  { words }: Reached,
  workdir: string | null,
): boolean {
  const first = words[0] ?? '';
  const name = baseName(first);
  // Outside of its own images its pid file, cache and log are wherever somebody configured them, mostly root's.
  if (name === 'nginx') return false;
  if (APPLICATION_SERVERS.test(name)) return true;
  const paths = candidates(first, workdir);
  if (paths.some((path) => folders.some((folder) => isBelow(path, folder.path)))) return true;
  const workdirs = workdirsOf(document, image, workdir);
  return image.instructions.some((instruction) => {
    if (instruction.keyword === 'COPY' || instruction.keyword === 'ADD') {
      // What another image brings is a stranger here as well.
      const from = instruction.flags.find((flag) => flag.name === 'from')?.value?.text;
      if (from !== undefined && stageByName(document, from) === null) return false;
      const given = copyWords(document, instruction);
      const target = absolutePath(workdirs.get(instruction) ?? workdir, given.at(-1) ?? '?');
      if (target === null) return false;
      return paths.some(
        (path) =>
          path === target ||
          path === `${target === '/' ? '' : target}/${name}` ||
          (target !== '/' && path.startsWith(`${target}/`)),
      );
    }
    if (instruction.keyword !== 'RUN') return false;
    const text = instruction.rest.text;
    // `go build -o name`, `go install`, `cargo install`, `npm install -g name`, `pip install name`.
    return (
      (/\b(?:go (?:build|install)|cargo (?:build|install)|gcc|g\+\+|make|javac|swift build|dotnet publish)\b/.test(
        text,
      ) &&
        (text.includes(name) || /go install|cargo install/.test(text))) ||
      (/\b(?:npm|yarn|pnpm|pip3?|gem|uv)\b[^&|;]*\b(?:install|add|i)\b/.test(text) &&
        text.includes(name.replace(/\.\w+$/, '')))
    );
  });
}
