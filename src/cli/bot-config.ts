/** What repositories say of the bot, by the same files and rules as on the command line. */
import ignore from 'ignore';
import type { ConfigReader } from '../bot/repository-config.ts';
import type { FileRules } from '../bot/settings.ts';
import { botSettings } from '../config/bot.ts';
import type { Loaded, OperatorConfig, RepositoryConfig } from '../config/config.ts';
import { configPaths } from '../config/places.ts';
import { readTreeConfig } from '../config/tree.ts';
import { UsageError } from '../core/errors.ts';
import { transforms } from '../../transforms/index.ts';

/** What the operator says of files holds where the repository says nothing. */
export function createConfigReader(operator: OperatorConfig): ConfigReader {
  const { only, skip, transforms: options, bot } = operator;
  return {
    operator: JSON.stringify([only, skip, options, bot]),
    paths: configPaths,
    async read(files, dockerfiles) {
      let path = files[0]?.path ?? '';
      try {
        const config = await readTreeConfig(files, dockerfiles, transforms);
        path = config.root?.path ?? path;
        return {
          ok: true,
          settings: await botSettings(path, config.root?.config.bot ?? {}, bot?.presets ?? {}),
          rulesFor: (file) => rulesOf(file, config.forFile(file), operator),
        };
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        // Every such message starts with the file that it is about.
        const about = files.find((file) => error.message.startsWith(`${file.path}:`))?.path ?? path;
        return { ok: false, path: about, reason: withoutPath(error.message, about) };
      }
    },
  };
}

/** `FILE: reason` and `FILE:LINE: reason`, of which the issue says the file by itself. */
function withoutPath(message: string, path: string): string {
  const rest = message.startsWith(`${path}:`) ? message.slice(path.length + 1).trimStart() : message;
  return rest.replace(/^(\d+): /, 'line $1: ');
}

function rulesOf(path: string, loaded: Loaded<RepositoryConfig> | null, operator: OperatorConfig): FileRules {
  const config = loaded?.config ?? {};
  const only = config.only ?? operator.only;
  const skip = config.skip ?? operator.skip ?? [];
  const ids = transforms.map(({ meta }) => meta.id);
  const local = loaded === null || loaded.folder === '' ? path : path.slice(loaded.folder.length + 1);
  const isExcluded =
    config.exclude !== undefined &&
    ignore({ ignorecase: false })
      .add([...config.exclude])
      .ignores(local);
  return {
    isExcluded,
    leftOut: new Set(ids.filter((id) => skip.includes(id) || (only !== undefined && !only.includes(id)))),
    options: Object.fromEntries(
      ids.map((id) => [id, { ...operator.transforms?.[id], ...config.transforms?.[id] }]),
    ),
  };
}
