import {
  type FieldNode,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type SelectionSetNode,
  TypeNameMetaFieldDef,
} from 'graphql';
import { Abandoned, refuseUnplain } from './abandoned.js';
import type { Execution } from './execution.js';
import { FieldPlan } from './field-plan.js';
import { type SelectionScope, selectedFields } from './selected-fields.js';
import { type ObjectWriting, type Pending, type PlanOf, valueWriter, writeValue } from './value-writer.js';

/** Counts the fields that were compiled for one operation. */
export interface FieldCount {
  fields: number;
}

/** How objects of one type are written in one place of an operation. Compiled when the first of them is. */
export class ObjectPlan implements ObjectWriting {
  readonly #type: GraphQLObjectType;
  readonly #sets: readonly (SelectionSetNode | undefined)[];
  readonly #count: FieldCount;
  #fields: readonly FieldPlan[] | undefined;
  #end = '}';

  constructor(type: GraphQLObjectType, sets: readonly (SelectionSetNode | undefined)[], count: FieldCount) {
    this.#type = type;
    this.#sets = sets;
    this.#count = count;
  }

  /** Writes an object. `info` is that of the field it is the value of; the root has none. */
  write(execution: Execution, source: unknown, info: GraphQLResolveInfo | null): Pending {
    if (info !== null && this.#type.isTypeOf) {
      const isOfType = this.#type.isTypeOf(source, execution.context, info);
      refuseUnplain(isOfType);
      if (isOfType !== true) throw new Abandoned('an object of another type');
    }
    // Not before: a plan is made only of what the guard of the root fields has let pass.
    this.#fields ??= this.#compile(execution.input);
    return this.#from(0, this.#fields, execution, source);
  }

  #from(first: number, fields: readonly FieldPlan[], execution: Execution, source: unknown): Pending {
    const { context } = execution;
    for (let i = first; i < fields.length; i++) {
      const field = fields[i]!;
      const call = execution.callOf(field);
      const value = field.resolve(source, call.args, context, call.info);
      execution.text += field.before;
      const pending = writeValue(field.writer, execution, value, call);
      if (pending !== undefined) return pending.then(() => this.#from(i + 1, fields, execution, source));
    }
    execution.text += this.#end;
    return undefined;
  }

  #compile(scope: SelectionScope): readonly FieldPlan[] {
    const plans: FieldPlan[] = [];
    // Names of types are known beforehand, and stand before the next field.
    let before = '{';
    for (const [name, nodes] of selectedFields(scope, this.#type, this.#sets)) {
      before += `"${name}":`;
      if (nodes[0]?.name.value === TypeNameMetaFieldDef.name) {
        before += `"${this.#type.name}",`;
        continue;
      }
      plans.push(this.#field(before, nodes));
      before = ',';
    }
    this.#end = before === ',' ? '}' : before === '{' ? '{}' : `${before.slice(0, -1)}}`;
    return plans;
  }

  #field(before: string, nodes: readonly FieldNode[]): FieldPlan {
    const definition = this.#type.getFields()[nodes[0]?.name.value ?? ''];
    if (definition === undefined) throw new Abandoned('introspection');
    const sets = nodes.map(({ selectionSet }) => selectionSet);
    const plans = new Map<GraphQLObjectType, ObjectPlan>();
    const planOf: PlanOf = (type) => {
      const known = plans.get(type) ?? new ObjectPlan(type, sets, this.#count);
      plans.set(type, known);
      return known;
    };
    return new FieldPlan({
      index: this.#count.fields++,
      before,
      nodes,
      definition,
      parentType: this.#type,
      writer: valueWriter(definition.type, planOf),
    });
  }
}
