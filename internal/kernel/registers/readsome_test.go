// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers_test

import (
	"slices"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/registers"
)

// Many records are read as each of them would be: what is out of sight is left out,
// and of the others what is not shown.
func TestManyAreReadAsOne(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		r := newRights(t, w)
		all, err := w.keeper.List(t.Context(), w.d, w.all, "cho-nuoi", registers.Query{})
		ok(t, err)
		ids := []string{"none", "none"}
		for _, rec := range all.Records {
			ids = append(ids, rec.ID)
		}
		for who := range r.people {
			s, err := r.keeper.Stand(t.Context(), w.d, r.people[who], "cho-nuoi")
			ok(t, err)
			var one, many []string
			for _, id := range ids[2:] {
				if rec, err := r.keeper.Read(t.Context(), w.d, s, id, ""); err == nil {
					one = append(one, rec.ID+asText(rec.Values["name"])+asText(rec.Values["note"])+strings.Join(rec.Withheld, ","))
				}
			}
			some, err := r.keeper.ReadSome(t.Context(), w.d, s, ids)
			ok(t, err)
			for _, rec := range some {
				many = append(many, rec.ID+asText(rec.Values["name"])+asText(rec.Values["note"])+strings.Join(rec.Withheld, ","))
			}
			slices.Sort(one)
			if !slices.Equal(one, many) || len(many) == 0 {
				t.Errorf("%s: one by one %q, together %q", who, one, many)
			}
		}
	})
}
