/**
 * Python packages that need something of the system when they run and that a wheel does not bring. By normalised name.
 * S: the installation notes of each project. `links` names -dev packages whose libraries they load, `program` a program
 * that they start; `anything`: it links to whatever it finds when it is compiled, which nobody can foresee.
 */
export interface PythonNeed {
  readonly links?: readonly string[];
  readonly program?: string;
  readonly anything?: true;
  readonly mark: 'S';
  readonly source: string;
}

const pypi = (name: string): string => `https://pypi.org/project/${name}/`;
const need = (name: string, what: Omit<PythonNeed, 'mark' | 'source'>): readonly [string, PythonNeed] => [
  name,
  { ...what, mark: 'S', source: pypi(name) },
];

export const PYTHON_NEEDS: ReadonlyMap<string, PythonNeed> = new Map([
  need('psycopg2', { links: ['libpq-dev'] }),
  need('psycopg', { links: ['libpq-dev'] }),
  need('psycopg-c', { links: ['libpq-dev'] }),
  need('aiopg', { links: [] }),
  need('mysqlclient', { links: ['default-libmysqlclient-dev'] }),
  need('mariadb', { links: ['libmariadb-dev'] }),
  need('python-magic', { links: ['libmagic-dev'] }),
  need('cairocffi', { links: ['libcairo2-dev'] }),
  need('cairosvg', { links: ['libcairo2-dev'] }),
  need('pycairo', { links: ['libcairo2-dev'] }),
  need('xhtml2pdf', { links: ['libcairo2-dev'] }),
  need('svglib', { links: ['libcairo2-dev'] }),
  need('weasyprint', { links: ['libpango1.0-dev', 'libcairo2-dev'] }),
  need('django-weasyprint', { links: ['libpango1.0-dev', 'libcairo2-dev'] }),
  need('opencv-python', { links: ['libglib2.0-dev'] }),
  need('opencv-contrib-python', { links: ['libglib2.0-dev'] }),
  need('pycurl', { links: ['libcurl4-openssl-dev'] }),
  need('gitpython', { program: 'git' }),
  need('dvc', { program: 'git' }),
  need('uwsgi', { anything: true }),
  need('wand', { anything: true }),
  need('pygobject', { anything: true }),
  need('dbus-python', { anything: true }),
  need('pyicu', { links: ['libicu-dev'] }),
]);
