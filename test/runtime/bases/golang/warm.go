package main

import (
	_ "fmt"
	_ "log"
	_ "net/http"
)

func main() {}
