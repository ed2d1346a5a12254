import type { SinkGap } from '../dispatch/sink-api.js';
import type { MonitorEvent } from '../model/events.js';
import type { AnySampleBatch } from '../model/samples.js';
import type { SfuRecord } from './record.js';

/** Makes records of what plugins receive. Never throws; synchronous. */
export interface RecordMaker {
  /** Name of this SFU node, in every record. */
  readonly node: string;
  /** `null` for what is not meant to leave: detail of entities and rooms that nobody switched on, and the monitor's own ticks. */
  ofEvent(event: MonitorEvent): SfuRecord | null;
  /**
   * One record for a batch of one kind, one worker and one tick: `data.fields` names the columns, `data.rows` holds
   * one array for each entity, its id first; `null` where nothing is sampled.
   */
  ofSamples(batch: AnySampleBatch): SfuRecord | null;
  /** Says in place of records that a sink has lost that they are lost: of type `monitor.recordsLost`, with the gap as its data. */
  ofGap(gap: SinkGap): SfuRecord;
}
