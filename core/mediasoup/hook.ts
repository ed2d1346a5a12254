/** One event of an entity, or of its observer, and what a tracked entity does with it. Hooks are shared by all entities. */
export interface Hook {
  readonly at: 'entity' | 'observer';
  readonly event: string;
  handle(tracked: never, argument: never): void;
}

/** The listener for a hook; it finds the tracked entity by the emitter it is called on, so that entities need none of their own. */
export type HookListener = (this: object, argument: unknown) => void;

type Handle<T, A> = (tracked: T, argument: A) => void;

export function onEntity<T, A = undefined>(event: string, handle: Handle<T, A>): Hook {
  return { at: 'entity', event, handle };
}

export function onObserver<T, A = undefined>(event: string, handle: Handle<T, A>): Hook {
  return { at: 'observer', event, handle };
}
