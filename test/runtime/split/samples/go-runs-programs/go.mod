module example.com/acme/shell

go 1.19
