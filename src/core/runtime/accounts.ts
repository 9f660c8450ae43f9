/**
 * Accounts that the RUNs of an image make: useradd, adduser of Debian and of busybox, and lines that are written to
 * /etc/passwd. Only what the text says is a number; the number that a tool would choose is never worked out.
 */
import type { Document, Instruction } from '../document.ts';
import { isWithheld, shellOf } from '../shell.ts';
import type { ShellCommand, ShellWord } from '../shell.ts';
import { expandAt, variableAt } from '../variables.ts';
import { firstProgram } from '../apt.ts';

export interface MadeAccount {
  readonly name: string;
  /** The number, when the file says it. */
  readonly uid: number | null;
  /** How USER can say the number: `10001`, `${UID}`. Null when there is none. */
  readonly uidText: string | null;
  /** The primary group's number, when the file says it. */
  readonly gid: number | null;
  /** The file names the primary group, with a number or without. */
  readonly hasGroup: boolean;
  /** It is made only under a condition, or although its number is taken: the number may be another one's. */
  readonly isUncertain: boolean;
  /** `-o`: another account may have the same number. */
  readonly mayShareNumber: boolean;
  /** A number is given, perhaps one that only the build knows. */
  readonly hasUid: boolean;
  readonly isSystem: boolean;
  /** Its home folder is made as well. */
  readonly hasHome: boolean;
  readonly program: 'useradd' | 'adduser';
  readonly instruction: Instruction;
}

export interface MadeGroup {
  readonly name: string;
  readonly gid: number | null;
  /** How USER can say the number: `10001`, `${GID}`. */
  readonly gidText: string | null;
}

export interface MadeAccounts {
  readonly users: readonly MadeAccount[];
  readonly groups: readonly MadeGroup[];
  /** Every number that the file gives to a user or a group, or hands files to. */
  readonly numbers: ReadonlySet<number>;
  /** Every name that is taken. */
  readonly names: ReadonlySet<string>;
}

/** The accounts that these instructions make, in order. */
export function accountsMadeBy(document: Document, instructions: readonly Instruction[]): MadeAccounts {
  const users: MadeAccount[] = [];
  const groups: MadeGroup[] = [];
  const numbers = new Set<number>();
  for (const instruction of instructions) {
    if (instruction.keyword !== 'RUN' || !mayConcernAccounts(instruction)) continue;
    const script = shellOf(document, instruction);
    if (isWithheld(script)) continue;
    for (const command of script.commands) {
      const program = firstProgram(command);
      if (program === 'groupadd' || program === 'addgroup') {
        const group = readGroup(document, instruction, command);
        if (group) groups.push(group);
      } else if (program === 'useradd' || program === 'adduser') {
        const user = readUser(document, instruction, command, groups);
        if (user) users.push(user);
      } else if (program === 'chown' || program === 'install') {
        for (const { text } of command.words) {
          for (const number of text.match(/\b\d{2,10}\b/g) ?? []) numbers.add(Number(number));
        }
      }
    }
  }
  for (const { uid, gid } of users) for (const number of [uid, gid]) if (number !== null) numbers.add(number);
  for (const { gid } of groups) if (gid !== null) numbers.add(gid);
  const names = new Set([...users.map(({ name }) => name), ...groups.map(({ name }) => name)]);
  return { users, groups, numbers, names };
}

/** The programs that make accounts, `chown`, and `install -o 1001`. */
const CONCERNS_ACCOUNTS = /useradd|adduser|groupadd|addgroup|chown|(?:-[og]|--owner|--group)[ =]?\d/;

/** Keeps shell texts from being read that cannot make an account or give files away. */
function mayConcernAccounts({ rest, heredocs }: Instruction): boolean {
  return heredocs.length > 0 || CONCERNS_ACCOUNTS.test(rest.text);
}

/** Options of useradd and of both addusers that take a value. */
const USER_VALUES = new Set(
  (
    '-u --uid -g --gid -G --groups --ingroup -h --home --home-dir -d -s --shell -c --comment --gecos -b --base-dir ' +
    '-k --skel -K --key -p --password -e --expiredate -f --inactive --firstuid --lastuid -Z --conf'
  ).split(' '),
);
const GROUP_VALUES = new Set(['-g', '--gid', '-K', '--key', '-p', '--password']);

interface Call {
  /** Words that are no options. */
  readonly plain: readonly ShellWord[];
  option(...names: readonly string[]): ShellWord | string | null;
}

/** Reads `-u 1`, `-u=1`, `--uid=1` and bundles such as `-rm`, whose last letter may take a value. */
function readCall(command: ShellCommand, withValue: ReadonlySet<string>, start: number): Call {
  const plain: ShellWord[] = [];
  const options = new Map<string, ShellWord | string>();
  const { words } = command;
  for (let at = start; at < words.length; at++) {
    const word = words[at]!;
    const text = word.value ?? word.text;
    const long = /^(--[\w-]+)=([^]*)$/.exec(text);
    if (long) options.set(long[1]!, long[2]!.replace(/^["']|["']$/g, ''));
    else if (/^-[a-zA-Z]{2,}$/.test(text)) {
      const last = `-${text.at(-1)!}`;
      for (const letter of text.slice(1)) options.set(`-${letter}`, '');
      if (withValue.has(last) && words[at + 1]) options.set(last, words[++at]!);
    } else if (/^-[a-z]\d+$/i.test(text)) options.set(text.slice(0, 2), text.slice(2));
    else if (withValue.has(text) && words[at + 1]) options.set(text, words[++at]!);
    else if (text.startsWith('-')) options.set(text, '');
    else plain.push(word);
  }
  return {
    plain,
    option: (...names) => names.map((name) => options.get(name)).find((value) => value !== undefined) ?? null,
  };
}

function readUser(
  document: Document,
  instruction: Instruction,
  command: ShellCommand,
  groups: readonly MadeGroup[],
): MadeAccount | null {
  const isBusybox = command.words.some(({ text }) => /^-[a-zA-Z]*[DSH][a-zA-Z]*$/.test(text));
  const values = new Set(USER_VALUES);
  const isAdduser = firstProgram(command) === 'adduser';
  // `-G group` of busybox is the primary group.
  if (isAdduser && !isBusybox) values.delete('-h');
  const call = readCall(command, values, programIndex(command) + 1);
  // `adduser user group` adds to a group and makes nobody.
  const name = wordText(document, instruction, call.plain[0] ?? null);
  if (name === null || !/^[a-z_][\w.-]*\$?$/i.test(name) || (isAdduser && call.plain.length > 1)) return null;
  const uid = number(document, instruction, call.option('-u', '--uid'));
  const group = call.option(...(isAdduser ? ['-G', '--ingroup', '--gid'] : ['-g', '--gid']));
  const gid = groupNumber(document, instruction, group, groups);
  const mayShareNumber = call.option('-o', '--non-unique') !== null;
  const isUncertain = mayShareNumber || /\|\||\bif\b|\bgetent\b|\bcase\b/.test(instruction.rest.text);
  return {
    name,
    uid: uid.value,
    uidText: uid.text,
    gid,
    hasGroup: group !== null,
    isUncertain,
    mayShareNumber,
    hasUid: call.option('-u', '--uid') !== null,
    isSystem: call.option('-r', '-S', '--system') !== null,
    // useradd makes one when it is told to, both addusers unless they are told not to.
    hasHome: isAdduser
      ? call.option('-H', '--no-create-home') === null
      : call.option('-m', '--create-home') !== null,
    program: isAdduser ? 'adduser' : 'useradd',
    instruction,
  };
}

function readGroup(document: Document, instruction: Instruction, command: ShellCommand): MadeGroup | null {
  const call = readCall(command, GROUP_VALUES, programIndex(command) + 1);
  // `addgroup user group` adds a user to a group.
  if (call.plain.length !== 1) return null;
  const name = wordText(document, instruction, call.plain[0]!);
  if (name === null) return null;
  const { value, text } = number(document, instruction, call.option('-g', '--gid'));
  return { name, gid: value, gidText: text };
}

function programIndex({ words }: ShellCommand): number {
  return words.findIndex(({ text }) => /(?:^|\/)(?:useradd|adduser|groupadd|addgroup)$/.test(text));
}

/** The primary group's number: written, or that of a group of this file. */
function groupNumber(
  document: Document,
  instruction: Instruction,
  word: ShellWord | string | null,
  groups: readonly MadeGroup[],
): number | null {
  if (word !== null) {
    const { value } = number(document, instruction, word);
    if (value !== null) return value;
    const text = typeof word === 'string' ? word : (wordText(document, instruction, word) ?? '');
    if (text === 'root') return 0;
    return groups.find(({ name }) => name === text)?.gid ?? null;
  }
  // Which group a tool makes by itself depends on the tool and on its settings.
  return null;
}

function wordText(document: Document, instruction: Instruction, word: ShellWord | null): string | null {
  if (word === null) return null;
  if (word.value !== null) return word.value;
  return /^[\w${}"'.-]+$/.test(word.text) ? expandAt(document, instruction, word.text) : null;
}

/** A number that is written, or that one variable of the file holds. */
function number(
  document: Document,
  instruction: Instruction,
  word: ShellWord | string | null,
): { readonly value: number | null; readonly text: string | null } {
  if (word === null) return { value: null, text: null };
  const raw = typeof word === 'string' ? word : (word.value ?? word.text);
  const text = raw.replace(/["']/g, '');
  if (/^\d{1,10}$/.test(text)) return { value: Number(text), text };
  const variable = /^\$(?:\{(\w+)\}|(\w+))$/.exec(text);
  const name = variable?.[1] ?? variable?.[2];
  if (!name) return { value: null, text: null };
  const value = variableAt(document, instruction, name)?.value;
  if (!value || !/^\d{1,10}$/.test(value)) return { value: null, text: null };
  return { value: Number(value), text: `\${${name}}` };
}
