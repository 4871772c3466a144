/** A sign as HTML writes it where it would mean something; `decodeReferences` takes it back. */
export function reference(sign: string): string {
  return `&#${sign.codePointAt(0)};`;
}

/** In one pass, so that what a reference stands for is not read as one itself. */
export function decodeReferences(text: string): string {
  return text.replaceAll(/&(?:#(\d{1,7})|(amp|lt|gt|quot));/g, (all, digits?: string, name?: string) => {
    if (name !== undefined) return NAMED[name] ?? all;
    const point = Number(digits);
    return point > 0 && point <= 0x10_ffff ? String.fromCodePoint(point).toWellFormed() : all;
  });
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' };
