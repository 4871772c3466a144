/**
 * Ends a request when its caller cancels it, or when nothing happened for a time: each byte that moves starts the
 * time anew, so that a large file may take as long as it takes; unless the time is meant for the whole request.
 */
export class Deadline {
  private readonly controller = new AbortController();
  private readonly caller: AbortSignal;
  private readonly milliseconds: number;
  private readonly isExtended: boolean;
  private timer: NodeJS.Timeout | undefined;

  constructor(caller: AbortSignal, milliseconds: number, isExtended: boolean) {
    this.caller = caller;
    this.milliseconds = milliseconds;
    this.isExtended = isExtended;
    caller.throwIfAborted();
    caller.addEventListener('abort', this.cancel);
    this.start();
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  extend(): void {
    if (this.isExtended) this.start();
  }

  private start(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.controller.abort(new DOMException('the server did not answer in time', 'TimeoutError'));
    }, this.milliseconds);
  }

  /** Must be called when the exchange is over, however it ended. */
  end(): void {
    clearTimeout(this.timer);
    this.caller.removeEventListener('abort', this.cancel);
  }

  private readonly cancel = (): void => {
    this.controller.abort(this.caller.reason);
  };
}
