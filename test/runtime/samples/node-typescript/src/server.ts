declare function require(name: string): any;
declare const process: any;

const { createServer } = require('node:http');

interface Greeting {
  readonly text: string;
}

const greeting: Greeting = { text: 'typed' };

const server = createServer((request: any, response: any) => {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(greeting));
});
server.listen(4000);
process.once('SIGTERM', () => process.exit(0));
