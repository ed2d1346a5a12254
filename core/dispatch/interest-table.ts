import type { EventType } from '../model/events.js';
import { SAMPLED_KINDS, type SampledKind } from '../model/samples.js';
import type { PluginHost } from './plugin-host.js';

/** Who gets what. Looked up per event and batch, worked out anew only after a change. */
export class InterestTable {
  readonly #hosts: readonly PluginHost[];
  readonly #byEvent = new Map<EventType, readonly PluginHost[]>();
  readonly #byKind = new Map<SampledKind, readonly PluginHost[]>();
  #wanted: ReadonlySet<SampledKind> | undefined;

  constructor(hosts: readonly PluginHost[]) {
    this.#hosts = hosts;
  }

  forEvent(type: EventType): readonly PluginHost[] {
    let hosts = this.#byEvent.get(type);
    if (hosts === undefined) {
      hosts = this.#hosts.filter((host) => host.followsEvent(type));
      this.#byEvent.set(type, hosts);
    }
    return hosts;
  }

  forSamples(kind: SampledKind): readonly PluginHost[] {
    let hosts = this.#byKind.get(kind);
    if (hosts === undefined) {
      hosts = this.#hosts.filter((host) => host.takesSamples(kind));
      this.#byKind.set(kind, hosts);
    }
    return hosts;
  }

  /** Kinds that somebody takes now. The same set until a change. */
  get wantedKinds(): ReadonlySet<SampledKind> {
    this.#wanted ??= new Set(SAMPLED_KINDS.filter((kind) => this.forSamples(kind).length > 0));
    return this.#wanted;
  }

  /** A plugin began or ceased to take deliveries. */
  changed(): void {
    this.#byEvent.clear();
    this.#byKind.clear();
    this.#wanted = undefined;
  }
}
