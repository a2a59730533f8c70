// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"fmt"
	"net/http"

	"tinhso.vn/internal/app/year"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/modules/procedures/proceduresmod"
)

// person makes the n-th resident up: a name, and numbers that cannot be anybody's.
func person(n int) year.Resident {
	family := [...]string{"Nguyễn Thị", "Trần Văn", "Lê Thị", "Phạm Văn", "Huỳnh Thị", "Võ Văn", "Đặng Thị", "Bùi Văn", "Đỗ Thị", "Hồ Văn"}
	given := [...]string{"Ánh", "Bình", "Cúc", "Dũng", "Đào", "Giang", "Hạnh", "Khải", "Lan", "Minh", "Nga", "Oanh", "Phúc", "Quý", "Sen", "Tài", "Út", "Vân", "Xuân", "Yên", "Ngọc"}
	sex := 1 - n%2 // family[even] are women: 1, men: 0
	return year.Resident{
		Name:   family[n%len(family)] + " " + given[n%len(given)],
		Number: fmt.Sprintf("089%d%02d%06d", sex, 45+n%12, 900000+n),
		Phone:  fmt.Sprintf("09000001%02d", n),
	}
}

// procedureOf chooses a procedure that the unit itself decides on.
func procedureOf(set *packs.Set, n int) proceduresmod.ID {
	var own []proceduresmod.ID
	for _, p := range set.Procedures {
		if p.AuthorityUnit == "" && p.Route == "LOCAL" && onlyHere(set, p) {
			own = append(own, proceduresmod.ID(p.ID))
		}
	}
	return own[n%len(own)]
}

// onlyHere reports whether every step of the procedure is done where it was
// received, one after the other.
func onlyHere(set *packs.Set, p packs.Procedure) bool {
	flow, ok := set.Flow(p.Flow)
	for _, s := range flow.Steps {
		if (s.Unit != "received" && s.Unit != "authority") || len(s.Next) > 1 {
			return false
		}
	}
	return ok && !p.SameDay
}

// file lets the clerk file for a resident at the counter: everything filled in,
// every required paper handed over.
func (n *narrator) file(ctx context.Context, s *scene) error {
	who := person(s.n)
	v, err := n.p.Parts.Catalogue.Get(ctx, procedureOf(n.set, s.n))
	if err != nil {
		return err
	}
	answers, err := year.FillIn(v.Form, who, s.office.unit)
	if err != nil {
		return err
	}
	handed := map[string]any{}
	chosen := year.FirstCase(v)
	for _, p := range v.For(chosen, "").Papers {
		if p.Required {
			handed[p.ID] = map[string]int{"original": max(1, p.Original), "copy": p.Copy}
		}
	}
	var filed struct {
		ID string `json:"id"`
	}
	err = n.call(ctx, s.office.staff["clerk"], http.MethodPost, "/api/v1/dossiers", map[string]any{
		"procedure": v.ID, "case": chosen, "unit": s.office.unit, "answers": answers, "handed": handed,
		"parties": map[string]any{"basis": "self", "owner": map[string]string{
			"kind": "individual", "name": who.Name, "number": who.Number, "phone": who.Phone, "address": "Số " + fmt.Sprint(s.n+1) + ", đường Giả Định",
		}},
	}, &filed)
	s.id = filed.ID
	return err
}
