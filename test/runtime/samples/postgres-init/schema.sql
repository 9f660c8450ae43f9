CREATE TABLE orders (id integer PRIMARY KEY, what text NOT NULL);
INSERT INTO orders VALUES (1, 'tea');
