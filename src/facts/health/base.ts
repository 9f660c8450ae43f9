/** The base image of a stage, and what is known of it. */
import { expandFrom } from '../../core/build-arguments.ts';
import { plainWords } from '../../core/arguments.ts';
import type { Document } from '../../core/document.ts';
import { parseImageRef } from '../../core/image-ref.ts';
import type { ImageRef } from '../../core/image-ref.ts';
import { rootOf } from '../../core/stages.ts';
import type { Stage } from '../../core/stages.ts';
import type { BaseConfig } from '../../core/context/start-command.ts';
import { baseImageHint, baseWorkdir, scratchHint } from '../base-images.ts';
import type { BaseImageHint } from '../base-images.ts';

export interface BaseImage {
  /** Null for `scratch`, and for a name that only the build knows. */
  readonly image: ImageRef | null;
  /** As written, variables replaced where they can be. */
  readonly name: string;
  /** A variable decides it; whoever builds may choose another one. */
  readonly isVariable: boolean;
  /** Literal `--platform` of the FROM. */
  readonly platform: string | null;
}

export function baseImageOf(document: Document, stage: Stage): BaseImage {
  const { base, from } = rootOf(stage);
  const isVariable = base.text.includes('$');
  const expanded = isVariable ? expandFrom(document, plainWords(from.rest)[0]!.text) : base.text;
  const flag = from.flags.find(({ name }) => name === 'platform')?.value?.text ?? null;
  const parsed = expanded === null || expanded === 'scratch' ? null : parseImageRef(expanded);
  return {
    image: parsed && !('error' in parsed) ? parsed : null,
    name: expanded ?? base.text,
    isVariable,
    platform: flag === null || flag.includes('$') ? null : flag,
  };
}

/** What the table of base images says of it. */
export function hintOf({ image, name }: BaseImage): BaseImageHint | null {
  if (name === 'scratch') return scratchHint();
  return image ? baseImageHint(image) : null;
}

/** The folder that the table knows it to start in. */
export function documentedWorkdir({ image, name }: BaseImage): string | null {
  if (name === 'scratch') return '/';
  return image ? baseWorkdir(image) : null;
}

interface Server {
  readonly repository: RegExp;
  readonly tag: RegExp;
  readonly cmd: readonly string[];
  readonly entrypoint?: readonly string[];
}

/** What server images start when a file does not say. The registry's answer counts before this. */
const SERVERS: readonly Server[] = [
  {
    repository: /^(?:library\/nginx|nginxinc\/nginx-unprivileged)$/,
    tag: /(?:)/,
    cmd: ['nginx', '-g', 'daemon off;'],
  },
  { repository: /^library\/httpd$/, tag: /(?:)/, cmd: ['httpd-foreground'] },
  { repository: /^library\/caddy$/, tag: /(?:)/, cmd: ['caddy', 'run', '--config', '/etc/caddy/Caddyfile'] },
  { repository: /^library\/php$/, tag: /apache/, cmd: ['apache2-foreground'] },
  { repository: /^library\/php$/, tag: /fpm/, cmd: ['php-fpm'] },
  {
    repository: /^library\/(?:wordpress|drupal|joomla)$/,
    tag: /^(?!.*fpm|.*cli)/,
    cmd: ['apache2-foreground'],
  },
  { repository: /^library\/tomcat$/, tag: /(?:)/, cmd: ['catalina.sh', 'run'] },
];

/** The configuration that a server image is documented to have; null for every other image. */
export function documentedStart({ image }: BaseImage): BaseConfig | null {
  if (image?.registry !== 'docker.io') return null;
  const tag = image.tag ?? 'latest';
  const server = SERVERS.find((one) => one.repository.test(image.repository) && one.tag.test(tag));
  return server ? { entrypoint: null, cmd: server.cmd, env: new Map(), workingDir: '' } : null;
}
