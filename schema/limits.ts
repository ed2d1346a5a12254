/** Every limit of the API in one place. The server sets its limits of depth, aliases and tokens to those given here. */
export const LIMITS = {
  /** Items of one page of a list. */
  defaultPage: 50,
  maxPage: 500,
  /**
   * Items of all lists of one response together. Counted while it is made, so it holds whatever the estimate said.
   */
  maxItems: 10_000,
  /** What an operation may cost by estimate: one for each field, times the size of each list around it. */
  maxCost: 250_000,
  /** What a nested list counts as when `first` is not given: most are short, and `maxItems` bounds the others. */
  assumedNestedPage: 5,
  /** Nesting of fields. The examples in docs/cookbook need 10; introspection by GraphiQL needs 13. */
  maxDepth: 16,
  /** Aliases in one document: enough for a dashboard that asks the same of several entities. */
  maxAliases: 50,
  maxDirectives: 50,
  /** Lexical tokens of one document; GraphiQL's introspection query has about 400. */
  maxTokens: 4_000,
  /** Ids of one `nodes` query or one `stats` subscription. */
  maxIds: 500,
  /** What a response may take of one turn of the event loop while its lists are made, ms. */
  maxTurnMs: 2,
  /** Hits of one search. */
  maxHits: 100,
  /** Entities of one part of a `graph` message: the loop of the SFU's process must turn between two parts. */
  graphPart: 500,
  /** Entities that a `graph` message whose parts wait for a slow reader keeps as they were when it began. */
  graphOld: 250,
  /** Least and most time between two messages of a subscription, ms. */
  minEveryMs: 250,
  maxEveryMs: 60_000,
  /** Longest `watch`, s, and longest `silence`, s. */
  maxWatchSeconds: 300,
  /** Longest `debug`, s. */
  maxDebugSeconds: 3_600,
  maxSilenceSeconds: 604_800,
  /** Characters of a comment or of a text that is searched for. */
  maxText: 1_000,
} as const;
