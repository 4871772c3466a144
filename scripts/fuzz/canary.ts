import { randomBytes } from 'node:crypto';

/**
 * Secrets that can be told from everything else: all begin with the same random digits. Where those show, a secret was
 * told, whole or in part, as it is or in a form that anyone can read.
 */
export class Canaries {
  readonly mark: string;
  planted = 0;
  private readonly forms: readonly string[];

  constructor() {
    this.mark = randomBytes(12).toString('hex');
    this.forms = [this.mark, ...inBase64(this.mark)];
  }

  /** A fresh secret. */
  next(): string {
    this.planted += 1;
    return `${this.mark}-${this.planted}-${randomBytes(6).toString('hex')}`;
  }

  /** Does a text tell one? */
  sing(text: string): boolean {
    const plain = text.toLowerCase();
    return this.forms.some((form) => (form === this.mark ? plain : text).includes(form));
  }
}

/** What a text becomes in Base64 at each of the three offsets, without the digits that its neighbours have a part in. */
function inBase64(text: string): string[] {
  return [0, 1, 2].map((offset) => {
    const whole = Buffer.from(' '.repeat(offset) + text).toString('base64');
    return whole.slice(4, whole.length - 4);
  });
}
