import type { ConfirmChannel } from 'amqplib';
import type { AmqpOptions } from './options.js';

/** Declares what the options ask for. Rejects when it exists with other arguments, is missing, or may not be declared. */
export async function declareTopology(
  channel: ConfirmChannel,
  { exchange, queue }: Pick<AmqpOptions, 'exchange' | 'queue'>,
): Promise<void> {
  if (exchange.declare === 'active') await channel.assertExchange(exchange.name, 'topic', { durable: true });
  else await channel.checkExchange(exchange.name);
  if (queue === null) return;
  await channel.assertQueue(queue.name, { durable: true, arguments: { 'x-queue-type': queue.type } });
  for (const key of queue.bindingKeys) await channel.bindQueue(queue.name, exchange.name, key);
}
