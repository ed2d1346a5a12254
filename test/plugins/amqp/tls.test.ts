import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { AmqpRig } from '../../support/amqp/amqp-rig.js';
import { Rabbitmq, withoutRabbitmq } from '../../support/amqp/rabbitmq.js';
import { CLIENT_CERTIFICATE } from '../../support/client-certificate.js';
import { SELF_SIGNED } from '../../support/self-signed.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const { cert, key, encryptedKey, passphrase } = CLIENT_CERTIFICATE;
/** That of the broker, which vouches for itself. */
const ca = SELF_SIGNED.cert;

describe.skipIf(withoutRabbitmq)('the amqp plugin over TLS', { timeout: 300_000 }, () => {
  let broker: Rabbitmq;
  beforeAll(async () => {
    const client = { name: 'sfu-client', password: 'unused', vhost: '/', configure: '.*', write: '.*', read: '.*' };
    broker = await Rabbitmq.start({ tls: { ...SELF_SIGNED, ca: CLIENT_CERTIFICATE.ca }, users: [client] });
  }, 180_000);
  afterAll(() => broker?.remove());

  it('shows its certificate, given as text, with a key under a passphrase, and logs in with a password', async () => {
    await using rig = await AmqpRig.started({ url: broker.tlsUrl, tls: { ca, cert, key: encryptedKey, passphrase } });
    rig.publish(3);
    await rig.delivered(3);
  });

  it('logs in with its certificate alone, given as files', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'cert.pem'), cert);
    writeFileSync(join(folder, 'key.pem'), key);
    writeFileSync(join(folder, 'ca.pem'), ca);
    const [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    await using rig = await AmqpRig.started({
      url: broker.tlsUrl,
      auth: 'external',
      tls: { ca: join(folder, 'ca.pem'), cert: certFile, key: keyFile },
    });
    rig.publish(3);
    await rig.delivered(3);
    assert.match(await broker.control('list_connections', 'user', '--quiet'), /sfu-client/);
  });

  it.each([
    ['a broker that nobody vouches for', { cert, key }, /set tls.ca to the authority/],
    ['that the broker wants a certificate', { ca }, /certificate of this client/],
    ['a file that is not there', { ca: '/nowhere/ca.pem' }, /tls.ca cannot be read/],
    ['a key that is none', { ca, cert, key: '-----BEGIN PRIVATE KEY-----\nc2VjcmV0LWtleQ==' }, /PEM|DECODER|key/i],
  ])('names %s, and does not tell the key', async (_, tls, expected) => {
    await using rig = await AmqpRig.started({ url: broker.tlsUrl, tls });
    rig.publish(1);
    await rig.waitFor(({ trouble, counters }) => expected.test(trouble) && counters.queueLength === 1, `${expected}`);

    assert.ok(!rig.told.includes('PRIVATE KEY') && !rig.told.includes('c2VjcmV0'), rig.told);
  });

  it('says so when the port does not speak TLS, and when it speaks nothing else', async () => {
    await using tls = await AmqpRig.started({ url: broker.url.replace('amqp:', 'amqps:') });
    await using plain = await AmqpRig.started({ url: broker.tlsUrl.replace('amqps:', 'amqp:') });
    await tls.waitFor(({ trouble }) => trouble !== '', 'TLS to plain');
    await plain.waitFor(({ trouble }) => trouble !== '', 'plain to TLS');

    assert.match(tls.trouble, /TLS|certificate/);
    assert.match(plain.trouble, /is that port for amqp:|ECONNRESET|closed/);
  });
});
