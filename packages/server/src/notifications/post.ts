import { request as plain } from 'node:http';
import { request as encrypted } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { AddressPolicy } from './addresses.ts';
import { DeliveryError } from './message.ts';

/** Milliseconds from the first byte sent to the last one read. */
const PATIENCE = 15_000;
/** Bytes of an answer that are read. */
const LARGEST = 64 * 1024;

export interface Post {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Sends JSON to an address that the policy admits. Redirects are not followed: they could lead anywhere, with the
 * signature. The URL is in no error, since for some receivers it is the secret. Resolves with what the receiver said:
 * the status only, so that no answer of an allowed address inside can be read through it.
 */
export async function post(
  { url, headers, body }: Post,
  policy: AddressPolicy,
  limits: { readonly patience?: number; readonly signal?: AbortSignal } = {},
): Promise<string> {
  const target = new URL(url);
  if (target.protocol !== 'https:' && target.protocol !== 'http:')
    throw new DeliveryError('the address is neither http nor https', 'Correct the address.', true);
  policy.assertHost(target.hostname);
  const patience = limits.patience ?? PATIENCE;
  const deadline = AbortSignal.timeout(patience);
  const signal = limits.signal === undefined ? deadline : AbortSignal.any([deadline, limits.signal]);
  try {
    const status = await exchange(target, { headers, body, lookup: policy.lookup, signal });
    judge(status);
    return `it answered ${status}`;
  } catch (error) {
    if (error instanceof DeliveryError) throw error;
    if (deadline.aborted)
      throw new DeliveryError(
        `no full answer within ${patience} ms`,
        'Let the receiver answer first and work afterwards.',
      );
    throw new DeliveryError(
      `the receiver could not be reached: ${reasonOf(error)}`,
      'Check that it runs and that this server may reach it.',
    );
  }
}

/** Sends it and reads the answer to its end; its status. */
function exchange(
  target: URL,
  { headers, body, lookup, signal }: Omit<Post, 'url'> & { lookup: LookupFunction; signal: AbortSignal },
): Promise<number> {
  return new Promise((resolve, reject) => {
    const send = target.protocol === 'https:' ? encrypted : plain;
    const asked = send(target, {
      method: 'POST',
      agent: false,
      headers: { ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      lookup,
      signal,
    });
    asked.on('error', reject);
    asked.on('response', (answer) => {
      let read = 0;
      answer.on('error', reject);
      answer.on('data', (chunk: Buffer) => {
        read += chunk.length;
        if (read > LARGEST)
          asked.destroy(
            new DeliveryError(
              `its answer is longer than ${LARGEST} bytes`,
              'Let the receiver answer briefly.',
              true,
            ),
          );
      });
      answer.on('end', () => resolve(answer.statusCode ?? 0));
      answer.on('close', () => reject(new Error('the answer broke off')));
    });
    asked.end(body);
  });
}

function judge(status: number): void {
  if (status >= 200 && status < 300) return;
  if (status >= 300 && status < 400)
    throw new DeliveryError(
      `it answered ${status}, a redirect, which is not followed`,
      'Enter the final address.',
      true,
    );
  if (status === 408 || status === 429 || status >= 500)
    throw new DeliveryError(`it answered ${status}`, 'It is tried again; look into the log of the receiver.');
  throw new DeliveryError(`it answered ${status}`, 'Check the address, the headers and the template.', true);
}

/** The code only: messages of the network quote addresses. */
function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : 'the connection broke';
}
