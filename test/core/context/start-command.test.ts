import { describe, expect, it } from 'vitest';
import { startCommand } from '../../../src/core/context/start-command.ts';
import type { BaseConfig, StartCommand } from '../../../src/core/context/start-command.ts';
import { caseOf } from './support.ts';

async function start(text: string, files: Record<string, string> = {}, base: BaseConfig | null = null) {
  const { document, stage, context } = await caseOf(text, files);
  return startCommand(document, stage, context, base);
}

async function line(text: string, files: Record<string, string> = {}): Promise<string> {
  const found = await start(text, files);
  return 'code' in found ? found.code : found.words.map((word) => word.value ?? `?${word.text}`).join(' ');
}

const PACKAGE = JSON.stringify({
  scripts: {
    start: 'NODE_ENV=production node dist/main.js',
    serve: 'npm run start',
    loop: 'npm run loop',
    web: 'cross-env A=1 next start -p 4000',
    both: 'node a.js & node b.js',
  },
});

describe('the command that a container runs', () => {
  it.each([
    ['exec form', 'CMD ["node", "a.js"]', 'node a.js'],
    ['shell form', 'CMD node a.js', 'node a.js'],
    ['entrypoint and command', 'ENTRYPOINT ["python"]\nCMD ["app.py"]', 'python app.py'],
    ['the last CMD', 'CMD ["a"]\nCMD ["b"]', 'b'],
    ['a shell entrypoint, which reads no CMD', 'ENTRYPOINT exec app --x\nCMD ["y"]', 'app --x'],
    ['an init', 'ENTRYPOINT ["tini", "-g", "--"]\nCMD ["app"]', 'app'],
    ['dumb-init', 'ENTRYPOINT ["/usr/bin/dumb-init", "--", "app"]', 'app'],
    ['gosu', 'ENTRYPOINT ["gosu", "app:app", "server", "-v"]', 'server -v'],
    ['env', 'CMD ["env", "A=1", "-u", "B", "app"]', 'app'],
    ['poetry run', 'CMD ["poetry", "run", "uvicorn", "a:b"]', 'uvicorn a:b'],
    ['uv run', 'CMD ["uv", "run", "--env-file", "x", "fastapi", "run"]', 'fastapi run'],
    ['bundle exec', 'CMD ["bundle", "exec", "puma"]', 'puma'],
    ['npx', 'CMD npx --yes serve -s build', 'serve -s build'],
    ['sh -c with exec', 'CMD ["sh", "-c", "exec gunicorn -b :8000 a:b"]', 'gunicorn -b :8000 a:b'],
    [
      'migrations in front',
      'CMD python manage.py migrate && python manage.py runserver 0:8000',
      'python manage.py runserver 0:8000',
    ],
    [
      'variables with defaults',
      'ENV PORT=8080\nCMD gunicorn -b :${PORT} -w ${W:-2} a:b',
      'gunicorn -b :8080 -w 2 a:b',
    ],
    ['variables without', 'CMD gunicorn -b :$PORT a:b', 'gunicorn -b ?:$PORT a:b'],
    ['a wait in front', 'CMD ["wait-for-it.sh", "db:5432", "-t", "30", "--", "app"]', 'app'],
    ['nothing behind tini', 'ENTRYPOINT ["tini", "--"]', 'no-command'],
    ['a pipeline', 'CMD app | tee log', 'script-branches'],
    ['branches', 'CMD if a; then exec b; else exec c; fi', 'script-branches'],
    ['programs in the background', 'CMD a & b & wait', 'background-programs'],
    ['broken shell text', 'CMD echo "open', 'unreadable-shell'],
    ['a program that a variable names', 'CMD $APP', 'command-at-run-time'],
    ['no command', 'RUN x', 'command-of-base'],
    ['another shell', 'SHELL ["pwsh", "-c"]\nCMD Start-Process', 'other-shell'],
  ])('reads %s', async (_, lines, expected) => {
    expect(await line(`FROM debian\n${lines}\n`)).toBe(expected);
  });

  it('takes away the command that an ENTRYPOINT inherits, and keeps that of its own stage', async () => {
    const base = 'FROM debian AS a\nCMD ["old"]\n';
    expect(await line(`${base}FROM a\nENTRYPOINT ["new"]\n`)).toBe('new');
    expect(await line(`${base}FROM a\nENTRYPOINT ["new"]\nCMD ["x"]\n`)).toBe('new x');
    expect(await line(`${base}FROM a\nRUN y\n`)).toBe('old');
  });

  it('follows entry scripts to what they end in', async () => {
    const files = {
      'entry.sh':
        '#!/bin/sh\nset -e\nexport PORT=${PORT:-9000}\ncd /srv\nif [ -n "$X" ]; then echo x; fi\nexec "$@"\n',
    };
    const found = (await start(
      'FROM a\nCOPY entry.sh /entry.sh\nENTRYPOINT ["/entry.sh"]\nCMD ["app", "run"]\n',
      files,
    )) as StartCommand;
    expect(found.words.map(({ text }) => text)).toEqual(['app', 'run']);
    expect(found.environment.get('PORT')).toBe('9000');
    expect(found.workdir).toBe('/srv');
    expect(found.scripts).toEqual(['entry.sh']);
    expect(found.firstProcess).toBe('program');
    expect(found.steps.map(({ kind }) => kind)).toEqual(['entrypoint', 'cmd', 'script']);
  });

  it('follows a script that runs itself again as another user, and one that is on the PATH', async () => {
    const text = '#!/bin/sh\nif [ "$(id -u)" = 0 ]; then\n  exec gosu app "$0" "$@"\nfi\nexec "$@"\n';
    expect(
      await line('FROM a\nCOPY e.sh /usr/local/bin/start\nENTRYPOINT ["start"]\nCMD ["app"]\n', {
        'e.sh': text,
      }),
    ).toBe('app');
  });

  it('refuses a script that turns into one of several programs', async () => {
    const text = '#!/bin/sh\nif [ "$ROLE" = worker ]; then exec worker; fi\nexec web\n';
    expect(await line('FROM a\nCOPY e.sh /e.sh\nCMD ["sh", "/e.sh"]\n', { 'e.sh': text })).toBe(
      'script-branches',
    );
  });

  it('refuses a script that is not among the files', async () => {
    expect(await line('FROM a\nCOPY --from=b /e.sh /e.sh\nENTRYPOINT ["/e.sh"]\n')).toBe('script-not-seen');
  });

  it.each([
    ['npm start', 'CMD ["npm", "start"]', 'node dist/main.js'],
    ['npm run x -- args', 'CMD npm run start -- --port 80', 'node dist/main.js --port 80'],
    ['yarn', 'CMD ["yarn", "start"]', 'node dist/main.js'],
    ['pnpm run, nested', 'CMD ["pnpm", "run", "serve"]', 'node dist/main.js'],
    ['cross-env', 'CMD ["npm", "run", "web"]', 'next start -p 4000'],
    ['a script that is not there', 'CMD ["npm", "run", "nope"]', 'no-such-script'],
    ['a script that starts itself', 'CMD ["npm", "run", "loop"]', 'script-branches'],
    ['a workspace', 'CMD ["npm", "-w", "web", "start"]', 'package-options'],
    ['a program of a package', 'CMD ["pnpm", "exec", "vite", "preview"]', 'vite preview'],
  ])('follows package scripts: %s', async (_, command, expected) => {
    expect(
      await line(`FROM node\nWORKDIR /app\nCOPY package.json .\n${command}\n`, { 'package.json': PACKAGE }),
    ).toBe(expected);
  });

  it('says that the manifest was not seen where nothing copies it', async () => {
    expect(await line('FROM node\nWORKDIR /app\nCMD ["npm", "start"]\n', { 'package.json': PACKAGE })).toBe(
      'manifest-not-seen',
    );
  });

  it.each([
    ['CMD ["app"]', 'program'],
    ['CMD exec app', 'program'],
    ['CMD app', 'shell'],
    ['ENTRYPOINT ["tini", "--"]\nCMD ["app"]', 'init'],
    ['CMD ["npm", "start"]', 'package-manager'],
  ])('knows who gets the signals: %s', async (command, expected) => {
    const found = await start(`FROM node\nWORKDIR /app\nCOPY package.json .\n${command}\n`, {
      'package.json': PACKAGE,
    });
    expect((found as StartCommand).firstProcess).toBe(expected);
  });

  it('names python modules, and leaves the options of the interpreter out', async () => {
    const found = (await start(
      'FROM python\nCMD ["python", "-u", "-m", "gunicorn", "a:b"]\n',
    )) as StartCommand;
    expect([found.program, ...found.args.map(({ text }) => text)]).toEqual(['gunicorn', 'a:b']);
  });

  it('uses the configuration of the base image where it is known', async () => {
    const base: BaseConfig = {
      entrypoint: ['/docker-entrypoint.sh'],
      cmd: ['nginx', '-g', 'daemon off;'],
      env: new Map([['A', '1']]),
      workingDir: '/x',
    };
    const found = (await start('FROM nginx\n', {}, base)) as StartCommand;
    expect(found.program).toBe('nginx');
    expect(found.isCertain).toBe(false);
    expect(found.environment.get('A')).toBe('1');
    expect(found.workdir).toBe('/x');
  });

  it('notes what goes on beside and before the program', async () => {
    const found = (await start('FROM a\nCMD nginx & prepare && exec app\n')) as StartCommand;
    expect(found.beside.map(({ words }) => words[0]!.text)).toEqual(['nginx']);
    expect(found.before.map(({ words }) => words[0]!.text)).toEqual(['prepare']);
  });
});
