import 'reflect-metadata';
import { container, type DependencyContainer } from 'tsyringe';

// Plugins take the decorators from here: a second copy of tsyringe would not know the classes the first one has seen.
export { inject, injectable } from 'tsyringe';

/** A container for one monitor. Nothing is ever registered in the global one, so several monitors do not meet. */
export function createScope(parent: DependencyContainer = container): DependencyContainer {
  return parent.createChildContainer();
}
