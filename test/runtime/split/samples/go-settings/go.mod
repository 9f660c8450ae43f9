module example.com/acme/settings

go 1.19
