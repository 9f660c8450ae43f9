package main

import (
	"fmt"
	"net/http"
	"os"
)

func main() {
	env, err := os.ReadFile(".env")
	if err != nil {
		panic(err)
	}
	list, err := os.ReadFile("data/list.json")
	if err != nil {
		panic(err)
	}
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, os.Getenv("GREETING"), " ", string(env), string(list))
	})
	http.ListenAndServe(":8060", nil)
}
