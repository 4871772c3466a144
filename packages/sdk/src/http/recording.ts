import type { HttpRequest } from './http.ts';

/** One exchange in full, without any credential; what is long is cut, what is no text is told by its size. */
export interface RecordedExchange {
  readonly method: string;
  readonly url: string;
  /** Undefined when no answer came. */
  readonly status: number | undefined;
  /** Until the last of the answer that was read. */
  readonly milliseconds: number;
  readonly request: RecordedPart;
  readonly answer: RecordedPart;
  /** Why no answer came, or its end did not. */
  readonly failure?: string;
}

export interface RecordedPart {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Characters of a body that are kept. */
const KEPT = 16 * 1024;
/** Read beyond them, so that no secret that the cut runs through is left in part. */
const BEYOND = 8 * 1024;

/** Headers whose values tell nothing that anybody has to hide. */
const SHOWN = new Set([
  'accept',
  'accept-language',
  'cache-control',
  'content-encoding',
  'content-length',
  'content-type',
  'date',
  'etag',
  'last-modified',
  'location',
  'retry-after',
  'server',
  'user-agent',
  'x-request-id',
]);
const HIDDEN = '•••';
const SENSITIVE =
  '[\\w.-]{0,40}(?:pass|secret|token|api.?key|credential|authori[sz]|cookie|session|signature)[\\w.-]{0,40}';
const IN_JSON = new RegExp(`("${SENSITIVE}"\\s*:\\s*)(?:"(?:[^"\\\\]|\\\\.)*(?:"|$)|\\d+)`, 'gi');
const IN_FORM = new RegExp(`((?:^|[?&;\\s])(?:${SENSITIVE}|key|sig|auth|pwd)=)[^&;\\s]*`, 'gi');
const IN_XML = new RegExp(`(<(${SENSITIVE})(?:\\s[^>]*)?>)[^<]*`, 'gi');

/** Listens to one exchange and tells of it once, when it is over. */
export class Recording {
  private readonly parts: {
    readonly method: string;
    readonly url: URL;
    readonly redact: (text: string) => string;
    readonly now: () => number;
    readonly done: (exchange: RecordedExchange) => void;
  };
  private readonly started: number;
  private readonly request: RecordedPart;
  private answer: { status: number; headers: Headers } | undefined;
  private readonly chunks: Uint8Array[] = [];
  private size = 0;
  private isOver = false;

  constructor(parts: Recording['parts'], request: HttpRequest, headers: Readonly<Record<string, string>>) {
    this.parts = parts;
    this.started = parts.now();
    this.request = { headers: this.headers(Object.entries(headers)), body: this.bodyOf(request) };
  }

  answered(status: number, headers: Headers): void {
    this.answer = { status, headers };
  }

  chunk(bytes: Uint8Array): void {
    if (this.size < KEPT + BEYOND) this.chunks.push(bytes);
    this.size += bytes.length;
  }

  /** Also when it was broken off: what came until then is told. */
  end(failure?: unknown): void {
    if (this.isOver) return;
    this.isOver = true;
    const { method, url, now, done } = this.parts;
    const { status, headers } = this.answer ?? { status: undefined, headers: new Headers() };
    done({
      method,
      url: this.clean(url.href),
      status,
      milliseconds: now() - this.started,
      request: this.request,
      answer: { headers: this.headers([...headers]), body: this.answerBody(headers) },
      ...(failure === undefined
        ? {}
        : { failure: this.clean(failure instanceof Error ? failure.message : String(failure)) }),
    });
  }

  private answerBody(headers: Headers): string {
    if (this.size === 0) return '';
    if (!isText(headers.get('content-type') ?? '')) return `‹${this.size} bytes›`;
    const start = Buffer.concat(this.chunks).subarray(0, KEPT + BEYOND);
    return this.cut(new TextDecoder().decode(start), this.size > start.length);
  }

  private bodyOf({ json, body }: HttpRequest): string {
    if (json !== undefined) return this.cut(JSON.stringify(json) ?? '');
    if (body === undefined) return '';
    if (typeof body === 'string') return this.cut(body);
    return body instanceof Uint8Array ? `‹${body.length} bytes›` : '‹a file›';
  }

  private cut(text: string, isCut = false): string {
    const clean = this.clean(text.slice(0, KEPT + BEYOND));
    return isCut || clean.length > KEPT ? `${clean.slice(0, KEPT)}…` : clean;
  }

  private headers(all: readonly (readonly [string, string])[]): Record<string, string> {
    return Object.fromEntries(
      all.map(([name, value]) => {
        const isShown = SHOWN.has(name.toLowerCase()) || /rate-?limit/i.test(name);
        return [name.toLowerCase(), isShown ? this.clean(value) : HIDDEN];
      }),
    );
  }

  private clean(text: string): string {
    return this.parts
      .redact(text)
      .replaceAll(IN_JSON, `$1"${HIDDEN}"`)
      .replaceAll(IN_FORM, `$1${HIDDEN}`)
      .replaceAll(IN_XML, `$1${HIDDEN}`);
  }
}

function isText(contentType: string): boolean {
  return /^text\/|\b(?:json|xml|x-www-form-urlencoded|javascript)\b/i.test(contentType);
}
