module example.com/acme/clock

go 1.19
