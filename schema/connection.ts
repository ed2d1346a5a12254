import type { FieldRef, InputRef, OutputRef } from '@pothos/core';
import { builder, type Types } from './builder.js';
import type { SchemaContext } from './context.js';
import { schemaError } from './errors.js';
import { LIMITS } from './limits.js';
import { type Page, paginate } from './page.js';
import { DirectionEnum } from './types/enums.js';

export const PageInfoRef = builder.objectRef<Page<never>>('PageInfo').implement({
  description: 'Where one page stands in its list.',
  fields: (t) => ({
    hasNextPage: t.exposeBoolean('hasNextPage', {
      description: 'More items follow: ask again with `after: endCursor`.',
    }),
    hasPreviousPage: t.exposeBoolean('hasPreviousPage', { description: 'Items precede this page.' }),
    startCursor: t.string({
      nullable: true,
      description: 'Cursor of the first item here; `null` on an empty page.',
      resolve: (page) => (page.items.length === 0 ? null : page.cursorOf(page.items[0] as never)),
    }),
    endCursor: t.string({
      nullable: true,
      description: 'Cursor of the last item here; `null` on an empty page.',
      resolve: (page) => (page.items.length === 0 ? null : page.cursorOf(page.items[page.items.length - 1] as never)),
    }),
  }),
});

/** Something a list can be sorted by. */
export interface Order<T> {
  readonly description: string;
  /** Direction when none is asked for: the one that shows trouble, or the biggest, first. */
  readonly direction: 'asc' | 'desc';
  readonly value: (item: T, context: SchemaContext) => number | string | null;
}

export interface ListDefinition<T, F extends object> {
  /** Name of the item's type: the connection is `<name>Connection`. */
  readonly name: string;
  /** The items in words, as part of a sentence. */
  readonly plural: string;
  readonly type: OutputRef<T>;
  /** Its shape is `F`. */
  readonly filter: InputRef;
  readonly matches: (filter: F, context: SchemaContext) => (item: T) => boolean;
  readonly orders: Readonly<Record<string, Order<T>>>;
  readonly keyOf: (item: T) => string;
  /** Ever larger in order of opening. */
  readonly opened: (item: T) => number;
}

interface ListArguments<F> {
  readonly first?: number | null;
  readonly after?: string | null;
  readonly filter?: F | null;
  readonly orderBy?: { readonly field: string; readonly direction?: 'asc' | 'desc' | null } | null;
}

export interface ListFieldOptions<P, T> {
  readonly description: string;
  readonly from: (parent: P, context: SchemaContext) => readonly T[];
  /** Whether `from` gives items in order of opening, no two opened at once. */
  readonly inOrder?: boolean;
  /** A list inside a list is reckoned as short unless `first` says otherwise. */
  readonly nested?: boolean;
}

type FieldBuilder<P> = PothosSchemaTypes.RootFieldBuilder<Types, P>;

/** A kind of list: its connection, filter and order, made once and used by every field that gives such a list. */
export class ListKind<T, F extends object> {
  readonly #definition: ListDefinition<T, F>;
  readonly #connection;
  readonly #args;

  constructor(definition: ListDefinition<T, F>) {
    this.#definition = definition;
    const { plural } = definition;
    this.#connection = this.#defineConnection();
    const order = this.#defineOrder();
    this.#args = builder.args((t) => ({
      first: t.int({ description: `Most items to give: 0 to ${LIMITS.maxPage}; left out, ${LIMITS.defaultPage}.` }),
      after: t.string({ description: 'Cursor of the item before the first one wanted, from an earlier page.' }),
      filter: t.field({ type: definition.filter, description: `Only ${plural} that meet every given condition.` }),
      orderBy: t.field({ type: order, description: `Left out: ${plural} in order of opening.` }),
    }));
  }

  /** A field that gives such a list. */
  field<P>(t: FieldBuilder<P>, options: ListFieldOptions<P, T>): FieldRef<Types, Page<T>> {
    const unasked = options.nested === true ? LIMITS.assumedNestedPage : LIMITS.defaultPage;
    return t.field({
      type: this.#connection,
      description: options.description,
      args: this.#args,
      complexity: (args: ListArguments<F>) => ({ field: 2, multiplier: args.first ?? unasked }),
      resolve: (parent: P, args: ListArguments<F>, context: SchemaContext) =>
        this.page(options.from(parent, context), args, context, options.inOrder),
    } as never);
  }

  page(items: readonly T[], args: ListArguments<F>, context: SchemaContext, inOrder = false): Page<T> {
    const { name, matches, orders, keyOf, opened } = this.#definition;
    const { after, filter, orderBy } = args;
    const order = orderBy ? orders[orderBy.field] : undefined;
    const page = paginate(items, {
      runId: context.monitor.runId,
      list: name,
      first: pageSize(args.first),
      after: after ?? null,
      matches: filter ? matches(filter, context) : null,
      ordering:
        orderBy && order
          ? {
              name: orderBy.field,
              descending: (orderBy.direction ?? order.direction) === 'desc',
              value: (item) => order.value(item, context),
            }
          : null,
      keyOf,
      opened,
      inOrder,
    });
    context.pin.spend(page.items.length);
    return page;
  }

  #defineConnection() {
    const { name, plural, type } = this.#definition;
    const edge = builder.objectRef<{ page: Page<T>; item: T }>(`${name}Edge`).implement({
      description: `One of ${plural} and its place in the list.`,
      fields: (t) => ({
        cursor: t.string({
          description: 'Give it as `after` to go on behind this item.',
          resolve: ({ page, item }) => page.cursorOf(item),
        }),
        node: t.field({ type, description: 'The item itself.', resolve: ({ item }) => item as never }),
      }),
    });
    return builder.objectRef<Page<T>>(`${name}Connection`).implement({
      description: `One page of ${plural}.`,
      fields: (t) => ({
        nodes: t.field({
          type: [type],
          description: 'The items of this page.',
          complexity: { field: 0, multiplier: 1 },
          resolve: (page, _args, { pin }) => pin.spread(page.items) as never,
        }),
        edges: t.field({
          type: [edge],
          description: 'The items of this page, each with its cursor.',
          complexity: { field: 0, multiplier: 1 },
          resolve: (page, _args, { pin }) => pin.spread(page.items.map((item) => ({ page, item }))),
        }),
        totalCount: t.exposeInt('totalCount', { description: 'Items that match, on all pages together.' }),
        pageInfo: t.field({
          type: PageInfoRef,
          description: 'Whether and where to go on.',
          resolve: (page) => page as unknown as Page<never>,
        }),
      }),
    });
  }

  #defineOrder() {
    const { name, plural, orders } = this.#definition;
    const field = builder.enumType(`${name}OrderField`, {
      description: `What ${plural} can be sorted by. Unknown values come last.`,
      values: Object.fromEntries(
        Object.entries(orders).map(([key, { description, direction }]) => [
          key,
          { value: key, description: `${description} Without a direction: ${direction.toUpperCase()}.` },
        ]),
      ),
    });
    return builder.inputType(`${name}Order`, {
      description: `How to sort ${plural}. Equal and unknown ones stay in order of opening.`,
      fields: (t) => ({
        field: t.field({ type: field, required: true, description: 'What to sort by.' }),
        direction: t.field({ type: DirectionEnum, description: 'Left out: the usual one of the field.' }),
      }),
    });
  }
}

/** Throws when a page is out of range. */
export function pageSize(asked: number | null | undefined, name = 'first'): number {
  const size = asked ?? LIMITS.defaultPage;
  if (size >= 0 && size <= LIMITS.maxPage) return size;
  throw schemaError(
    'BAD_USER_INPUT',
    `${name} must be within 0 and ${LIMITS.maxPage}, got ${size}. Use after to get the rest.`,
  );
}
