const fs = require('fs');
const express = require('express');
const app = express();
app.get('/', (request, response) => {
  fs.writeFileSync('visits.txt', 'one');
  response.json({ owner: fs.statSync('node_modules').uid, user: process.getuid() });
});
app.listen(8081, '0.0.0.0');
