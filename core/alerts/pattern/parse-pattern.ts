import { type CharRange, complement, EXCEPT_NEWLINE, NAMED_CLASSES, type Syntax } from './syntax.js';

const MOST_GROUPS_DEEP = 20;
const MOST_REPEATS = 1_000;
const CONTROLS: Readonly<Record<string, number>> = { n: 0x0a, r: 0x0d, t: 0x09 };
const COUNT = /^\{(\d{1,4})(?:(,)(\d{1,4})?)?\}/;

/** Reads a pattern. Throws `RangeError`, with the place, for what is wrong or not supported. */
export function parsePattern(source: string): Syntax {
  return new PatternParser(source).whole();
}

class PatternParser {
  readonly #chars: readonly string[];
  #at = 0;
  #depth = 0;

  constructor(source: string) {
    this.#chars = Array.from(source);
  }

  whole(): Syntax {
    const syntax = this.#choices();
    if (this.#at < this.#chars.length) throw this.#wrong('there is no group that this `)` would end');
    return syntax;
  }

  #choices(): Syntax {
    const choices = [this.#sequence()];
    while (this.#take('|')) choices.push(this.#sequence());
    return choices.length === 1 && choices[0] !== undefined ? choices[0] : { type: 'any', choices };
  }

  #sequence(): Syntax {
    const parts: Syntax[] = [];
    while (this.#at < this.#chars.length && this.#peek !== '|' && this.#peek !== ')') parts.push(this.#repeated());
    return { type: 'all', parts };
  }

  #repeated(): Syntax {
    const part = this.#atom();
    const counts = this.#counts();
    if (counts === null) return part;
    // Lazy or greedy makes no difference to whether a whole text matches.
    this.#take('?');
    if (/^[*+?]$/.test(this.#peek)) throw this.#wrong(`\`${this.#peek}\` has nothing to repeat`);
    return { type: 'repeat', part, ...counts };
  }

  #counts(): { readonly least: number; readonly most: number } | null {
    if (this.#take('*')) return { least: 0, most: Number.POSITIVE_INFINITY };
    if (this.#take('+')) return { least: 1, most: Number.POSITIVE_INFINITY };
    if (this.#take('?')) return { least: 0, most: 1 };
    if (this.#peek !== '{') return null;
    const [text, low, comma, high] = COUNT.exec(this.#chars.slice(this.#at, this.#at + 11).join('')) ?? [];
    if (text === undefined) throw this.#wrong('a `{` that repeats nothing is written `\\{`');
    const least = Number(low);
    const most = comma === undefined ? least : high === undefined ? Number.POSITIVE_INFINITY : Number(high);
    if (least > most || Math.max(least, Number.isFinite(most) ? most : 0) > MOST_REPEATS) {
      throw this.#wrong(`\`${text}\` is out of order, or more than ${MOST_REPEATS}`);
    }
    this.#at += text.length;
    return { least, most };
  }

  #atom(): Syntax {
    const char = this.#peek;
    if (/^[*+?{]$/.test(char)) throw this.#wrong(`\`${char}\` has nothing to repeat`);
    this.#at++;
    switch (char) {
      case '(':
        return this.#group();
      case '[':
        return { type: 'one', ranges: this.#charClass() };
      case '.':
        return { type: 'one', ranges: EXCEPT_NEWLINE };
      case '^':
        return { type: 'begin' };
      case '$':
        return { type: 'end' };
      case '\\':
        return { type: 'one', ranges: this.#escape() };
      default:
        return { type: 'one', ranges: [rangeOf(char)] };
    }
  }

  #group(): Syntax {
    if (this.#take('?') && !this.#take(':')) {
      throw this.#wrong('of the groups that begin with `(?`, only `(?:` is supported');
    }
    if (++this.#depth > MOST_GROUPS_DEEP) throw this.#wrong(`groups lie more than ${MOST_GROUPS_DEEP} deep`);
    const inner = this.#choices();
    if (!this.#take(')')) throw this.#wrong('a `)` is missing');
    this.#depth--;
    return inner;
  }

  #escape(): readonly CharRange[] {
    const char = this.#peek;
    this.#at++;
    const named = NAMED_CLASSES[char.toLowerCase()];
    if (named !== undefined) return char === char.toLowerCase() ? named : complement(named);
    const control = CONTROLS[char];
    if (control !== undefined) return [[control, control]];
    if (/^[^\p{L}\p{N}]$/u.test(char)) return [rangeOf(char)];
    this.#at--;
    throw this.#wrong(char === '' ? 'it ends with a `\\`' : `\`\\${char}\` is not supported`);
  }

  #charClass(): readonly CharRange[] {
    const isNegated = this.#take('^');
    const ranges: CharRange[] = [];
    do {
      if (this.#at >= this.#chars.length) throw this.#wrong('a `]` is missing');
      ranges.push(...this.#classItem());
    } while (!this.#take(']'));
    return isNegated ? complement(ranges) : ranges;
  }

  #classItem(): readonly CharRange[] {
    if (this.#peek === '[' && this.#chars[this.#at + 1] === ':') throw this.#wrong('`[:` is not supported');
    const from = this.#classChar();
    const [single] = from;
    if (this.#peek !== '-' || [']', undefined].includes(this.#chars[this.#at + 1])) return from;
    this.#at++;
    const to = this.#classChar();
    const [last] = to;
    const isRange = from.length === 1 && to.length === 1 && single?.[0] === single?.[1] && last?.[0] === last?.[1];
    if (!isRange || single === undefined || last === undefined || single[0] > last[0]) {
      throw this.#wrong('a range of characters must go from a lower to a higher one');
    }
    return [[single[0], last[0]]];
  }

  #classChar(): readonly CharRange[] {
    const char = this.#peek;
    this.#at++;
    return char === '\\' ? this.#escape() : [rangeOf(char)];
  }

  get #peek(): string {
    return this.#chars[this.#at] ?? '';
  }

  #take(char: string): boolean {
    if (this.#peek !== char) return false;
    this.#at++;
    return true;
  }

  #wrong(what: string): RangeError {
    return new RangeError(`at character ${this.#at + 1}: ${what}`);
  }
}

function rangeOf(char: string): CharRange {
  const code = char.codePointAt(0) ?? 0;
  return [code, code];
}
