export { type LogLine, RecordingLogger } from '../../core/testing/recording-logger.js';
