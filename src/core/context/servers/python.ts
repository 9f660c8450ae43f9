/** Servers that are written in Python, and programs that start one by themselves. */
import type { Withheld } from '../../types.ts';
import { baseNameOf, cleanPath } from '../build-context.ts';
import { environmentPort, optionValue, wordPort } from '../port-values.ts';
import type { RunWord } from '../shell-words.ts';
import { gunicornPort, pythonPort } from '../source-ports.ts';
import { stageText } from '../stage-files.ts';
import { imagePath } from './project.ts';
import { SOCKET, defaultFound, environmentFound, flagFound, http, sourceFound } from './server.ts';
import type { Look, Server } from './server.ts';

export function gunicornServer(look: Look): Server | Withheld {
  const { start, context, files } = look;
  const more = start.environment.get('GUNICORN_CMD_ARGS') ?? '';
  const words: readonly RunWord[] = [
    ...start.args,
    ...more.split(/\s+/).map((text) => ({ text, value: text, variable: 'GUNICORN_CMD_ARGS' })),
  ];
  const flag = wordPort(optionValue(words, ['-b', '--bind']));
  if (flag === 'socket') return SOCKET;
  if (flag) return http('gunicorn', [flagFound(look, 'gunicorn', flag)]);
  const named = optionValue(words, ['-c', '--config'])?.value?.replace(/^(?:file:|python:)/, '');
  const name = named ?? 'gunicorn.conf.py';
  const path = name.startsWith('/')
    ? `/${cleanPath(name)}`
    : start.workdir === null
      ? null
      : `/${cleanPath(`${start.workdir}/${name}`)}`;
  const text = path === null || !context || !files ? null : stageText(context, files, path);
  if (text !== null) {
    const said = gunicornPort(files!.files.get(path!)!.source ?? path!, text, start.environment);
    if (said === 'socket') return SOCKET;
    if (said) return http('gunicorn', [sourceFound('configuration', 'gunicorn', said)]);
  } else if (named !== undefined) {
    const reason = `gunicorn reads ${name.slice(0, 80)}, which is not among the files that could be read`;
    return {
      name: 'gunicorn',
      protocol: 'http',
      found: [],
      unseen: { code: 'configuration-not-seen', reason },
    };
  }
  // gunicorn listens on all addresses when PORT is set.
  const variable = environmentPort(start.environment, 'PORT');
  if (variable) return http('gunicorn', [environmentFound(look, 'gunicorn', { ...variable, bind: 'any' })]);
  const standard = defaultFound('gunicorn', 8000, 'loopback', 'PORT');
  // Without the context, nobody knows whether there is a gunicorn.conf.py.
  return http('gunicorn', [files ? standard : { ...standard, isWeak: true }]);
}

export function pythonServer(look: Look): Server | Withheld | null {
  const { start, context, files } = look;
  const script = start.args[0]?.value;
  if (!script) return null;
  const behind = start.args.slice(1);
  if (baseNameOf(script) === 'manage.py') {
    if (behind[0]?.value !== 'runserver')
      return { name: 'manage.py', protocol: 'unknown', found: [], serves: false };
    const address = behind.slice(1).find(({ text }) => !text.startsWith('-')) ?? null;
    const said = wordPort(address);
    if (said === 'socket') return SOCKET;
    return http(
      'django',
      said ? [flagFound(look, 'runserver', said)] : [defaultFound('runserver', 8000, 'loopback', null)],
    );
  }
  const path = imagePath(start, script);
  const text = path === null || !context || !files ? null : stageText(context, files, path);
  if (text === null) return null;
  const flag = wordPort(optionValue(behind, ['--port', '-p']));
  if (flag && flag !== 'socket') return http('python', [flagFound(look, baseNameOf(script), flag)]);
  const said = pythonPort(files!.files.get(path!)!.source ?? path!, text, start.environment);
  return said ? http('python', [sourceFound('source', 'python', said)]) : null;
}
