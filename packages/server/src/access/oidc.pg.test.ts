import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { sql } from 'kysely';
import Provider from 'oidc-provider';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { useTestDatabase } from '../testing/database.ts';
import { useServers } from '../testing/serving.ts';
import { connect, migrated } from '../testing/store.ts';
import type { OidcSettings } from './oidc-settings.ts';
import { oidcSettings } from './oidc-settings.ts';

const database = useTestDatabase(migrated);
const serving = useServers(database);

/** The provider's account of whoever signs in there, and its claims. */
let account: { readonly sub: string; readonly claims: Record<string, unknown> };
/** Where the provider sends people back to; it leaves the port to them, as it may with a native client. */
const CALLBACK = '/api/session/oidc/callback';
let provider: Provider;
let listening: Server;
let issuer: URL;

beforeAll(async () => {
  // It says at length that it is not for production.
  for (const way of ['info', 'warn'] as const) vi.spyOn(console, way).mockImplementation(() => undefined);
  listening = createServer((request, response) => void handle(request, response));
  listening.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  issuer = new URL(`http://127.0.0.1:${(listening.address() as AddressInfo).port}`);
  provider = new Provider(issuer.href.replace(/\/$/, ''), {
    clients: [
      {
        client_id: 'lockstep',
        client_secret: 'sesame-of-the-client',
        token_endpoint_auth_method: 'client_secret_post',
        redirect_uris: [`http://127.0.0.1${CALLBACK}`],
        application_type: 'native',
      },
    ],
    pkce: { required: () => true },
    claims: { openid: ['sub'], email: ['email', 'email_verified', 'groups'], profile: ['name'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id, ...account.claims }) }),
    cookies: { keys: ['a key for the test'] },
  });
  const handler = provider.callback();
  /** Whoever comes is signed in and agrees. */
  async function interact(...[request, response]: Parameters<typeof handle>): Promise<void> {
    const { params, prompt } = await provider.interactionDetails(request, response);
    const grant = new provider.Grant({ accountId: account.sub, clientId: String(params['client_id']) });
    grant.addOIDCScope('openid email profile');
    const grantId = await grant.save();
    const result = prompt.name === 'login' ? { login: { accountId: account.sub } } : { consent: { grantId } };
    await provider.interactionFinished(request, response, result);
  }
  handle = async (request, response) =>
    request.url?.startsWith('/interaction/') === true
      ? interact(request, response)
      : handler(request, response);
});
afterAll(async () => {
  listening.close();
  await once(listening, 'close');
  vi.restoreAllMocks();
});
let handle: (...exchange: Parameters<ReturnType<Provider['callback']>>) => Promise<void>;

/** A browser: its cookies by host, and where redirects led it. */
class Browser {
  private readonly jar = new Map<string, string>();

  /** Follows redirects until one leads where `until` says; what is there is not asked for. */
  async go(from: string, until: (url: URL) => boolean): Promise<URL> {
    let url = new URL(from);
    for (let step = 0; step < 15 && !until(url); step++) {
      const answer = await this.ask(url);
      const to = answer.headers.get('location');
      if (to === null) throw new Error(`${url.href} answered ${answer.status}: ${await answer.text()}`);
      url = new URL(to, url);
    }
    return url;
  }

  async ask(url: URL | string): Promise<Response> {
    const { host } = new URL(url);
    const cookie = [...this.jar]
      .filter(([key]) => key.startsWith(`${host} `))
      .map(([key, value]) => `${key.slice(host.length + 1)}=${value}`);
    const answer = await fetch(url, { redirect: 'manual', headers: { cookie: cookie.join('; ') } });
    for (const set of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      if (value === '' || /max-age=0/i.test(set)) this.jar.delete(`${host} ${name}`);
      else this.jar.set(`${host} ${name}`, value);
    }
    return answer;
  }
}

/** A server whose people sign in at the provider. */
async function serve(more: Partial<OidcSettings> = {}) {
  const settings: OidcSettings = {
    issuer,
    clientId: 'lockstep',
    clientSecret: 'sesame-of-the-client',
    publicUrl: new URL('http://127.0.0.1'),
    claim: 'email',
    roles: undefined,
    newcomers: undefined,
    ...more,
  };
  const { server, client } = await serving.start({ oidc: settings });
  const isBack = (url: URL): boolean => url.pathname === CALLBACK;
  const start = `${server.url}/api/session/oidc`;
  /** The answer of the provider, at the port that the server really has. */
  const away = async (browser: Browser, query = ''): Promise<URL> => {
    const back = await browser.go(start + query, isBack);
    return new URL(CALLBACK + back.search, server.url);
  };
  const code = async (answer: Response): Promise<unknown> =>
    ((await answer.json()) as { code?: string }).code;
  const signIn = async (browser = new Browser()): Promise<string | Record<string, unknown>> => {
    const answer = await browser.ask(await away(browser));
    if (answer.status !== 302) return String(await code(answer));
    return (await (await browser.ask(`${server.url}/api/session`)).json()) as Record<string, unknown>;
  };
  return { server, client, away, code, signIn };
}

const ADA = { sub: 'ada-1', claims: { email: 'Ada@Example.org', email_verified: true, name: 'Ada L.' } };

test('a user whom an administrator added signs in by the provider, and is held to that account from then on', async () => {
  account = ADA;
  const { client, signIn, away, server, code } = await serve();
  expect(await signIn()).toBe('sign-in-refused');
  await client.addUser({
    login: 'ada',
    email: 'ada@example.org',
    grants: [{ role: 'operator' }],
    withoutPassword: true,
  });
  account = { ...ADA, claims: { ...ADA.claims, email_verified: false } };
  expect(await signIn()).toBe('sign-in-refused');
  account = ADA;
  expect(await signIn()).toMatchObject({
    name: 'ada',
    kind: 'user',
    mustChange: false,
    grants: [{ role: 'operator' }],
  });
  expect((await client.users()).items.find((user) => user.login === 'ada')?.signsInBy).toEqual(['oidc']);
  account = { ...ADA, claims: { ...ADA.claims, email: 'lovelace@example.org' } };
  expect(await signIn()).toMatchObject({ name: 'ada' });
  account = { sub: 'somebody-else', claims: ADA.claims };
  expect(await signIn()).toBe('sign-in-refused');
  account = ADA;
  await client.changeUser('ada', { active: false });
  expect(await signIn()).toBe('sign-in-refused');
  await client.changeUser('ada', { active: true });

  // What is sent back is for the browser that began it, once, in time, and unchanged.
  const browser = new Browser();
  const back = await away(browser, '?return=/items');
  expect(await code(await new Browser().ask(back))).toBe('sign-in-refused');
  const ended = await browser.ask(back);
  expect(ended.headers.get('location')).toBe('/items');
  expect(ended.headers.getSetCookie().join()).toMatch(/lockstep=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax/);
  expect(await code(await browser.ask(back))).toBe('sign-in-refused');
  for (const spoil of [
    (url: URL) => url.searchParams.set('state', 'x'),
    (url: URL) => url.searchParams.delete('state'),
    (url: URL) => url.searchParams.set('code', 'x'),
    (url: URL) => url.searchParams.set('iss', 'https://evil.example'),
  ]) {
    const other = new Browser();
    const spoilt = await away(other);
    spoil(spoilt);
    expect(await code(await other.ask(spoilt))).toBe('sign-in-refused');
  }
  const { db, close } = await connect(database.url, 2);
  try {
    for (const change of [
      sql`update oidc_sign_in set created_at = now() - interval '11 minutes'`,
      sql`update oidc_sign_in set nonce = 'x'`,
      sql`update oidc_sign_in set verifier = 'x' || verifier`,
    ]) {
      const other = new Browser();
      const late = await away(other);
      await change.execute(db);
      expect(await code(await other.ask(late))).toBe('sign-in-refused');
    }
  } finally {
    await close();
  }
  // A code that has expired at the provider.
  const slow = new Browser();
  const stale = await away(slow);
  await (await provider.AuthorizationCode.find(stale.searchParams.get('code') ?? ''))?.destroy();
  expect(await code(await slow.ask(stale))).toBe('sign-in-refused');
  // Who begins again and again and never ends is slowed down; who ends is not counted.
  const { db: pg, close: closePg } = await connect(database.url, 2);
  await sql`update sign_in_limit set attempts = 49`.execute(pg).finally(closePg);
  const last = new Browser();
  expect((await last.ask(await away(last))).status).toBe(302);
  await away(new Browser());
  const refused = await fetch(`${server.url}/api/session/oidc`, { redirect: 'manual' });
  expect([refused.status, await code(refused)]).toEqual([429, 'too-many-attempts']);
  const again = await connect(database.url, 2);
  await sql`delete from sign_in_limit`.execute(again.db).finally(again.close);
  // Nobody is sent on to another site.
  const lured = new Browser();
  const home = await lured.ask(await away(lured, '?return=//evil.example/'));
  expect(home.headers.get('location')).toBe('/');
  expect((await fetch(`${server.url}/api/session/oidc/callback?code=x&state=y`)).status).toBe(401);
});

test('newcomers and roles by the groups of the provider, only where they are configured', async () => {
  const roles = {
    claim: 'groups',
    grants: { leads: { role: 'administrator' }, desk: { role: 'operator', group: 'support' } },
  } as const;
  account = {
    sub: 'eve-1',
    claims: { email: 'eve@example.org', email_verified: true, groups: ['desk', 'other'] },
  };
  const { client, signIn } = await serve({ newcomers: 'viewer', roles });
  expect(await signIn()).toMatchObject({
    name: 'eve@example.org',
    grants: [{ role: 'operator', group: 'support' }],
  });
  account = { ...account, claims: { ...account.claims, groups: ['leads', 'constructor'] } };
  expect(await signIn()).toMatchObject({ grants: [{ role: 'administrator' }] });
  account = { sub: 'bob-1', claims: { email: 'bob@example.org', email_verified: true } };
  expect(await signIn()).toMatchObject({ grants: [{ role: 'viewer' }] });
  const { items } = await client.audit({ who: 'OpenID Connect' });
  expect(items.map(({ action, subject }) => `${action} ${subject.name}`)).toEqual([
    'created bob@example.org',
    'changed eve@example.org',
    'changed eve@example.org',
    'created eve@example.org',
  ]);
  expect(JSON.stringify([items, await client.users()])).not.toContain('sesame-of-the-client');
});

test('settings that cannot work are told at the start', () => {
  const url = new URL('https://lockstep.example.org');
  const given = { LOCKSTEP_OIDC_ISSUER: 'https://id.example.org', LOCKSTEP_OIDC_CLIENT_ID: 'lockstep' };
  expect(oidcSettings({}, url)).toBeUndefined();
  expect(oidcSettings({ ...given, LOCKSTEP_OIDC_ROLES: '{"a":"operator:support"}' }, url)).toMatchObject({
    claim: 'email',
    newcomers: undefined,
    roles: { claim: 'groups', grants: { a: { role: 'operator', group: 'support' } } },
  });
  expect(() => oidcSettings(given, undefined)).toThrow(/--public-url/);
  expect(() => oidcSettings({ LOCKSTEP_OIDC_ISSUER: 'x' }, url)).toThrow(/no address/);
  expect(() => oidcSettings({ ...given, LOCKSTEP_OIDC_NEW_USERS: 'root' }, url)).toThrow(/is a role/);
  expect(() => oidcSettings({ ...given, LOCKSTEP_OIDC_ROLES: '{"a":"root"}' }, url)).toThrow(/JSON like/);
});
