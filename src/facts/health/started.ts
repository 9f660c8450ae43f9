/** What the container's command tells of the image: the interpreters that must be in it, and the application's language. */
import { startInstructions } from '../../core/context/start/configuration.ts';
import type { StartCommand } from '../../core/context/start-command.ts';
import type { Stage } from '../../core/stages.ts';
import type { Evidence, Withheld } from '../../core/types.ts';
import type { BaseImage } from './base.ts';
import type { StartedProgram } from './programs.ts';

const PYTHON = /^python[0-9.]*$/;
/** Programs that are scripts of an interpreter on the path (`#!/usr/bin/env …`). */
const INTERPRETED: Readonly<Record<string, string>> = {
  npm: 'node',
  npx: 'node',
  yarn: 'node',
  pnpm: 'node',
  next: 'node',
  nuxt: 'node',
  vite: 'node',
  nest: 'node',
  nodemon: 'node',
  'ts-node': 'node',
  tsx: 'node',
  serve: 'node',
  'pm2-runtime': 'node',
  'http-server': 'node',
  'react-scripts': 'node',
  rails: 'ruby',
  puma: 'ruby',
  bundle: 'ruby',
  rackup: 'ruby',
  unicorn: 'ruby',
  thin: 'ruby',
};

/** What the first words of ENTRYPOINT or CMD name is started, also where it could not be followed any further. */
export function startedPrograms(
  stage: Stage,
  start: StartCommand | Withheld,
): ReadonlyMap<string, StartedProgram> {
  const programs = new Map<string, StartedProgram>();
  const add = (path: string, evidence: Evidence): void => {
    const name = path.slice(path.lastIndexOf('/') + 1);
    const plain = PYTHON.test(name) ? (name === 'python' ? 'python' : 'python3') : name;
    const isUsual = !path.includes('/') || /^\/(?:usr\/(?:local\/)?)?s?bin\/[^/]+$/.test(path);
    if (/^(?:python3?|node|bun|deno|php|ruby|bash|sh)$/.test(plain)) {
      programs.set(plain, { program: isUsual ? name : path, evidence });
    }
    const interpreter = Object.hasOwn(INTERPRETED, name) ? INTERPRETED[name] : undefined;
    if (interpreter !== undefined && !programs.has(interpreter))
      programs.set(interpreter, { program: interpreter, evidence });
  };
  const { entrypoint, cmd } = startInstructions(stage);
  const first = entrypoint ?? cmd;
  if (first) {
    const evidence: Evidence = {
      kind: 'source',
      span: first.span,
      note: `${first.keyword} in line ${first.line}`,
    };
    const word = first.json?.[0];
    if (word !== undefined && /^[\w./-]+$/.test(word)) add(word, evidence);
    // The shell form is run by a shell.
    if (first.json === null) add('/bin/sh', evidence);
  }
  if ('code' in start) return programs;
  const evidence = start.steps[0]?.evidence;
  if (!evidence) return programs;
  for (const step of start.steps) if (step.kind === 'shell') add('/bin/sh', evidence);
  if (start.firstProcess === 'package-manager') add('npm', evidence);
  const [word] = start.words;
  if (word?.value) add(word.value, evidence);
  return programs;
}

export function languageOf({ words, program, firstProcess, wrappers }: StartCommand): string | null {
  const first = (words[0]?.value ?? '').replace(/^.*\//, '');
  if (PYTHON.test(first) || PYTHON_SERVERS.has(program)) return 'python';
  if (first === 'bun' || first === 'deno' || first === 'java' || first === 'dotnet' || first === 'ruby')
    return first;
  if (/^php[0-9.]*$|^php-fpm/.test(first) || program === 'apache2-foreground') return 'php';
  if (first === 'node' || INTERPRETED[program] === 'node' || firstProcess === 'package-manager')
    return 'node';
  if (INTERPRETED[program] === 'ruby' || wrappers.includes('bundle')) return 'ruby';
  if (program === 'catalina.sh') return 'java';
  return null;
}

export const PYTHON_SERVERS = new Set([
  'gunicorn',
  'uvicorn',
  'hypercorn',
  'granian',
  'daphne',
  'fastapi',
  'waitress-serve',
  'flask',
  'streamlit',
  'jupyter',
  'jupyter-lab',
  'uwsgi',
  'celery',
  'http.server',
  'gradio',
  'chainlit',
  'poetry',
  'uv',
]);

export function languageOfBase({ image }: BaseImage): string | null {
  const found =
    /(?:^|\/)(python|node|ruby|php|openjdk|eclipse-temurin|amazoncorretto|tomcat|bun|deno)(?:js\d*|\d+)?\b|dotnet\/(aspnet|runtime)/.exec(
      image?.repository ?? '',
    );
  const name = found?.[1] ?? (found?.[2] ? 'dotnet' : null);
  return name !== null && /^(?:openjdk|eclipse-temurin|amazoncorretto|tomcat)$/.test(name) ? 'java' : name;
}
