import { GraphQLScalarType } from 'graphql';
import { createSchema } from 'graphql-yoga';
import { expect, it } from 'vitest';
import { RawWebSocket } from '../support/raw-websocket.js';
import { realServer } from '../support/real-server.js';

it('a shared result that is no JSON ends its subscription with an error, and nothing else', async () => {
  const Huge = new GraphQLScalarType({ name: 'Huge', serialize: (value) => BigInt(value as number) });
  const schema = createSchema({
    typeDefs: 'scalar Huge type Query { hello: String } type Subscription { stats: Huge }',
    resolvers: {
      Huge,
      Query: { hello: () => 'world' },
      Subscription: {
        stats: {
          subscribe: async function* () {
            yield { stats: 1 };
            await new Promise(() => undefined);
          },
        },
      },
    },
  });
  const { socketUrl } = await realServer({ schema });
  const client = await new RawWebSocket(socketUrl).init();

  client.subscribe('1', 'subscription { stats }');

  const error = await client.until((message) => message.includes('"error"'));
  expect(error).toContain('Unexpected error.');
  client.subscribe('1', '{ hello }');
  await client.until((message) => message.includes('world'));
  await client.close();
});
