/** nginx, and the servers of Ruby and PHP. */
import { expandFrom } from '../../build-arguments.ts';
import { rootOf } from '../../stages.ts';
import type { Withheld } from '../../types.ts';
import { baseNameOf } from '../build-context.ts';
import { environmentPort, optionValue, wordPort } from '../port-values.ts';
import { nginxListens, pumaPort } from '../source-ports.ts';
import { stageText } from '../stage-files.ts';
import { imagePath } from './project.ts';
import {
  SOCKET,
  configurable,
  defaultFound,
  environmentFound,
  flagFound,
  http,
  plain,
  sourceFound,
} from './server.ts';
import type { Look, Server } from './server.ts';

const NGINX_FILES =
  /^\/etc\/nginx\/(?:nginx\.conf|(?:conf|http)\.d\/[^/]+\.conf|sites-(?:enabled|available)\/[^/]+|templates\/[^/]+\.template)$/;

export function nginxServer(look: Look): Server | Withheld | null {
  const { start, context, files, document, stage } = look;
  if (!context || !files) return http('nginx', []);
  const settings = [...files.files.values()].filter(({ path }) => NGINX_FILES.test(path));
  const listens = settings.flatMap((file) => {
    const text = stageText(context, files, file.path);
    return text === null ? [] : nginxListens(file.source ?? file.path, text, start.environment);
  });
  const open = listens.filter(({ tls }) => !tls);
  const ports = new Set((open.length > 0 ? open : []).map(({ port }) => port));
  if (listens.length > 0 && open.length === 0) {
    return { code: 'tls-only', reason: `${listens[0]!.path} listens with TLS only` };
  }
  if (ports.size > 1) {
    return {
      code: 'several-ports',
      reason: `the configuration of nginx listens on ${[...ports].join(', ')}`,
    };
  }
  const [listen] = open;
  if (listen) {
    const said = { ...listen, variable: null, text: `listen ${listen.port}` };
    return http('nginx', [sourceFound('configuration', 'nginx', said)]);
  }
  // What the start writes, or names by -c, may say anything.
  const isWritten = start.steps.some(({ text }) => /\/etc\/nginx|nginx[\w.-]*\.conf/.test(text));
  if (isWritten || optionValue(start.args, ['-c']) !== null) {
    const reason = 'the command writes or names a configuration of nginx of its own';
    return { name: 'nginx', protocol: 'http', found: [], unseen: { code: 'configuration-not-seen', reason } };
  }
  // A configuration that came from elsewhere, or could not be read, may say anything.
  const isElsewhere = files.unknown.some(({ target }) => target?.startsWith('/etc/nginx') === true);
  if (isElsewhere || settings.some(({ path }) => stageText(context, files, path) === null)) {
    const reason = 'the configuration of nginx comes from a place that could not be read';
    return { name: 'nginx', protocol: 'http', found: [], unseen: { code: 'configuration-not-seen', reason } };
  }
  const base = expandFrom(document, rootOf(stage).base.text) ?? '';
  if (/nginx-unprivileged/.test(base))
    return http('nginx', [defaultFound('nginx-unprivileged', 8080, 'any', null)]);
  return /(?:^|\/)nginx(?:[:@]|$)/.test(base)
    ? configurable('nginx', 80, /\/etc\/nginx/)(look)
    : http('nginx', []);
}

export function pumaServer(look: Look): Server | Withheld | null {
  const { start, context, files } = look;
  const bind = optionValue(start.args, ['-b', '--bind']);
  const flag = wordPort(optionValue(start.args, ['-p', '--port']) ?? bind);
  if (flag === 'socket') return SOCKET;
  if (flag) return http('puma', [flagFound(look, 'puma', flag)]);
  const name = optionValue(start.args, ['-C', '--config'])?.value ?? 'config/puma.rb';
  const path = imagePath(start, name);
  const text = path === null || !context || !files ? null : stageText(context, files, path);
  const said =
    text === null ? null : pumaPort(files!.files.get(path!)!.source ?? path!, text, start.environment);
  if (said) return http('puma', [sourceFound('configuration', 'puma', said)]);
  const variable = environmentPort(start.environment, 'PORT');
  if (variable) return http('puma', [environmentFound(look, 'puma', variable)]);
  return http('puma', text === null && files ? [] : [defaultFound('puma', 9292, 'any', 'PORT')]);
}

export function railsServer(look: Look): Server | Withheld | null {
  const { start } = look;
  const [command] = start.args;
  if (command?.value !== 's' && command?.value !== 'server')
    return { name: 'rails', protocol: 'unknown', found: [], serves: false };
  const flag = wordPort(optionValue(start.args, ['-p', '--port']));
  if (flag && flag !== 'socket') return http('rails', [flagFound(look, 'rails', flag)]);
  const puma = pumaServer({ ...look, start: { ...start, args: [] } });
  if (puma && !('code' in puma) && puma.found[0] && puma.found[0].kind !== 'default')
    return { ...puma, name: 'rails' };
  const standard = defaultFound('rails', 3000, 'loopback', 'PORT');
  const path = imagePath(start, 'config/puma.rb');
  const isSeen =
    path !== null && look.context && look.files && stageText(look.context, look.files, path) !== null;
  return http('rails', [isSeen ? standard : { ...standard, isWeak: true }]);
}

export function phpServer(look: Look): Server | Withheld | null {
  const { args } = look.start;
  const at = args.findIndex(({ text }) => text === '-S');
  if (at >= 0) {
    const said = wordPort(args[at + 1] ?? null);
    if (said === 'socket') return SOCKET;
    return said ? http('php', [flagFound(look, 'php -S', said)]) : null;
  }
  if (baseNameOf(args[0]?.value ?? '') !== 'artisan') return null;
  const command = args[1]?.value ?? '';
  if (command !== 'serve')
    return {
      name: `artisan ${command}`,
      protocol: 'unknown',
      found: [],
      ...(/^(?:queue|schedule)/.test(command) ? { serves: false as const } : {}),
    };
  return plain('artisan serve', {
    options: ['--port'],
    variables: ['SERVER_PORT'],
    standard: 8000,
    bind: 'loopback',
  })(look);
}
