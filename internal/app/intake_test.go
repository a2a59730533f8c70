// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/platform/clamd"
	"tinhso.vn/internal/platform/config"
)

func TestAScannerIsAskedWhereOneIsConfigured(t *testing.T) {
	t.Parallel()
	c := config.Default()
	if o := intake(c); o.Scanner != nil || o.Quota != files.DefaultQuota() {
		t.Errorf("without configuration %+v", o)
	}
	c.Clamd, c.Quota = filepath.Join(t.TempDir(), "none"), config.Quota{AccountDay: 1, Subject: 2}
	o := intake(c)
	if o.Quota != (files.Quota{AccountDay: 1 << 20, Subject: 2 << 20}) || o.Scanner == nil {
		t.Fatalf("%+v", o)
	}
	if _, err := o.Scanner.Scan(t.Context(), strings.NewReader("x")); !errors.Is(err, clamd.ErrUnavailable) {
		t.Errorf("nobody is there: %v", err)
	}
}
