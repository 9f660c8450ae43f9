/** What a command of a RUN is for, as far as its name and words tell. */
import { aptCall } from '../apt.ts';
import type { ShellCommand } from '../shell.ts';
import { programOf } from './reading.ts';
import type { Step } from './words.ts';
import type { PlaceRules } from './places.ts';

const NEUTRAL = new Set([
  'set',
  'cd',
  'true',
  ':',
  'export',
  '[',
  'test',
  'exit',
  'umask',
  'if',
  'echo',
  'ls',
  'pwd',
  'which',
  'env',
  'sleep',
  'command',
  'unset',
  'cat',
  'printenv',
]);

const ACCOUNTS = new Set([
  'useradd',
  'groupadd',
  'adduser',
  'addgroup',
  'usermod',
  'groupmod',
  'deluser',
  'userdel',
  'delgroup',
  'groupdel',
  'id',
  'getent',
]);

const FILES = new Set([
  'mkdir',
  'chown',
  'chmod',
  'ln',
  'cp',
  'mv',
  'rm',
  'touch',
  'sed',
  'install',
  'dos2unix',
  'tee',
  'printf',
  'a2enmod',
  'a2dismod',
  'a2ensite',
  'a2dissite',
  'a2enconf',
]);

type Kind = 'neutral' | 'account' | 'files' | 'apt' | 'apk' | 'build' | 'cleanup' | 'unknown';

export function kindOf(command: ShellCommand, step: Step, rules: PlaceRules): Kind {
  if (rules.isBuild(command, step)) return 'build';
  if (aptCall(command)) return 'apt';
  const program = programOf(command.words);
  if (program === 'apk') return 'apk';
  if (program === 'rm' && command.words.slice(1).every(({ text }) => CLEANED.test(text))) return 'cleanup';
  if (program === 'find' && command.words.some(({ text }) => text === '-delete' || text === 'rm'))
    return 'cleanup';
  if (program === 'truncate' || program === 'ldconfig' || program === 'dpkg-query') return 'neutral';
  if (program === 'echo' && command.redirects) return 'files';
  if (NEUTRAL.has(program)) return 'neutral';
  if (ACCOUNTS.has(program)) return 'account';
  return FILES.has(program) ? 'files' : 'unknown';
}

/** Options, and folders of caches and lists that no program needs. */
const CLEANED =
  /^(?:-\w+|--\w[\w-]*|"?(?:\/var\/(?:lib\/apt|cache|tmp|log)|\/tmp|\/root\/\.(?:cache|npm)|~\/\.(?:cache|npm)|\$HOME\/\.cache|\/usr\/share\/(?:doc|man|locale)|\/src\/)[^\s]*)$/;
