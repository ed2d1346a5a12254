import { parsePattern } from './parse-pattern.js';
import type { CharRange, Syntax } from './syntax.js';

const MOST_CHARACTERS = 1_024;
const MOST_STATES = 1_000;

type Step =
  | { readonly type: 'one'; readonly ranges: readonly CharRange[]; next: number }
  | { readonly type: 'either'; next: number; other: number }
  | { readonly type: 'begin' | 'end'; next: number }
  | { readonly type: 'match' };

/**
 * A regular expression that must match a whole text. Its time grows with the length of the text times that of the pattern and never
 * beyond, because all ways to match are followed at once: K. Thompson, "Regular Expression Search Algorithm", 1968. The syntax is that
 * part of RE2 which tells texts apart: literals, `.`, `|`, `( )`, `(?: )`, `[ ]`, `* + ? {n,m}`, `^ $`, `\d \w \s` and their opposites.
 */
export class TextPattern {
  readonly #steps: Step[] = [];
  readonly #first: number;

  /** Throws `RangeError` for a pattern that is wrong, too long, or repeats too much. */
  constructor(source: string) {
    if (source.length > MOST_CHARACTERS) {
      throw new RangeError(`it has ${source.length} characters; at most ${MOST_CHARACTERS} are allowed`);
    }
    this.#first = this.#compile(parsePattern(source), this.#add({ type: 'match' }));
  }

  matches(text: string): boolean {
    let now = new StateSet(this.#steps.length);
    let next = new StateSet(this.#steps.length);
    this.#enter(now, this.#first, true, text === '');
    let at = 0;
    for (const char of text) {
      if (now.states.length === 0) return false;
      const code = char.codePointAt(0) ?? 0;
      at += char.length;
      next.clear();
      for (const state of now.states) {
        const step = this.#steps[state];
        if (step?.type === 'one' && contains(step.ranges, code))
          this.#enter(next, step.next, false, at === text.length);
      }
      [now, next] = [next, now];
    }
    return now.states.some((state) => this.#steps[state]?.type === 'match');
  }

  /** Adds a state and all that can be reached from it without a character. */
  #enter(set: StateSet, first: number, atBegin: boolean, atEnd: boolean): void {
    const waiting = [first];
    for (let state = waiting.pop(); state !== undefined; state = waiting.pop()) {
      if (!set.add(state)) continue;
      const step = this.#steps[state];
      if (step?.type === 'either') waiting.push(step.other, step.next);
      else if ((step?.type === 'begin' && atBegin) || (step?.type === 'end' && atEnd)) waiting.push(step.next);
    }
  }

  #add(step: Step): number {
    if (this.#steps.length >= MOST_STATES)
      throw new RangeError('it repeats too much; use `*` or `+` in place of counts');
    return this.#steps.push(step) - 1;
  }

  /** Adds the steps of a part that goes on at `next`. Gives the first of them. */
  #compile(part: Syntax, next: number): number {
    switch (part.type) {
      case 'one':
        return this.#add({ type: 'one', ranges: part.ranges, next });
      case 'begin':
      case 'end':
        return this.#add({ type: part.type, next });
      case 'all':
        return part.parts.reduceRight((after, each) => this.#compile(each, after), next);
      case 'any':
        return part.choices
          .map((choice) => this.#compile(choice, next))
          .reduceRight((other, choice) => this.#add({ type: 'either', next: choice, other }));
      case 'repeat':
        return this.#repeat(part.part, part.least, part.most, next);
    }
  }

  #repeat(part: Syntax, least: number, most: number, next: number): number {
    let first = next;
    if (most === Number.POSITIVE_INFINITY) {
      const loop: Step = { type: 'either', next, other: next };
      first = this.#add(loop);
      loop.next = this.#compile(part, first);
    } else {
      for (let i = least; i < most; i++)
        first = this.#add({ type: 'either', next: this.#compile(part, first), other: next });
    }
    for (let i = 0; i < least; i++) first = this.#compile(part, first);
    return first;
  }
}

/** States, each once, in the order in which they came. */
class StateSet {
  readonly states: number[] = [];
  readonly #has: Uint8Array;

  constructor(size: number) {
    this.#has = new Uint8Array(size);
  }

  add(state: number): boolean {
    if (this.#has[state] === 1) return false;
    this.#has[state] = 1;
    this.states.push(state);
    return true;
  }

  clear(): void {
    for (const state of this.states) this.#has[state] = 0;
    this.states.length = 0;
  }
}

function contains(ranges: readonly CharRange[], code: number): boolean {
  return ranges.some(([first, last]) => code >= first && code <= last);
}
