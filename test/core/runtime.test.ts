import { describe, expect, it } from 'vitest';
import { parseDocument } from '../../src/core/parse.ts';
import { parseImageRef } from '../../src/core/image-ref.ts';
import type { ImageRef } from '../../src/core/image-ref.ts';
import { accountsMadeBy } from '../../src/core/runtime/accounts.ts';
import {
  finalImageOf,
  isRoot,
  startOf,
  userSettings,
  workdirsOf,
} from '../../src/core/runtime/final-image.ts';
import { identityFor } from '../../src/core/runtime/identity.ts';
import { knownBase } from '../../src/core/runtime/base.ts';
import { isOwnFolder } from '../../src/core/runtime/ownership.ts';
import { traceStart } from '../../src/core/runtime/start-trace.ts';
import type { ImageTexts } from '../../src/core/runtime/start-trace.ts';
import type { Facts } from '../../src/core/types.ts';
import { baseAccounts } from '../../src/facts/base-images.ts';

function image(text: string) {
  const document = parseDocument(text);
  return { document, image: finalImageOf(document)! };
}

function textsOf(files: Readonly<Record<string, string>>): ImageTexts {
  return {
    hasContext: true,
    text: (path) => (files[path] === undefined ? null : { text: files[path], path: path.slice(1) }),
    has: (path) => path in files,
    paths: Object.keys(files),
    privateFiles: () => [],
    sources: () => Object.entries(files).map(([path, text]) => ({ path: path.slice(1), text })),
  };
}

function programs(text: string, files: Readonly<Record<string, string>> = {}): readonly string[] {
  const { document, image: final } = image(text);
  const trace = traceStart(document, startOf(final, null), { texts: textsOf(files), workdir: '/app' });
  return trace.programs.map(({ words }) => words.join(' '));
}

const NO_FACTS: Facts = { get: () => ({ ok: false, code: 'offline', reason: 'offline' }) };

function accounts(run: string) {
  const { document, image: final } = image(`FROM debian\nARG UID=2000\n${run}\n`);
  return accountsMadeBy(document, final.instructions);
}

function reference(raw: string): ImageRef {
  const parsed = parseImageRef(raw);
  if ('error' in parsed) throw new Error(parsed.error);
  return parsed;
}

describe('the start of an image', () => {
  it('loses an inherited CMD to an ENTRYPOINT of a later stage, and keeps one of the same stage', () => {
    const later = image('FROM debian AS a\nCMD ["x"]\nFROM a\nENTRYPOINT ["y"]\n');
    expect(startOf(later.image, null)).toMatchObject({ entrypoint: { words: ['y'] }, cmd: null });
    const same = image('FROM debian\nCMD ["x"]\nENTRYPOINT ["y"]\n');
    expect(startOf(same.image, null)).toMatchObject({ entrypoint: { words: ['y'] }, cmd: { words: ['x'] } });
  });

  it('takes what the base image sets until the file says something else', () => {
    const { image: final } = image('FROM redis\nCMD ["redis-server", "--save", "60"]\n');
    const start = startOf(final, { entrypoint: ['docker-entrypoint.sh'], cmd: ['redis-server'] });
    expect(start.entrypoint).toMatchObject({ words: ['docker-entrypoint.sh'], instruction: null });
    expect(start.cmd?.words).toEqual(['redis-server', '--save', '60']);
  });

  it.each([
    ['ENTRYPOINT ["/usr/bin/tini", "--"]\nCMD ["node", "x.js"]', ['node x.js']],
    ['CMD exec gunicorn -b :8000 app:app', ['gunicorn -b :8000 app:app']],
    ['CMD ["sh", "-c", "python manage.py migrate && python app.py"]', ['python app.py']],
    ['CMD ["./wait-for-it.sh", "db:5432", "--", "python", "app.py"]', ['python app.py']],
    ['CMD ["env", "A=1", "poetry", "run", "uvicorn", "main:app"]', ['uvicorn main:app']],
    ['CMD ["bundle", "exec", "puma"]', ['puma']],
  ])('follows %s', (start, expected) => {
    expect(programs(`FROM debian\n${start}\n`)).toEqual(expected);
  });

  it('reads package.json: scripts that call scripts, workspaces, folders', () => {
    const files = {
      '/app/package.json': JSON.stringify({ scripts: { start: 'npm run serve', serve: 'node a.js' } }),
      '/app/api/package.json': JSON.stringify({ name: '@shop/api', scripts: { start: 'node api.js' } }),
    };
    expect(programs('FROM node\nCMD ["npm", "start"]\n', files)).toEqual(['node a.js']);
    expect(programs('FROM node\nCMD ["yarn", "workspace", "@shop/api", "start"]\n', files)).toEqual([
      'node api.js',
    ]);
    expect(programs('FROM node\nCMD ["pnpm", "--filter=@shop/api", "start"]\n', files)).toEqual([
      'node api.js',
    ]);
    expect(programs('FROM node\nCMD ["npm", "--prefix", "api", "start"]\n', files)).toEqual(['node api.js']);
  });

  it('ends for scripts that start themselves', () => {
    const files = { '/app/package.json': JSON.stringify({ scripts: { start: 'npm start' } }) };
    expect(programs('FROM node\nCMD ["npm", "start"]\n', files)).toEqual([]);
    expect(
      programs('FROM node\nCMD ["/app/a.sh"]\n', { '/app/a.sh': '#!/bin/sh\nexec /app/a.sh\n' }),
    ).toEqual([]);
  });
});

describe('users', () => {
  it.each(['', 'root', '0', '0:0', 'root:0', '00'])('%j is root', (user) => {
    expect(isRoot(user)).toBe(true);
  });

  it('does not take an ARG without a value, or a variable of the base image, for root', () => {
    const { document, image: final } = image('FROM debian\nARG A\nUSER $A\nUSER "$B"\nUSER "web"\n');
    expect(userSettings(document, final.instructions).map(({ value }) => value)).toEqual([null, null, 'web']);
  });
});

describe('accounts that RUNs make', () => {
  it.each([
    ['RUN useradd -rm -u 1001 -g 0 web', { name: 'web', uid: 1001, gid: 0 }],
    ['RUN groupadd -g 1005 w && useradd --uid=1005 --gid w web', { name: 'web', uid: 1005, gid: 1005 }],
    ['RUN adduser -D -u 1001 -h /app web', { name: 'web', uid: 1001, gid: null }],
    ['RUN addgroup -S -g 7 w && adduser -S -G w -u 8 web', { name: 'web', uid: 8, gid: 7 }],
    ['RUN adduser --system --uid "$UID" --ingroup www web', { name: 'web', uid: 2000, uidText: '${UID}' }],
    ['RUN useradd -r web', { name: 'web', uid: null, isSystem: true }],
    ['RUN id web || useradd -u 1001 web', { name: 'web', uid: 1001, isUncertain: true }],
  ])('%s', (run, expected) => {
    expect(accounts(run).users).toEqual([expect.objectContaining(expected)]);
  });

  it('takes adding somebody to a group for nothing else', () => {
    expect(accounts('RUN adduser www-data video && addgroup www-data audio').users).toEqual([]);
  });
});

describe('the number that an application gets', () => {
  const base = () => {
    const { image: final } = image('FROM python:3.12-slim\n');
    return knownBase(final, baseAccounts(reference('python:3.12-slim')), NO_FACTS);
  };

  it('is never one that the file uses', () => {
    const made = accounts('RUN groupadd -g 10001 x && chown 10002:10003 /srv');
    expect(identityFor(base(), made, { account: true, java: false }, 'default')).toMatchObject({
      user: '10004:10004',
    });
  });

  it('has no account where a bare number is enough', () => {
    const identity = identityFor(base(), accounts('RUN true'), { account: false, java: false }, 'default');
    expect(identity).toMatchObject({ user: '10001:10001', creation: [] });
  });
});

describe('folders', () => {
  it("are the application's only when they are nobody else's", () => {
    for (const path of [
      '/app',
      '/usr/src/app',
      '/home/node/app',
      '/var/www/html',
      '/opt/shop',
      '/go/src/shop',
    ]) {
      expect(isOwnFolder(path), path).toBe(true);
    }
    for (const path of [
      '/',
      '/root',
      '/etc/nginx',
      '/usr/local/bin',
      '/usr/share/nginx/html',
      '/var/log/x',
      '/tmp',
    ]) {
      expect(isOwnFolder(path), path).toBe(false);
    }
  });

  it('follow WORKDIR through stages and variables', () => {
    const { document, image: final } = image(
      'FROM a AS b\nWORKDIR /x\nFROM b\nENV D=y\nWORKDIR $D/../z\nRUN true\n',
    );
    expect(workdirsOf(document, final, '/').get(final.instructions.at(-1)!)).toBe('/x/z');
  });
});
