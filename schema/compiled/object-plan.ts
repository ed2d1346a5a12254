import {
  type FieldNode,
  getNullableType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  isLeafType,
  isObjectType,
  type SelectionSetNode,
  TypeNameMetaFieldDef,
} from 'graphql';
import { Abandoned, refuseUnplain } from './abandoned.js';
import type { Execution } from './execution.js';
import { FieldPlan } from './field-plan.js';
import type { KeptText, KeptTexts } from './kept-texts.js';
import { refuseForeign } from './own-resolvers.js';
import { type SelectionScope, selectedFields } from './selected-fields.js';
import { isImmutable, isSettled } from './settled.js';
import { type ObjectWriting, type Pending, type PlanOf, valueWriter, writeValue } from './value-writer.js';

/** Counts the fields that were compiled for one operation. */
export interface FieldCount {
  fields: number;
}

/** Fields of settled value from which on their text is worth keeping. */
const LEAST_KEPT = 2;

/** How objects of one type are written in one place of an operation. Compiled when the first of them is. */
export class ObjectPlan implements ObjectWriting {
  readonly #type: GraphQLObjectType;
  readonly #sets: readonly (SelectionSetNode | undefined)[];
  readonly #count: FieldCount;
  /** Whether an object of it never changes. */
  readonly #immutable: boolean;
  #fields: readonly FieldPlan[] | undefined;
  #end: Buffer = Buffer.from('}');
  /** The fields whose values may change. */
  #changing: readonly FieldPlan[] = [];
  #isKept = false;

  /** `within`: it is the value of a field that is settled, and so changes as little as the object that has the field. */
  constructor(
    type: GraphQLObjectType,
    sets: readonly (SelectionSetNode | undefined)[],
    count: FieldCount,
    within = false,
  ) {
    this.#type = type;
    this.#sets = sets;
    this.#count = count;
    this.#immutable = within || isImmutable(type);
  }

  /** Writes an object. `info` is that of the field it is the value of; the root has none. */
  write(execution: Execution, source: unknown, info: GraphQLResolveInfo | null): Pending {
    if (info !== null && this.#type.isTypeOf) {
      refuseForeign(this.#type.isTypeOf);
      const isOfType = this.#type.isTypeOf(source, execution.context, info);
      refuseUnplain(isOfType);
      if (isOfType !== true) throw new Abandoned('an object of another type');
    }
    // Not before: a plan is made only of what the guard of the root fields has let pass.
    const fields = this.#compiled(execution.input);
    if (!this.#isKept || execution.kept === null) return this.#from(0, fields, execution, source);
    return this.#between(0, this.#textsOf(execution.kept, execution, source as object), execution, source);
  }

  #from(first: number, fields: readonly FieldPlan[], execution: Execution, source: unknown): Pending {
    for (let i = first; i < fields.length; i++) {
      const field = fields[i]!;
      writeText(execution, field.before);
      const pending = writeField(field, execution, source);
      if (pending !== undefined) return pending.then(() => this.#from(i + 1, fields, execution, source));
    }
    writeText(execution, this.#end);
    return undefined;
  }

  /** Writes the values that may change between texts that do not. */
  #between(first: number, kept: KeptText, execution: Execution, source: unknown): Pending {
    const fields = this.#changing;
    const { bytes, bounds } = kept;
    for (let i = first; i < fields.length; i++) {
      execution.output.bytes(bytes, bounds[i]!, bounds[i + 1]!);
      const pending = writeField(fields[i]!, execution, source);
      if (pending !== undefined) return pending.then(() => this.#between(i + 1, kept, execution, source));
    }
    execution.output.bytes(bytes, bounds[fields.length]!, bounds[fields.length + 1]!);
    return undefined;
  }

  #textsOf(kept: KeptTexts, execution: Execution, source: object): KeptText {
    return kept.of(this).get(source) ?? this.#makeTexts(kept, execution, source);
  }

  #makeTexts(kept: KeptTexts, execution: Execution, source: object): KeptText {
    const ends: number[] = [];
    const output = execution.aside((beside) => {
      for (const field of this.#compiled(execution.input)) {
        writeText(execution, field.before);
        // What is settled is never waited for.
        if (field.settled) void writeField(field, execution, source);
        else ends.push(beside.length);
      }
      writeText(execution, this.#end);
      ends.push(beside.length);
    });
    const made = kept.keep(this, source, output.pieces, ends);
    output.release();
    return made;
  }

  #compiled(scope: SelectionScope): readonly FieldPlan[] {
    this.#fields ??= this.#compile(scope);
    return this.#fields;
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
      plans.push(this.#field(scope, before, nodes));
      before = ',';
    }
    this.#end = Buffer.from(before === ',' ? '}' : before === '{' ? '{}' : `${before.slice(0, -1)}}`);
    this.#changing = plans.filter(({ settled }) => !settled);
    this.#isKept = isImmutable(this.#type) && plans.length - this.#changing.length >= LEAST_KEPT;
    return plans;
  }

  #field(scope: SelectionScope, before: string, nodes: readonly FieldNode[]): FieldPlan {
    const definition = this.#type.getFields()[nodes[0]?.name.value ?? ''];
    if (definition === undefined) throw new Abandoned('introspection');
    const sets = nodes.map(({ selectionSet }) => selectionSet);
    const settled = this.#immutable && isSettled(definition);
    const plans = new Map<GraphQLObjectType, ObjectPlan>();
    const planOf = (type: GraphQLObjectType): ObjectPlan => {
      const known = plans.get(type) ?? new ObjectPlan(type, sets, this.#count, settled);
      plans.set(type, known);
      return known;
    };
    return new FieldPlan({
      index: this.#count.fields++,
      before: Buffer.from(before),
      nodes,
      definition,
      parentType: this.#type,
      writer: valueWriter(definition.type, planOf satisfies PlanOf),
      settled: settled && isSettledValue(definition, scope, planOf),
    });
  }

  /** Whether the whole text of an object follows from what never changes. */
  isSettled(scope: SelectionScope): boolean {
    return !this.#type.isTypeOf && this.#compiled(scope).every(({ settled }) => settled);
  }
}

function writeText({ output }: Execution, text: Buffer): void {
  output.bytes(text, 0, text.length);
}

function writeField(field: FieldPlan, execution: Execution, source: unknown): Pending {
  const call = execution.callOf(field);
  return writeValue(field.writer, execution, field.resolve(source, call.args, execution.context, call.info), call);
}

function isSettledValue(
  { type }: GraphQLField<unknown, unknown>,
  scope: SelectionScope,
  planOf: (type: GraphQLObjectType) => ObjectPlan,
): boolean {
  const inner = getNullableType(type);
  return isLeafType(inner) || (isObjectType(inner) && planOf(inner).isSettled(scope));
}
