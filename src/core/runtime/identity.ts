/**
 * Under which number an application shall run, and what has to be made for that: an account of the file, one that
 * the base image has for applications, or a number that nobody else has.
 */
import type { Evidence, Withheld } from '../types.ts';
import type { MadeAccounts } from './accounts.ts';
import type { KnownBase } from './base.ts';

export type Profile = 'default' | 'kubernetes' | 'openshift';

export interface Identity {
  /** What stands behind USER. */
  readonly user: string;
  /** What stands behind `--chown=` and `chown`. */
  readonly owner: string;
  /** The user's number; null when only a name or a variable is known. */
  readonly uid: number | null;
  /** Commands of a RUN that make the account; empty when none is needed. */
  readonly creation: readonly string[];
  /** `ENV HOME=…` is needed because no account says where home is. */
  readonly home: string | null;
  /** One clause for the reason: whose number it is. */
  readonly because: string;
  readonly evidence: readonly Evidence[];
}

export interface Needs {
  /** Something that runs looks itself up in /etc/passwd: an interpreter, a JVM. */
  readonly account: boolean;
  /** A JVM asks the account for its home, whatever HOME says. */
  readonly java: boolean;
}

/** Above what distributions, installers and people use. */
const FIRST_NUMBER = 10001;

export function identityFor(
  base: KnownBase,
  made: MadeAccounts,
  needs: Needs,
  profile: Profile,
): Identity | Withheld {
  const found = ofTheFile(made) ?? ofTheBase(base) ?? fresh(base, made, needs);
  if ('code' in found || profile !== 'openshift') return found;
  return forOpenShift(found);
}

function ofTheFile({ users }: MadeAccounts): Identity | Withheld | null {
  const [account, other] = users;
  if (!account) return null;
  if (other) {
    return {
      code: 'several-accounts',
      reason: `the file makes several accounts (${account.name} in line ${account.instruction.line}, ${other.name} in line ${other.instruction.line}); only you know which one shall run it`,
    };
  }
  const { name, uid, uidText, gid, hasHome, instruction } = account;
  const user = uidText ?? name;
  return {
    user,
    // A group with the user's name is not there for sure.
    owner: gid === null ? user : `${user}:${gid}`,
    uid,
    creation: [],
    home: null,
    because: `line ${instruction.line} makes the account ${name} and nothing uses it${hasHome ? '' : '; it has no home folder, which --create-home makes'}`,
    evidence: [{ kind: 'source', span: instruction.span, note: `makes the account ${name}` }],
  };
}

function ofTheBase({ ready, readyText, family }: KnownBase): Identity | null {
  if (!ready) return null;
  const { name, uid, gid } = ready;
  const isBare = family === 'scratch';
  return {
    user: readyText ?? `${uid}:${gid}`,
    owner: readyText ? `${readyText}:${readyText}` : `${uid}:${gid}`,
    uid,
    creation: [],
    home: null,
    because: isBare
      ? 'an image from scratch has no accounts, so a bare number is all there can be'
      : `the base image has the account ${name} (${uid}) for this`,
    evidence: [],
  };
}

/** A number that neither the base image nor the file uses, with an account where something asks for one. */
function fresh(base: KnownBase, made: MadeAccounts, needs: Needs): Identity {
  const { tool, hasShell, accounts, role, mark, isInspected } = base;
  const taken = new Set([...made.numbers, ...accounts.flatMap(({ uid, gid }) => [uid, gid])]);
  let id = FIRST_NUMBER;
  while (taken.has(id)) id++;
  const names = new Set([...made.names, ...accounts.map(({ name }) => name)]);
  const name = ['app', 'appuser', 'application'].find((candidate) => !names.has(candidate)) ?? 'dockfix';
  const plain = {
    user: `${id}:${id}`,
    owner: `${id}:${id}`,
    uid: id,
    creation: [],
    home: null,
    evidence: [],
  } satisfies Omit<Identity, 'because'>;
  if (role === 'unknown' || (mark === 'K' && !isInspected)) {
    return { ...plain, because: 'nothing proves what the base image has, so a bare number has to do' };
  }
  if (!needs.account) {
    return { ...plain, because: 'a compiled program asks for no account, so a bare number is enough' };
  }
  if (tool !== null) {
    return {
      ...plain,
      creation: tool === 'useradd' ? byUseradd(name, id) : byAdduser(name, id),
      because: `${id} is above every number that the base image, the file and people use`,
    };
  }
  if (needs.java && hasShell) {
    return {
      ...plain,
      creation: [
        `echo '${name}:x:${id}:${id}::/home/${name}:/sbin/nologin' >> /etc/passwd`,
        `mkdir -p /home/${name}`,
        `chown ${id}:${id} /home/${name}`,
      ],
      because: 'the base image has no tool that makes accounts, and Java asks for one',
    };
  }
  return {
    ...plain,
    user: `${id}:0`,
    owner: `${id}:0`,
    home: '/tmp',
    because: 'the base image has no tool that makes accounts, so a bare number has to do',
  };
}

function byUseradd(name: string, id: number): readonly string[] {
  return [
    `groupadd --gid ${id} ${name}`,
    `useradd --uid ${id} --gid ${id} --no-log-init --create-home --shell /usr/sbin/nologin ${name}`,
  ];
}

function byAdduser(name: string, id: number): readonly string[] {
  return [
    `addgroup -g ${id} -S ${name}`,
    `adduser -u ${id} -S -D -G ${name} -h /home/${name} -s /sbin/nologin ${name}`,
  ];
}

/** OpenShift picks the user's number itself and puts it into group 0: what may be written belongs to that group. */
function forOpenShift(identity: Identity): Identity | Withheld {
  if (identity.uid === null) {
    return {
      code: 'number-not-written',
      reason:
        'OpenShift needs a number, and the file does not say which one the account gets; give it with --uid',
    };
  }
  const user = `${identity.user.split(':', 1)[0]!}:0`;
  return { ...identity, user, owner: user };
}
