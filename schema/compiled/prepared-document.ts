import {
  type DirectiveNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  visit,
} from 'graphql';
import { OperationPlan } from './operation-plan.js';

/** Plans kept of one document: one for each operation and each set of values that its directives depend on. */
const MOST_PLANS = 8;

/** What compiled execution keeps of a document. */
export class PreparedDocument {
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  readonly #operations: readonly OperationDefinitionNode[];
  readonly #conditions: readonly string[];
  readonly #plans = new Map<string, OperationPlan>();

  constructor(document: DocumentNode) {
    const { definitions } = document;
    this.#operations = definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
    this.fragments = Object.fromEntries(
      definitions.flatMap((one) => (one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one]] : [])),
    );
    this.#conditions = conditionsOf(document);
  }

  /** The operation that is meant, if it is one that is compiled: a query, or a subscription's selection, without directives. */
  operation(name: string | null | undefined): OperationDefinitionNode | undefined {
    const found = this.#operations.filter((operation) => name == null || operation.name?.value === name);
    const [operation] = found;
    if (found.length !== 1 || operation === undefined) return undefined;
    if (operation.operation === OperationTypeNode.MUTATION || (operation.directives?.length ?? 0) > 0) return undefined;
    return operation;
  }

  /** The plan of an operation; `undefined` when it is of no use. */
  plan(
    schema: GraphQLSchema,
    operation: OperationDefinitionNode,
    variableValues: Readonly<Record<string, unknown>>,
  ): OperationPlan | undefined {
    const rootType = schema.getRootType(operation.operation);
    if (!rootType) return undefined;
    const key = JSON.stringify([
      this.#operations.indexOf(operation),
      this.#conditions.map((one) => variableValues[one]),
    ]);
    const known = this.#plans.get(key);
    if (known !== undefined) return known.isUseful ? known : undefined;
    if (this.#plans.size >= MOST_PLANS) return undefined;
    const made = new OperationPlan(rootType, operation);
    this.#plans.set(key, made);
    return made;
  }
}

/** Names of the variables that decide what is selected. */
function conditionsOf(document: DocumentNode): readonly string[] {
  const names = new Set<string>();
  visit(document, {
    Directive({ arguments: given }: DirectiveNode) {
      for (const { value } of given ?? []) if (value.kind === Kind.VARIABLE) names.add(value.name.value);
    },
    VariableDefinition: () => false,
  });
  return [...names];
}
