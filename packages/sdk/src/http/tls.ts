import { ConnectorError } from '../errors.ts';

const AUTHORITY =
  'Save the certificate of the authority that signed it as a file and name that file in the environment variable NODE_EXTRA_CA_CERTS of Lockstep.';

const MEANING: Readonly<Record<string, readonly [what: string, remedy: string]>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: ['is signed by itself', AUTHORITY],
  SELF_SIGNED_CERT_IN_CHAIN: ['comes from an authority that this machine does not know', AUTHORITY],
  UNABLE_TO_GET_ISSUER_CERT: ['comes from an authority that this machine does not know', AUTHORITY],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: ['comes from an authority that this machine does not know', AUTHORITY],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: [
    'cannot be verified: the server does not send the intermediate certificate, or its authority is unknown here',
    `Let the server send its whole chain. Otherwise: ${AUTHORITY}`,
  ],
  CERT_HAS_EXPIRED: [
    'has expired',
    'Renew the certificate of the server, and check the clock of this machine.',
  ],
  CERT_NOT_YET_VALID: [
    'is not valid yet',
    'Check the clock of this machine, and the certificate of the server.',
  ],
  CERT_REVOKED: ['was revoked', 'Give the server a new certificate.'],
  ERR_TLS_CERT_ALTNAME_INVALID: [
    'is for another host name',
    'Use the host name that the certificate names in the URL of the connection, or renew the certificate for this one.',
  ],
};

/** Explains a failed TLS handshake; undefined where TLS was not what failed. */
export function explainTls(code: string, where: string, cause: unknown): ConnectorError | undefined {
  const meaning = MEANING[code];
  if (meaning !== undefined) {
    const [what, remedy] = meaning;
    return new ConnectorError('config', `${where}: the server's TLS certificate ${what} (${code})`, {
      cause,
      about: 'connection',
      remedy,
    });
  }
  if (!/^(ERR_SSL|EPROTO|CERT_|ERR_TLS)/.test(code)) return undefined;
  return new ConnectorError('config', `${where}: no TLS connection can be made (${code})`, {
    cause,
    about: 'connection',
    remedy: 'Check that the server speaks https on this port; if it speaks http only, write http in the URL.',
  });
}
