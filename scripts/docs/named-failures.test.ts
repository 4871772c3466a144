import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { DOCUMENT, writeDocument } from '../guards/document.ts';

it('the named failures are documented as they are (else: npm run guards -- --write-document)', async () => {
  expect(readFileSync(DOCUMENT, 'utf8')).toBe(await writeDocument());
});
