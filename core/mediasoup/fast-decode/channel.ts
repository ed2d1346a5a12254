/** mediasoup's private channel to a worker, as far as it is used here. */
export interface ChannelShape {
  request: Request;
}

export type Request = (
  this: ChannelShape,
  method: number,
  bodyType?: undefined,
  bodyOffset?: undefined,
  handlerId?: string,
) => Promise<unknown>;

/** The entity's channel; `null` when it shows none of the form that is known. */
export function channelOf(entity: object): ChannelShape | null {
  const { channelForTesting: channel } = entity as { channelForTesting?: unknown };
  if (typeof channel !== 'object' || channel === null) return null;
  return typeof (channel as Partial<ChannelShape>).request === 'function' ? (channel as ChannelShape) : null;
}

/** What went through a channel while something was called. */
export interface Overheard {
  readonly given: readonly unknown[];
  readonly answer: Promise<unknown>;
}

/**
 * Calls, and returns with the result the requests that the channel was given before the call returned. For that time, in which
 * nothing else runs, the channel has a method of its own in front of its class's.
 */
export function overhear<T>(
  channel: ChannelShape,
  call: () => T,
): { readonly result: T; readonly heard: readonly Overheard[] } {
  const heard: Overheard[] = [];
  const { request } = channel;
  channel.request = function overheard(...given) {
    const answer = request.apply(this, given);
    heard.push({ given, answer });
    return answer;
  };
  try {
    return { result: call(), heard };
  } finally {
    Reflect.deleteProperty(channel, 'request');
  }
}
