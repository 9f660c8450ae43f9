const express = require('express');
const app = express();
app.get('/', (request, response) => response.json({ shop: 'open' }));
app.listen(3000, '0.0.0.0');
