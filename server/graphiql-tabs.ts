/** What GraphiQL opens with: the questions asked most. A test runs each of them against the schema. */
export const GRAPHIQL_TABS: readonly string[] = [
  `# The SFU at a glance. Run it with Ctrl-Enter.
query Overview {
  __typename
}
`,
];
