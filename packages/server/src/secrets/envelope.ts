import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

/** 32 bytes. */
export type Key = Buffer;

/**
 * `v1.<nonce>.<wrapped data key>.<nonce>.<sealed text>`: each secret has a data key of its own, sealed by the master
 * key, so that changing the master key re-wraps and decrypts nothing. The context (the connection's id) is bound in:
 * a sealed secret copied to another row does not open.
 */
export function seal(master: Key, text: string, context: string): string {
  const dataKey = randomBytes(32);
  return [
    'v1',
    ...encrypt(master, dataKey, `key:${context}`),
    ...encrypt(dataKey, Buffer.from(text), context),
  ].join('.');
}

/** @throws if the key, the context or the text is not the one it was sealed with. */
export function open(master: Key, sealed: string, context: string): string {
  const [version, keyNonce = '', wrapped = '', nonce = '', text = ''] = sealed.split('.');
  if (version !== 'v1')
    throw new Error('the stored secret has an unknown format; a newer Lockstep may have written it');
  const dataKey = decrypt(master, keyNonce, wrapped, `key:${context}`);
  return decrypt(dataKey, nonce, text, context).toString();
}

/** Tells keys apart and gives nothing away. */
export function keyId(master: Key): string {
  return createHash('sha256').update('lockstep key id').update(master).digest('hex').slice(0, 16);
}

function encrypt(key: Key, plain: Buffer, context: string): [string, string] {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context));
  const body = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  return [nonce.toString('base64url'), body.toString('base64url')];
}

function decrypt(key: Key, nonce: string, sealed: string, context: string): Buffer {
  const bytes = Buffer.from(sealed, 'base64url');
  const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(nonce, 'base64url'), {
    authTagLength: 16,
  });
  decipher.setAAD(Buffer.from(context)).setAuthTag(bytes.subarray(-16));
  return Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]);
}
