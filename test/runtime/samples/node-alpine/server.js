const { createServer } = require('node:http');

const server = createServer((request, response) => {
  if (request.url === '/health') return response.end('ok');
  response.statusCode = request.url === '/' ? 200 : 404;
  response.end('hello\n');
});
server.listen(process.env.PORT || 3000);
process.on('SIGTERM', () => server.close(() => process.exit(0)) && server.closeAllConnections());
