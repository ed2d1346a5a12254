import { AUDIO_LEVEL_EXTENSION_ID, OPUS_PAYLOAD_TYPE, VP8_PAYLOAD_TYPE } from './demo-codecs.js';
import type { Random } from './random.js';
import { audioLevel, opusPayload, vp8Payload } from './rtp/payload.js';
import { StreamSender } from './rtp/stream-sender.js';

/** -dBov of a voice and of a room in which nobody speaks. */
const SPEAKING_LEVEL = 24;
const SILENT_LEVEL = 127;

/** Frames per second and bytes per frame of the three simulcast layers, lowest first. */
const VIDEO_LAYERS = [
  { fps: 10, bytes: 300 },
  { fps: 20, bytes: 600 },
  { fps: 30, bytes: 1_100 },
] as const;

const TEMPORAL_PATTERN = [0, 2, 1, 2] as const;

export interface StreamSource {
  readonly ssrc: number;
  readonly send: (packet: Buffer) => void;
  readonly random: Random;
}

/** 50 packets of Opus a second; `isSpeaking` decides the level of each. */
export function opusStream(source: StreamSource, isSpeaking: () => boolean): StreamSender {
  return new StreamSender({
    ...source,
    payloadType: OPUS_PAYLOAD_TYPE,
    clockRate: 48_000,
    packetsPerSecond: 50,
    frame: () => {
      const voice = isSpeaking();
      const level = voice ? SPEAKING_LEVEL + source.random.between(0, 12) : SILENT_LEVEL;
      return {
        marker: false,
        payload: opusPayload(voice ? 90 : 12),
        extensions: new Map([[AUDIO_LEVEL_EXTENSION_ID, audioLevel(level, voice)]]),
      };
    },
  });
}

/** One simulcast layer of VP8 with three temporal layers, one packet a frame. `layer` is 0 to 2. */
export function vp8Stream(source: StreamSource, layer: number): StreamSender {
  const { fps, bytes } = VIDEO_LAYERS[layer] ?? VIDEO_LAYERS[0];
  return new StreamSender({
    ...source,
    payloadType: VP8_PAYLOAD_TYPE,
    clockRate: 90_000,
    packetsPerSecond: fps,
    frame: (index, keyFrame) => ({
      marker: true,
      payload: vp8Payload(
        {
          keyFrame,
          pictureId: index,
          tl0PictureIndex: Math.floor(index / TEMPORAL_PATTERN.length),
          temporalLayer: keyFrame ? 0 : (TEMPORAL_PATTERN[index % TEMPORAL_PATTERN.length] ?? 0),
        },
        keyFrame ? 1_200 : bytes,
      ),
    }),
  });
}
