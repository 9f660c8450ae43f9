/** The setting by which repositories are left alone, the same for every transform that asks a registry. */
import { matchesWildcard, repositoryName } from './image-ref.ts';
import type { ImageRef } from './image-ref.ts';
import type { OptionSpec, OptionValues } from './types.ts';

export const EXCLUDE: OptionSpec = {
  type: 'list',
  default: [],
  describe: 'Repositories to leave alone, host included; * stands for any text (docker.io/library/*).',
};

/** Whether a list of such patterns, the setting `name` of a transform, names the image's repository. */
export function isListed(image: ImageRef, options: OptionValues, name = 'exclude'): boolean {
  const repository = repositoryName(image);
  return (options[name] as readonly string[]).some((pattern) => matchesWildcard(pattern, repository));
}
