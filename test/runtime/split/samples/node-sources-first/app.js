const fs = require('fs');
const express = require('express');
const app = express();
app.get('/', (request, response) => response.send(fs.readFileSync('posts/first.md', 'utf8')));
app.listen(8082, '0.0.0.0');
