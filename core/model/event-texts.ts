import type { EventMap, EventType, MonitorEvent } from './events.js';

/** What an event means, for docs and schema, and how it reads with its data, for a person. */
interface EventText<T extends EventType> {
  readonly help: string;
  readonly message: (data: EventMap[T]) => string;
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
const layers = (value: { spatialLayer: number; temporalLayer: number | null } | null): string =>
  value === null ? 'none' : `S${value.spatialLayer}${value.temporalLayer === null ? '' : `T${value.temporalLayer}`}`;
const CLOSE_WORDS = {
  api: 'by the application',
  parent: 'with what it lived in',
  producer: 'with its producer',
  router: 'with its router',
  workerClosed: 'with its worker',
  workerDied: 'as its worker died',
  webRtcServer: 'with its WebRTC server',
} as const satisfies Record<EventMap['router.closed']['reason'], string>;
const closed = ({ reason, lifetimeMs }: EventMap['router.closed']): string =>
  `closed ${CLOSE_WORDS[reason]} after ${seconds(lifetimeMs)}`;
const changed =
  (what: string) =>
  ({ from, to }: { from: string | null; to: string }): string =>
    `${what} went from ${from ?? 'unknown'} to ${to}`;
const traced = ({ trace, direction }: EventMap['producer.traced']): string =>
  `trace ${trace}${direction === null ? '' : ` (${direction})`}`;
const joined = ({ peer }: EventMap['transport.piped']): string => `joined to ${peer.kind} ${peer.key}`;
const parted = ({ peer }: EventMap['transport.piped']): string => `parted from ${peer.kind} ${peer.key}`;
const counted = (value: number | null, what: string): string => `${value ?? 'unknown'} ${what}`;
const percent = (ratio: number | null): string => (ratio === null ? 'unknown' : `${(ratio * 100).toFixed(1)} %`);
const streamed = ({ durationMs, packets, bytes, lossRatio }: EventMap['producer.summarized' | 'consumer.summarized']) =>
  `ended after ${seconds(durationMs)} with ${counted(packets, 'packets')}, ${counted(bytes, 'bytes')}, ` +
  `loss ${percent(lossRatio)}`;
const messaged = ({ durationMs, messages, bytes }: EventMap['dataProducer.summarized']): string =>
  `ended after ${seconds(durationMs)} with ${counted(messages, 'messages')}, ${counted(bytes, 'bytes')}`;
const say = (text: string) => (): string => text;

/** Complete by type: a new event does not compile without a text. */
export const EVENT_TEXTS: { readonly [T in EventType]: EventText<T> } = {
  'worker.created': { help: 'A worker process started.', message: ({ pid }) => `started with pid ${pid}` },
  'worker.closed': { help: 'A worker was closed.', message: closed },
  'worker.died': {
    help: 'A worker process ended by itself; the data tells what went with it.',
    message: ({ pid, signal, exitCode, uptimeMs, blastRadius }) =>
      `pid ${pid} died after ${seconds(uptimeMs)} (${signal ?? `exit code ${exitCode ?? 'unknown'}`}), ` +
      `with ${blastRadius.rooms.length} rooms, ${blastRadius.peers.length} peers, ${blastRadius.consumers} consumers`,
  },
  'worker.hung': {
    help: 'A worker did not answer a probe within its deadline.',
    message: ({ pid, deadlineMs }) => `pid ${pid} did not answer within ${seconds(deadlineMs)}`,
  },
  'worker.logged': {
    help: 'mediasoup, or a worker, logged something.',
    message: ({ level, namespace, message, omitted }) =>
      `logged ${level === 'error' ? 'an error' : 'a warning'} (${namespace}): ${message}` +
      `${omitted === 0 ? '' : `; ${omitted} lines before it were left out`}`,
  },
  'worker.recovered': {
    help: 'A worker that hung answers again.',
    message: ({ pid, hungMs }) => `pid ${pid} answers again after ${seconds(hungMs)}`,
  },
  'webRtcServer.created': { help: 'A WebRTC server opened.', message: say('opened') },
  'webRtcServer.closed': { help: 'A WebRTC server closed.', message: closed },
  'router.created': { help: 'A router opened.', message: say('opened') },
  'router.closed': { help: 'A router closed.', message: closed },
  'transport.created': { help: 'A transport opened.', message: ({ type }) => `opened (${type})` },
  'transport.closed': {
    help: 'A transport closed.',
    message: (data) => `${closed(data)}${data.everConnected ? '' : '; it never connected'}`,
  },
  'transport.summarized': {
    help: 'What came of a transport that closed.',
    message: ({ durationMs, bytesReceived, bytesSent }) =>
      `ended after ${seconds(durationMs)} with ${counted(bytesReceived, 'bytes in')}, ${counted(bytesSent, 'bytes out')}`,
  },
  'transport.iceStateChanged': { help: 'ICE changed its state.', message: changed('ICE') },
  'transport.dtlsStateChanged': { help: 'DTLS changed its state.', message: changed('DTLS') },
  'transport.sctpStateChanged': { help: 'SCTP changed its state.', message: changed('SCTP') },
  'transport.tupleChanged': {
    help: 'A path was selected or changed.',
    message: ({ tuple, rtcp }) =>
      `${rtcp ? 'RTCP' : 'media'} flows over ${tuple.protocol.toUpperCase()} to ${tuple.remoteAddress ?? 'unknown'}:${tuple.remotePort ?? '?'}`,
  },
  'transport.connected': {
    help: 'Media can flow for the first time.',
    message: ({ iceConnectMs, dtlsConnectMs }) =>
      `connected${iceConnectMs === null ? '' : `; ICE after ${seconds(iceConnectMs)}`}${dtlsConnectMs === null ? '' : `, DTLS after ${seconds(dtlsConnectMs)}`}`,
  },
  'transport.neverConnected': {
    help: 'A transport has not connected within the threshold.',
    message: ({ afterMs }) => `still not connected ${seconds(afterMs)} after opening`,
  },
  'transport.idled': {
    help: 'A connected transport receives nothing.',
    message: ({ idleMs }) => `has received nothing for ${seconds(idleMs)}`,
  },
  'transport.resumed': {
    help: 'An idle transport receives again.',
    message: ({ idleMs }) => `receives again after ${seconds(idleMs)}`,
  },
  'transport.webRtcServerAssigned': {
    help: 'A transport listens on the ports of a WebRTC server.',
    message: ({ webRtcServer }) => `listens on WebRTC server ${webRtcServer.id}`,
  },
  'transport.piped': { help: 'The other end of a pipe was found.', message: joined },
  'transport.unpiped': { help: 'The other end of a pipe has gone.', message: parted },
  'transport.traced': { help: 'A trace the application enabled.', message: traced },
  'producer.created': {
    help: 'A producer opened.',
    message: ({ mediaKind, type }) => `opened (${mediaKind}, ${type})`,
  },
  'producer.closed': { help: 'A producer closed.', message: closed },
  'producer.summarized': { help: 'What came of a producer that closed.', message: streamed },
  'producer.paused': { help: 'A producer was paused.', message: say('paused') },
  'producer.resumed': { help: 'A producer was resumed.', message: say('resumed') },
  'producer.scoreChanged': {
    help: 'The score of a producer changed.',
    message: ({ score, scores }) =>
      `score is ${score ?? 'unknown'}${scores.length > 1 ? ` (${scores.map((each) => each.score).join(', ')})` : ''}`,
  },
  'producer.videoOrientationChanged': {
    help: 'The publisher turned its camera.',
    message: ({ rotation }) => `picture is rotated by ${rotation} degrees`,
  },
  'producer.mediaStarted': {
    help: 'The first media of a producer was seen.',
    message: ({ firstMediaMs }) => `first media ${seconds(firstMediaMs)} after opening`,
  },
  'producer.stalled': {
    help: 'A producer sends nothing though it is not paused.',
    message: ({ silentMs }) => `has sent nothing for ${seconds(silentMs)}`,
  },
  'producer.recovered': {
    help: 'A stalled producer sends again.',
    message: ({ stalledMs }) => `sends again after ${seconds(stalledMs)}`,
  },
  'producer.piped': { help: 'The consumer that feeds a piped producer was found.', message: joined },
  'producer.unpiped': { help: 'The consumer that fed a piped producer has gone.', message: parted },
  'producer.traced': { help: 'A trace the application enabled.', message: traced },
  'consumer.created': {
    help: 'A consumer opened.',
    message: ({ mediaKind, type, producerId }) => `opened (${mediaKind}, ${type}) of producer ${producerId}`,
  },
  'consumer.closed': { help: 'A consumer closed.', message: closed },
  'consumer.summarized': { help: 'What came of a consumer that closed.', message: streamed },
  'consumer.paused': { help: 'The application paused a consumer.', message: say('paused') },
  'consumer.resumed': { help: 'The application resumed a consumer.', message: say('resumed') },
  'consumer.producerPaused': {
    help: 'The producer of a consumer was paused.',
    message: say('follows its producer, which was paused'),
  },
  'consumer.producerResumed': {
    help: 'The producer of a consumer was resumed.',
    message: say('follows its producer, which was resumed'),
  },
  'consumer.scoreChanged': {
    help: 'The score of a consumer changed.',
    message: ({ score, producerScore }) => `score is ${score}, of its producer ${producerScore}`,
  },
  'consumer.layersChanged': {
    help: 'A consumer forwards other layers.',
    message: ({ from, to }) => `layers went from ${layers(from)} to ${layers(to)}`,
  },
  'consumer.preferencesChanged': {
    help: 'The application asked for other layers or another priority.',
    message: ({ preferredLayers, priority }) =>
      `prefers layers ${layers(preferredLayers)}, priority ${priority ?? 'unknown'}`,
  },
  'consumer.mediaStarted': {
    help: 'The first media was forwarded by a consumer.',
    message: ({ firstMediaMs }) => `first media ${seconds(firstMediaMs)} after opening`,
  },
  'consumer.starved': {
    help: 'A consumer forwards nothing though its producer flows.',
    message: ({ cause, silentMs }) =>
      `has forwarded ${cause === 'noLayers' ? 'no layer' : 'nothing'} for ${seconds(silentMs)}`,
  },
  'consumer.recovered': {
    help: 'A starved consumer forwards again.',
    message: ({ starvedMs }) => `forwards again after ${seconds(starvedMs)}`,
  },
  'consumer.piped': { help: 'The producer that a pipe consumer feeds was found.', message: joined },
  'consumer.unpiped': { help: 'The producer that a pipe consumer fed has gone.', message: parted },
  'consumer.traced': { help: 'A trace the application enabled.', message: traced },
  'dataProducer.created': {
    help: 'A data producer opened.',
    message: ({ type, label }) => `opened (${type}, label '${label}')`,
  },
  'dataProducer.closed': { help: 'A data producer closed.', message: closed },
  'dataProducer.summarized': { help: 'What came of a data producer that closed.', message: messaged },
  'dataProducer.paused': { help: 'A data producer was paused.', message: say('paused') },
  'dataProducer.resumed': { help: 'A data producer was resumed.', message: say('resumed') },
  'dataConsumer.created': {
    help: 'A data consumer opened.',
    message: ({ type, label }) => `opened (${type}, label '${label}')`,
  },
  'dataConsumer.closed': { help: 'A data consumer closed.', message: closed },
  'dataConsumer.summarized': { help: 'What came of a data consumer that closed.', message: messaged },
  'dataConsumer.paused': { help: 'The application paused a data consumer.', message: say('paused') },
  'dataConsumer.resumed': { help: 'The application resumed a data consumer.', message: say('resumed') },
  'dataConsumer.dataProducerPaused': {
    help: 'The data producer of a data consumer was paused.',
    message: say('follows its data producer, which was paused'),
  },
  'dataConsumer.dataProducerResumed': {
    help: 'The data producer of a data consumer was resumed.',
    message: say('follows its data producer, which was resumed'),
  },
  'dataConsumer.sendBufferFilled': {
    help: 'Messages to an endpoint pile up.',
    message: say('has a full send buffer'),
  },
  'dataConsumer.bufferedAmountLowered': {
    help: 'Messages that piled up were sent.',
    message: ({ bufferedAmount }) => `${bufferedAmount} bytes are left in its send buffer`,
  },
  'rtpObserver.created': { help: 'An RTP observer opened.', message: ({ type }) => `opened (${type})` },
  'rtpObserver.closed': { help: 'An RTP observer closed.', message: closed },
  'rtpObserver.paused': { help: 'An RTP observer was paused.', message: say('paused') },
  'rtpObserver.resumed': { help: 'An RTP observer was resumed.', message: say('resumed') },
  'rtpObserver.producerAdded': {
    help: 'An RTP observer listens to one more producer.',
    message: ({ producer }) => `listens to producer ${producer.id}`,
  },
  'rtpObserver.producerRemoved': {
    help: 'An RTP observer listens to one producer less.',
    message: ({ producer }) => `no longer listens to producer ${producer.id}`,
  },
  'rtpObserver.dominantSpeakerChanged': {
    help: 'Another speaker dominates.',
    message: ({ producer }) => `producer ${producer.id} speaks`,
  },
  'rtpObserver.volumesReported': {
    help: 'How loud the speaking producers are, dBvo.',
    message: ({ volumes }) =>
      volumes.map(({ producer, volume }) => `producer ${producer.id} at ${volume} dBvo`).join(', ') || 'nobody speaks',
  },
  'rtpObserver.silenceDetected': { help: 'Nobody speaks.', message: say('nobody speaks') },
  'entity.identified': {
    help: 'The application told whose an entity is.',
    message: ({ room, peer }) => `belongs to room ${room ?? 'none'}, peer ${peer ?? 'none'}`,
  },
  'room.opened': { help: 'The first entity of a room appeared.', message: say('opened') },
  'room.closed': {
    help: 'The last entity of a room closed.',
    message: ({ lifetimeMs }) => `closed after ${seconds(lifetimeMs)}`,
  },
  'room.summarized': {
    help: 'What came of a room that closed.',
    message: ({ durationMs, participants, peakParticipants, producers, consumers }) =>
      `ended after ${seconds(durationMs)} with ${participants} participants, ${peakParticipants} at most at a time, ` +
      `${producers} producers, ${consumers} consumers`,
  },
  'peer.joined': { help: 'The first entity of a peer appeared.', message: say('joined') },
  'peer.left': {
    help: 'The last entity of a peer closed.',
    message: ({ stayedMs }) => `left after ${seconds(stayedMs)}`,
  },
  'peer.summarized': {
    help: 'What came of a peer that left.',
    message: ({ durationMs, producers, consumers, bytesReceived, bytesSent }) =>
      `ended after ${seconds(durationMs)} with ${producers} producers, ${consumers} consumers, ` +
      `${counted(bytesReceived, 'bytes in')}, ${counted(bytesSent, 'bytes out')}`,
  },
  'peer.trafficReported': {
    help: "What a peer's signalling or data channels moved in one interval.",
    message: ({ source, direction, bytes, messages }) =>
      `${source} moved ${bytes} bytes in ${messages} messages (${direction})`,
  },
  'peer.reported': {
    help: 'What a client told of itself.',
    message: ({ report }) => `reported ${Object.keys(report).slice(0, 10).join(', ') || 'nothing'}`,
  },
  'monitor.started': {
    help: 'The monitor began to watch.',
    message: ({ source, sourceVersion }) => `watches ${source} ${sourceVersion ?? 'of unknown version'}`,
  },
  'monitor.stopped': {
    help: 'The monitor stopped watching.',
    message: ({ ranMs }) => `stopped after ${seconds(ranMs)}`,
  },
  'monitor.tickSkipped': {
    help: 'A worker was not sampled in its turn.',
    message: ({ worker, reason }) =>
      `worker ${worker} was not sampled: ${reason === 'hung' ? 'it does not answer' : 'its last turn was still running'}`,
  },
  'monitor.backedOff': {
    help: 'For want of CPU budget a tick samples only a part of a kind.',
    message: ({ kind, coverage }) => `samples ${Math.round(coverage * 100)} % of kind ${kind} in a tick`,
  },
  'monitor.caughtUp': {
    help: 'Every tick samples all of a kind again.',
    message: ({ kind }) => `samples all of kind ${kind} again`,
  },
  'monitor.pluginSuspended': {
    help: 'A plugin failed or was slow, and gets nothing for a while.',
    message: ({ plugin, reason, coolDownMs }) => `plugin ${plugin} is suspended for ${seconds(coolDownMs)}: ${reason}`,
  },
  'monitor.pluginResumed': {
    help: 'A suspended plugin gets events again.',
    message: ({ plugin, missedEvents }) => `plugin ${plugin} goes on; it missed ${missedEvents} events`,
  },
  'monitor.pluginFailed': {
    help: 'A plugin failed.',
    message: ({ plugin, phase, message }) => `plugin ${plugin} failed in ${phase}: ${message}`,
  },
  'monitor.drainStarted': {
    help: 'The node shall get no new work.',
    message: ({ reason }) => `is draining: ${reason}`,
  },
  'monitor.drainEnded': {
    help: 'The node may get work again.',
    message: ({ drainedMs }) => `takes work again after ${seconds(drainedMs)}`,
  },
  'alert.fired': {
    help: "An alert of a plugin's rule fires.",
    message: ({ rule, summary }) => `alert ${rule} fires: ${summary}`,
  },
  'alert.resolved': {
    help: "An alert of a plugin's rule is over.",
    message: ({ rule, firingMs }) => `alert ${rule} is over after ${seconds(firingMs)}`,
  },
  'alert.ruleDisabled': {
    help: 'An alert rule failed and is not evaluated any more.',
    message: ({ rule, message }) => `rule ${rule} is disabled: ${message}`,
  },
  'alert.actionTaken': {
    help: 'Something was done because of an alert, or in a dry run would have been.',
    message: ({ action, rule, dryRun, outcome, detail }) =>
      `action ${action} for rule ${rule} ${dryRun ? 'would be taken' : outcome}: ${detail}`,
  },
  'monitor.resync': {
    help: 'Only to a plugin that missed events.',
    message: ({ missedEvents }) => `${missedEvents} events were missed`,
  },
};

/** The event in one sentence: of whom, and what. */
export function eventMessage(event: MonitorEvent): string {
  // The table is complete by type, so the text fits the data; the compiler cannot follow that.
  const message = EVENT_TEXTS[event.type].message as (data: MonitorEvent['data']) => string;
  const whose = event.entity === null ? subjectOf(event) : `${event.entity.kind} ${event.entity.id}`;
  const text = message(event.data);
  return whose === '' ? text : `${whose} ${text}`;
}

function subjectOf({ type, room, peer }: MonitorEvent): string {
  if (type.startsWith('monitor.')) return 'monitor:';
  if (peer !== null) return `peer ${peer}`;
  return room === null ? '' : `room ${room}`;
}
