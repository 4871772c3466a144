import { randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';

const SHORTEST = 12;
const LARGEST_BYTES = 1024;

/** Argon2id, which is this library's default, with 19 MiB and two passes: the least that OWASP advises. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Why this cannot be a password; undefined if it can. */
export function passwordFault(password: string): string | undefined {
  if (Buffer.byteLength(password) > LARGEST_BYTES) return `a password has at most ${LARGEST_BYTES} bytes`;
  if ([...password].length < SHORTEST) return `a password has at least ${SHORTEST} characters`;
  return undefined;
}

export function hashPassword(password: string): Promise<string> {
  const fault = passwordFault(password);
  if (fault !== undefined) throw new RangeError(fault);
  return hash(password.normalize('NFKC'), COST);
}

let nobodys: Promise<string> | undefined;

/**
 * Whether the password fits the stored hash. Where there is no user, or one without a password, the same work is
 * done on a hash that nobody's password has: the time of the answer does not tell which logins exist.
 */
export async function passwordFits(password: string, stored: string | undefined): Promise<boolean> {
  nobodys ??= hashPassword(randomBytes(32).toString('base64url'));
  const against = stored ?? (await nobodys);
  // What is too large is not hashed for anybody, known or not.
  if (Buffer.byteLength(password) > LARGEST_BYTES) return false;
  return (await verify(against, password.normalize('NFKC'))) && stored !== undefined;
}
