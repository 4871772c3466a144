/** Texts that made some parser slow, or overflow its stack, in every dialect. */
export const LARGE: readonly (readonly [string, () => string])[] = [
  ['10,000 quotes inside one another', () => `${'> '.repeat(10_000)}a`],
  [
    '1,000 lists inside one another',
    () => Array.from({ length: 1_000 }, (_, depth) => `${'*'.repeat(depth + 1)} a`).join('\n'),
  ],
  [
    'a list indented 1,000 deep',
    () => Array.from({ length: 1_000 }, (_, depth) => `${'  '.repeat(depth)}- a`).join('\n'),
  ],
  ['10,000 elements inside one another', () => `${'<div><b>'.repeat(10_000)}a`],
  ['10,000 macros inside one another', () => `${'{quote}'.repeat(10_001)}{color:red}a`],
  [
    'a document nested 10,000 deep',
    () => `${'{"type":"blockquote","content":['.repeat(10_000)}${']}'.repeat(10_000)}`,
  ],
  ['marks that are never closed', () => '_a_*b'.repeat(20_000)],
  ['brackets that are never closed', () => '[!['.repeat(50_000)],
  ['tags that are never closed', () => '<a <b '.repeat(50_000)],
  ['code that is never closed', () => '`a ``b @c '.repeat(20_000)],
  ['a table of 20,000 rows', () => `|a|b|\n|-|-|\n${'|x *y*|z|\n'.repeat(20_000)}`],
  [
    'a table of 5,000 columns',
    () => `${'|a'.repeat(5_000)}|\n${'|-'.repeat(5_000)}|\n${'|b'.repeat(5_000)}|`,
  ],
  ['1 MiB of one line', () => 'lorem ipsum *dolor* '.repeat(52_429)],
  ['1 MiB of short lines', () => 'lorem {ipsum}\n'.repeat(80_000)],
  ['1 MiB of blank space', () => ' \t'.repeat(524_288)],
];
