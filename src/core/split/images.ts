/** The base images of the stacks, their variants, and the references that a runtime stage is given. */
import { repositoryName } from '../image-ref.ts';
import type { ImageRef } from '../image-ref.ts';
import { suiteOfVersion } from './image-suites.ts';
import { suiteOf } from './packages.ts';

export type StackName = 'go' | 'rust' | 'java' | 'dotnet' | 'python' | 'node' | 'php' | 'ruby';

const STACKS: Readonly<Record<string, StackName>> = {
  'docker.io/library/golang': 'go',
  'docker.io/library/rust': 'rust',
  'docker.io/library/maven': 'java',
  'docker.io/library/gradle': 'java',
  'docker.io/library/eclipse-temurin': 'java',
  'docker.io/library/openjdk': 'java',
  'docker.io/library/amazoncorretto': 'java',
  'mcr.microsoft.com/dotnet/sdk': 'dotnet',
  'docker.io/library/python': 'python',
  'docker.io/library/node': 'node',
  'docker.io/library/php': 'php',
  'docker.io/library/ruby': 'ruby',
};
const MIRRORS =
  /^(?:public\.ecr\.aws\/docker|registry\.docker\.com|mirror\.gcr\.io|gcr\.io\/google-containers\/mirror)\/library\//;

/** The stack that an image is made for; null for every other image. Official images and their public mirrors. */
export function stackOf(image: ImageRef): StackName | null {
  const name = repositoryName(image).replace(MIRRORS, 'docker.io/library/');
  return Object.hasOwn(STACKS, name) ? STACKS[name]! : null;
}

export interface Variant {
  /** `full` has the tools of buildpack-deps. */
  readonly kind: 'full' | 'slim' | 'alpine' | 'windows' | 'other';
  /** Debian's suite where the tag says it; `other`: a suite without a table. */
  readonly suite: ReturnType<typeof suiteOf>;
}

/** What a tag of a language image says of its variant. */
export function variantOf(image: ImageRef): Variant {
  const tag = image.tag ?? '';
  const suite = suiteOf(tag) ?? suiteOfVersion(image, tag);
  if (/windowsservercore|nanoserver/.test(tag)) return { kind: 'windows', suite: null };
  if (/onbuild/.test(tag)) return { kind: 'other', suite: null };
  if (/(?:^|-)alpine/.test(tag)) return { kind: 'alpine', suite: null };
  if (/(?:^|-)slim(?:-|$)/.test(tag)) return { kind: 'slim', suite };
  // A digest without a tag may be any variant.
  if (image.tag === null && image.digest !== null) return { kind: 'other', suite: null };
  return { kind: 'full', suite };
}

/**
 * The -slim variant of a full image, spelled as the author spells it: `python:3.12-bookworm` gives
 * `python:3.12-slim-bookworm`, `node:20-bookworm` gives `node:20-bookworm-slim`. A variable stays where it stands for
 * the version alone. Null when the tag leaves no place for it.
 */
export function slimOf(text: string, image: ImageRef): string | null {
  const isNode = /(?:^|\/)node$/.test(image.repository);
  const bare = text.replace(/@.*$/, '');
  const colon = bare.lastIndexOf(':');
  const hasTag = colon > bare.lastIndexOf('/') && !/[{][^}]*$/.test(bare.slice(0, colon));
  if (!hasTag) return bare.includes('$') || image.tag !== null ? null : `${bare}:slim`;
  const [name, tag] = [bare.slice(0, colon), bare.slice(colon + 1)];
  if (tag.includes('$')) {
    const isVersion = /^\d+(?:\.\d+)*$/.test(image.tag ?? '');
    return isVersion && /^\$(?:\w+|\{\w+\})$/.test(tag) ? `${name}:${tag}-slim` : null;
  }
  if (tag === 'latest') return `${name}:slim`;
  const suite = /-(bookworm|trixie|bullseye|buster|stretch)$/.exec(tag);
  if (suite && isNode) return `${name}:${tag}-slim`;
  if (suite) return `${name}:${tag.slice(0, suite.index)}-slim${suite[0]}`;
  if (/^(?:bookworm|trixie|bullseye|buster|stretch)$/.test(tag)) {
    return isNode ? `${name}:${tag}-slim` : `${name}:slim-${tag}`;
  }
  return `${name}:${tag}-slim`;
}
