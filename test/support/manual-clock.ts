export { ManualClock } from '../../core/testing/manual-clock.js';
