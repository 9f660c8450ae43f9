/** USER by number: Kubernetes' runAsNonRoot cannot see from a name that it is not root. */
import type { Document } from '../document.ts';
import type { Evidence, Finding, Safety, Withheld } from '../types.ts';
import { expandAt } from '../variables.ts';
import { accountsMadeBy } from './accounts.ts';
import type { MadeAccount, MadeAccounts } from './accounts.ts';
import type { KnownBase } from './base.ts';
import { fromNames, stageByName } from '../stages.ts';
import { copyWords, imageOf, isRoot, userSettings } from './final-image.ts';
import type { FinalImage, UserSetting } from './final-image.ts';
import { argumentSpan } from './ownership.ts';

/** A number with what it rests on. */
interface ProvenNumber {
  readonly text: string;
  readonly safety: Safety;
  readonly reason: string;
  readonly evidence: readonly Evidence[];
}

/** Platforms that decide the user themselves, whatever USER says. */
const NOT_APPLICABLE: ReadonlySet<string> = new Set(['windows', 'lambda', 'functions']);

/** The finding about a USER that is a name; null when there is none. */
export function judgeUserName(document: Document, image: FinalImage, base: KnownBase): Finding | null {
  const last = userSettings(document, image.instructions).at(-1);
  if (!last?.value || isRoot(last.value) || NOT_APPLICABLE.has(base.role)) return null;
  const [name = '', group = null] = last.value.split(':', 2) as [string, string?];
  const isNumber = /^\d+$/.test(name);
  if (isNumber && (group === null || /^\d+$/.test(group))) return null;
  const { instruction } = last;
  if (/\s#/.test(last.text)) {
    return {
      span: instruction.span,
      message: 'the comment behind the user is taken for a part of its name, so no container starts',
      evidence: [{ kind: 'source', span: instruction.span, note: 'a comment needs a line of its own' }],
      fix: null,
      withheld: {
        code: 'comment-behind-user',
        reason: `move the comment of line ${instruction.line} to a line of its own`,
      },
    };
  }
  const found =
    base.family === 'scratch' && !isNumber
      ? numberOnScratch(document, image, last, name)
      : numberOf(document, image, base, last, isNumber ? null : name, group);
  const shared = {
    span: instruction.span,
    message: `the user ${last.text} is a name, so Kubernetes cannot see that it is not root`,
  };
  if ('code' in found) return { ...shared, evidence: base.evidence, fix: null, withheld: found };
  const user = isNumber ? `${name}${found.text}` : found.text;
  const span = argumentSpan(instruction);
  return {
    ...shared,
    evidence: found.evidence,
    fix: {
      title: `Say ${user}`,
      safety: found.safety,
      reason: found.reason,
      edits: [{ ...span, before: document.text.slice(span.start, span.end), text: user }],
    },
  };
}

function numberOf(
  document: Document,
  image: FinalImage,
  base: KnownBase,
  last: UserSetting,
  name: string | null,
  group: string | null,
): ProvenNumber | Withheld {
  const above = image.instructions.filter((instruction) => instruction.index < last.instruction.index);
  const made = accountsMadeBy(document, above);
  const user =
    name === null
      ? { text: '', safety: 'safe' as const, reason: '', evidence: [] }
      : userNumber(document, base, last, made, name);
  if ('code' in user || group === null) return user;
  const gid = groupNumber(document, base, last, made, group);
  if (gid === null) {
    return {
      code: 'group-number-not-written',
      reason: `no line says which number the group ${group} gets; make it with --gid`,
    };
  }
  const safety = gid.isKnowledge ? 'unsafe' : user.safety;
  return {
    ...user,
    text: `${user.text}:${gid.text}`,
    safety,
    reason: user.reason || `the group ${group} has the number ${gid.text}`,
  };
}

/** An image from scratch has the accounts of the /etc/passwd that it copies, and else none: a name does not start. */
function numberOnScratch(
  document: Document,
  image: FinalImage,
  { instruction }: UserSetting,
  name: string,
): ProvenNumber | Withheld {
  const copy = image.instructions.findLast(
    (one) =>
      one.index < instruction.index &&
      (one.keyword === 'COPY' || one.keyword === 'ADD') &&
      /^\/(?:etc(?:\/(?:passwd)?)?)?$/.test(copyWords(document, one).at(-1) ?? '/'),
  );
  if (!copy) {
    return {
      text: '65532:65532',
      safety: 'unsafe',
      reason: `an image from scratch has no account ${name}, so no container starts; a number needs none`,
      evidence: [{ kind: 'source', span: image.stage.from.span, note: 'has no accounts' }],
    };
  }
  const [from] = fromNames(copy);
  const stage = from === undefined ? null : stageByName(document, from);
  const account =
    stage &&
    accountsMadeBy(document, imageOf(document, stage).instructions).users.findLast(
      (one) => one.name === name,
    );
  if (!account || account.uid === null || account.isUncertain) {
    return {
      code: 'account-not-known',
      reason: `line ${copy.line} brings the accounts, and no line says which number ${name} has among them`,
    };
  }
  return {
    text: account.gid === null ? String(account.uid) : `${account.uid}:${account.gid}`,
    safety: 'unsafe',
    reason: `line ${account.instruction.line} gives ${name} this number, and line ${copy.line} copies it`,
    evidence: [
      {
        kind: 'source',
        span: account.instruction.span,
        note: `makes ${name} with the number ${account.uid}`,
      },
      { kind: 'source', span: copy.span, note: 'copies the accounts' },
    ],
  };
}

function userNumber(
  document: Document,
  base: KnownBase,
  last: UserSetting,
  made: MadeAccounts,
  name: string,
): ProvenNumber | Withheld {
  const account = made.users.findLast((one) => one.name === name);
  if (account) {
    const { line, span } = account.instruction;
    if (account.uid === null || account.uidText === null) return withoutNumber(account);
    // A variable has to mean the same where USER stands.
    if (expandAt(document, last.instruction, account.uidText) !== String(account.uid)) {
      return {
        code: 'number-in-another-variable',
        reason: `line ${line} takes the number of ${name} from a variable that USER does not see; declare its ARG in this stage`,
      };
    }
    return {
      text: account.uidText,
      safety: account.isUncertain ? 'unsafe' : 'safe',
      reason: account.isUncertain
        ? account.mayShareNumber
          ? `line ${line} gives ${name} this number although another account may have it (-o, --non-unique), whose groups and home would count then`
          : `line ${line} gives ${name} this number, but only under a condition`
        : `line ${line} gives ${name} this number, and with it the container gets the same groups and the same home`,
      evidence: [{ kind: 'source', span, note: `makes ${name} with the number ${account.uid}` }],
    };
  }
  const known = base.accounts.find((one) => one.name === name);
  if (!known) {
    return {
      code: 'account-not-known',
      reason: `neither this file nor what is known of the base image says which number ${name} has; look with: docker run --rm IMAGE id ${name}`,
    };
  }
  if (base.mark === 'K') {
    return {
      code: 'number-not-proven',
      reason: `${name} is said to be ${known.uid}, but nobody has looked; check with: docker run --rm IMAGE id ${name}`,
    };
  }
  const isVariable = base.readyText !== null && base.ready?.name === name;
  return {
    text: isVariable ? base.readyText! : String(known.uid),
    safety: 'unsafe',
    reason: `the knowledge table says that ${name} is ${known.uid} in this image; the image itself was not opened`,
    evidence: base.evidence,
  };
}

function groupNumber(
  document: Document,
  base: KnownBase,
  last: UserSetting,
  made: MadeAccounts,
  group: string,
): { readonly text: string; readonly isKnowledge: boolean } | null {
  if (/^\d+$/.test(group)) return { text: group, isKnowledge: false };
  if (group === 'root') return { text: '0', isKnowledge: false };
  const found = made.groups.findLast(({ name }) => name === group);
  if (found && found.gid !== null && found.gidText !== null) {
    // A build may give the variable another value: USER has to say the variable as well.
    const isSeen = expandAt(document, last.instruction, found.gidText) === String(found.gid);
    return isSeen ? { text: found.gidText, isKnowledge: false } : null;
  }
  const known = base.accounts.find(({ name }) => name === group);
  return known && base.mark !== 'K' ? { text: String(known.gid), isKnowledge: true } : null;
}

/** An account whose number is not in the file; each way to make one has another remedy. */
function withoutNumber({ name, hasUid, isSystem, program, instruction }: MadeAccount): Withheld {
  const made = `line ${instruction.line} makes ${name}`;
  if (hasUid) {
    return {
      code: 'number-from-build',
      reason: `${made} with a number that only the build knows; give its ARG a default`,
    };
  }
  if (isSystem) {
    return program === 'useradd'
      ? {
          code: 'system-account-by-useradd',
          reason: `${made} as a system account, whose number useradd picks from the top of its range; say --uid 10001 instead of --system`,
        }
      : {
          code: 'system-account-by-adduser',
          reason: `${made} as a system account, whose number adduser picks from 100 on, by what else is installed; give it with --uid`,
        };
  }
  return program === 'useradd'
    ? {
        code: 'account-by-useradd',
        reason: `${made} without a number, so it gets the first free one from 1000 on; give it with --uid`,
      }
    : {
        code: 'account-by-adduser',
        reason: `${made} without a number, so it gets the first free one from 1000 on; give it with --uid (-u in Alpine)`,
      };
}
