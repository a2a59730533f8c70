// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package packs

// Purpose says why personal data is processed: by law, or because the person agrees.
type Purpose struct {
	Item
	Name, Text Text
	Ground     string   // law, consent
	Basis      []string // legal ids
	Reads      []string // purposes of reading that the audit log writes
	Subjects   Text
	Data       []PurposeData
	Holders    []string
	Recipients Text
	Kept       Text
	Retention  string // id of a rule of retention; empty: none
	Consent    PurposeConsent
}

// PurposeData is a category of data.
type PurposeData struct {
	Sort string // basic, sensitive
	Name Text
}

// PurposeConsent is what a person agrees to.
type PurposeConsent struct {
	Version int
	Text    Text
}

func readPurpose(r *record) Purpose {
	p := Purpose{
		Item:       r.item(),
		Name:       r.text("name", required),
		Text:       r.text("text", required),
		Ground:     r.oneOf("ground", required, "law", "consent"),
		Basis:      r.strs("basis"),
		Reads:      r.someOf("reads", "own", "handling", "inspection"),
		Subjects:   r.text("subjects", required),
		Holders:    r.strs("holders"),
		Recipients: r.text("recipients", required),
		Kept:       r.text("kept", required),
		Retention:  r.str("retention"),
	}
	for _, one := range r.subs("data") {
		p.Data = append(p.Data, PurposeData{Sort: one.oneOf("sort", required, "basic", "sensitive"), Name: one.text("name", required)})
		one.done()
	}
	if consent := r.sub("consent"); consent != nil {
		p.Consent = PurposeConsent{Version: consent.integer("version", required), Text: consent.text("text", required)}
		consent.done()
	}
	if p.Ground == "law" && len(p.Basis) == 0 {
		r.problem("basis", "purpose.basis")
	}
	if consents := p.Ground == "consent"; consents != r.has("consent") || (consents && p.Consent.Version < 1) {
		r.problem("consent", "purpose.consent")
	}
	if len(p.Data) == 0 {
		r.problem("data", "purpose.data")
	}
	if len(p.Holders) == 0 {
		r.problem("holders", "purpose.holders")
	}
	return p
}

// PrivacyTerm says how long the office has for something that the law on
// personal data asks of it.
type PrivacyTerm struct {
	Item
	Name           Text
	What           string
	Within, Extend Span // Extend is zero where it cannot be extended
	Basis          string
	Citation       Text // where in it
}

// Span is a time in one unit.
type Span struct {
	Amount int
	Unit   string // hours, days, working_days
}

// privacyTerms are what a term can be for.
func privacyTerms() []string {
	return []string{
		"acknowledge", "see", "correct", "delete", "restrict", "object", "withdraw", "complain", "breach_authority", "breach_serious", "breach_subjects",
	}
}

func readPrivacyTerm(r *record) PrivacyTerm {
	return PrivacyTerm{
		Item:     r.item(),
		Name:     r.text("name", required),
		What:     r.oneOf("what", required, privacyTerms()...),
		Within:   readSpan(r, "within", true),
		Extend:   readSpan(r, "extend", false),
		Basis:    r.str("basis", required),
		Citation: r.text("citation"),
	}
}

// longestSpan is the longest time of each unit.
func longestSpan() map[string]int {
	return map[string]int{"hours": 8_784, "days": 366, "working_days": 366}
}

func readSpan(r *record, name string, needed need) (s Span) {
	in := r.sub(name)
	if in == nil {
		if needed {
			r.problem(name, "field.required", name)
		}
		return s
	}
	units := 0
	for _, unit := range []string{"hours", "days", "working_days"} {
		if in.has(unit) {
			units++
			s = Span{in.integer(unit), unit}
		}
	}
	if units != 1 || s.Amount < 1 || s.Amount > longestSpan()[s.Unit] {
		r.problem(name, "privacy.term")
	}
	in.done()
	return s
}

// checkPrivacy makes sure that the law, the rules of retention and the reads
// that purposes and terms name are there.
func checkPrivacy(s *Set, b *book) {
	docs, rules := byID(s.Legal, LegalDoc.itemID), byID(s.Retention, RetentionRule.itemID)
	for _, p := range s.Purposes {
		for _, id := range p.Basis {
			if !has(docs, id) {
				b.addOrigin(p.Origin, p.ID, "legal.unknown", id)
			}
		}
		if p.Retention != "" && !has(rules, p.Retention) {
			b.addOrigin(p.Origin, p.ID, "purpose.retention", p.Retention)
		}
	}
	first := map[string]string{}
	for _, t := range s.Terms {
		if t.Basis != "" && !has(docs, t.Basis) {
			b.addOrigin(t.Origin, t.ID, "legal.unknown", t.Basis)
		}
		if other, twice := first[t.What]; twice {
			b.addOrigin(t.Origin, t.ID, "privacy.twice", t.What, other)
			continue
		}
		first[t.What] = t.ID
	}
}
