import { GraphQLError } from 'graphql';

/** Thrown when the client for whom an operation is executed has gone. What is answered then is read by nobody. */
export class Cancelled extends GraphQLError {
  constructor() {
    super('The client has gone.', { extensions: { code: 'CANCELLED' } });
  }
}
