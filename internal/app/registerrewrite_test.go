// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"net/http"
	"strings"
	"testing"

	"tinhso.vn/internal/platform/db"
)

// TestAPageSaysThatItsRegisterIsWrittenAnew shows how far it is, by page and by
// API, and refuses to filter by what is not ready.
func TestAPageSaysThatItsRegisterIsWrittenAnew(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		must(t, w.DB.Write(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `INSERT INTO registers_rewrites (register, fields, remake, after, done, total, began_at) VALUES ('cho', 'name', 0, '', 5, 20, $1)`, tx.Now)
			return err
		}))
		page := w.send(t, officer, http.MethodGet, "/so/cho", "")
		if page.status != http.StatusOK || !strings.Contains(page.body, "25% (5/20 bản ghi)") || !strings.Contains(page.body, "chưa lọc, sắp xếp được theo: Tên chợ") {
			t.Errorf("%d %s", page.status, page.body)
		}
		const at = "/api/v1/registers/cho/records"
		if a := w.send(t, officer, http.MethodGet, at, ""); a.status != http.StatusOK || !strings.Contains(a.body, `"rewriting":{"done":5,"total":20,"fields":["name"]}`) {
			t.Errorf("%d %s", a.status, a.body)
		}
		if a := w.send(t, officer, http.MethodGet, at+"?where=name:has:cho", ""); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "registers.value.preparing") {
			t.Errorf("%d %s", a.status, a.body)
		}
	})
}
