// A client in a process of its own, so that its cost is not counted: asks for each message and answers with the size.
import { Agent, request } from 'node:http';

const agent = new Agent({ keepAlive: true });

process.on('message', ({ url, body, headers }) => {
  if (url === undefined) {
    process.send?.({});
    return;
  }
  const asked = request(
    url,
    { agent, method: body === undefined ? 'GET' : 'POST', headers: { 'content-type': 'application/json', ...headers } },
    (answer) => {
      let bytes = 0;
      let start = '';
      answer.on('data', (chunk) => {
        if (bytes === 0) start = chunk.toString('latin1', 0, 200);
        bytes += chunk.length;
      });
      answer.on('end', () => process.send?.({ bytes, status: answer.statusCode, start }));
    },
  );
  asked.end(body);
});
