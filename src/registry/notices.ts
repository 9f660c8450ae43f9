/** What registries say beside their answers: warnings for people, and how many requests are left. */
import type { HttpResponse } from '../net/http.ts';
import { header } from '../net/http.ts';
import type { Log } from '../net/log.ts';
import { cleanText, failure } from './errors.ts';
import type { RegistryFailure } from './errors.ts';

/** A person's pulls count against the same allowance; so many are left to them. */
const RESERVE = 10;
const MAX_WARNINGS_PER_HOST = 5;

export interface Notices {
  read(host: string, answer: Pick<HttpResponse, 'headers'>): void;
  /** Why no more manifests should be downloaded from there; null while there are enough left. */
  spent(host: string): RegistryFailure | null;
}

interface Allowance {
  readonly left: number;
  readonly windowSeconds: number | null;
}

export function createNotices(log: Log): Notices {
  const allowances = new Map<string, Allowance>();
  const shown = new Map<string, Set<string>>();

  return {
    read(host, answer) {
      const allowance = readAllowance(header(answer, 'ratelimit-remaining'));
      if (allowance) allowances.set(host, allowance);
      for (const text of warningTexts(answer.headers.get('warning') ?? [])) {
        const known = shown.get(host) ?? new Set();
        if (known.has(text) || known.size === MAX_WARNINGS_PER_HOST) continue;
        shown.set(host, known.add(text));
        log.warn(`${host} says: ${text}`);
      }
    },
    spent(host) {
      const allowance = allowances.get(host);
      if (!allowance || allowance.left > RESERVE) return null;
      const { left, windowSeconds } = allowance;
      const within = windowSeconds === null ? '' : ` within ${Math.ceil(windowSeconds / 3600)} hours`;
      return failure(
        host,
        'rate-limited',
        `${host} allows ${left} more downloads; they are left to you, and more come back${within}. ` +
          'With an account there are more: see docker login',
      );
    },
  };
}

/** `76;w=21600`: so many in so many seconds. */
function readAllowance(value: string | null): Allowance | null {
  const match = /^\s*(\d{1,9})\s*(?:;\s*w=(\d{1,9}))?/.exec(value ?? '');
  return match ? { left: Number(match[1]), windowSeconds: match[2] ? Number(match[2]) : null } : null;
}

/** The texts of `299 - "text"`; anything else, and whatever holds control characters, is passed over. */
function warningTexts(values: readonly string[]): readonly string[] {
  return values.slice(0, 16).flatMap((value) => {
    const match = /^299 \S{1,200} "((?:[^"\\]|\\.)*)"(?: "[^"]*")?$/.exec(value.slice(0, 4096));
    if (!match || /[\p{Cc}\p{Cf}]/u.test(match[1]!)) return [];
    const text = cleanText(match[1]!.replace(/\\(.)/g, '$1'));
    return text === '' ? [] : [text];
  });
}
