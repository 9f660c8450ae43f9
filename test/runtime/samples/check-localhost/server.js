require('node:http')
  .createServer((request, response) => response.end('four\n'))
  .listen(3000, '0.0.0.0');
