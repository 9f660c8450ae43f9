package main

import (
	"fmt"
	"net/http"
	"os/exec"
)

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		out, _ := exec.Command("uname").Output()
		fmt.Fprint(w, string(out))
	})
	http.ListenAndServe(":8050", nil)
}
