import commonmark from 'commonmark-spec';

/** The examples of the CommonMark specification. */
export const COMMONMARK: readonly { readonly number: number; readonly markdown: string }[] =
  commonmark.tests.map(({ number, markdown }) => ({ number, markdown: markdown.replaceAll('→', '\t') }));
