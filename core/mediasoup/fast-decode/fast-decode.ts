import { errorText } from '../../error-text.js';
import type { Logger } from '../../logger.js';
import type { FastDecodeStatus, Reading } from '../../source.js';
import { isVersionWithin, type Version } from '../version.js';
import { type AnswerKind, type Decodable, decodersOn } from './answer-kind.js';
import { channelOf, overhear, type Request } from './channel.js';
import { differingField } from './differing-field.js';
import { FlatTable } from './flat-table.js';
import { isRawAnswer, letGo, openBody, type RawAnswer } from './raw-answer.js';

/** Versions whose answers are known: bit rates have 64 bits since the first. */
const TESTED: { readonly from: Version; readonly before: Version } = { from: [3, 27, 0], before: [3, 28, 0] };
const TESTED_TEXT = '3.27';
/** Of each kind of answer one in so many is compared with what mediasoup makes of it, and the first ones until one told something. */
export const CHECK_EVERY = 1_000;

/** An open entity of mediasoup whose statistics are wanted. */
export interface Asked extends Decodable {
  readonly entity: { readonly id: string; readonly closed: boolean };
  /** Through mediasoup's public API. */
  read(): Promise<Reading | null>;
}

/** One kind of answer: how mediasoup asks for it, learned from mediasoup, and what type of body it has. */
interface Way {
  method: number;
  bodyType: number;
  sinceCheck: number;
}

/**
 * Asks for statistics through mediasoup's private channel and decodes the answers here, at a fraction of what mediasoup's own
 * decoding costs. What is private may be otherwise in any version. So nothing is taken for granted: how to ask is learned by
 * overhearing a public `getStats()`, whose answer is decoded here too and compared field by field, at first and time and again.
 * The first difference or error ends it for good; from then on everything goes through the public API, as without it.
 */
export class FastDecode {
  readonly #logger: Logger;
  readonly #table = new FlatTable();
  readonly #decoders = decodersOn(this.#table);
  readonly #ways = new Map<AnswerKind, Way>();
  /** The method of the channels' class. */
  #request: Request | null = null;
  #reason: string | null = null;
  #decoded = 0;
  #checks = 0;

  constructor(version: string | null, logger: Logger) {
    this.#logger = logger;
    if (!isVersionWithin(version, TESTED)) {
      this.#fallBack(
        `it knows the answers of mediasoup ${TESTED_TEXT}, and this is ${version ?? 'an unknown version'}`,
      );
    }
  }

  get status(): FastDecodeStatus {
    const state = this.#reason !== null ? 'fellBack' : this.#ways.size === 0 ? 'checking' : 'on';
    return { state, reason: this.#reason, decoded: this.#decoded, checks: this.#checks };
  }

  get isOn(): boolean {
    return this.#reason === null;
  }

  /** Asks, and resolves with an answer for `decode`, or rejects as `getStats()` does. `null` when `check` is to be asked instead. */
  request(asked: Asked): Promise<unknown> | null {
    const way = this.#ways.get(asked.answerKind);
    if (way === undefined || way.sinceCheck >= CHECK_EVERY) return null;
    const channel = channelOf(asked.entity);
    if (channel === null || channel.request !== this.#request) return null;
    way.sinceCheck++;
    return channel.request(way.method, undefined, undefined, asked.entity.id);
  }

  /** The reading in an answer, valid until the next call. Throws for an answer that is not as it was learned. */
  decode(asked: Asked, answer: unknown): Reading {
    const reading = this.#decode(asked, answer, this.#ways.get(asked.answerKind)?.bodyType ?? null);
    letGo(answer as RawAnswer);
    this.#decoded++;
    return reading;
  }

  /** Reads through the public API, and decodes the very same answer here to compare. Settles as `asked.read()` does. */
  async check(asked: Asked): Promise<Reading | null> {
    const channel = channelOf(asked.entity);
    if (channel === null || Object.hasOwn(channel, 'request')) {
      this.#fallBack('the channel of an entity is not the one that is known');
      return asked.read();
    }
    const { request } = channel;
    this.#request ??= request;
    const way = this.#ways.get(asked.answerKind);
    if (way !== undefined) way.sinceCheck = 0;
    const { result, heard } = overhear(channel, () => asked.read());
    // Both settle in the same turn; a rejection is told by the first alone.
    const answers = Promise.allSettled(heard.map(({ answer }) => answer));
    const reading = await result;
    const [answer] = await answers;
    if (reading === null || asked.entity.closed || this.#reason !== null) return reading;
    try {
      const problem = this.#compare(asked, { request, given: heard.map(({ given }) => given), answer, reading });
      if (problem !== null) this.#fallBack(problem);
    } catch (error) {
      this.failed(error);
    }
    return reading;
  }

  /** An answer could not be decoded. */
  failed(error: unknown): void {
    this.#fallBack(errorText(error));
  }

  /** Ends it for good. Told once. */
  #fallBack(reason: string): void {
    if (this.#reason !== null) return;
    this.#reason = reason;
    this.#logger.warn('fastDecode is off until the next start; statistics come through the public API of mediasoup', {
      reason,
    });
  }

  /** What is wrong; `null` for nothing. Remembers how to ask. */
  #compare(
    asked: Asked,
    found: {
      readonly request: Request;
      readonly given: readonly (readonly unknown[])[];
      readonly answer: PromiseSettledResult<unknown> | undefined;
      readonly reading: Reading;
    },
  ): string | null {
    const { answerKind: kind } = asked;
    const [method, bodyType, bodyOffset, handlerId] = found.given[0] ?? [];
    if (found.given.length !== 1 || found.request !== this.#request || found.answer?.status !== 'fulfilled') {
      return `${kind}: mediasoup asks for statistics in another way`;
    }
    if (
      typeof method !== 'number' ||
      bodyType !== undefined ||
      bodyOffset !== undefined ||
      handlerId !== asked.entity.id
    ) {
      return `${kind}: mediasoup asks for statistics with other arguments`;
    }
    const way = this.#ways.get(kind);
    if (way !== undefined && way.method !== method) return `${kind}: mediasoup's method for statistics has changed`;
    const { value } = found.answer;
    const difference = differingField(this.#decode(asked, value, way?.bodyType ?? null), found.reading);
    if (difference !== null) return `${kind}: ${difference}`;
    this.#checks++;
    const { streams, values } = found.reading;
    const toldSomething = streams.length > 0 || Object.keys(values).length > 0;
    if (way === undefined && toldSomething) {
      this.#ways.set(kind, { method, bodyType: this.#bodyTypeOf(value), sinceCheck: 0 });
    }
    return null;
  }

  #decode(asked: Asked, answer: unknown, bodyType: number | null): Reading {
    if (!isRawAnswer(answer)) throw new RangeError(`${asked.answerKind}: an answer of an unknown form`);
    const type = openBody(this.#table, answer);
    if (bodyType !== null && type !== bodyType) throw new RangeError(`${asked.answerKind}: an answer of type ${type}`);
    return asked.decode(this.#decoders);
  }

  #bodyTypeOf(answer: unknown): number {
    return isRawAnswer(answer) ? openBody(this.#table, answer) : 0;
  }
}
