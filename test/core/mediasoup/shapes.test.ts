import type * as mediasoup from 'mediasoup';
import type { types } from 'mediasoup';
import { describe, expectTypeOf, it } from 'vitest';
import type * as shapes from '../../../core/mediasoup/shapes.js';

type Stat<T extends { getStats(): Promise<readonly unknown[]> }> = Awaited<ReturnType<T['getStats']>>[number];

describe('the shapes', () => {
  it('fit the installed mediasoup: a change of its types fails to compile here', () => {
    expectTypeOf<typeof mediasoup>().toExtend<shapes.MediasoupShape>();
    expectTypeOf<types.Worker>().toExtend<shapes.WorkerShape>();
    expectTypeOf<types.WebRtcServer>().toExtend<shapes.WebRtcServerShape>();
    expectTypeOf<types.Router>().toExtend<shapes.RouterShape>();
    expectTypeOf<types.WebRtcTransport>().toExtend<shapes.TransportShape>();
    expectTypeOf<types.PlainTransport>().toExtend<shapes.TransportShape>();
    expectTypeOf<types.PipeTransport>().toExtend<shapes.TransportShape>();
    expectTypeOf<types.DirectTransport>().toExtend<shapes.TransportShape>();
    expectTypeOf<types.Producer>().toExtend<shapes.ProducerShape>();
    expectTypeOf<types.Consumer>().toExtend<shapes.ConsumerShape>();
    expectTypeOf<types.DataProducer>().toExtend<shapes.DataProducerShape>();
    expectTypeOf<types.DataConsumer>().toExtend<shapes.DataConsumerShape>();
    expectTypeOf<types.AudioLevelObserver>().toExtend<shapes.RtpObserverShape>();
    expectTypeOf<types.ActiveSpeakerObserver>().toExtend<shapes.RtpObserverShape>();
    expectTypeOf<Stat<types.WebRtcTransport>>().toExtend<shapes.TransportStatShape>();
    expectTypeOf<Stat<types.PlainTransport>>().toExtend<shapes.TransportStatShape>();
    expectTypeOf<Stat<types.PipeTransport>>().toExtend<shapes.TransportStatShape>();
    expectTypeOf<Stat<types.DirectTransport>>().toExtend<shapes.TransportStatShape>();
    expectTypeOf<types.ProducerTraceEventData>().toExtend<shapes.TraceShape>();
    expectTypeOf<types.ProducerVideoOrientation>().toExtend<shapes.VideoOrientationShape>();
  });
});
