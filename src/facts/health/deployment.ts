/** What the repository says of how the image is built and run, as far as it bears on a HEALTHCHECK. */
import type { BuildContext } from '../../core/context/build-context.ts';
import { baseNameOf } from '../../core/context/build-context.ts';
import { servicesOf } from '../../core/context/built-stage.ts';
import type { StartCommand } from '../../core/context/start-command.ts';
import type { Evidence } from '../../core/types.ts';
import type { KnownPort } from './port.ts';
import type { HealthView } from './view.ts';

/** The port that compose files publish of the image, where nothing in the image says one. */
export function publishedPort({ document, stage, context }: HealthView): KnownPort | null {
  const services = servicesOf(document, stage, context).filter(({ hasOwnCommand }) => !hasOwnCommand);
  const [first] = services.filter(({ ports }) => ports.length > 0);
  const ports = new Set(services.flatMap((service) => service.ports));
  const [port] = ports;
  if (!first || ports.size !== 1 || port === undefined || NOT_HTTP.has(port)) return null;
  const published = `publishes ${port} of the service ${first.service}`;
  const evidence: Evidence = { kind: 'context', path: first.file, note: published };
  const note = `${first.file} ${published}`;
  return {
    port,
    proofs: [{ kind: 'expose', port, note, evidence }],
    variable: null,
    bind: 'unknown',
    server: null,
    protocol: 'unknown',
  };
}

/** SSH, TLS and debuggers: their ports tell nothing of an application's health. */
const NOT_HTTP: ReadonlySet<number> = new Set([22, 443, 8443, 9229, 5005, 5678, 2345]);

/** Services that run the image with another command, where a check of the image's own command fails. */
export function otherCommands({ document, stage, context }: HealthView): readonly string[] {
  return servicesOf(document, stage, context)
    .filter(({ hasOwnCommand, hasOwnCheck }) => hasOwnCommand && !hasOwnCheck)
    .map(({ service, file }) => `${service} in ${file}`);
}

/**
 * Services of one compose file that start different programs from the image, by name; empty where there are no two. One
 * check cannot be right for all of them, and HEALTHCHECK is in each.
 */
export function differentPrograms({ document, stage, context }: HealthView): readonly string[] {
  const byFile = new Map<string, { readonly starts: Set<string>; readonly names: string[] }>();
  for (const { file, service, command, entrypoint, hasOwnCheck } of servicesOf(document, stage, context)) {
    if (hasOwnCheck) continue;
    const known = byFile.get(file) ?? { starts: new Set<string>(), names: [] };
    known.starts.add(JSON.stringify([entrypoint, command]));
    known.names.push(service);
    byFile.set(file, known);
  }
  for (const [file, { starts, names }] of byFile)
    if (starts.size > 1) return names.map((name) => `${name} in ${file}`);
  return [];
}

/** What a reader should know beside the check itself; none of it makes the check wrong. */
export function deploymentNotes(view: HealthView): readonly string[] {
  const { document, stage, context, start } = view;
  const notes: string[] = [];
  if (!('code' in start)) {
    const server = developmentServer(start);
    if (server !== null) notes.push(`${server} is a server for development`);
  }
  if (!context) return notes;
  const own = servicesOf(document, stage, context).find(({ hasOwnCheck }) => hasOwnCheck);
  if (own) notes.push(`in ${own.file} the check of the service ${own.service} counts instead`);
  const platform = ignoringPlatform(context);
  if (platform && context.builds.length === 0)
    notes.push(`${platform.name} (${platform.path}) ignores it and needs ${platform.needs}`);
  const builder = ociBuilder(context);
  if (builder) notes.push(`${builder} leaves it out unless it is told --format docker`);
  return notes;
}

function developmentServer({ program, args }: StartCommand): string | null {
  const words = args.map(({ text }) => text);
  const first = words.find((word) => !word.startsWith('-')) ?? '';
  if (words.some((word) => /(?:^|\/)manage\.py$/.test(word)) && words.includes('runserver'))
    return 'manage.py runserver';
  if (program === 'flask' && words.includes('run')) return 'flask run';
  if (program === 'fastapi' && first === 'dev') return 'fastapi dev';
  if (program === 'vite' && first !== 'preview') return 'vite';
  if ((program === 'next' || program === 'nuxt' || program === 'astro') && first === 'dev')
    return `${program} dev`;
  if (program === 'ng' && first === 'serve') return 'ng serve';
  if (program === 'expo' && first === 'start') return 'expo start';
  if (program === 'react-scripts' && first === 'start') return 'react-scripts start';
  return null;
}

interface Platform {
  readonly name: string;
  readonly needs: string;
  /** What stands in a script or a CI file that deploys to it. */
  readonly command: RegExp;
  /** Files that say what it runs. */
  readonly files: RegExp;
}

const PLATFORMS: readonly Platform[] = [
  {
    name: 'Kubernetes',
    needs: 'a livenessProbe and a readinessProbe',
    command: /\bkubectl (?:apply|rollout|set image)\b|\bhelm (?:upgrade|install)\b|\bkind: Deployment\b/,
    files:
      /(?:^|\/)(?:k8s|kubernetes|helm|charts?)\/(?:[^/]+\/)*[\w.-]+\.ya?ml$|(?:^|\/)(?:kustomization|Chart)\.ya?ml$/i,
  },
  {
    name: 'Amazon ECS',
    needs: 'healthCheck in its task definition',
    command:
      /\baws ecs (?:update-service|register-task-definition)\b|amazon-ecs-(?:deploy|render)-task-definition/,
    files: /(?:^|\/)(?:ecs-)?task-?def(?:inition)?[\w.-]*\.json$/i,
  },
  {
    name: 'Cloud Run',
    needs: 'a startup and a liveness probe of its own',
    command: /\bgcloud (?:beta |alpha )?run deploy\b|google-github-actions\/deploy-cloudrun/,
    files: /(?!)/,
  },
];

function ignoringPlatform({ entries, project }: BuildContext): (Platform & { readonly path: string }) | null {
  for (const platform of PLATFORMS) {
    for (const [path, text] of project.texts)
      if (baseNameOf(path) !== 'package.json' && platform.command.test(text)) return { ...platform, path };
    for (const [path, { kind }] of entries)
      if (kind === 'file' && platform.files.test(path)) return { ...platform, path };
  }
  return null;
}

/** Builders whose images are of the OCI format, which has no place for a health check. */
function ociBuilder({ project, dockerfile }: BuildContext): string | null {
  for (const text of project.texts.values()) {
    const found = /\b(podman|buildah)(?:-compose)? (?:build|bud)\b([^\n]{0,300})/.exec(text);
    if (found && !/--format[= ]docker\b/.test(found[2]!)) return found[1]!;
  }
  return dockerfile !== null && /^containerfile/i.test(baseNameOf(dockerfile)) ? 'podman' : null;
}
