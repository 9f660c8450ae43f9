/**
 * Files that an application user gets although they stay root's: COPY ignores USER, and `--chown` on a COPY leaves
 * the folder as WORKDIR has made it. Said only where the file shows that its author wants the user to own something:
 * root's files, which a program can only read, are otherwise the better choice.
 */
import type { Document, Instruction } from '../document.ts';
import { firstProgram } from '../apt.ts';
import { isWithheld, shellOf } from '../shell.ts';
import type { Edit, Evidence, Finding, Withheld } from '../types.ts';
import { expandAt } from '../variables.ts';
import { accountsMadeBy } from './accounts.ts';
import type { KnownBase } from './base.ts';
import { isBelow, isRoot, userSettings, workdirsOf } from './final-image.ts';
import type { FinalImage, UserSetting } from './final-image.ts';
import {
  appFolders,
  argumentSpan,
  chownEdit,
  hasFlag,
  isHandedOver,
  pathsGivenByCopy,
  pathsGivenByRun,
  targetOf,
  unownedCopies,
} from './ownership.ts';
import type { AppFolder } from './ownership.ts';
import { runBehind } from './user-edits.ts';

export function judgeOwners(document: Document, image: FinalImage, base: KnownBase): readonly Finding[] {
  if (base.role === 'windows' || base.role === 'lambda' || base.role === 'nginx') return [];
  const settings = userSettings(document, image.instructions);
  const last = settings.at(-1);
  if (!last || last.value === '' || (last.value !== null && isRoot(last.value))) return [];
  const folders = appFolders(document, image, base.workdir);
  const sign = wishToOwn(document, image, last);
  const byRun = pathsGivenByRun(document, image, base.workdir);
  const parts = [...byRun, ...pathsGivenByCopy(document, image, base.workdir)];
  const isLeft = (copy: Instruction): boolean =>
    parts.some((part) => isPartOf(document, image, base, part, copy));
  const unowned = unownedCopies(document, image, folders, base.workdir);
  const copies = unowned.filter(
    (copy) => copy.index > last.instruction.index || (sign !== null && !isLeft(copy)),
  );
  const left = unowned
    .filter((copy) => !copies.includes(copy))
    .map((copy) => targetOf(document, copy, workdirsOf(document, image, base.workdir).get(copy) ?? null));
  const evidence: Evidence[] = [
    { kind: 'source', span: last.instruction.span, note: 'the user that the container runs as' },
    ...(sign ? [{ kind: 'source' as const, span: sign.span, note: 'gives files to this user' }] : []),
  ];
  const findings = copies.map((copy): Finding => {
    const owner = ownerAt(document, image, base, last, copy, sign);
    const message = `${copy.keyword} leaves the files to root, although the container runs as ${last.text}`;
    if (typeof owner !== 'string') return { span: copy.span, message, evidence, fix: null, withheld: owner };
    return {
      span: copy.span,
      message,
      evidence,
      fix: {
        title: `Give them to ${owner}`,
        safety: 'unsafe',
        reason: 'it may then change these files; leave them to root if it only reads them',
        edits: [chownEdit(copy, owner)],
      },
    };
  });
  if (copies.length === 0 && sign === null) return findings;
  for (const folder of folders) {
    // Who gives away one folder in it leaves the others to root on purpose.
    if (byRun.some((part) => part !== folder.path && isBelow(part, folder.path))) continue;
    if (left.includes(folder.path)) continue;
    const finding = folderFinding(document, image, base, settings, folder, sign, evidence);
    if (finding) findings.push(finding);
  }
  return findings;
}

/** A folder in what the COPY brings is given away: the rest of it is root's on purpose. */
function isPartOf(
  document: Document,
  image: FinalImage,
  base: KnownBase,
  part: string,
  copy: Instruction,
): boolean {
  const target = targetOf(document, copy, workdirsOf(document, image, base.workdir).get(copy) ?? null);
  return target !== null && part !== target && isBelow(part, target);
}

/** A COPY or a RUN that gives something to the user. */
function wishToOwn(document: Document, image: FinalImage, { value, text }: UserSetting): Instruction | null {
  const candidates = image.instructions.flatMap((instruction) => {
    const chown = instruction.flags.find(({ name }) => name === 'chown')?.value?.text;
    return instruction.stage === image.stage.index && chown !== undefined ? [{ instruction, chown }] : [];
  });
  if (candidates.length === 0) return null;
  const names = new Set(
    [text.split(':', 1)[0], value?.split(':', 1)[0]].filter((name) => name !== undefined),
  );
  const made = accountsMadeBy(document, image.instructions).users;
  for (const { name, uid, uidText } of made) {
    if (![name, String(uid), uidText].some((one) => one !== null && names.has(one))) continue;
    for (const one of [name, uid === null ? null : String(uid), uidText]) if (one !== null) names.add(one);
  }
  const isOwner = (word: string): boolean => names.has(word.replace(/["']/g, '').split(/[:.]/, 1)[0]!);
  return candidates.find(({ chown }) => isOwner(chown))?.instruction ?? null;
}

/** How `--chown` can name the user where a COPY stands: by number, or by a name that is known there. */
function ownerAt(
  document: Document,
  image: FinalImage,
  base: KnownBase,
  { text, value, instruction: user }: UserSetting,
  copy: Instruction,
  sign: Instruction | null,
): string | Withheld {
  if (value === null) {
    return base.readyText !== null && text.replace(/[{}]/g, '') === base.readyText
      ? `${base.readyText}:${base.readyText}`
      : {
          code: 'owner-from-build',
          reason: `line ${user.line} takes the user from a variable that only the build sets; give its ARG a default`,
        };
  }
  const [name = '', group = null] = value.split(':', 2) as [string, string?];
  // A variable that means the same here is kept: whoever builds may set it.
  const means = (words: string, meaning: string): boolean =>
    words.includes('$') && expandAt(document, copy, words) === meaning;
  const said = means(text, value) ? text : value;
  if (/^\d+$/.test(name))
    return group === null ? numberedOwner(document, image, base, copy, name, said) : said;
  const above = image.instructions.filter(({ index }) => index < copy.index);
  const made = accountsMadeBy(document, above).users.findLast((one) => one.name === name);
  const known = base.accounts.find((one) => one.name === name);
  if (made || known || base.user === name) {
    const asElsewhere = sign?.flags.find((flag) => flag.name === 'chown')?.value?.text;
    if (asElsewhere !== undefined && !asElsewhere.includes('$')) return asElsewhere;
    if (group !== null) return said;
    if (made) {
      // A group with the user's name is not there for sure.
      if (made.gid === null) return name;
      return `${made.uid ?? name}:${made.gid}`;
    }
    return known && base.mark !== 'K' ? `${known.uid}:${known.gid}` : name;
  }
  const later = accountsMadeBy(document, image.instructions).users.findLast((one) => one.name === name);
  if (later?.uid !== null && later !== undefined) {
    const gid = later.gid ?? (later.hasGroup ? null : later.uid);
    return gid === null ? String(later.uid) : `${later.uid}:${gid}`;
  }
  return later
    ? {
        code: 'account-made-later',
        reason: `line ${later.instruction.line} makes ${name} only below, and without a number; make it above this line`,
      }
    : {
        code: 'account-not-known',
        reason: `nothing says that ${name} is an account of the base image; COPY would give the files to root without a word`,
      };
}

/** `text` is how USER says the number; its group is said in the same way where a variable of the file holds it. */
function numberedOwner(
  document: Document,
  image: FinalImage,
  base: KnownBase,
  copy: Instruction,
  uid: string,
  text: string,
): string {
  const { users, groups } = accountsMadeBy(document, image.instructions);
  const made = users.find((one) => String(one.uid) === uid);
  const known = base.accounts.find((one) => String(one.uid) === uid);
  // A group without a number is not guessed; COPY takes the user's number then.
  if (made && made.gid === null && made.hasGroup) return text;
  const gid = String(made?.gid ?? known?.gid ?? uid);
  const variable = groups.find((one) => String(one.gid) === gid)?.gidText ?? gid;
  const keeps = text !== uid && expandAt(document, copy, variable) === gid;
  return `${text}:${keeps ? variable : gid}`;
}

/** The folder that WORKDIR has made as root. */
function folderFinding(
  document: Document,
  image: FinalImage,
  base: KnownBase,
  settings: readonly UserSetting[],
  { path, workdir }: AppFolder,
  sign: Instruction | null,
  evidence: readonly Evidence[],
): Finding | null {
  if (workdir === null || isHandedOver(document, image, path, -1, false, base.workdir)) return null;
  if (isGivenToGroup(document, image, path)) return null;
  const last = settings.at(-1)!;
  const atWorkdir = settings.findLast(({ instruction }) => instruction.index < workdir.index);
  // Behind USER the builder gives the folder to that user itself.
  if (atWorkdir ? atWorkdir.value === null || !isRoot(atWorkdir.value) : !isRoot(base.user)) return null;
  if (workdir.stage !== image.stage.index || isMadeBefore(document, image, path, workdir)) return null;
  const message = `${path} belongs to root, although the container runs as ${last.text}: nothing new can be written there`;
  const owner = ownerAt(document, image, base, last, workdir, sign);
  if (typeof owner !== 'string') return { span: workdir.span, message, evidence, fix: null, withheld: owner };
  if (!base.hasShell) {
    const withheld = {
      code: 'no-shell',
      reason: 'the image has no shell to hand the folder over; COPY it from another stage with --chown',
    };
    return { span: workdir.span, message, evidence, fix: null, withheld };
  }
  const edits: readonly Edit[] = [runBehind(document, workdir, [`chown ${owner} ${path}`])];
  return {
    span: argumentSpan(workdir),
    message,
    evidence,
    fix: {
      title: `Give ${path} to ${owner}`,
      safety: 'unsafe',
      reason: 'it may then write new files there; leave the folder to root if it never does',
      edits,
    },
  };
}

/** `chgrp -R 0 /app && chmod -R g=u /app`: its group may write, which is how OpenShift's users do. */
function isGivenToGroup(document: Document, image: FinalImage, path: string): boolean {
  return image.instructions.some((instruction) => {
    if (instruction.keyword !== 'RUN' || !instruction.rest.text.includes('chgrp')) return false;
    const script = shellOf(document, instruction);
    return (
      !isWithheld(script) &&
      script.commands.some(
        (command) =>
          firstProgram(command) === 'chgrp' &&
          command.words.some(
            ({ value }) => value?.startsWith('/') && isBelow(path, value.replace(/(.)\/$/, '$1')),
          ),
      )
    );
  });
}

/** A RUN above has made the folder, perhaps with an owner: WORKDIR changes nothing then. */
function isMadeBefore(document: Document, image: FinalImage, path: string, workdir: Instruction): boolean {
  return image.instructions.some((instruction) => {
    if (instruction.index >= workdir.index) return false;
    if (hasFlag(instruction, 'chown')) return instruction.rest.text.trim().replace(/\/$/, '').endsWith(path);
    if (instruction.keyword !== 'RUN') return false;
    const script = shellOf(document, instruction);
    if (isWithheld(script)) return false;
    return script.commands.some(
      ({ words }) =>
        /^(?:install|useradd|adduser)$/.test(words[0]?.value ?? '') &&
        words.some(({ text }) => text.includes(path)),
    );
  });
}
