export type AmqpLibrary = Pick<typeof import('amqplib'), 'connect' | 'credentials'>;

/** The client library, which is an optional dependency. Rejects with what to do where it is missing. */
export async function loadAmqpLibrary(
  load: () => Promise<AmqpLibrary> = () => import('amqplib'),
): Promise<AmqpLibrary> {
  try {
    return await load();
  } catch (error) {
    throw new Error('The plugin amqp needs the package amqplib, which cannot be loaded: npm install amqplib@2', {
      cause: error,
    });
  }
}
