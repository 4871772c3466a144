import { expect, it } from 'vitest';
import { explainTls } from './tls.ts';

it.each([
  ['CERT_HAS_EXPIRED', 'has expired', 'Renew'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'another host name', 'host name that the certificate names'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'does not know', 'NODE_EXTRA_CA_CERTS'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'cannot be verified', 'whole chain'],
])('explains %s', (code, what, remedy) => {
  const error = explainTls(code, 'GET tracker.example/', undefined);
  expect(error?.message).toContain(what);
  expect(error?.details.remedy).toContain(remedy);
});

it('leaves other failures alone', () => {
  expect(explainTls('ECONNRESET', 'GET tracker.example/', undefined)).toBeUndefined();
});
