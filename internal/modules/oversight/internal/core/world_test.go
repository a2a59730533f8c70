// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"errors"
	"path/filepath"
	"slices"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/oversight"
	"tinhso.vn/internal/modules/oversight/internal/core"
	"tinhso.vn/internal/modules/oversight/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// world is the province of dossierstest with an auditor and the log's key.
type world struct {
	*dossierstest.World
	svc              *core.Service
	signer           *audit.Signer
	clock            *dbtest.Clock
	auditor, second  identity.Actor
	officer, citizen identity.Actor
}

func each(t *testing.T, f func(t *testing.T, w *world)) {
	t.Helper()
	dbtest.Each(t, append(dossierstest.Migrations(), store.Migrations()), func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		base := dossierstest.New(t, d)
		signer, err := audit.LoadSigner(filepath.Join(t.TempDir(), "audit.key"))
		must(t, err)
		cal := dossierstest.WorkingTime(t)
		w := &world{World: base, signer: signer, clock: c, svc: core.New(core.Deps{
			DB: d, People: base.Deps.Directory, Dossiers: base.Service, Calendar: func(string) *calendar.Calendar { return cal },
		})}
		whole := identity.Place{Unit: "tinh", Subtree: true}
		w.auditor = base.Auditor.Grant(oversight.PermAlerts, whole).Grant(oversight.PermErase, whole)
		w.second = base.Deputy.Grant(oversight.PermErase, whole)
		w.officer = base.Officer.Grant(oversight.PermExplain, identity.Place{Unit: dossierstest.Ward})
		w.citizen = base.Citizen
		f(t, w)
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// seal makes everything in the log provable: only then is it looked at.
func (w *world) seal(t *testing.T) {
	t.Helper()
	for more := true; more; {
		var err error
		_, more, err = audit.Sequence(t.Context(), w.DB, "test", w.signer)
		must(t, err)
	}
}

func (w *world) evaluate(t *testing.T) {
	t.Helper()
	w.seal(t)
	for more := true; more; {
		var err error
		more, err = w.svc.Evaluate(t.Context())
		must(t, err)
	}
}

func (w *world) rules(t *testing.T, rules ...oversight.Rule) {
	t.Helper()
	must(t, w.DB.Write(t.Context(), func(tx *db.Tx) error {
		_, err := w.svc.ApplyRules(t.Context(), tx, rules)
		return err
	}))
}

// read writes that an official has read a person's data.
func (w *world) read(t *testing.T, a identity.Actor, e audit.Event, subject, person string, why access.Purpose) {
	t.Helper()
	must(t, w.DB.Write(t.Context(), func(tx *db.Tx) error {
		return audit.RecordReadOf(t.Context(), tx, a, e, subject, person, why)
	}))
}

// dossier is read of a dossier.
func (w *world) dossier(t *testing.T, a identity.Actor, person string) {
	t.Helper()
	w.read(t, a, dossiers.AuditPersonRead, "d-"+person, person, access.Handling)
}

func (w *world) alerts(t *testing.T, state oversight.State) []core.Alert {
	t.Helper()
	page, _, err := w.svc.ListAlerts(t.Context(), w.auditor, state, "")
	must(t, err)
	slices.Reverse(page.Items)
	return page.Items
}

func (w *world) count(t *testing.T, query string, args ...any) (n int) {
	t.Helper()
	must(t, w.DB.QueryRow(t.Context(), query, args...).Scan(&n))
	return n
}

func refused(t *testing.T, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: %v, want %v", what, err, want)
	}
}
