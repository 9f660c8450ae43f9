/** Files that come with the package: samples and fixtures. Found from where this module lies, built or not. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EnvironmentError } from '../core/errors.ts';

export function packagePath(...parts: readonly string[]): string {
  for (let at = dirname(fileURLToPath(import.meta.url)); dirname(at) !== at; at = dirname(at)) {
    if (existsSync(join(at, 'package.json')) && existsSync(join(at, ...parts))) return join(at, ...parts);
  }
  throw new EnvironmentError('incomplete', `this installation of dockfix lacks ${parts.join('/')}`);
}
