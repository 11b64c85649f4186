// SPDX-License-Identifier: Apache-2.0

// Reads encrypted files with SOPS's own library, as programs that embed it do:
// reader FORMAT FILE...; writes FILE.out, or FILE.err with what went wrong.
package main

import (
	"os"

	"github.com/getsops/sops/v3/decrypt"
)

func main() {
	for _, path := range os.Args[2:] {
		data, err := os.ReadFile(path)
		if err == nil {
			data, err = decrypt.Data(data, os.Args[1])
		}
		name := path + ".out"
		if err != nil {
			name, data = path+".err", []byte(err.Error())
		}
		if err = os.WriteFile(name, data, 0o600); err != nil {
			panic(err)
		}
	}
}
