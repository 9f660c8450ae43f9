/** What is built and run for a Dockerfile: by the compose files that build it, else as it stands. */
import { dirname, join, resolve, sep } from 'node:path';
import type { NeededService, Subject, SubjectVolume } from '../app/verify/subject.ts';
import type { BuildContext, ComposeBuild } from '../core/context/build-context.ts';
import type { Fact } from '../core/types.ts';
import { readComposeServices } from '../facts/context/compose-run.ts';
import type { ComposeService } from '../facts/context/compose-run.ts';
import { diskFiles } from '../facts/context/disk.ts';
import type { Input } from './inputs.ts';
import type { FileVerifySettings } from './verify-flags.ts';

/** Rows for one Dockerfile; further services are said and left out. */
const MAX_SERVICES = 6;
const MAX_BYTES = 1024 * 1024;

export interface SubjectOptions {
  readonly cwd: string;
  readonly settings: FileVerifySettings;
  /** Whether an image is at hand. */
  hasImage(image: string): Promise<boolean>;
}

/** At least one. One that cannot be judged says why. */
export async function subjectsOf(
  input: Input,
  context: Fact<BuildContext>,
  options: SubjectOptions,
): Promise<readonly Subject[]> {
  const path = input.found!.absolutePath;
  const { settings } = options;
  const { platform, buildNetwork, timeoutMs, onlyBuild, paths, skip } = settings;
  const plain: Subject = {
    path: input.path,
    service: null,
    context: '',
    ignoreText: textAt(dirname(path), `${path}.dockerignore`),
    target: settings.target,
    platform,
    buildNetwork,
    timeoutMs,
    onlyBuild,
    args: settings.args ?? new Map(),
    env: settings.env,
    entrypoint: null,
    command: settings.command,
    ports: settings.ports,
    paths,
    skip,
    volumes: settings.volumes,
    needs: [],
    blocked: null,
    notes: settings.notes,
  };
  if (!context.ok) return [{ ...plain, blocked: `its build context is not known: ${context.reason}` }];
  const { value } = context;
  const folder = resolve(options.cwd, value.folder.split('/').join(sep));
  const located = { ...plain, context: folder };
  const services = value.foundBy === 'compose' ? await servicesOf(value, folder, options) : [];
  const note = `context ${value.folder}: ${value.reason}`;
  if (services.length === 0) return [{ ...located, notes: [note, ...settings.notes] }];
  const shown = services.slice(0, MAX_SERVICES);
  const rows = await Promise.all(
    shown.map(({ service, others, file }) => serviceSubject(located, service, others, file, options)),
  );
  const left = services.length - shown.length;
  if (left > 0)
    rows[0] = { ...rows[0]!, notes: [...rows[0]!.notes, `${left} more services are built from it`] };
  return rows;
}

interface FoundService {
  readonly service: ComposeService;
  readonly others: ReadonlyMap<string, ComposeService>;
  readonly file: string;
}

/** A service that several files describe counts as the main one describes it. */
async function servicesOf(
  context: BuildContext,
  folder: string,
  { settings }: SubjectOptions,
): Promise<readonly FoundService[]> {
  const { contextPath } = context.project;
  const root = contextPath === '' ? folder : folder.slice(0, -(contextPath.length + 1)) || '/';
  const found = new Map<string, FoundService>();
  for (const { file, service } of [...context.builds].sort((a, b) => rank(a) - rank(b))) {
    if (found.has(service)) continue;
    const text = textAt(root, join(root, ...file.split('/')));
    const services =
      text === null ? new Map<string, ComposeService>() : await readComposeServices(text, settings.env);
    const own = services.get(service);
    if (own?.build) found.set(service, { service: own, others: services, file });
  }
  return [...found.values()];
}

function rank({ file }: ComposeBuild): number {
  const name = file.slice(file.lastIndexOf('/') + 1);
  return /^(?:docker-)?compose\.ya?ml$/.test(name) ? 0 : 1;
}

async function serviceSubject(
  plain: Subject,
  service: ComposeService,
  others: ReadonlyMap<string, ComposeService>,
  file: string,
  options: SubjectOptions,
): Promise<Subject> {
  const { needs, missing } = await needsOf(service, others, options);
  const required = [service, ...needs.map(({ name }) => others.get(name)!)].flatMap((one) => one.required);
  const env = options.settings.env;
  const notes = [`as ${file} runs ${service.name}`];
  if (service.leftOut.length > 0) notes.push(`not taken from there: ${service.leftOut.join(', ')}`);
  if (service.unset.length > 0)
    notes.push(`without a value here (--env gives one): ${service.unset.slice(0, 10).join(', ')}`);
  const volumes: readonly SubjectVolume[] = [
    ...service.volumes
      .filter(({ target }) => !options.settings.volumes.some((volume) => volume.target === target))
      .map((volume) => ({ ...volume, source: null })),
    ...options.settings.volumes,
  ];
  return {
    ...plain,
    service: service.name,
    target: plain.target ?? service.build!.target,
    args: new Map([...service.build!.args, ...plain.args]),
    env: new Map([...service.environment, ...env]),
    command: plain.command ?? service.command,
    ports: [...new Set([...service.ports, ...plain.ports])],
    volumes,
    needs,
    blocked:
      missing !== null
        ? `needs ${missing.name}${missing.why}`
        : required.length > 0
          ? `needs a value for ${required.slice(0, 5).join(', ')}; give it with --env`
          : null,
    notes: [...notes, ...plain.notes],
  };
}

interface Needs {
  readonly needs: readonly NeededService[];
  readonly missing: { readonly name: string; readonly why: string } | null;
}

/** What has to be up before, the first needed first. Images are neither built nor pulled for it. */
async function needsOf(
  service: ComposeService,
  others: ReadonlyMap<string, ComposeService>,
  { settings, hasImage }: SubjectOptions,
): Promise<Needs> {
  const needs: NeededService[] = [];
  const seen = new Set([service.name]);
  let missing: Needs['missing'] = null;
  const visit = async (name: string): Promise<void> => {
    if (seen.has(name) || missing !== null) return;
    seen.add(name);
    const other = others.get(name);
    for (const further of other?.dependsOn ?? []) await visit(further);
    if (missing !== null) return;
    const { image = null } = other ?? {};
    const isName = image !== null && /^[a-z0-9][\w./:@-]{0,400}$/i.test(image);
    if (!other || !isName || !(await hasImage(image))) {
      const why =
        image === null ? ', which has no image of its own' : `, whose image is not available here (${image})`;
      missing = { name, why };
      return;
    }
    // What the person has named is for the image that is judged.
    needs.push({ name, image, env: other.environment, entrypoint: null, command: other.command });
  };
  if (settings.onlyBuild) return { needs, missing };
  for (const name of service.dependsOn) await visit(name);
  return { needs, missing };
}

/** The text of a regular file that lies in the folder; null for everything else. */
function textAt(folder: string, path: string): string | null {
  const bytes = diskFiles().read(folder, path, MAX_BYTES);
  return bytes === null ? null : new TextDecoder().decode(bytes);
}
