/**
 * What needs root when the container runs: in the commands of its start, and in what the build left where only root
 * can read it. Each has its own code and a sentence that says what would change the answer.
 */
import type { Document, Instruction } from '../document.ts';
import { isWithheld, shellOf } from '../shell.ts';
import type { ShellCommand } from '../shell.ts';
import type { Evidence, Span } from '../types.ts';
import { firstProgram } from '../apt.ts';
import { variableAt } from '../variables.ts';
import { copyWords } from './final-image.ts';
import type { FinalImage } from './final-image.ts';
import { keptByCorepack } from './relocations.ts';
import type { Reached, StartTrace } from './start-trace.ts';

/** Why an image cannot run as another user than root. */
export interface Blocker {
  readonly code: string;
  readonly reason: string;
  readonly evidence: readonly Evidence[];
}

// ---- at the start ---------------------------------------------------------------------------------------------

interface Rule {
  readonly code: string;
  matches(words: readonly string[]): boolean;
  /** Follows "docker/start.sh:7 ". */
  readonly reason: string;
  /** A script that asks for uid 0 first does this only as root. */
  readonly allowedWhenGuarded?: boolean;
}

function named(names: string): (words: readonly string[]) => boolean {
  const set = new Set(names.split(' '));
  return ([first = '']) => set.has(baseName(first));
}

function baseName(word: string): string {
  return word.slice(word.lastIndexOf('/') + 1);
}

/** Folders that belong to root in every image. */
const SYSTEM_PATH = /^\/(?:etc|usr|var|opt|lib|lib64|bin|sbin|root|boot)(?:\/|$)/;
/** Below them, what everybody may write. */
const OPEN_PATH = /^\/(?:var\/tmp|var\/lock|dev|proc)(?:\/|$)/;

function isSystemPath(path: string): boolean {
  return SYSTEM_PATH.test(path) && !OPEN_PATH.test(path);
}

const RULES: readonly Rule[] = [
  {
    code: 'supervisor',
    matches: named('supervisord'),
    reason:
      'starts supervisord, which writes its log, pid file and socket as root; in its configuration set ' +
      'logfile=/dev/null, put pidfile and socket into /tmp and take out every user=, then add USER',
  },
  {
    code: 'cron',
    matches: named('cron crond anacron'),
    reason:
      'starts a cron daemon, which only root can run; supercronic or the scheduler of the platform needs no root',
  },
  {
    code: 'ssh-server',
    matches: ([first = '', ...rest]) =>
      baseName(first) === 'sshd' || (baseName(first) === 'service' && /^sshd?$/.test(rest[0] ?? '')),
    reason: 'starts an SSH server, which needs root to log users in; `docker exec` needs no server',
  },
  {
    code: 'docker-daemon',
    matches: named('dockerd containerd dockerd-entrypoint.sh podman'),
    reason: 'starts a container engine, which needs root',
  },
  {
    code: 'init-system',
    matches: ([first = '']) => /^\/?(?:sbin\/|lib\/systemd\/)?(?:init|systemd)$|systemctl$/.test(first),
    reason: 'starts an init system, which needs root',
  },
  {
    code: 'service-manager',
    matches: named('service s6-svscan s6-overlay-suexec runsvdir runit my_init monit'),
    reason: 'starts services that switch users themselves; one process a container needs no service manager',
  },
  {
    code: 'vpn',
    matches: named('openvpn wg wg-quick wireguard tailscaled'),
    reason: 'sets up a tunnel, which needs root and capabilities',
  },
  {
    code: 'needs-capabilities',
    matches: ([first = '', second = '']) =>
      /^(?:iptables|ip6tables|nft|mount|umount|tcpdump|ntpd|chronyd|sysctl|modprobe|setcap|tc)$/.test(
        baseName(first),
      ) ||
      (baseName(first) === 'ip' && /^(?:route|link|addr|rule)$/.test(second)),
    reason:
      'changes the network or the system, which needs capabilities that an application user does not have',
  },
  {
    code: 'drops-privileges-unguarded',
    matches: ([first = '', ...rest]) =>
      /^(?:gosu|su-exec|setpriv|runuser|chpst|setuidgid|s6-setuidgid)$/.test(baseName(first)) ||
      (baseName(first) === 'su' && rest.some((word) => !word.startsWith('-'))),
    allowedWhenGuarded: true,
    reason:
      'switches to another user, which fails when the container is not root; do it only behind ' +
      'if [ "$(id -u)" = 0 ]; then …',
  },
  {
    code: 'chown-at-start',
    matches: named('chown chgrp'),
    allowedWhenGuarded: true,
    reason:
      'changes owners, which only root may; give the files their owner in the build (COPY --chown), or do it only ' +
      'behind if [ "$(id -u)" = 0 ]; then …',
  },
  {
    code: 'changes-users-at-start',
    matches: named('usermod groupmod useradd groupadd adduser addgroup deluser passwd chpasswd'),
    allowedWhenGuarded: true,
    reason: 'changes accounts (PUID and PGID), which only root may',
  },
  {
    code: 'sudo-at-start',
    matches: named('sudo doas'),
    reason: 'uses sudo, which no-new-privileges switches off; take it out where root is not needed',
  },
  {
    code: 'installs-at-start',
    matches: installs,
    reason: 'installs packages when the container starts, into folders of root; install them in a RUN',
  },
  {
    code: 'syncs-at-start',
    matches: ([first = '', ...rest]) =>
      baseName(first) === 'uv' &&
      rest[0] === 'run' &&
      !rest.includes('--no-sync') &&
      !rest.includes('--no-project'),
    reason:
      'brings the environment up to date before it starts (uv run), in folders of root; start .venv/bin/python, or ' +
      'say uv run --no-sync',
  },
  {
    code: 'switches-users',
    matches: ([first = '', ...rest]) =>
      /^(?:gunicorn|uwsgi|celery|httpd|php-fpm[\d.]*|memcached|supervisord)$/.test(baseName(first)) &&
      rest.some((word) => /^--?(?:user|uid|gid|group|chown-socket)(?:=|$)/.test(word)),
    reason: 'is told to switch users, which only root can; take that option out once USER is set',
  },
  {
    code: 'builds-at-start',
    matches: ([first = '', second = '', third = '']) =>
      (/^(?:next|nest|nuxt|vite|ng|vue-cli-service|react-scripts|astro|gatsby|tsc|webpack|rollup)$/.test(
        baseName(first),
      ) &&
        second === 'build') ||
      (/^(?:mvn|mvnw|gradle|gradlew|cargo|sbt|lein|air|reflex|CompileDaemon|hugo|jekyll)$/.test(
        baseName(first),
      ) &&
        second !== '-v') ||
      (baseName(first) === 'go' && /^(?:run|build|test|install|mod)$/.test(second)) ||
      (baseName(first) === 'dotnet' && /^(?:run|watch|build|test|restore)$/.test(second)) ||
      (baseName(first) === 'hardhat' && second === 'compile' && third !== ''),
    reason:
      'compiles when the container starts, with caches in folders of root; build in a RUN and start the result',
  },
  {
    code: 'writes-node-modules',
    matches: ([first = '', second = '', third = '', ...rest]) =>
      baseName(first) === 'prisma' &&
      (second === 'generate' ||
        (second === 'migrate' && third === 'dev' && !rest.includes('--skip-generate')) ||
        (second === 'db' && third === 'push' && !rest.includes('--skip-generate'))),
    reason:
      'generates the Prisma client into node_modules when the container starts; generate it in a RUN and start with ' +
      '`prisma migrate deploy`',
  },
  {
    code: 'updates-certificates',
    matches: named('update-ca-certificates update-ca-trust ldconfig update-alternatives'),
    reason: "changes the system's certificates or libraries when the container starts; do it in a RUN",
  },
  {
    code: 'changes-system-files',
    matches: changesSystemFiles,
    allowedWhenGuarded: true,
    reason: 'writes to a folder of the system when the container starts; do it in a RUN, or write below /tmp',
  },
];

function installs([first = '', ...rest]: readonly string[]): boolean {
  const name = baseName(first);
  const [sub = '', third = ''] = rest.filter((word) => !word.startsWith('-'));
  if (/^(?:apt|apt-get|yum|dnf|microdnf|apk|zypper|pacman)$/.test(name)) return true;
  if (/^pip[\d.]*$/.test(name)) return sub === 'install';
  if (/^python[\d.]*$/.test(name)) return rest[0] === '-m' && rest[1] === 'pip' && rest.includes('install');
  if (name === 'npm') return /^(?:i|install|ci|add|update|link|rebuild)$/.test(sub);
  if (name === 'yarn' || name === 'yarnpkg') return sub === '' || /^(?:install|add|global)$/.test(sub);
  if (name === 'pnpm' || name === 'bun') return /^(?:i|install|add)$/.test(sub);
  if (name === 'composer') return /^(?:install|update|require)$/.test(sub);
  if (name === 'bundle' || name === 'bundler') return sub === '' || /^(?:install|update)$/.test(sub);
  if (name === 'gem') return sub === 'install';
  if (name === 'poetry' || name === 'pipenv') return /^(?:install|sync|update)$/.test(sub);
  if (name === 'uv')
    return /^(?:sync|lock|add)$/.test(sub) || (sub === 'pip' && /^(?:install|sync)$/.test(third));
  return name === 'playwright' && sub === 'install';
}

function changesSystemFiles([first = '', ...rest]: readonly string[]): boolean {
  const name = baseName(first);
  const paths = rest.filter((word) => word.startsWith('/'));
  if (name === 'sed')
    return rest.some((word) => /^-[a-zA-Z]*i|^--in-place/.test(word)) && paths.some(isSystemPath);
  if (
    name === 'tee' ||
    name === 'touch' ||
    name === 'mkdir' ||
    name === 'rm' ||
    name === 'rmdir' ||
    name === 'chmod'
  ) {
    return paths.some(isSystemPath);
  }
  if (name === 'cp' || name === 'mv' || name === 'ln' || name === 'install')
    return isSystemPath(rest.at(-1) ?? '');
  return false;
}

/** The first thing at the start that an application user cannot do. */
export function blockerAtStart(trace: StartTrace): Blocker | null {
  const commands = trace.commands.map((reached) => ({ reached, words: plainWords(reached) }));
  for (const rule of RULES) {
    for (const { reached, words } of commands) {
      if (rule.allowedWhenGuarded && reached.isGuarded) continue;
      if (words.length > 0 && rule.matches(words)) return blockerOf(rule, reached, words);
    }
  }
  for (const { path, place } of trace.written) {
    if (!isSystemPath(path)) continue;
    return {
      code: 'changes-system-files',
      reason: `${place.label} writes ${path} when the container starts; write it in a RUN, or below /tmp`,
      evidence: [place.evidence(`writes ${path} at the start`)],
    };
  }
  return null;
}

/** Words whose value only the run knows become a text that no rule takes for something. */
function plainWords({ words }: Reached): readonly string[] {
  return words[0] === null || words[0] === undefined ? [] : words.map((word) => word ?? '?');
}

function blockerOf(rule: Rule, { place }: Reached, words: readonly string[]): Blocker {
  const command = words.join(' ').slice(0, 60);
  return {
    code: rule.code,
    reason: `${place.label} ${rule.reason}`,
    evidence: [place.evidence(`runs at the start: ${command}`)],
  };
}

/** A script that gives up its privileges itself when it is root, and runs as it is when it is not. */
export function dropsByItself(trace: StartTrace): Reached | null {
  return (
    trace.commands.find((reached) => {
      const [first = ''] = plainWords(reached);
      return (
        reached.isGuarded && /^(?:gosu|su-exec|setpriv|runuser|su|chpst|setuidgid)$/.test(baseName(first))
      );
    }) ?? null
  );
}

// ---- from the build -------------------------------------------------------------------------------------------

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
