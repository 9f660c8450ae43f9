// Asks the server of a container, from inside its network: run by nsenter. One JSON argument, one JSON line.
// Waits until the server says anything to the first request, then sends the others once.
import { existsSync } from 'node:fs';
import { request } from 'node:http';

const { pid, port, requests, timeoutMs } = JSON.parse(process.argv[2]);
const end = Date.now() + timeoutMs;

const send = ({ method = 'GET', path, body = '', headers = {} }) =>
  new Promise((resolve, reject) => {
    const options = {
      host: '127.0.0.1',
      port,
      method,
      path,
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
    };
    const sent = request({ ...options, agent: false, timeout: 5000 }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part) => (text += part));
      response.on('end', () => resolve({ status: response.statusCode, body: text.slice(0, 2000) }));
      response.on('error', reject);
    });
    sent.on('timeout', () => sent.destroy(new Error('no answer in 5 s')));
    sent.on('error', reject);
    sent.end(body);
  });

const answers = [];
for (const [index, one] of requests.entries()) {
  for (;;) {
    try {
      answers.push(await send(one));
      break;
    } catch (error) {
      const isOver = Date.now() > end || !existsSync(`/proc/${pid}`);
      if (index > 0 || isOver) answers.push({ status: 0, body: String(error.code ?? error.message) });
      if (index > 0 || isOver) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
console.log(JSON.stringify(answers));
