// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package packs

// Mark says how a statement about the law was come by.
type Mark string

// The marks. What is recalled is unverified.
const (
	Found    Mark = "found"    // read in public material
	Seed     Mark = "seed"     // stated by a plan of the province
	Computed Mark = "computed" // worked out and checked again
	Recalled Mark = "recalled" // general knowledge, to be compared with the gazette
)

// Relation ties a legal document to another.
type Relation struct {
	Kind string // replaces, amends, guides, abolishes
	To   string
}

// LegalDoc is a law, decree, circular or decision that rules here rest on.
type LegalDoc struct {
	Item
	Number    string // 118/2025/NĐ-CP
	Date      Date   // of signing
	Issuer    string
	Title     Text
	Kind      string // one of legalKinds
	Valid     Period
	Relations []Relation
	Mark      Mark
}

// legalKinds are the kinds of documents: those that make law first, then those
// of administration (NĐ 30/2020/NĐ-CP), then any other.
func legalKinds() []string {
	return []string{
		"law", "resolution", "decree", "decision", "circular", "directive", "plan", "programme", "scheme", "letter",
		"notice", "report", "submission", "document",
	}
}

func readLegalDoc(r *record) LegalDoc {
	d := LegalDoc{
		Item:   r.item(),
		Number: r.str("number", required),
		Date:   r.date("date"),
		Issuer: r.str("issuer", required),
		Title:  r.text("title", required),
		Kind:   r.oneOf("kind", required, legalKinds()...),
		Valid:  r.period(),
		Mark:   Mark(r.oneOf("mark", required, string(Found), string(Seed), string(Computed), string(Recalled))),
	}
	for _, s := range r.subs("relations") {
		d.Relations = append(d.Relations, Relation{
			Kind: s.oneOf("kind", required, "replaces", "amends", "guides", "abolishes"),
			To:   s.str("to", required),
		})
		s.done()
	}
	if d.Mark == Recalled && d.Status != Unverified {
		r.problem("mark", "legal.recalled")
	}
	if d.Mark != "" && d.Source == "" {
		r.problem("mark", "mark.no_source")
	}
	if d.Date != "" && d.Valid.From != "" && d.Valid.From < d.Date && d.Kind != "law" {
		r.problem("valid_from", "legal.before_signing", string(d.Valid.From), string(d.Date))
	}
	return d
}

// AbolishedPaper is a paper that may no longer be asked for, because a
// published database replaces it.
type AbolishedPaper struct {
	Item
	Names      []Text // any of them in a paper's name gives it away
	Basis      string // a legal document
	ReplacedBy Text
}

func readAbolishedPaper(r *record) AbolishedPaper {
	return AbolishedPaper{
		Item:       r.item(),
		Names:      r.texts("names"),
		Basis:      r.str("basis", required),
		ReplacedBy: r.text("replaced_by", required),
	}
}

// Catalogue is a short coded list: statuses, channels, fields.
type Catalogue struct {
	Item
	Title   Text
	Entries []Entry
}

// Entry is one row of a catalogue.
type Entry struct {
	ID    string
	Code  string
	Name  Text
	Clock string // runs, pauses, ends or none: what a status does to the deadline
	Note  Text
}

func readCatalogue(r *record) Catalogue {
	c := Catalogue{Item: r.item(), Title: r.text("title", required)}
	for _, s := range r.subs("entries", required) {
		c.Entries = append(c.Entries, Entry{
			ID:    s.shape("id", r.book.shapes.slug, required),
			Code:  s.str("code"),
			Name:  s.text("name", required),
			Clock: s.oneOf("clock", false, "runs", "pauses", "ends", "none"),
			Note:  s.text("note"),
		})
		s.done()
	}
	return c
}
