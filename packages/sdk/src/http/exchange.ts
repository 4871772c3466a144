import { ConnectorError } from '../errors.ts';
import { resolve } from './address.ts';
import { bodyOf, readStart } from './body.ts';
import { Deadline } from './deadline.ts';
import { explainAddress, explainNoAnswer, explainStatus } from './failures.ts';
import type { HttpOptions, HttpRequest } from './http.ts';
import { ReadAhead } from './read-ahead.ts';
import { Recording } from './recording.ts';
import type { RecordedExchange } from './recording.ts';
import { redactor } from './redact.ts';

/** One exchange as it may be logged: no query, no secret. */
export interface HttpObservation {
  readonly method: string;
  readonly path: string;
  readonly status: number | undefined;
  /** Until the head of the answer was there. */
  readonly milliseconds: number;
  /** Server clock minus ours in milliseconds, from the Date header, whose grain is a second. */
  readonly skew: number | undefined;
}

/** Who follows one exchange. */
export interface HttpFollower {
  /** The head of the answer is there, or none came. */
  answered(observation: HttpObservation): void;
  /** Where somebody wants to see it in full: told once, when it is over. */
  readonly recorded?: (exchange: RecordedExchange) => void;
}

export interface HttpHost {
  now(): number;
  onAnswer?(observation: HttpObservation): void;
  /** Asked for each request, right before it is sent. */
  follow?(): HttpFollower | undefined;
  /** Waits until one more request may be sent. */
  admit?(signal: AbortSignal): Promise<void>;
  /** Milliseconds for a whole exchange, where somebody waits for it; else only silence ends one. */
  readonly patience?: number;
  /** Nobody may send before this time, in milliseconds since 1970: the server set a rate limit. */
  hold?(until: number): Promise<void>;
  /** Lets so many milliseconds pass. A host that has it has its readings asked for again when no answer came. */
  wait?(milliseconds: number, signal: AbortSignal): Promise<void>;
}

/** Of silence, unless the host, the request or the connector says otherwise. */
const TIMEOUT = 30_000;
const LONGEST_REFUSAL = 64 * 1024;

/** An answer that is none of the refusals; its content must be read to the end or dropped. */
export class Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Method, host and path, for messages. */
  readonly where: string;
  readonly redact: (text: string) => string;
  private readonly body: ReadAhead | undefined;
  private readonly request: HttpRequest;
  private readonly deadline: Deadline;
  private readonly recording: Recording | undefined;

  constructor(
    response: Response,
    request: HttpRequest,
    deadline: Deadline,
    where: string,
    redact: (text: string) => string,
    recording: Recording | undefined,
  ) {
    this.status = response.status;
    this.headers = response.headers;
    if (response.body === null) deadline.end();
    else this.body = new ReadAhead(response.body, deadline);
    this.request = request;
    this.deadline = deadline;
    this.where = where;
    this.redact = redact;
    this.recording = recording;
  }

  get isPage(): boolean {
    return /\bhtml\b/i.test(this.headers.get('content-type') ?? '');
  }

  /** The content as it comes; a break in it is told as what it means for the request. */
  async *content(): AsyncIterable<Uint8Array> {
    try {
      if (this.body !== undefined)
        for await (const chunk of this.body) {
          this.recording?.chunk(chunk);
          yield chunk;
        }
    } catch (error) {
      this.recording?.end(error);
      this.request.signal.throwIfAborted();
      throw explainNoAnswer(error, this.request, this.where);
    } finally {
      this.recording?.end();
      this.deadline.end();
    }
  }

  async drop(): Promise<void> {
    this.recording?.end();
    this.deadline.end();
    await this.body?.cancel();
  }
}

/** Sends one request and refuses what is not an answer to it; see `Http` for which error is which. */
export async function exchange(
  request: HttpRequest,
  base: URL,
  options: HttpOptions,
  host: HttpHost,
): Promise<Answer> {
  const url = resolve(request, base);
  const method = request.method ?? 'GET';
  const where = `${method} ${base.host}${url.pathname}`;
  await host.admit?.(request.signal);
  const deadline = new Deadline(
    request.signal,
    host.patience ?? request.timeout ?? options.timeout ?? TIMEOUT,
    host.patience === undefined,
  );
  const started = host.now();
  const follower = host.follow?.();
  const observe = (status: number | undefined, skew?: number): void => {
    const observation = { method, path: url.pathname, status, milliseconds: host.now() - started, skew };
    host.onAnswer?.(observation);
    follower?.answered(observation);
  };
  const redact = redactor(options.headers, request.headers);
  const headers = {
    accept: 'application/json',
    ...(request.json === undefined ? {} : { 'content-type': 'application/json' }),
    ...options.headers,
    ...request.headers,
  };
  const recording =
    follower?.recorded === undefined
      ? undefined
      : new Recording(
          { method, url, redact, now: () => host.now(), done: follower.recorded },
          request,
          headers,
        );
  let response: Response;
  try {
    response = await fetch(url, {
      method,
      redirect: 'manual',
      signal: deadline.signal,
      headers,
      ...bodyOf(request, deadline),
    });
  } catch (error) {
    deadline.end();
    observe(undefined);
    recording?.end(error);
    request.signal.throwIfAborted();
    throw explainNoAnswer(error, request, where);
  }
  deadline.extend();
  const date = Date.parse(response.headers.get('date') ?? '');
  observe(response.status, Number.isNaN(date) ? undefined : date - host.now());
  recording?.answered(response.status, response.headers);
  const answer = new Answer(response, request, deadline, where, redact, recording);
  if (response.status < 300 || request.accept?.includes(response.status) === true) return answer;
  if (response.status < 400) {
    await answer.drop();
    throw redirected(answer, url);
  }
  throw await refused(answer, request, options, host);
}

function redirected(answer: Answer, from: URL): ConnectorError {
  const to = URL.parse(answer.headers.get('location') ?? '', from.href);
  const target = to === null ? 'somewhere else' : `${to.origin}${to.pathname}`;
  return new ConnectorError('config', `${answer.where}: the server redirects to ${target}`, {
    status: answer.status,
    about: 'connection',
    remedy:
      'Put the address that it redirects to into the connection, unless that is a sign-in page: then check the key.',
  });
}

async function refused(
  answer: Answer,
  request: HttpRequest,
  options: HttpOptions,
  host: HttpHost,
): Promise<Error> {
  // The status is known; a body that breaks off must not hide it.
  const text = await readStart(answer.content(), LONGEST_REFUSAL).catch(() => '');
  request.signal.throwIfAborted();
  const body = answer.redact(text);
  const elsewhere = explainAddress(answer.status, text, answer.where);
  if (elsewhere !== undefined) return elsewhere;
  const better = options.explain?.({ status: answer.status, body, request });
  if (better !== undefined) return better;
  const shown = /^\s*</.test(body) ? '' : body;
  return explainStatus(answer.status, answer.headers, shown, request, answer.where, host.now());
}
