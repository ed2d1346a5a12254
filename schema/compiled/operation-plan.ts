import type { GraphQLObjectType, OperationDefinitionNode } from 'graphql';
import { Execution, type ExecutionInput } from './execution.js';
import type { Written } from './json-output.js';
import { ObjectPlan } from './object-plan.js';

/** Executions in a row that had to be given up until an operation is not tried any more. */
const MOST_ABANDONED = 4;

/** A compiled operation, for the values that the variables of its directives had. */
export class OperationPlan {
  readonly #root: ObjectPlan;
  #abandoned = 0;
  #succeeded = false;

  constructor(rootType: GraphQLObjectType, { selectionSet }: OperationDefinitionNode) {
    this.#root = new ObjectPlan(rootType, [selectionSet], { fields: 0 });
  }

  /** Whether it is worth trying. */
  get isUseful(): boolean {
    return this.#abandoned < MOST_ABANDONED;
  }

  /** Whether it has been executed before: what is asked twice is worth keeping something for. */
  get isProven(): boolean {
    return this.#succeeded;
  }

  /** The JSON of the answer. Throws or rejects with whatever made it impossible, for which graphql-js has an answer. */
  execute(input: ExecutionInput): Written | Promise<Written> {
    // Until it has succeeded.
    this.#abandoned++;
    const execution = new Execution(input);
    const pending = this.#root.write(execution, input.rootValue, null);
    return pending === undefined ? this.#end(execution) : pending.then(() => this.#end(execution));
  }

  #end(execution: Execution): Written {
    const written = execution.end();
    this.#abandoned = 0;
    this.#succeeded = true;
    return written;
  }
}
