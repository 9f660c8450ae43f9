const { createServer } = require('node:http');

createServer((request, response) => response.end('mine\n')).listen(3000, '0.0.0.0');
