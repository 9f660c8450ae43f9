/**
 * What needs root when the container runs, in the commands of its start. Each has its own code and a sentence that says
 * what would change the answer.
 */
import type { Evidence } from '../types.ts';
import type { Reached, StartTrace } from './start-trace.ts';

/** Why an image cannot run as another user than root. */
export interface Blocker {
  readonly code: string;
  readonly reason: string;
  readonly evidence: readonly Evidence[];
}

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

/** The last part of a path. */
export function baseName(word: string): string {
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
    matches: named('dockerd containerd dockerd-entrypoint.sh dind podman'),
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
