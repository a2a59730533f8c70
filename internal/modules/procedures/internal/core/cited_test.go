// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"slices"
	"testing"

	kernelpacks "tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// TestPartsCiteTheirOwnLaw looks for what a form rests on, beside what the
// procedure and its fee do.
func TestPartsCiteTheirOwnLaw(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *Service, _ *dbtest.Clock) {
		set := load(t, "an-giang")
		i := slices.IndexFunc(set.Flows, func(f kernelpacks.Flow) bool { return len(f.Steps) > 0 })
		flow := &set.Flows[i]
		flow.Legal = []string{"nd-118-2025"}
		if err := s.db.Write(t.Context(), func(tx *db.Tx) error {
			_, err := s.Apply(t.Context(), tx, set)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		all, err := s.Cited(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		of := map[procedures.Part]int{}
		for _, c := range all {
			of[c.Part]++
		}
		form := slices.IndexFunc(all, func(c procedures.Citation) bool {
			return c.ID == "dang-ky-khai-sinh" && c.Part == procedures.ItsForm && c.Legal == "tt-04-2020-btp" && c.Name.VI == "Tờ khai đăng ký khai sinh"
		})
		if form < 0 || of[procedures.Itself] == 0 || of[procedures.ItsFee] == 0 || of[procedures.ItsFlow] == 0 {
			t.Errorf("form at %d; cited %v", form, of)
		}
	})
}
