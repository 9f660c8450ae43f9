const express = require('express');

const app = express();
app.get('/', (request, response) => response.json({ service: 'orders' }));
app.get('/api/health', (request, response) => response.json({ ok: true }));
app.listen(8080, () => console.log('listening on 8080'));
