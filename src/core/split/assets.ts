/** Files beside a compiled program that it may read: folders and data of the project that are no sources. */
import { baseNameOf } from '../context/build-context.ts';
import { stageText } from '../context/stage-files.ts';
import { isBelow } from '../runtime/final-image.ts';
import type { Reading } from './words.ts';

/** What no compiled program reads. */
const DEVELOPMENT =
  /^(?:\.(?!env)[^/]*|\.env\.(?:example|sample|template|dist)|.*\.md|LICEN[CS]E.*|NOTICE.*|Makefile|justfile|Taskfile.*|Dockerfile.*|.*\.Dockerfile|docker-compose.*|compose.*\.ya?ml|.*_test\.go|tests?|testdata|docs?|scripts?|hack|tools?|deploy(?:ment)?s?|k8s|helm|charts|terraform|infra|build|bin|target|vendor|node_modules|examples?|benches|protos?|pb|pkg|internal|cmd|src|api|mocks?|.*\.sh|cloudbuild\.ya?ml|skaffold\.ya?ml|app\.ya?ml|renovate\.json|rustfmt\.toml|clippy\.toml|rust-toolchain.*|build\.rs|go\.(?:mod|sum|work.*)|Cargo\.(?:toml|lock)|buf.*\.ya?ml|sqlc\.ya?ml|codecov\.ya?ml|air\.toml|coverage.*|.*\.(?:png|gif|svg|jpe?g)|Jenkinsfile|Procfile|tidy.*|sonar.*)$/i;

/** Top-level entries of `folder` with files that are no sources; null where there are too many to tell. */
export function assetsIn({ files }: Reading, folder: string, sources: RegExp): readonly string[] | null {
  const found = new Set<string>();
  for (const path of files.files.keys()) {
    if (!isBelow(path, folder) || path === folder || sources.test(path)) continue;
    const rest = path.slice(folder === '/' ? 1 : folder.length + 1);
    const name = rest.split('/', 1)[0]!;
    if (DEVELOPMENT.test(name) || DEVELOPMENT.test(baseNameOf(path))) continue;
    found.add(name);
  }
  return found.size > 8 ? null : [...found].sort();
}

/** Whether some file of the context can be read by its owner alone. */
export function hasPrivateFiles(
  { context, files }: Reading,
  folder: string,
  names: readonly string[],
): boolean {
  return [...files.files.values()].some(({ path, source }) => {
    const isTaken = names.some((name) => isBelow(path, folder === '/' ? `/${name}` : `${folder}/${name}`));
    const entry = source === null ? undefined : context.entries.get(source);
    return isTaken && entry !== undefined && (entry.mode & 0o004) === 0;
  });
}

/** The first file of the stage whose text fits, among sources that were read. */
export function sourceWith({ context, files }: Reading, sources: RegExp, wanted: RegExp): string | null {
  for (const path of files.files.keys()) {
    if (!sources.test(path) || /_test\.go$/.test(path)) continue;
    const text = stageText(context, files, path);
    if (text !== null && wanted.test(text)) return path;
  }
  return null;
}

/** True when every source of the stage has been read. */
export function allRead({ context, files }: Reading, sources: RegExp): boolean {
  return [...files.files.values()].every(
    ({ path, source }) => !sources.test(path) || source === null || context.texts.has(source),
  );
}

/** `COPY --from` lines that put files and folders of `folder` to where they were. */
export function copyAssets(
  reading: Reading,
  folder: string,
  names: readonly string[],
  builder: string,
): readonly string[] {
  const at = (name: string): string => (folder === '/' ? `/${name}` : `${folder}/${name}`);
  const files = names.filter((name) => reading.files.files.has(at(name)));
  const isWorkdir = reading.steps.some(
    ({ instruction, workdir }) => instruction.keyword === 'WORKDIR' && workdir === folder,
  );
  const to = (name: string): string => (isWorkdir ? `./${name}` : at(name));
  const folders = names.filter((name) => !files.includes(name));
  return [
    ...(files.length > 0
      ? [
          `COPY --from=${builder} ${files.map(at).join(' ')} ${isWorkdir ? './' : folder === '/' ? '/' : `${folder}/`}`,
        ]
      : []),
    ...folders.map((name) => `COPY --from=${builder} ${at(name)} ${to(name)}`),
  ];
}

/** How a path is written where WORKDIR stands at `workdir`. */
export function written(path: string, workdir: string | null): string {
  return workdir !== null && workdir !== '/' && path.startsWith(`${workdir}/`)
    ? `./${path.slice(workdir.length + 1)}`
    : path;
}
