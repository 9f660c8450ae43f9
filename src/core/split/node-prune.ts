/** The packages that only development needs, and how each manager takes them away. */
import { baseNameOf } from '../context/build-context.ts';
import { stageText } from '../context/stage-files.ts';
import type { StartCommand } from '../context/start-command.ts';
import { isBelow } from '../runtime/final-image.ts';
import { programOf } from './reading.ts';
import { below } from './steps.ts';
import type { Reading } from './words.ts';
import { MANAGERS } from './node-project.ts';
import type { Project } from './node-project.ts';

/** The command that takes the packages for development away; null where there are none, or they may be needed. */
export function pruneWith(reading: Reading, project: Project, start: StartCommand | null): string | null {
  const { manifest, manager, omitsDev, last } = project;
  const dev = Object.keys(manifest.devDependencies);
  if (omitsDev || dev.length === 0 || start === null) return null;
  const major = /^(\d+)/.exec(reading.image.tag ?? '')?.[1];
  if (major !== undefined && Number(major) < 16) return null;
  const bins = new Set(
    dev.filter((name) => !name.startsWith('@types/')).flatMap((name) => [baseNameOf(name), name]),
  );
  const words = [
    start.program,
    ...start.args.map(({ text }) => text),
    ...start.wrappers,
    ...start.before.flatMap(({ words: all }) => all.map(({ text }) => text)),
  ];
  if (words.some((word) => bins.has(word) || bins.has(word.replace(/\/.*$/, '')))) return null;
  const later = below(reading, last.instruction.index);
  if (later.some(({ commands }) => (commands ?? []).some((one) => MANAGERS.has(programOf(one.words)))))
    return null;
  // next reads a configuration in TypeScript with the compiler, also when it starts.
  if (start.program === 'next' && reading.files.files.has(`${project.workdir}/next.config.ts`)) return null;
  if (usedInSources(reading, project, dev)) return null;
  if (manager === 'npm') return 'RUN npm prune --omit=dev';
  if (manager === 'pnpm') return 'RUN CI=true pnpm prune --prod';
  // Older ones need a plugin for it.
  if (manifest.berry !== null)
    return manifest.berry >= 4 ? 'RUN yarn workspaces focus --all --production' : null;
  return reading.files.files.has(`${project.workdir}/yarn.lock`)
    ? 'RUN yarn install --production --frozen-lockfile --ignore-scripts --prefer-offline'
    : null;
}

/** Whether a file that is shipped and is no test loads a package for development. */
function usedInSources(reading: Reading, { workdir, hasBuild }: Project, dev: readonly string[]): boolean {
  const names = dev
    .filter((name) => !name.startsWith('@types/'))
    .map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  if (names.length === 0) return false;
  const loads = new RegExp(
    `(?:require\\(\\s*|from\\s+|import\\s*\\(?\\s*)['"](?:${names.join('|')})(?:/[^'"]*)?['"]`,
  );
  for (const path of reading.files.files.keys()) {
    if (!isBelow(path, workdir) || !/\.[cm]?[jt]sx?$/.test(path)) continue;
    if (
      /(?:^|\/)(?:tests?|__tests__|specs?|e2e|cypress)\/|\.(?:test|spec|stories|config)\.|(?:^|\/)[\w-]*\.config\.|\.d\.ts$|(?:^|\/)(?:jest|vitest|webpack|rollup|gulpfile|Gruntfile)/.test(
        path,
      )
    )
      continue;
    const text = stageText(reading.context, reading.files, path);
    if (text === null) continue;
    const code = hasBuild ? text.replace(/^[ \t]*import[ \t]+type\b.*$/gm, '') : text;
    if (loads.test(code)) return true;
  }
  return false;
}
