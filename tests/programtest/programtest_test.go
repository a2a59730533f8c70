// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package programtest_test

import (
	"net"
	"net/url"
	"testing"

	"tinhso.vn/tests/programtest"
)

func TestPostgresListensAndStops(t *testing.T) {
	t.Parallel()
	var address string
	t.Run("while the test runs", func(t *testing.T) {
		u, err := url.Parse(programtest.Postgres(t))
		if err != nil {
			t.Fatal(err)
		}
		address = u.Host
		c, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		_ = c.Close()
	})
	if address == "" {
		t.SkipNow() // said by the inner test
	}
	if c, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address); err == nil {
		_ = c.Close()
		t.Error("the server outlived its test")
	}
}
