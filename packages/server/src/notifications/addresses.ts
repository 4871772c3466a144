import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { DeliveryError } from './message.ts';

/** Which addresses a webhook may reach: the public ones, and those the operator allows. */
export class AddressPolicy {
  private readonly allowed: readonly [ipaddr.IPv4 | ipaddr.IPv6, number][];

  /** Addresses or networks (`10.1.2.3`, `10.0.0.0/8`); throws a RangeError on anything else. */
  constructor(allowed: readonly string[]) {
    this.allowed = allowed.map(networkOf);
  }

  /** Whether this address, written as numbers, may be reached. */
  admits(address: string): boolean {
    if (!ipaddr.isValid(address)) return false;
    const parsed = ipaddr.process(address);
    if (parsed.range() === 'unicast') return true;
    return this.allowed.some(
      ([network, bits]) => parsed.kind() === network.kind() && parsed.match(network, bits),
    );
  }

  /** For `net.connect`: what was looked up and admitted is what is connected to; there is no second lookup. */
  readonly lookup: LookupFunction = (hostname, options, done) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) return done(error, '', 0);
      const refused = found.find(({ address }) => !this.admits(address));
      const [first] = found;
      if (refused !== undefined || first === undefined) return done(notAllowed(hostname), '', 0);
      if (options.all === true) return done(null, found);
      return done(null, first.address, first.family);
    });
  };

  /** Throws if the host is written as numbers, which are never looked up, and may not be reached. */
  assertHost(hostname: string): void {
    const bare = hostname.replace(/^\[(.*)\]$/, '$1');
    if (ipaddr.isValid(bare) && !this.admits(bare)) throw notAllowed(hostname);
  }
}

function notAllowed(host: string): DeliveryError {
  return new DeliveryError(
    `${host} is not a public address, and webhooks may not reach it`,
    'If it is meant to, let the operator allow it when starting the server.',
    true,
  );
}

function networkOf(text: string): [ipaddr.IPv4 | ipaddr.IPv6, number] {
  try {
    if (text.includes('/')) return ipaddr.parseCIDR(text);
    const address = ipaddr.parse(text);
    return [address, address.kind() === 'ipv4' ? 32 : 128];
  } catch {
    throw new RangeError(`“${text}” is neither an address nor a network like 10.0.0.0/8`);
  }
}
