import type { z } from 'zod';
import { ConnectorError } from '../errors.ts';
import { parseBase } from './address.ts';
import { readWhole } from './body.ts';
import { exchange } from './exchange.ts';
import type { Answer, HttpHost } from './exchange.ts';
import { readAgain } from './read-again.ts';
import type { Http, HttpAnswer, HttpOptions, HttpRequest } from './http.ts';

const LARGEST_ANSWER = 32 * 1024 * 1024;

/** The client behind every connector; see `Http` for what it promises. */
export function createHttp(options: HttpOptions, host: HttpHost): Http {
  const base = parseBase(options.baseUrl);
  return {
    async json<T extends z.ZodType>(request: Parameters<Http['json']>[0], schema: T) {
      const [answer, text] = await readAgain(request, host, async () => {
        const head = await exchange(request, base, options, host);
        const largest = options.maxAnswer ?? LARGEST_ANSWER;
        const body = await readWhole(head.content(), largest, head.where);
        if (head.isPage || /^\s*<(!doctype|html)/i.test(body)) throw page(head, request);
        return [head, body] as const;
      });
      const data = fit(parse(text, answer), schema, text, answer);
      return { status: answer.status, headers: answer.headers, data } satisfies HttpAnswer<z.output<T>>;
    },
    async send(request) {
      const answer = await readAgain(request, host, async () => {
        const head = await exchange(request, base, options, host);
        await head.drop();
        if (head.isPage && head.status === 200) throw page(head, request);
        return head;
      });
      return { status: answer.status, headers: answer.headers, data: undefined };
    },
    async stream(request) {
      const answer = await readAgain(request, host, () => exchange(request, base, options, host));
      return { status: answer.status, headers: answer.headers, data: answer.content() };
    },
  };
}

/** Something in between answered. It may have done so after passing a write on. */
function page(answer: Answer, { method = 'GET' }: HttpRequest): ConnectorError {
  const kind = method === 'GET' ? 'auth' : 'ambiguous';
  return new ConnectorError(kind, `${answer.where}: the server answered with a web page instead of data`, {
    status: answer.status,
    remedy:
      'This is often a sign-in page: check the key and the URL of the connection, and any proxy in between.',
  });
}

function sample(text: string, answer: Answer): { readonly status: number; readonly sample: string } {
  return { status: answer.status, sample: answer.redact(text).slice(0, 500) };
}

function parse(text: string, answer: Answer): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the answer, secrets included.
    throw new ConnectorError('protocol', `${answer.where}: the answer is not JSON`, sample(text, answer));
  }
}

function fit<T extends z.ZodType>(data: unknown, schema: T, text: string, answer: Answer): z.output<T> {
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const at = issue?.path.join('.') ?? '';
  const what = answer.redact(issue?.message ?? '');
  throw new ConnectorError(
    'protocol',
    `${answer.where}: the answer does not fit at ${at === '' ? 'its root' : at}: ${what}`,
    sample(text, answer),
  );
}
