import { access, chmod, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FOLDER, HOST, RT_URL } from '../places.ts';
import { pidOf, start, stop } from '../process.ts';
import { install, isInstalled, run } from '../shell.ts';

const PORT = new URL(RT_URL).port;
const PACKAGES = ['request-tracker5', 'rt5-db-sqlite', 'rt5-standalone', 'starman', 'msmtp-mta'];
const ANSWERS = [
  'rtname string example.test',
  'organization string example.test',
  'correspondaddress string rt@example.test',
  'commentaddress string rt-comment@example.test',
  `webbaseurl string ${RT_URL}`,
  'handle-siteconfig-permissions boolean true',
  'install-cronjobs boolean false',
  'dbconfig-install boolean true',
  'database-type select sqlite3',
].map((answer) => `request-tracker5 request-tracker5/${answer}`);

const CONFIG_FOLDER = '/etc/request-tracker5/RT_SiteConfig.d';
const CONFIG_FILE = join(CONFIG_FOLDER, '99-lockstep-trackers.pm');
/** `BcryptCost`: the default makes each request with a token cost a quarter of a second. */
const CONFIG = `Set($WebPath, '');
Set($WebBaseURL, '${RT_URL}');
Set($WebDomain, '${HOST}');
Set($WebPort, ${PORT});
Set($CanonicalizeRedirectURLs, 0);
Set($RestrictReferrer, 0);
Set($MailCommand, 'mbox');
Set($LogToSyslog, undef);
Set($LogToSTDERR, 'warning');
Set($Timezone, 'UTC');
Set($BcryptCost, 4);
1;
`;

/** The database as the package made it, before any seed. */
const EMPTY = join(FOLDER, 'rt.empty.sqlite3');

export async function installRt(): Promise<void> {
  const missing = (await Promise.all(PACKAGES.map(isInstalled))).includes(false);
  if (missing || (await readFile(CONFIG_FILE, 'utf8').catch(() => '')) !== CONFIG) {
    await mkdir(CONFIG_FOLDER, { recursive: true });
    await writeFile(CONFIG_FILE, CONFIG, { mode: 0o640 });
  }
  if (missing) {
    const password = `request-tracker5 request-tracker5/initial-root-password password ${crypto.randomUUID()}`;
    await install(PACKAGES, [...ANSWERS, password]);
  }
  await run('chown', ['root:www-data', CONFIG_FILE, '/etc/request-tracker5/RT_SiteConfig.pm']);
  await run('chmod', ['640', CONFIG_FILE, '/etc/request-tracker5/RT_SiteConfig.pm']);
  const kept = await access(EMPTY).then(
    () => true,
    () => false,
  );
  if (!kept) await copyFile(await database(), EMPTY);
}

/** Back to the empty database, then the seed. Gives back what the seed printed. */
export async function seedRt(): Promise<unknown> {
  const path = await database();
  await run('rm', ['-rf', '--', `${path}-wal`, `${path}-shm`, `${path}-journal`]);
  await copyFile(EMPTY, path);
  // Sessions and cached pages of the data that is gone.
  await run('find', ['/var/cache/request-tracker5', '-mindepth', '2', '-type', 'f', '-delete']);
  const output = await run('/usr/sbin/rt-setup-database-5', [
    '--action',
    'insert',
    '--skip-create',
    '--datafile',
    join(import.meta.dirname, 'seed.pm'),
  ]);
  const line = /^SEED (.*)$/m.exec(output)?.[1];
  if (line === undefined) throw new Error(`the seed of Request Tracker said: ${output.slice(-1000)}`);
  return JSON.parse(line);
}

export async function startRt(): Promise<'started' | 'ran already'> {
  return start({
    name: 'rt',
    program: '/usr/share/request-tracker5/libexec/rt-server',
    // Without --disable-keepalive idle connections hold both workers and everybody else waits.
    args: [
      '--server',
      'Starman',
      '--workers',
      '2',
      '--disable-keepalive',
      '--host',
      HOST,
      '--port',
      PORT,
      '--env',
      'deployment',
    ],
    cwd: '/tmp',
    env: { HOME: '/tmp' },
    probe: `${RT_URL}/REST/2.0/rt`,
  });
}

export const stopRt = (): Promise<'stopped' | 'did not run'> => stop('rt');
export const rtPid = (): Promise<number | undefined> => pidOf('rt');

async function database(): Promise<string> {
  const path = await run('perl', [
    '-I/usr/share/request-tracker5/lib',
    '-MRT=-init',
    '-e',
    'print RT->Config->Get("DatabaseName")',
  ]);
  if (!path.startsWith('/')) throw new Error(`Request Tracker does not use an SQLite file but "${path}"`);
  await chmod(path, 0o660);
  return path;
}
