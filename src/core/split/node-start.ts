/** How a Node project is started: servers for development, sites of files, and programs that were installed globally. */
import { baseNameOf } from '../context/build-context.ts';
import { isWithheld } from '../shell.ts';
import type { Withheld } from '../types.ts';
import { absolutePath } from '../runtime/final-image.ts';
import { DEV_SERVERS } from './node.data.ts';
import { BUILDER } from './words.ts';
import type { Reading, SplitPlan } from './words.ts';
import type { Call, Project } from './node-project.ts';

export function developmentAtStart({ start }: Reading, programs: ReadonlySet<string>): Withheld | null {
  const steps = isWithheld(start) ? [] : start.steps.map(({ text }) => text);
  const names = [...programs, ...(isWithheld(start) ? [] : [start.program, ...start.wrappers])];
  const server = names.find((name) => DEV_SERVERS.test(name));
  const text = steps.find((one) =>
    /\b(?:next|nuxt|nuxi|astro|gatsby|umi|nest|payload|medusa|svelte-kit|directus|keystone|strapi)\s+(?:dev|develop|serve)\b|\bnest\s+start\b(?!.*--no)|\bvite(?:\s+--|\s*$|\s+dev|\s+serve)|\bnode\s+--watch\b|--inspect(?:-brk)?\b|(?:npm|yarn|pnpm)\s+(?:run\s+)?(?:dev|develop|watch|start:dev|serve:dev|debug)\b/.test(
      one,
    ),
  );
  if (server === undefined && text === undefined) return null;
  return {
    code: 'development-server',
    reason: `${server ?? text!.slice(0, 60)} works on the sources and needs the packages for development; start what a build has made`,
  };
}

export function installsAtStart(programs: ReadonlySet<string>, texts: readonly string[]): Withheld | null {
  const found = texts.find((text) =>
    /\b(?:npm|yarn|pnpm)\s+(?:(?:run\s+)?build|i|ci|install|add)\b|\b(?:tsc|next build)\b/.test(text),
  );
  if (found === undefined && !programs.has('npx')) return null;
  return {
    code: programs.has('npx') ? 'npx-at-start' : 'installs-at-start',
    reason:
      'packages are installed or built when the container starts, so what that needs has to stay in the image',
  };
}

/** A program that was installed globally is started. */
export function neededAtStart(
  { names, manager }: Call,
  programs: ReadonlySet<string>,
  texts: readonly string[],
): boolean {
  if (manager === 'corepack') return programs.has('pnpm') || programs.has('yarn');
  const words = texts.join(' ');
  return names.some((name) => {
    const bare = baseNameOf(name.replace(/(?<=.)@.*$/, ''));
    return (
      programs.has(bare) ||
      new RegExp(`(?:^|[\\s"'/])${bare.replace(/[^\w-]/g, '')}(?:[\\s"']|$)`).test(words)
    );
  });
}

/** A built site behind a development tool: another server would serve it better, which is for a person to decide. */
export function staticSite(reading: Reading, { workdir, hasBuild, last }: Project): SplitPlan | null {
  const { start } = reading;
  if (isWithheld(start) || !hasBuild) return null;
  const words = start.args.map(({ text }) => text);
  const isPreview = start.program === 'vite' && words[0] === 'preview';
  if (!isPreview && !/^(?:serve|http-server|sirv|sirv-cli|live-server)$/.test(start.program)) return null;
  const named = words.filter(
    (word, at) =>
      !word.startsWith('-') && !/^-[lpdc]$|^--(?:listen|port|host|dir)$/.test(words[at - 1] ?? ''),
  );
  const output = isPreview
    ? 'dist'
    : (named[0] ?? (words[words.indexOf('-s') + 1]?.startsWith('-') ? null : words[words.indexOf('-s') + 1]));
  const path = output === null || output === undefined ? null : absolutePath(workdir, output);
  if (path === null) return null;
  const drops = reading.steps.filter(({ instruction }) =>
    /^(?:CMD|ENTRYPOINT|EXPOSE|HEALTHCHECK|USER)$/.test(instruction.keyword),
  );
  const isBehind = drops.every(({ instruction }) => instruction.index > last.instruction.index);
  if (!isBehind) return null;
  return {
    runtime: 'nginxinc/nginx-unprivileged:stable-alpine',
    cut: last.instruction,
    places: new Map([
      [
        last.instruction,
        { at: 'builder', instead: [`COPY --from=${BUILDER} ${path} /usr/share/nginx/html`, 'EXPOSE 8080'] },
      ],
    ]),
    drops: drops.map(({ instruction }) => instruction),
    isAdvice: true,
    certainty: 'likely',
    leaves: 'node and all packages',
    reason: `${start.program} serves files that nginx can serve; that is another server on port 8080, addresses of the application fall back to index.html only with a try_files of its own, and variables are no longer read when it starts`,
    evidence: start.steps.map(({ evidence }) => evidence),
  };
}
