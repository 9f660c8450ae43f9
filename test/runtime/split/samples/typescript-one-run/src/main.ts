import { createServer } from 'node:http';

createServer((request, response) => response.end('worker')).listen(4100, '0.0.0.0');
process.on('SIGTERM', () => process.exit(0));
