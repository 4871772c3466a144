import { type Message, textOf, titleOf } from './message.ts';

/** Characters of a template. */
const LARGEST = 20_000;

const values = {
  id: (message: Message) => message.id,
  event: (message: Message) => message.event,
  state: (message: Message) => message.state,
  subject: (message: Message) => message.subject,
  title: titleOf,
  summary: (message: Message) => message.summary,
  remedy: (message: Message) => message.remedy ?? '',
  count: (message: Message) => String(message.count),
  at: (message: Message) => message.at,
  details: (message: Message) => message.details.join('\n'),
  text: textOf,
} satisfies Record<string, (message: Message) => string>;

const NAMES = Object.keys(values).join(', ');

/** Why a template cannot be used; undefined if it can. */
export function templateFault(template: string): string | undefined {
  if (template.length > LARGEST) return `the template is longer than ${LARGEST} characters`;
  let faults: string[] = [];
  try {
    replaced(JSON.parse(template), (text) => {
      faults = [...faults, ...unknownIn(text)];
      return text;
    });
  } catch (error) {
    // V8 quotes the text; a template may hold a secret.
    const place = error instanceof Error ? /position \d+/.exec(error.message)?.[0] : undefined;
    return `the template is not JSON${place === undefined ? '' : ` (${place})`}; write every \${…} inside a text in quotes`;
  }
  return faults.length === 0 ? undefined : `the template names ${faults.join(', ')}; there are only ${NAMES}`;
}

/** The template as JSON with its `${…}` filled in. Only texts are filled in, after parsing: no value can end its text. */
export function fill(template: string, message: Message): string {
  return JSON.stringify(
    replaced(JSON.parse(template), (text) =>
      text.replaceAll(/\$\{(\w+)\}/g, (whole, name: string) =>
        Object.hasOwn(values, name) ? values[name as keyof typeof values](message) : whole,
      ),
    ),
  );
}

function unknownIn(text: string): string[] {
  return [...text.matchAll(/\$\{([^}]*)\}?/g)].flatMap(([whole, name]) =>
    name !== undefined && whole.endsWith('}') && Object.hasOwn(values, name) ? [] : [whole.slice(0, 40)],
  );
}

/** A copy with every text changed; the names of members stay. */
function replaced(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((one) => replaced(one, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, replaced(one, change)]));
}
