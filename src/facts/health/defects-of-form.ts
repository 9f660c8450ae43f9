/** A check whose form keeps its command from running as it reads. */
import { execForm } from './layout.ts';
import { defect, isSetInFile, repairOf, rewritten } from './look.ts';
import type { CheckDefect, Look } from './look.ts';

/** `CMD ['curl', …]`: no JSON, so a shell looks for a program called `[curl,`. */
export function singleQuotes(look: Look): CheckDefect | null {
  const { check } = look;
  const { text } = check.command;
  if (check.form !== 'shell' || !/^\[\s*'/.test(text) || !text.endsWith(']') || text.includes('"'))
    return null;
  const form = text.replace(/'/g, '"');
  const words = stringsOf(form);
  if (!words) return null;
  return defect(
    look,
    'single quotes make no JSON, so a shell looks for a program called [',
    repairOf(rewritten(look, form), {
      title: 'Write it with double quotes',
      safety: 'safe',
      reason: 'as it stands the check can never succeed, and the words are the same',
    }),
  );
}

function stringsOf(text: string): readonly string[] | null {
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) && parsed.every((one): one is string => typeof one === 'string')
      ? parsed
      : null;
  } catch {
    return null;
  }
}

/** `CMD ["CMD-SHELL", "curl …"]`: the form of Compose. */
export function composeForm(look: Look): CheckDefect | null {
  const { words } = look.check;
  const [first, ...rest] = words ?? [];
  if ((first !== 'CMD' && first !== 'CMD-SHELL') || rest.length === 0) return null;
  const text =
    first === 'CMD' ? execForm(rest) : rest.length === 1 && !/[\r\n]/.test(rest[0]!) ? rest[0]! : null;
  if (text === null) return null;
  return defect(
    look,
    `${first} belongs into a Compose file; here it is taken for a program of that name`,
    repairOf(rewritten(look, text), {
      title: `Remove ${first}`,
      safety: 'safe',
      reason: 'as it stands the check can never succeed, and the command behind it is the same',
    }),
  );
}

/** `CMD ["curl -f http://… || exit 1"]`: a program with that whole name. */
export function oneWord(look: Look): CheckDefect | null {
  const { words } = look.check;
  const [only] = words ?? [];
  if (words?.length !== 1 || only === undefined || !/^[\w./-]+\s+\S/.test(only) || /[\r\n]/.test(only))
    return null;
  return defect(
    look,
    'the whole command is one word of the exec form, so a program of that name is looked for',
    repairOf(rewritten(look, only), {
      title: 'Let a shell read it',
      safety: 'safe',
      reason: 'as it stands the check can never succeed, and the command is the same',
    }),
  );
}

/** `["curl", "-f", "…", "||", "exit", "1"]`: handed to curl as arguments. */
export function shellSyntax(look: Look): CheckDefect | null {
  const { words, script } = look.check;
  if (!words || script !== null) return null;
  const at = words.findIndex((word) => /^(?:\|\||&&|\||;)$/.test(word));
  if (at < 1) return null;
  const rest = words.slice(at).join(' ');
  const message = `no shell reads the exec form, so ${words[0]} is given "${words[at]}" as an argument`;
  if (!/^\|\| exit 1$/.test(rest)) {
    return defect(look, message, {
      code: 'shell-syntax-in-exec-form',
      reason: 'write it without the brackets, so that a shell reads it, or as ["sh", "-c", "…"]',
    });
  }
  return defect(
    look,
    message,
    repairOf(rewritten(look, execForm(words.slice(0, at))), {
      title: `Remove "${rest}"`,
      safety: 'safe',
      reason: 'any exit code but 0 counts as unhealthy, and as arguments these words make the check fail',
    }),
  );
}

/** `["curl", "http://127.0.0.1:$PORT/"]`: nobody puts the variable in. */
export function variableInExec(look: Look): CheckDefect | null {
  const { check, view } = look;
  const { words, script } = check;
  if (!words || script !== null || !/^(?:curl|wget|nc|pg_isready|redis-cli|mysqladmin)$/.test(words[0] ?? ''))
    return null;
  const word = words.slice(1).find((one) => /\$\{?[A-Za-z_]\w*/.test(one));
  if (word === undefined) return null;
  const name = /\$\{?([A-Za-z_]\w*)/.exec(word)![1]!;
  const message = `no shell reads the exec form, so ${words[0]} is given the text $${name} instead of its value`;
  const shell = view.programs.presence('sh');
  if (shell.state === 'absent') {
    return defect(
      look,
      message,
      {
        code: 'variable-without-shell',
        reason: `there is no shell in the image that could replace it (${shell.how}); write the value`,
      },
      [shell.evidence],
    );
  }
  const line = words
    .map((one) => (/^[\w@%+=:,./-]+$/.test(one) ? one : `"${one.replace(/(["\\`])/g, '\\$1')}"`))
    .join(' ');
  const isSet = isSetInFile(view, name);
  return defect(
    look,
    message,
    repairOf(rewritten(look, line), {
      title: 'Let a shell read it',
      safety: isSet && shell.state === 'present' && shell.firstHand ? 'safe' : 'unsafe',
      reason: isSet
        ? `as it stands the check can never succeed; ENV sets ${name}${shell.state === 'present' ? `, and ${shell.how} (sh)` : ''}`
        : `as it stands the check can never succeed; that ${name} is set at run time is not seen`,
    }),
  );
}
