// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

//go:build system

package clients_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"tinhso.vn/tests/programtest"
)

func TestOtherPeoplesClients(t *testing.T) {
	t.Parallel()
	p := programtest.Start(t, "")
	for _, tt := range []struct {
		name string
		cmd  []string
		dir  string
	}{
		{"openid-client", []string{"node", "openid-client.mjs"}, "."},
		{"zitadel", []string{"go", "run", "."}, "zitadel"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			cmd := exec.CommandContext(t.Context(), tt.cmd[0], tt.cmd[1:]...)
			cmd.Dir = tt.dir
			cmd.Env = append(os.Environ(), "BASE_URL="+p.URL)
			said, err := cmd.CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, said)
			}
			t.Log(strings.TrimSpace(string(said)))
		})
	}
}
