import {
  defaultTypeResolver,
  type GraphQLAbstractType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { Abandoned, refuseUnplain } from './abandoned.js';
import type { Execution, FieldCall } from './execution.js';
import { refuseForeign } from './own-resolvers.js';
import { type LeafWriter, leafWriter } from './leaf-writer.js';

/** What has to wait for another turn, if anything. */
export type Pending = Promise<void> | undefined;

/** Writes values of one type. A leaf is written at once; anything else may take several turns. */
export type ValueWriter =
  | { readonly leaf: LeafWriter; readonly nullable: boolean }
  | {
      readonly leaf: null;
      readonly nullable: boolean;
      /** Writes a value that is neither `null` nor `undefined`. */
      write(execution: Execution, value: unknown, call: FieldCall): Pending;
    };

/** Writes objects of one type in one place of an operation. */
export interface ObjectWriting {
  write(execution: Execution, source: unknown, info: GraphQLResolveInfo): Pending;
}

/** Gives the plan for objects of a type in the selection that is being compiled. */
export type PlanOf = (type: GraphQLObjectType) => ObjectWriting;

export function valueWriter(type: GraphQLOutputType, planOf: PlanOf): ValueWriter {
  const nullable = !isNonNullType(type);
  const inner = isNonNullType(type) ? type.ofType : type;
  if (isLeafType(inner)) return { leaf: leafWriter(inner), nullable };
  if (isListType(inner)) return new ListWriter(valueWriter(inner.ofType, planOf), nullable);
  if (isAbstractType(inner)) return new AbstractWriter(inner, planOf, nullable);
  return new ObjectWriter(planOf(inner), nullable);
}

/** Writes a value of any kind. Throws `Abandoned` for `null` where there must be a value. */
export function writeValue(writer: ValueWriter, execution: Execution, value: unknown, call: FieldCall): Pending {
  if (value === null || value === undefined) {
    if (!writer.nullable) throw new Abandoned('nothing where there must be something');
    execution.output.ascii('null');
    return undefined;
  }
  if (writer.leaf === null) return writer.write(execution, value, call);
  writer.leaf(execution.output, value);
  return undefined;
}

const COMMA = 44;

class ListWriter {
  readonly leaf = null;

  constructor(
    readonly item: ValueWriter,
    readonly nullable: boolean,
  ) {}

  write(execution: Execution, value: unknown, call: FieldCall): Pending {
    refuseUnplain(value);
    if (typeof value !== 'object' || !(Symbol.iterator in (value as object))) throw new Abandoned('no list');
    const items: readonly unknown[] = Array.isArray(value) ? value : Array.from(value as Iterable<unknown>);
    execution.output.ascii('[');
    return this.#from(0, execution, items, call);
  }

  #from(first: number, execution: Execution, items: readonly unknown[], call: FieldCall): Pending {
    for (let i = first; i < items.length; i++) {
      if (i > 0) execution.output.byte(COMMA);
      const pending = writeValue(this.item, execution, items[i], call);
      if (pending !== undefined) return pending.then(() => this.#after(i, execution, items, call));
      const pause = execution.breathe();
      if (pause !== undefined) return pause.then(() => this.#from(i + 1, execution, items, call));
    }
    execution.output.ascii(']');
    return undefined;
  }

  #after(i: number, execution: Execution, items: readonly unknown[], call: FieldCall): Pending {
    const pause = execution.breathe();
    const rest = (): Pending => this.#from(i + 1, execution, items, call);
    return pause === undefined ? rest() : pause.then(rest);
  }
}

class ObjectWriter {
  readonly leaf = null;

  constructor(
    readonly plan: ObjectWriting,
    readonly nullable: boolean,
  ) {}

  write(execution: Execution, value: unknown, { info }: FieldCall): Pending {
    refuseUnplain(value);
    return this.plan.write(execution, value, info);
  }
}

class AbstractWriter {
  readonly leaf = null;

  constructor(
    readonly type: GraphQLAbstractType,
    readonly planOf: PlanOf,
    readonly nullable: boolean,
  ) {}

  write(execution: Execution, value: unknown, { info }: FieldCall): Pending {
    refuseUnplain(value);
    const { type } = this;
    const resolveType = type.resolveType ?? defaultTypeResolver;
    if (resolveType !== defaultTypeResolver) refuseForeign(resolveType);
    const name: unknown = resolveType(value, execution.context, info, type);
    refuseUnplain(name);
    const runtimeType = typeof name === 'string' ? info.schema.getType(name) : undefined;
    if (!isObjectType(runtimeType) || !info.schema.isSubType(type, runtimeType)) throw new Abandoned('no known type');
    return this.planOf(runtimeType).write(execution, value, info);
  }
}
