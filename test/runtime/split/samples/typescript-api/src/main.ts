import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

const text: string = readFileSync(join(__dirname, '..', 'views', 'hello.txt'), 'utf8');
createServer((request, response) => response.end(text)).listen(Number(process.env['PORT']), '0.0.0.0');
process.on('SIGTERM', () => process.exit(0));
