module example.com/acme/pages

go 1.19
