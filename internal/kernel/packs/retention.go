// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package packs

// RetentionRule says how long something is kept, and what happens then.
type RetentionRule struct {
	Item
	Name   Text
	What   string // draft, closed_files, delivered_files, result, notice, message, register_change, parcel, said_outside
	From   string // when the time begins: last_change, closed, delivered, issued, told
	Action string // forget, erase_files, keep
	Amount int    // how long; 0: for ever
	Unit   string // days, months, years
	Basis  string // a legal id; empty where no law is known to say so
}

// retentionWays says from when each kind is kept, and what may be done then: a
// result that was issued is never erased, and a draft is forgotten whole.
func retentionWays() map[string]struct{ from, action string } {
	return map[string]struct{ from, action string }{
		"draft":           {"last_change", "forget"},
		"closed_files":    {"closed", "erase_files"},
		"delivered_files": {"delivered", "erase_files"},
		"result":          {"issued", ""},
		"notice":          {"told", "forget"},
		"message":         {"told", "forget"},
		"register_change": {"last_change", "forget"},
		"parcel":          {"last_change", "forget"},
		"said_outside":    {"told", "forget"},
	}
}

// maxKept is the longest time of each unit: what is longer is for ever.
func maxKept() map[string]int { return map[string]int{"days": 3_660, "months": 1_200, "years": 100} }

func readRetentionRule(r *record) RetentionRule {
	k := RetentionRule{
		Item:   r.item(),
		Name:   r.text("name", required),
		What:   r.oneOf("what", required, "draft", "closed_files", "delivered_files", "result", "notice", "message", "register_change", "parcel", "said_outside"),
		From:   r.oneOf("from", required, "last_change", "closed", "delivered", "issued", "told"),
		Action: r.oneOf("action", required, "forget", "erase_files", "keep"),
		Basis:  r.str("basis"),
	}
	if after := r.sub("after"); after != nil {
		units := 0
		for _, unit := range []string{"days", "months", "years"} {
			if after.has(unit) {
				units++
				k.Amount, k.Unit = after.integer(unit), unit
			}
		}
		if units != 1 || k.Amount < 1 || k.Amount > maxKept()[k.Unit] {
			r.problem("after", "retention.after")
		}
		after.done()
	}
	if way, known := retentionWays()[k.What]; known && r.has("from") && r.has("action") {
		if k.From != way.from || (k.Action != way.action && k.Action != "keep") {
			r.problem("what", "retention.way", k.What)
		}
	}
	if r.has("action") && (k.Action == "keep") == r.has("after") {
		r.problem("action", "retention.keep")
	}
	if k.Basis == "" && k.Status != Unverified {
		r.problem("basis", "retention.basis")
	}
	return k
}

// checkRetention makes sure that nothing is kept by two rules, and that the law
// a rule names is there.
func checkRetention(s *Set, b *book) {
	docs, first := byID(s.Legal, LegalDoc.itemID), map[string]string{}
	for _, k := range s.Retention {
		if k.Basis != "" && !has(docs, k.Basis) {
			b.addOrigin(k.Origin, k.ID, "legal.unknown", k.Basis)
		}
		if other, twice := first[k.What]; twice {
			b.addOrigin(k.Origin, k.ID, "retention.twice", k.What, other)
			continue
		}
		first[k.What] = k.ID
	}
}
