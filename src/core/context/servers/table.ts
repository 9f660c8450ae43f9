/** Which server a started program is. */
import type { Withheld } from '../../types.ts';
import { wordPort } from '../port-values.ts';
import { binaryServer, dotnetServer, javaServer } from './compiled.ts';
import { nodeServer, viteServer } from './node.ts';
import { gunicornServer, pythonServer } from './python.ts';
import { SOCKET, configurable, defaultFound, flagFound, http, plain, simple } from './server.ts';
import type { Look, Reader, Server, Settings } from './server.ts';
import { nginxServer, phpServer, pumaServer, railsServer } from './web.ts';

export function serverOf(look: Look): Server | Withheld | null {
  const { program } = look.start;
  const reader = Object.hasOwn(READERS, program) ? READERS[program] : undefined;
  if (reader) return reader(look);
  if (/^(?:python|pypy)[0-9.]*$/.test(program)) return pythonServer(look);
  if (/^(?:php-fpm)[0-9.]*$/.test(program)) return simple('php-fpm', 9000, 'fastcgi')(look);
  if (/^php[0-9.]*$/.test(program)) return phpServer(look);
  if (/\.dll$/i.test(look.start.args[0]?.value ?? '') && program === 'dotnet') return dotnetServer(look);
  return binaryServer(look);
}

const APACHE_FILES =
  /\/etc\/apache2|\/etc\/httpd|\/usr\/local\/apache2\/conf|ports\.conf|httpd\.conf|APACHE_/;

const none =
  (name: string): Reader =>
  () => ({ name, protocol: 'unknown', found: [], serves: false });

const READERS: Readonly<Record<string, Reader>> = {
  gunicorn: gunicornServer,
  uvicorn: plain('uvicorn', {
    options: ['--port'],
    variables: ['UVICORN_PORT'],
    standard: 8000,
    bind: 'loopback',
  }),
  hypercorn: plain('hypercorn', { options: ['-b', '--bind'], standard: 8000, bind: 'loopback' }),
  granian: plain('granian', {
    options: ['--port'],
    variables: ['GRANIAN_PORT'],
    standard: 8000,
    bind: 'loopback',
  }),
  daphne: plain('daphne', { options: ['-p', '--port'], standard: 8000, bind: 'loopback' }),
  fastapi: plain('fastapi', { options: ['--port'], standard: 8000 }),
  'waitress-serve': plain('waitress', { options: ['--port', '--listen'], standard: 8080, bind: 'any' }),
  flask: plain('flask', {
    isWeak: true,
    options: ['-p', '--port'],
    variables: ['FLASK_RUN_PORT'],
    standard: 5000,
    bind: 'loopback',
  }),
  streamlit: plain('streamlit', {
    isWeak: true,
    options: ['--server.port'],
    variables: ['STREAMLIT_SERVER_PORT'],
    standard: 8501,
    bind: 'any',
  }),
  jupyter: plain('jupyter', {
    isWeak: true,
    options: ['--port', '--ServerApp.port', '--NotebookApp.port'],
    standard: 8888,
  }),
  'http.server': firstArgument('http.server', 8000),
  next: subcommand('next', ['start', 'dev'], {
    options: ['-p', '--port'],
    variables: ['PORT'],
    standard: 3000,
    bind: 'any',
  }),
  nuxt: subcommand('nuxt', ['start', 'dev', 'preview'], {
    isWeak: true,
    options: ['-p', '--port'],
    variables: ['NITRO_PORT', 'PORT'],
    standard: 3000,
  }),
  vite: viteServer,
  'react-scripts': subcommand('react-scripts', ['start'], {
    variables: ['PORT'],
    standard: 3000,
    bind: 'any',
  }),
  'react-router-serve': plain('react-router-serve', { variables: ['PORT'], standard: 3000, bind: 'any' }),
  'remix-serve': plain('remix-serve', { variables: ['PORT'], standard: 3000, bind: 'any' }),
  'vue-cli-service': subcommand('vue-cli-service', ['serve'], {
    isWeak: true,
    options: ['--port'],
    variables: ['PORT'],
    standard: 8080,
  }),
  ng: subcommand('ng', ['serve'], { isWeak: true, options: ['--port'], standard: 4200, bind: 'loopback' }),
  astro: subcommand('astro', ['preview', 'dev'], { isWeak: true, options: ['--port'], standard: 4321 }),
  serve: plain('serve', {
    options: ['-l', '--listen', '-p', '--port'],
    variables: ['PORT'],
    standard: 3000,
    bind: 'any',
  }),
  'http-server': plain('http-server', {
    options: ['-p', '--port'],
    variables: ['PORT'],
    standard: 8080,
    bind: 'any',
  }),
  node: nodeServer,
  nodemon: nodeServer,
  tsx: nodeServer,
  'ts-node': nodeServer,
  'ts-node-dev': nodeServer,
  'pm2-runtime': nodeServer,
  nest: nodeServer,
  bun: nodeServer,
  java: javaServer,
  dotnet: dotnetServer,
  nginx: nginxServer,
  'nginx-debug': nginxServer,
  httpd: configurable('httpd', 80, APACHE_FILES),
  'httpd-foreground': configurable('httpd', 80, APACHE_FILES),
  'apache2-foreground': configurable('Apache', 80, APACHE_FILES),
  apachectl: configurable('Apache', 80, APACHE_FILES),
  apache2ctl: configurable('Apache', 80, APACHE_FILES),
  caddy: plain('caddy', { options: ['--listen'], standard: null }),
  puma: pumaServer,
  rails: railsServer,
  rackup: plain('rackup', { options: ['-p', '--port'], standard: 9292 }),
  unicorn: plain('unicorn', { options: ['-p', '--port', '-l', '--listen'], standard: 8080 }),
  thin: plain('thin', { options: ['-p', '--port'], standard: 3000 }),
  celery: none('celery'),
  sidekiq: none('sidekiq'),
  bash: none('a shell'),
  sh: none('a shell'),
  tail: none('tail'),
  sleep: none('sleep'),
  cron: none('cron'),
  crond: none('cron'),
  supervisord: (_look) => ({
    code: 'several-programs',
    reason: 'supervisord starts several programs, whose ports are not followed',
  }),
};

function subcommand(name: string, commands: readonly string[], settings: Settings): Reader {
  const reader = plain(name, settings);
  return (look) => {
    const command = look.start.args.find(({ text }) => !text.startsWith('-'))?.value ?? '';
    return commands.includes(command) ? reader(look) : { name, protocol: 'unknown', found: [] };
  };
}

function firstArgument(name: string, otherwise: number): Reader {
  return (look) => {
    const word = look.start.args.find(({ text }) => /^[\d$"']/.test(text)) ?? null;
    const said = wordPort(word);
    if (said === 'socket') return SOCKET;
    return http(name, said ? [flagFound(look, name, said)] : [defaultFound(name, otherwise, 'any', null)]);
  };
}
