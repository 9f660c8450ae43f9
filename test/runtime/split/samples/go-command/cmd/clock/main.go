package main

import (
	"fmt"
	"net/http"
	"time"
	_ "time/tzdata"
)

func main() {
	zone, err := time.LoadLocation("Europe/Berlin")
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, zone, err) })
	http.ListenAndServe(":8070", nil)
}
