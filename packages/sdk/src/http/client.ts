import type { z } from 'zod';
import { ConnectorError } from '../errors.ts';
import { explainNoAnswer, explainStatus } from './failures.ts';
import type { Http, HttpAnswer, HttpOptions, HttpRequest } from './http.ts';

/** One exchange as it may be logged: no query, no secret. */
export interface HttpObservation {
  readonly method: string;
  readonly path: string;
  readonly status: number | undefined;
  readonly milliseconds: number;
  /** Server clock minus ours in milliseconds, from the Date header. */
  readonly skew: number | undefined;
}

export interface HttpHost {
  now(): number;
  onAnswer?(observation: HttpObservation): void;
}

const TIMEOUT = 30_000;
const LARGEST_ANSWER = 32 * 1024 * 1024;

/** The client behind every connector; see `Http` for what it promises. */
export function createHttp(options: HttpOptions, host: HttpHost): Http {
  const base = new URL(options.baseUrl.endsWith('/') ? options.baseUrl : `${options.baseUrl}/`);
  const secrets = Object.values(options.headers ?? {}).filter((value) => value.length >= 4);
  const redact = (text: string): string => secrets.reduce((clean, one) => clean.replaceAll(one, '•••'), text);

  async function exchange(request: HttpRequest): Promise<Response> {
    const url = new URL(request.path.replace(/^\//, ''), base);
    if (url.origin !== base.origin)
      throw new ConnectorError(
        'protocol',
        `${base.host}: a request to another host (${url.host}) was refused`,
      );
    for (const [name, value] of Object.entries(request.query ?? {}))
      if (value !== undefined) url.searchParams.set(name, String(value));
    const method = request.method ?? 'GET';
    const where = `${method} ${base.host}${url.pathname}`;
    const signal = AbortSignal.any([
      request.signal,
      AbortSignal.timeout(request.timeout ?? options.timeout ?? TIMEOUT),
    ]);
    const started = host.now();
    let answer: Response;
    try {
      answer = await fetch(url, {
        method,
        redirect: 'manual',
        signal,
        headers: {
          accept: 'application/json',
          ...(request.json === undefined ? {} : { 'content-type': 'application/json' }),
          ...options.headers,
          ...request.headers,
        },
        ...bodyOf(request),
      });
    } catch (error) {
      host.onAnswer?.({
        method,
        path: url.pathname,
        status: undefined,
        milliseconds: host.now() - started,
        skew: undefined,
      });
      request.signal.throwIfAborted();
      throw explainNoAnswer(error, request, where);
    }
    const date = Date.parse(answer.headers.get('date') ?? '');
    host.onAnswer?.({
      method,
      path: url.pathname,
      status: answer.status,
      milliseconds: host.now() - started,
      skew: Number.isNaN(date) ? undefined : date - host.now(),
    });
    if (answer.status >= 300 && answer.status < 400 && request.accept?.includes(answer.status) !== true) {
      const to = URL.parse(answer.headers.get('location') ?? '', url.href);
      throw new ConnectorError(
        'config',
        `${where}: the server redirects to ${to === null ? 'somewhere else' : `${to.origin}${to.pathname}`}`,
        {
          status: answer.status,
          remedy:
            'Put the address that it redirects to into the connection, unless that is a sign-in page: then check the key.',
        },
      );
    }
    if (answer.status >= 400 && request.accept?.includes(answer.status) !== true) {
      const body = redact(decode(await readBody(answer, 64 * 1024, where, request)));
      const better = options.explain?.({ status: answer.status, body, request });
      if (better !== undefined) throw better;
      const shown = /^\s*</.test(body) ? '' : body;
      throw explainStatus(answer.status, answer.headers, shown, request, where, host.now());
    }
    return answer;
  }

  return {
    async json<T extends z.ZodType>(request: HttpRequest, schema: T): Promise<HttpAnswer<z.output<T>>> {
      const answer = await exchange(request);
      const where = `${request.method ?? 'GET'} ${base.host}${answer.url === '' ? request.path : new URL(answer.url).pathname}`;
      const text = decode(await readBody(answer, options.maxAnswer ?? LARGEST_ANSWER, where, request));
      const type = answer.headers.get('content-type') ?? '';
      if (/html/.test(type) || /^\s*<(!doctype|html)/i.test(text)) {
        throw new ConnectorError('auth', `${where}: the server answered with a web page instead of data`, {
          status: answer.status,
          remedy:
            'This is often a sign-in page: check the key and the URL of the connection, and any proxy in between.',
        });
      }
      let data: unknown;
      try {
        data = JSON.parse(text);
      } catch (error) {
        throw new ConnectorError('protocol', `${where}: the answer is not JSON`, {
          status: answer.status,
          sample: redact(text).slice(0, 500),
          cause: error,
        });
      }
      const parsed = schema.safeParse(data);
      if (!parsed.success) {
        const issue = parsed.error.issues[0];
        throw new ConnectorError(
          'protocol',
          `${where}: the answer does not fit at ${issue?.path.join('.') ?? '?'}: ${issue?.message ?? ''}`,
          {
            status: answer.status,
            sample: redact(text).slice(0, 500),
          },
        );
      }
      return { status: answer.status, headers: answer.headers, data: parsed.data };
    },
    async send(request) {
      const answer = await exchange(request);
      await answer.body?.cancel();
      return { status: answer.status, headers: answer.headers, data: undefined };
    },
    async stream(request) {
      const answer = await exchange(request);
      return { status: answer.status, headers: answer.headers, data: answer.body ?? empty() };
    },
  };
}

async function* empty(): AsyncIterable<Uint8Array> {}

function bodyOf(request: HttpRequest): RequestInit {
  if (request.json !== undefined) return { body: JSON.stringify(request.json) };
  if (request.body === undefined) return {};
  if (typeof request.body === 'string' || request.body instanceof Uint8Array)
    return { body: request.body as NonNullable<RequestInit['body']> };
  return { body: request.body as unknown as NonNullable<RequestInit['body']>, duplex: 'half' } as RequestInit;
}

async function readBody(
  answer: Response,
  limit: number,
  where: string,
  request: HttpRequest,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of answer.body ?? empty()) {
      size += chunk.length;
      if (size > limit)
        throw new ConnectorError('protocol', `${where}: the answer is larger than ${limit} bytes`, {
          status: answer.status,
        });
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof ConnectorError) throw error;
    request.signal.throwIfAborted();
    throw explainNoAnswer(error, request, where);
  }
  return Buffer.concat(chunks);
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
