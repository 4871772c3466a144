import { createHash, timingSafeEqual } from 'node:crypto';
import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import ipaddr from 'ipaddr.js';
import { Refusal } from '../integrations/refusal.ts';

/** The address at which people reach the server, if it was told. */
export type PublicUrl = URL | undefined;

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Whether the browser's connection is a TLS one: to us, or to the proxy before us. */
export function isSecure(context: Context, publicUrl: PublicUrl): boolean {
  return publicUrl?.protocol === 'https:' || context.req.header('x-forwarded-proto') === 'https';
}

export function sessionCookie(context: Context, publicUrl: PublicUrl): string | undefined {
  return getCookie(context, isSecure(context, publicUrl) ? '__Host-lockstep' : 'lockstep');
}

/** Out of reach of scripts and of other sites' requests; it ends with the browser, and on the server by time. */
export function setSessionCookie(context: Context, publicUrl: PublicUrl, cookie: string): void {
  const secure = isSecure(context, publicUrl);
  context.header('cache-control', 'no-store');
  setCookie(context, secure ? '__Host-lockstep' : 'lockstep', cookie, {
    httpOnly: true,
    sameSite: 'Lax',
    path: '/',
    secure,
  });
}

export function clearSessionCookie(context: Context, publicUrl: PublicUrl): void {
  const secure = isSecure(context, publicUrl);
  deleteCookie(context, secure ? '__Host-lockstep' : 'lockstep', { path: '/', secure });
}

/** Refuses what another site's page made a browser send: by what browsers tell of it, and by what such a page cannot know. */
export function refuseCrossSite(context: Context, publicUrl: PublicUrl, csrf?: string): void {
  if (SAFE.has(context.req.method)) return;
  const site = context.req.header('sec-fetch-site');
  const origin = context.req.header('origin');
  const own =
    origin === undefined ||
    origin === publicUrl?.origin ||
    URL.parse(origin)?.host === context.req.header('host')?.toLowerCase();
  if ((site !== undefined && site !== 'same-origin') || !own)
    throw new Refusal(
      403,
      'cross-site',
      'the request comes from a page of another site',
      'Use Lockstep’s own pages, or a token (lockstep tokens add). Behind a proxy, start the server with --public-url.',
    );
  if (csrf === undefined || same(context.req.header('x-csrf-token') ?? '', csrf)) return;
  throw new Refusal(
    403,
    'no-csrf-token',
    'the request of a session changes something and bears no x-csrf-token, or not the right one',
    'Take it from GET /api/session and send it in the header x-csrf-token.',
  );
}

function same(one: string, other: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(one), hash(other));
}

/** From where the request comes: what a proxy on this machine says, else the other end. Of IPv6 the network, which is one household's. */
export function addressOf(context: Context): string {
  const peer = getConnInfo(context).remote.address ?? '';
  const forwarded = context.req.header('x-forwarded-for')?.split(',').at(-1)?.trim() ?? '';
  const given = parsed(peer)?.range() === 'loopback' && parsed(forwarded) !== undefined ? forwarded : peer;
  const address = parsed(given);
  if (address === undefined) return 'unknown';
  return address instanceof ipaddr.IPv6 ? address.parts.slice(0, 4).join(':') : address.toString();
}

function parsed(text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  return ipaddr.isValid(text) ? ipaddr.process(text) : undefined;
}
