const HARMLESS = new Set(['accept', 'accept-language', 'content-type', 'user-agent', 'x-requested-with']);
const SHORTEST = 4;

/** Replaces every credential of some headers wherever it shows: whole, without its scheme, or inside a Basic pair. */
export function redactor(
  ...headers: readonly (Readonly<Record<string, string>> | undefined)[]
): (text: string) => string {
  const secrets = headers
    .flatMap((some) => Object.entries(some ?? {}))
    .filter(([name]) => !HARMLESS.has(name.toLowerCase()))
    .flatMap(([, value]) => formsOf(value))
    .filter((form) => form.length >= SHORTEST)
    .toSorted((left, right) => right.length - left.length);
  return (text) => secrets.reduce((clean, one) => clean.replaceAll(one, '•••'), text);
}

function formsOf(value: string): readonly string[] {
  const [, scheme, credential] = /^(\w+) +(\S+)$/.exec(value) ?? [];
  const forms = credential === undefined ? [value] : [value, credential];
  if (scheme?.toLowerCase() === 'basic' && credential !== undefined) {
    const pair = Buffer.from(credential, 'base64').toString();
    forms.push(pair, pair.slice(pair.indexOf(':') + 1));
  }
  return forms.flatMap((form) => [form, encodeURIComponent(form)]);
}
