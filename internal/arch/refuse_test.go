// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package arch_test

import "testing"

// A rule nobody has seen fail is a guess.
func TestRefuse(t *testing.T) {
	t.Parallel()
	const (
		in    = home + "internal/"
		own   = "modules/dossiers"
		other = "modules/accounts"
	)
	for _, tt := range []struct {
		from, imp string
		refused   bool
	}{
		// floors
		{"cmd/tinhso", in + "app", false},
		{"cmd/tinhso", in + "platform/db", true},
		{"cmd/tinhso", in + "kernel/audit", true},
		{"app", in + "kernel/audit", false},
		{"app", in + "platform/db", false},
		{"app", home + "packs", false},
		{"kernel/audit", in + "platform/db", false},
		{"kernel/audit", in + "modules/dossiers", true},
		{"kernel/audit", in + "app", true},
		{"kernel/packs", home + "packs", false},
		{"kernel/forms", home + "packs", true},
		{"platform/db", in + "platform/errs", false},
		{"platform/db", in + "kernel/audit", true},
		{"platform/ui/assets", home + "web", false},
		{"platform/db", home + "web", true},
		{"somewhere", in + "platform/db", true},
		{"app", in + "somewhere", true},
		{"kernel/orgs", in + "kernel/orgs/internal/store", false},
		{"kernel/orgs/internal/store", in + "kernel/orgs", true},
		{"kernel/orgs/internal/store", in + "kernel/audit", false},
		// simulators
		{"app", in + "simulators/post", false},
		{"app/demo", in + "simulators/post", false},
		{own + "/internal/core", in + "simulators/post", true},
		{"kernel/signing", in + "simulators/cipher", true},
		{"platform/mail", in + "simulators/post", true},
		{"simulators/post", in + "platform/clock", false},
		{"simulators/post", in + "modules/dossiers", true},
		// app and modules
		{"app", in + own + "/dossiersmod", false},
		{"app", in + own, true},
		{"app", in + own + "/internal/core", true},
		{own, in + "app", true},
		// parts of a module
		{own, in + own + "/internal/core", true},
		{own + "/dossiersmod", in + own + "/internal/core", false},
		{own + "/dossiersmod", in + own + "/locales", false},
		{own + "/internal/core", in + own, false},
		{own + "/internal/core", in + own + "/internal/store", false},
		{own + "/internal/core/fees", in + own + "/internal/store", false},
		{own + "/internal/core", in + own + "/internal/site", true},
		{own + "/internal/core", in + own + "/dossiersmod", true},
		{own + "/internal/store", in + own, false},
		{own + "/internal/store", in + own + "/internal/core", true},
		{own + "/internal/site", in + own + "/internal/core", false},
		{own + "/internal/site", in + own + "/internal/store", true},
		{own + "/internal/api", in + own + "/internal/core", false},
		{own + "/internal/api", in + own + "/internal/store", true},
		{own + "/internal/api", in + own + "/internal/site", true},
		{own + "/internal/jobs", in + own + "/internal/core", false},
		{own + "/internal/jobs", in + own + "/internal/store", true},
		{own + "/dossierstest", in + own, false},
		// between modules
		{own + "/internal/core", in + "modules/procedures", false}, // listed
		{own + "/internal/core", in + "modules/procedures/internal/core", true},
		{own + "/internal/core", in + "modules/procedures/proceduresmod", true},
		{other + "/internal/core", in + own, true}, // not listed
		{"modules/procedures/internal/core", in + own, true},
		// test helpers
		{own + "/internal/core", in + "platform/db/dbtest", true},
		{own + "/dossierstest", in + "platform/db/dbtest", false},
		{"platform/db/dbtest", in + "platform/db", false},
		// libraries and the standard library
		{"platform/db", "modernc.org/sqlite", false},
		{"kernel/audit", "modernc.org/sqlite", true},
		{"platform/db/dbtest", "github.com/jackc/pgx/v5", false},
		{own + "/internal/store", "github.com/jackc/pgx/v5", true},
		{own + "/internal/store", "database/sql", false},
		{"kernel/orgs/internal/store", "database/sql", false},
		{own + "/internal/core", "database/sql", true},
		{own + "/internal/core", "database/sql/driver", true},
		{own + "/internal/site", "net/http", false},
		{own + "/internal/core", "net/http", true},
		{"kernel/audit", "net/http", true},
		{"platform/web", "net/http", false},
		{"platform/web", "net/http/httptest", true},
		{"platform/web/webtest", "net/http/httptest", false},
		{"platform/webhook", "net/http", true},
		{"simulators/post", "net/http", false},
		{own + "/internal/api", "github.com/danielgtaylor/huma/v2", true},
		{own + "/internal/site", "html/template", true},
		{own + "/internal/core", "math/rand/v2", true},
		{own + "/internal/core", "strings", false},
	} {
		if got := refuse(tt.from, tt.imp); (got != "") != tt.refused {
			t.Errorf("refuse(%q, %q) = %q, want refused: %v", tt.from, tt.imp, got, tt.refused)
		}
	}
}
