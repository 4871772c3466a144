import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { PRIORITIES, STATUSES } from './meaning.ts';
import { marksOf, other } from './state.ts';
import type { Side, Told } from './state.ts';
import type { Deed } from './story.ts';
import type { Desk } from './trackers/desk.ts';

type Single = Exclude<Deed, { readonly kind: 'both' }>;

/** Does what the story says, and remembers what the trackers said yes to. */
export class People {
  private readonly desks: Readonly<Record<Side, Desk>>;
  private readonly ids: Readonly<Record<Side, Map<string, string>>> = { redmine: new Map(), rt: new Map() };
  private readonly items: string[] = [];
  private readonly comments: string[] = [];
  private readonly files: string[] = [];
  /** Deeds that a tracker refused or did not answer. */
  readonly failures: string[] = [];
  done = 0;
  /** Items that were written on both sides at the same moment. */
  clashes = 0;

  constructor(desks: Readonly<Record<Side, Desk>>) {
    this.desks = desks;
  }

  get told(): Told {
    return { items: this.items, comments: this.comments, files: this.files };
  }

  async play(deeds: readonly { readonly pause: number; readonly deed: Deed }[]): Promise<void> {
    for (const { pause, deed } of deeds) {
      await delay(pause);
      await this.perform(deed);
    }
  }

  async perform(deed: Deed): Promise<void> {
    const singles = deed.kind === 'both' ? await this.possible(deed.deeds as readonly Single[]) : [deed];
    const sides = await Promise.all(
      singles.map(async (it) => {
        try {
          const side = await this.act(it);
          this.done += 1;
          return side;
        } catch (error) {
          const why = error instanceof Error ? error.message : String(error);
          this.failures.push(`${it.person} could not ${it.kind} ${it.token} in ${it.side}: ${why}`);
          return undefined;
        }
      }),
    );
    if (sides.includes('redmine') && sides.includes('rt')) this.clashes += 1;
  }

  /** While an item has no copy, there is nothing to do on the other side. */
  private async possible(deeds: readonly Single[]): Promise<readonly Single[]> {
    const sides = await Promise.all(deeds.map(async (it) => (await this.place(it.side, it.token))?.side));
    return new Set(sides).size === deeds.length ? deeds : deeds.slice(0, 1);
  }

  /** Gives the side on which it was done. */
  private async act(deed: Single): Promise<Side> {
    if (deed.kind === 'create') {
      await this.create(deed);
      return deed.side;
    }
    const at = await this.place(deed.side, deed.token);
    if (at === undefined) throw new Error('it is on neither side');
    const desk = this.desks[at.side];
    switch (deed.kind) {
      case 'edit':
        await desk.edit(deed.person, at.id, inWordsOf(at.side, deed.values));
        break;
      case 'rewrite':
        await desk.rewrite(deed.person, at.id, (text) => withSentence(text, deed.paragraph, deed.sentence));
        break;
      case 'comment':
        await desk.comment(deed.person, at.id, deed.text, deed.private);
        this.comments.push(...marksOf(deed.text).slice(0, 1));
        break;
      case 'attach': {
        const content = new TextEncoder().encode(deed.content);
        await desk.attach(deed.person, at.id, { name: deed.name, content }, deed.private && at.side === 'rt');
        this.files.push(createHash('sha256').update(content).digest('hex'));
      }
    }
    return at.side;
  }

  /** A create that got no answer may have happened: people look before they try again. */
  private async create(deed: Extract<Single, { kind: 'create' }>): Promise<void> {
    const desk = this.desks[deed.side];
    let id: string | undefined;
    for (let attempt = 1; id === undefined; attempt += 1) {
      try {
        id = await desk.create(deed.person, deed.values, deed.request);
      } catch (error) {
        if (attempt === 4) throw error;
        [id] = await desk.find(deed.token);
      }
    }
    this.ids[deed.side].set(deed.token, id);
    this.items.push(deed.token);
  }

  /** Where the item is: on the side wanted, or on its own while the other has no copy. */
  private async place(
    side: Side,
    token: string,
  ): Promise<{ readonly side: Side; readonly id: string } | undefined> {
    for (const one of [side, other(side)]) {
      const known = this.ids[one].get(token) ?? (await this.desks[one].find(token))[0];
      if (known === undefined) continue;
      this.ids[one].set(token, known);
      return { side: one, id: known };
    }
    return undefined;
  }
}

/** An edit meant for the other side, said as this side says it. */
function inWordsOf(side: Side, values: Extract<Deed, { kind: 'edit' }>['values']): typeof values {
  const { due, ...rest } = values;
  const kept = due === undefined ? {} : { due: side === 'redmine' ? due.slice(0, 10) : due };
  const { status, priority, ...others } = rest;
  return {
    ...others,
    ...kept,
    ...(status === undefined ? {} : { status: translated(side, status, STATUSES) }),
    ...(priority === undefined ? {} : { priority: translated(side, priority, PRIORITIES) }),
  };
}

function translated(side: Side, value: string, table: readonly (readonly [string, string])[]): string {
  const column = side === 'redmine' ? 0 : 1;
  const row = table.find((it) => it[column] === value) ?? table.find((it) => it[1 - column] === value);
  return row?.[column] ?? value;
}

function withSentence(text: string, paragraph: number, sentence: string): string {
  const paragraphs = text.split(/\n{2,}/).filter((it) => it.trim() !== '');
  const index = Math.min(paragraph, paragraphs.length);
  paragraphs[index] = [paragraphs[index], sentence].filter((it) => it !== undefined).join(' ');
  return paragraphs.join('\n\n');
}
