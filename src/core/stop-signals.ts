/** Servers that end well on another signal than SIGTERM, and programs that handle SIGTERM by themselves. */
import type { BuildContext } from './context/build-context.ts';
import type { StartCommand } from './context/start-command.ts';

export interface SignalServer {
  readonly name: string;
  readonly signal: string;
  /** What SIGTERM does to it. */
  readonly otherwise: string;
  readonly source: string;
  /** What changes for whoever stops the container. */
  readonly cost: string;
}

const WAITS =
  'it takes longer to stop while requests are under way, up to the ten seconds that it had before';

const NGINX: SignalServer = {
  name: 'nginx',
  signal: 'SIGQUIT',
  otherwise: 'drops the requests that are under way',
  source: 'https://nginx.org/en/docs/control.html',
  cost: WAITS,
};

const APACHE: SignalServer = {
  name: 'Apache',
  signal: 'SIGWINCH',
  otherwise: 'drops the requests that are under way',
  source: 'https://httpd.apache.org/docs/2.4/stopping.html',
  cost: WAITS,
};

const PHP_FPM: SignalServer = {
  name: 'php-fpm',
  signal: 'SIGQUIT',
  otherwise: 'drops the requests that are under way',
  source: 'https://www.php.net/manual/en/install.fpm.configuration.php',
  cost: WAITS,
};

export const UWSGI: SignalServer = {
  name: 'uWSGI',
  signal: 'SIGQUIT',
  otherwise: 'starts again, until it is killed',
  source: 'https://uwsgi-docs.readthedocs.io/en/latest/Management.html',
  cost: 'a setting that is not seen from here may have made it end on SIGTERM',
};

const SYSTEMD: SignalServer = {
  name: 'systemd',
  signal: 'SIGRTMIN+3',
  otherwise: 'does not shut down',
  source: 'https://www.freedesktop.org/software/systemd/man/latest/systemd.html',
  cost: 'it shuts its services down, which may take the ten seconds that it has',
};

/** The server that a command starts, if it ends well on another signal only. */
export function signalServerOf({ program, words, args, environment }: StartCommand): SignalServer | null {
  if (program === 'nginx' || program === 'nginx-debug') return NGINX;
  if (program === 'apache2-foreground' || program === 'httpd-foreground') return APACHE;
  if (/^(?:httpd|apachectl|apache2ctl|apache2)$/.test(program)) return APACHE;
  if (/^php-fpm[0-9.]*$/.test(program)) return PHP_FPM;
  if (program === 'uwsgi') {
    const endsWell =
      args.some(({ text }) => /^--?(?:die-on-term|hook-master-start)/.test(text)) ||
      environment.has('UWSGI_DIE_ON_TERM');
    return endsWell ? null : UWSGI;
  }
  const first = words[0]?.value ?? '';
  return /^(?:\/usr)?\/s?bin\/init$|\/systemd$/.test(first) ? SYSTEMD : null;
}

/** Servers that handle SIGTERM by themselves. */
export const HANDLES_SIGTERM = new Set([
  'gunicorn',
  'uvicorn',
  'hypercorn',
  'daphne',
  'granian',
  'celery',
  'puma',
  'sidekiq',
  'rails',
  'fastapi',
  'streamlit',
  'jupyter',
  'next',
]);

const CODE = /\.(?:[cm]?[jt]sx?|py|rb)$/;

/** Whether any code that was read of the application is that of a language with such programs. */
export function hasCode(context: BuildContext | null): boolean {
  return [...(context?.texts.keys() ?? [])].some((path) => CODE.test(path));
}

/** Whether the application's code sets a handler, or uses a library that does. */
export function handlesSignals(context: BuildContext | null): boolean {
  if (!context) return false;
  for (const [path, text] of context.texts) {
    if (!CODE.test(path)) continue;
    if (
      /SIGTERM|enableShutdownHooks|signal\.signal\(|add_signal_handler|uvicorn\.run|web\.run_app|hypercorn|@godaddy\/terminus|http-terminator|closeWithGrace|close-with-grace/.test(
        text,
      )
    )
      return true;
  }
  return false;
}
