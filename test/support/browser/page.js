// Runs in Chromium: a mediasoup-client device driven from the test through `window.client`.
import { Device } from 'mediasoup-client';

const device = new Device();
const transports = new Map();
const producers = new Map();

function wire(transport) {
  transport.on('connect', ({ dtlsParameters }, done, fail) => {
    window.signal('connect', { transportId: transport.id, dtlsParameters }).then(done, fail);
  });
  transport.on('produce', ({ kind, rtpParameters }, done, fail) => {
    window.signal('produce', { transportId: transport.id, kind, rtpParameters }).then((id) => done({ id }), fail);
  });
  transport.on('producedata', ({ sctpStreamParameters, label, protocol }, done, fail) => {
    window
      .signal('produceData', { transportId: transport.id, sctpStreamParameters, label, protocol })
      .then((id) => done({ id }), fail);
  });
  transports.set(transport.id, transport);
}

window.client = {
  async load(routerRtpCapabilities) {
    await device.load({ routerRtpCapabilities });
    return device.recvRtpCapabilities ?? device.rtpCapabilities;
  },
  createTransport(direction, parameters) {
    wire(direction === 'send' ? device.createSendTransport(parameters) : device.createRecvTransport(parameters));
  },
  async produce(transportId, kind, simulcast) {
    const stream = await navigator.mediaDevices.getUserMedia(
      kind === 'audio' ? { audio: true } : { video: { width: 640, height: 360 } },
    );
    const [track] = stream.getTracks();
    const encodings = simulcast
      ? [
          { maxBitrate: 100_000, scaleResolutionDownBy: 4, scalabilityMode: 'L1T1' },
          { maxBitrate: 300_000, scaleResolutionDownBy: 2, scalabilityMode: 'L1T1' },
          { maxBitrate: 900_000, scalabilityMode: 'L1T1' },
        ]
      : undefined;
    const producer = await transports.get(transportId).produce({ track, ...(encodings && { encodings }) });
    producers.set(producer.id, producer);
    return producer.id;
  },
  async produceData(transportId, label) {
    const producer = await transports.get(transportId).produceData({ label, ordered: true });
    producers.set(producer.id, producer);
    if (producer.readyState !== 'open') await new Promise((resolve) => producer.on('open', resolve));
    return producer.id;
  },
  sendData(id, size, count) {
    for (let index = 0; index < count; index++) producers.get(id).send('x'.repeat(size));
  },
  async consume(transportId, parameters) {
    await transports.get(transportId).consume(parameters);
  },
  async consumeData(transportId, parameters) {
    const consumer = await transports.get(transportId).consumeData(parameters);
    consumer.on('message', () => undefined);
  },
  closeTransport(id) {
    transports.get(id).close();
  },
};
