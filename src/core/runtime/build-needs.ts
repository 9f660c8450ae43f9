/**
 * What the build leaves where only root can read or write it: tools, environments and models below /root, files with
 * closed modes, data that the application has made.
 */
import { firstProgram } from '../apt.ts';
import type { Document, Instruction } from '../document.ts';
import { isWithheld, shellOf } from '../shell.ts';
import type { ShellCommand } from '../shell.ts';
import type { Span } from '../types.ts';
import { variableAt } from '../variables.ts';
import { copyWords } from './final-image.ts';
import type { FinalImage } from './final-image.ts';
import { keptByCorepack } from './relocations.ts';
import type { StartTrace } from './start-trace.ts';
import { baseName } from './root-needs.ts';
import type { Blocker } from './root-needs.ts';

interface BuildRule {
  readonly code: string;
  /** The tail of the sentence "line 12 …". */
  readonly reason: string;
  matches(command: ShellCommand, text: string): boolean;
  /** A variable that, when set above, puts it where everybody can read it. */
  readonly relocatedBy?: string;
}

const BUILD_RULES: readonly BuildRule[] = [
  {
    code: 'pip-user-install',
    matches: (command, text) => /^pip[\d.]*$/.test(firstProgram(command)) && /\s--user\b/.test(text),
    relocatedBy: 'PYTHONUSERBASE',
    reason:
      'installs with pip --user into /root/.local, which only root can read; leave --user out, or set PYTHONUSERBASE',
  },
  {
    code: 'poetry-settings-in-home',
    matches: (command, text) =>
      firstProgram(command) === 'poetry' && /\bconfig\b/.test(text) && !/--local\b/.test(text),
    relocatedBy: 'POETRY_VIRTUALENVS_CREATE',
    reason:
      "keeps Poetry's settings below /root, where another user does not find them; " +
      'ENV POETRY_VIRTUALENVS_CREATE=false says the same for everybody',
  },
  {
    code: 'browsers-in-home',
    matches: (_, text) => /\bpuppeteer(?:@\S+)?\b.*\bbrowsers install\b/.test(text),
    relocatedBy: 'PUPPETEER_CACHE_DIR',
    reason:
      'downloads browsers into /root/.cache, which only root can read; set ENV PUPPETEER_CACHE_DIR to a folder outside /root above it',
  },
  {
    code: 'models-in-home',
    matches: (_, text) =>
      /\bnltk\b.*\bdownload|\bfrom_pretrained\(|\bsnapshot_download\(|huggingface-cli download|\bhf download|whisper\.load_model|torch\.hub|SentenceTransformer\(/.test(
        text,
      ),
    relocatedBy: 'HF_HOME',
    reason:
      'downloads models into /root, which only root can read; set ENV HF_HOME (or NLTK_DATA, TORCH_HOME) to a folder of the application above it',
  },
  {
    code: 'tool-in-home',
    matches: (command, text) =>
      (/\b(?:curl|wget)\b/.test(text) &&
        /install\.python-poetry\.org|astral\.sh\/uv|nvm-sh\/nvm|sh\.rustup\.rs|bun\.sh\/install|deno\.land\/install|get\.pnpm\.io|get\.sdkman\.io|rvm\.io/.test(
          text,
        )) ||
      firstProgram(command) === 'pipx',
    reason:
      'installs a tool into /root, which only root can read; set the variable that moves it (UV_INSTALL_DIR, ' +
      'POETRY_HOME, CARGO_HOME, NVM_DIR, BUN_INSTALL, PIPX_HOME) to a folder outside /root',
  },
];

/** A database that is made when the image is built lies in the image, and belongs to who has made it. */
const MAKES_DATA =
  /\b(?:manage\.py\s+migrate|flask\s+(?:db\s+upgrade|init-?db)|alembic\s+upgrade|(?:rails|rake)\s+db:(?:create|migrate|setup|prepare|schema:load)|prisma\s+(?:db\s+push|migrate\s+(?:deploy|dev))|sequelize\S*\s+db:migrate|artisan\s+migrate)\b|\bpython[\d.]*\s+(?:\S*\/)?(?:init|create|seed|setup|load|populate|make)?[-_]?(?:db|database|data|tables)\.py\b/;

/** Variables that move one of the tools of `tool-in-home`. */
const TOOL_HOMES = [
  'UV_INSTALL_DIR',
  'POETRY_HOME',
  'CARGO_HOME',
  'RUSTUP_HOME',
  'NVM_DIR',
  'BUN_INSTALL',
  'PIPX_HOME',
  'DENO_INSTALL',
  'PNPM_HOME',
  'XDG_BIN_HOME',
];

/** Things that the build leaves where the application's user cannot read them. */
export function blockerInBuild(document: Document, image: FinalImage, trace: StartTrace): Blocker | null {
  for (const instruction of image.instructions) {
    const { keyword } = instruction;
    const found =
      keyword === 'ONBUILD'
        ? blocker(instruction, 'onbuild', 'holds ONBUILD, so what later builds add behind USER is not known')
        : keyword === 'RUN'
          ? inRun(document, image, instruction, trace)
          : keyword === 'COPY' || keyword === 'ADD'
            ? inCopy(document, instruction)
            : keyword === 'ENV'
              ? inEnv(instruction)
              : null;
    if (found) return found;
  }
  return null;
}

function blocker({ line, span }: Instruction, code: string, reason: string, at: Span = span): Blocker {
  return {
    code,
    reason: `line ${line} ${reason}`,
    evidence: [{ kind: 'source', span: at, note: reason.split(/[,;]/, 1)[0]! }],
  };
}

const MAY_LEAVE =
  /cron|periodic|migrate|\bdb:|init-?db|upgrade|db\s+push|(?:db|database|data|tables)\.py|--user|poetry|pipenv|pipx|puppeteer|nltk|from_pretrained|snapshot_download|huggingface|\bhf\b|whisper|torch\.hub|SentenceTransformer|astral\.sh|nvm-sh|sh\.rustup|bun\.sh|deno\.land|get\.pnpm|get\.sdkman|rvm\.io|corepack/;

function inRun(
  document: Document,
  image: FinalImage,
  instruction: Instruction,
  trace: StartTrace,
): Blocker | null {
  // What no rule below is about need not be read.
  if (instruction.heredocs.length === 0 && !MAY_LEAVE.test(instruction.rest.text)) return null;
  const script = shellOf(document, instruction);
  const set = (name: string): boolean => Boolean(variableAt(document, instruction, name)?.value);
  if (isWithheld(script)) return null;
  if (/\/etc\/(?:cron|periodic)|\/var\/spool\/cron|(?:^|[\s;&|])crontab\s/.test(script.logical.text)) {
    return blocker(
      instruction,
      'cron',
      'sets up cron jobs, and only root can run the daemon that starts them; supercronic or the scheduler of the platform needs no root',
    );
  }
  for (const command of script.commands) {
    const text = command.words.map((word) => word.value ?? word.text).join(' ');
    if (MAKES_DATA.test(text) && instruction.stage === image.stage.index) {
      return blocker(
        instruction,
        'data-made-by-the-build',
        'makes data with the application itself, which belongs to root then; make it when the container starts, or hand what it makes over in the same RUN',
        command.span,
      );
    }
    const assigned = command.assignments.join(' ');
    for (const rule of BUILD_RULES) {
      if (!rule.matches(command, text)) continue;
      if (rule.relocatedBy && (set(rule.relocatedBy) || assigned.includes(rule.relocatedBy))) continue;
      if (
        rule.code === 'models-in-home' &&
        ['NLTK_DATA', 'TORCH_HOME', 'HF_HOME', 'TRANSFORMERS_CACHE'].some(set)
      )
        continue;
      if (rule.code === 'tool-in-home') {
        const whole = script.logical.text;
        if (TOOL_HOMES.some((name) => set(name) || whole.includes(`${name}=`))) continue;
        // What the build alone uses may stay where it is.
        if (
          !usedAtStart(
            trace,
            /^(?:uv|uvx|poetry|nvm|node|npm|npx|cargo|bun|bunx|deno|pnpm|pipx|rvm|ruby)$/,
          ) &&
          !/python-poetry|astral\.sh/.test(whole)
        )
          continue;
        if (!usedAtStart(trace, /^(?:uv|uvx|poetry)$/) && /python-poetry|astral\.sh/.test(whole)) continue;
      }
      if (rule.code === 'poetry-settings-in-home' && !usedAtStart(trace, /^poetry$/)) continue;
      return blocker(instruction, rule.code, rule.reason, command.span);
    }
    const home = virtualenvInHome(document, image, instruction, command, text);
    if (home) return home;
    if (
      firstProgram(command) === 'corepack' &&
      keptByCorepack(document, image, trace) === 'prepared' &&
      !set('COREPACK_HOME')
    ) {
      return blocker(
        instruction,
        'corepack-in-home',
        'lets corepack keep the package manager below /root, so another user would download it again at every start; ' +
          'set ENV COREPACK_HOME=/usr/local/share/corepack above it, or start the program without the package manager',
        command.span,
      );
    }
  }
  return null;
}

function usedAtStart(trace: StartTrace, names: RegExp): boolean {
  return trace.commands.some(({ words }) =>
    words.some((word, index) => index === 0 && word !== null && names.test(baseName(word))),
  );
}

/** Poetry and pipenv make their environment below the home folder unless they are told otherwise. */
function virtualenvInHome(
  document: Document,
  image: FinalImage,
  instruction: Instruction,
  command: ShellCommand,
  text: string,
): Blocker | null {
  const tool = firstProgram(command);
  const value = (name: string): string | null => variableAt(document, instruction, name)?.value ?? null;
  if (tool === 'poetry' && / (?:install|sync)\b/.test(text)) {
    const isSet =
      value('POETRY_VIRTUALENVS_CREATE') !== null ||
      value('POETRY_VIRTUALENVS_IN_PROJECT') !== null ||
      value('VIRTUAL_ENV') !== null;
    const isConfigured = image.instructions.some(
      ({ keyword, rest }) => keyword === 'RUN' && /virtualenvs\.(?:create|in-project|path)/.test(rest.text),
    );
    if (isSet || isConfigured) return null;
    return blocker(
      instruction,
      'virtualenv-in-home',
      'lets Poetry make its environment below /root/.cache, which only root can read; ' +
        'set ENV POETRY_VIRTUALENVS_CREATE=false or POETRY_VIRTUALENVS_IN_PROJECT=true above it',
      command.span,
    );
  }
  if (tool === 'pipenv' && / (?:install|sync)\b/.test(text) && !/--system\b/.test(text)) {
    if (value('PIPENV_VENV_IN_PROJECT') !== null || value('WORKON_HOME') !== null) return null;
    return blocker(
      instruction,
      'virtualenv-in-home',
      'lets pipenv make its environment below /root/.local, which only root can read; ' +
        'set ENV PIPENV_VENV_IN_PROJECT=1 above it, or install with --system',
      command.span,
    );
  }
  return null;
}

function inCopy(document: Document, instruction: Instruction): Blocker | null {
  const target = copyWords(document, instruction).at(-1);
  if (!target || !/^(?:\/root|~)(?:\/|$)/.test(target)) return null;
  if (/\.(?:npmrc|ssh|gitconfig|netrc|aws)|\.config\/pip/.test(target)) return null;
  return blocker(
    instruction,
    'files-in-home',
    `puts files into ${target}, which only root can read; put them into the application's folder`,
  );
}

function inEnv(instruction: Instruction): Blocker | null {
  const text = instruction.rest.text;
  if (!/(?:^|\s)(?:HOME[= ]["']?\/root|PATH[= ]\S*\/root\/)/.test(text)) return null;
  return blocker(
    instruction,
    'path-in-home',
    'names a folder below /root, which only root can read; move what is there into a folder outside /root',
  );
}
