// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package arch_test

import (
	"os"
	"path"
	"strings"
	"testing"

	"tinhso.vn/internal/platform/config"
)

// The example names every key there is, and none that is not.
func TestExampleConfigurationLoads(t *testing.T) {
	t.Parallel()
	file := path.Join(root, "deploy/tinhso.example.yaml")
	c, err := config.Load(file, nil)
	if err != nil {
		t.Fatal(err)
	}
	if c.Listen == "" || !c.Secure() || strings.HasPrefix(c.Keys, c.Data+"/") {
		t.Errorf("the example is no good example: listen %q, secure %v, keys %q in data %q", c.Listen, c.Secure(), c.Keys, c.Data)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{
		"listen", "proxies", "public_url", "data", "database", "pack", "keys", "key_provider", "security_log", "clamd", "quota", "limits", "log", "sms", "signing",
	} {
		if !strings.Contains(string(text), "\n"+key+":") {
			t.Errorf("the example does not mention %s", key)
		}
	}
}
