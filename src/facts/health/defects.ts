/**
 * What is wrong with a health check that a file has: only what shows, from the text and what is proven of the image,
 * that the check cannot work, cannot fail, or stops the build. A check that may well work is left alone.
 */
import { effectiveCheck, readCheck } from '../../core/healthcheck.ts';
import { localhost, otherPort, unsetPort } from './defects-of-address.ts';
import { neverFails, reservedCode, startInterval } from './defects-of-end.ts';
import { composeForm, oneWord, shellSyntax, singleQuotes, variableInExec } from './defects-of-form.ts';
import { headRequest, missingProgram, noShell } from './defects-of-program.ts';
import type { CheckDefect, Look } from './look.ts';
import { isWindowsImage } from './purpose.ts';
import type { HealthView } from './view.ts';

export function checkDefects(view: HealthView): readonly CheckDefect[] {
  const { document, stage, base } = view;
  const instruction = effectiveCheck(stage);
  if (!instruction || isWindowsImage(base.name)) return [];
  const check = readCheck(instruction);
  if (check.form === 'none' || check.form === 'odd') return [];
  const looked: Look = {
    view,
    document,
    check,
    source: { kind: 'source', span: instruction.span, note: 'the health check' },
  };
  const flags = startInterval(looked);
  // What is wrong with the form comes first: until it is put right, nothing of the command runs as it reads.
  const form =
    singleQuotes(looked) ??
    composeForm(looked) ??
    oneWord(looked) ??
    shellSyntax(looked) ??
    variableInExec(looked);
  if (form) return [...flags, form];
  const body = neverFails(looked) ?? missingProgram(looked) ?? noShell(looked) ?? headRequest(looked);
  if (body) return [...flags, body];
  return [
    ...flags,
    ...[localhost(looked) ?? unsetPort(looked) ?? reservedCode(looked) ?? otherPort(looked)].filter(
      (one) => one !== null,
    ),
  ];
}
