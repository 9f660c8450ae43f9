const http = require('http');

const server = http.createServer((request, response) => response.end('small\n'));
server.listen(8080);
process.on('SIGTERM', () => process.exit(0));
