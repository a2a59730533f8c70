// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package packs

import (
	"slices"
	"strings"

	"tinhso.vn/internal/platform/shape"
)

// Share is the part of a fee that another agency gets than the one that takes it. Who
// takes it keeps what is left.
type Share struct {
	To     string // authority, parent, province, or unit:ID
	Part   int    // of 10,000
	Legal  string
	Valid  Period // of days on which dossiers are accepted
	Source string
	Status Status
}

// ShareWhole is what all parts are parts of.
const ShareWhole = 10_000

// unitPrefix begins the one unit that gets a share.
const unitPrefix = "unit:"

// shareTakers are who can get a share without being named.
func shareTakers() []string { return []string{"authority", "parent", "province"} }

func sharesField(name string) shape.Field {
	return within(shape.Mappings, "shares", optional, mapped(name+".shares", fields{
		plain("to", required, "authority: nơi giải quyết, thẩm định; parent: cấp trên của nơi thu; province: tỉnh; unit:ID: một đơn vị", "authority: who decides or appraises; parent: above who takes it; province; unit:ID: one unit"),
		of(shape.Whole, "part", required, "Phần trên 10.000", "Part of 10,000"),
		plain("legal", optional, "Văn bản quy định", "Legal document"),
	}, periodFields(), unverifiedFields()), "Chia cho cơ quan khác; phần còn lại thuộc nơi thu", "Shared with other agencies; who takes it keeps the rest")
}

func (r *record) shares() (all []Share) {
	for _, s := range r.subs("shares") {
		one := Share{To: s.str("to", required), Part: s.integer("part", required), Legal: s.str("legal"), Valid: s.period(), Source: s.str("source", required), Status: Status(s.oneOf("status", false, string(Unverified)))}
		if !slices.Contains(shareTakers(), one.To) && len(one.To) <= len(unitPrefix) {
			s.problem("to", "fee.share_to", one.To)
		}
		if one.Part < 1 || one.Part > ShareWhole {
			s.problem("part", "fee.share_part")
		}
		s.done()
		all = append(all, one)
	}
	for _, one := range all { // on no day more is given away than there is
		sum := 0
		for _, other := range all {
			if other.Valid.Holds(one.Valid.From) {
				sum += other.Part
			}
		}
		if sum > ShareWhole {
			r.problem("shares", "fee.share_sum")
			break
		}
	}
	return all
}

// checkShares reports shares that name a unit or a document that nobody knows.
func checkShares(f Fee, units func(string) bool, docs func(string) bool, missing func(id string, known bool, code string)) {
	for _, s := range f.Shares {
		missing(s.Legal, docs(s.Legal), "legal.unknown")
		if one, named := strings.CutPrefix(s.To, unitPrefix); named {
			missing(one, units(one), "procedure.unit")
		} else {
			missing(s.To, slices.Contains(shareTakers(), s.To), "fee.share_to")
		}
	}
}
