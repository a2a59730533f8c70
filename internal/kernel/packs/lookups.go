// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package packs

import (
	"slices"
	"strings"

	"tinhso.vn/internal/platform/shape"
)

// Lookup is a database of others that officials may ask, for which purpose, how long
// an answer is kept, and for which procedures it tells what.
type Lookup struct {
	Item
	Name      Text
	Partner   string // a connection
	Service   string // by which the partner knows the question
	Purpose   string // an id of the purposes
	Basis     string // a legal id
	KeepHours int    // how long an answer stands with the dossier; 0: it is asked anew each time
	Note      Text   // what officials have to know of it
	Fields    []LookupField
	Uses      []LookupUse
}

// LookupField is one thing that the database can tell.
type LookupField struct {
	ID    string
	Name  string // by which the partner calls it
	Label Text
}

// LookupUse is about whom a procedure asks, by what, and what it needs of the answer:
// nothing else is shown.
type LookupUse struct {
	ID        string
	Procedure string
	About     Text
	Asks      []LookupAsk
	Shows     []LookupShow
}

// LookupAsk is one thing by which the database is asked: form.KEY or owner.number,
// owner.name, owner.born.
type LookupAsk struct{ Name, From string }

// LookupShow is one thing that is shown, and the question of the form that it is compared with.
type LookupShow struct {
	Field string
	Form  string // key; empty: it is compared with nothing
}

// mostKept is how many hours an answer may stand.
const mostKept = 720

func readLookup(r *record) Lookup {
	l := Lookup{
		Item: r.item(), Name: r.text("name", required), Partner: r.str("partner", required), Service: r.str("service", required),
		Purpose: r.str("purpose", required), Basis: r.str("basis", required), KeepHours: r.integer("keep_hours", required), Note: r.text("note"),
	}
	if l.KeepHours < 0 || l.KeepHours > mostKept {
		r.problem("keep_hours", "lookup.keep")
	}
	for _, f := range r.subs("fields", required) {
		l.Fields = append(l.Fields, LookupField{ID: f.shape("id", r.book.shapes.slug, required), Name: f.str("name", required), Label: f.text("label", required)})
		f.done()
	}
	for _, u := range r.subs("uses") {
		use := LookupUse{ID: u.shape("id", r.book.shapes.slug, required), Procedure: u.str("procedure", required), About: u.text("about", required)}
		for _, a := range u.subs("asks", required) {
			use.Asks = append(use.Asks, LookupAsk{Name: a.str("name", required), From: a.str("from", required)})
			a.done()
		}
		for _, s := range u.subs("shows", required) {
			use.Shows = append(use.Shows, LookupShow{Field: s.str("field", required), Form: s.str("form")})
			s.done()
		}
		l.Uses = append(l.Uses, use)
		u.done()
	}
	return l
}

// checkLookups makes sure that purposes, procedures, questions and fields are there.
func checkLookups(s *Set, b *book) {
	docs, purposes := byID(s.Legal, LegalDoc.itemID), byID(s.Purposes, Purpose.itemID)
	procedures, forms := byID(s.Procedures, Procedure.itemID), byID(s.Forms, Form.itemID)
	for _, one := range s.Lookups {
		wrong := func(code string, args ...string) { b.addOrigin(one.Origin, one.ID, code, args...) }
		if !has(docs, one.Basis) {
			wrong("legal.unknown", one.Basis)
		}
		if !has(purposes, one.Purpose) {
			wrong("lookup.purpose", one.Purpose)
		}
		for _, u := range one.Uses {
			procedure, known := procedures[u.Procedure]
			if !known {
				wrong("lookup.procedure", u.Procedure)
				continue
			}
			keys := forms[procedure.Form].Keys
			for _, a := range u.Asks {
				key, ofForm := strings.CutPrefix(a.From, FromForm+".")
				if ofForm && !slices.Contains(keys, key) || !ofForm && !slices.Contains([]string{"owner.number", "owner.name", "owner.born"}, a.From) {
					wrong("lookup.form", a.From)
				}
			}
			for _, show := range u.Shows {
				if !slices.ContainsFunc(one.Fields, func(f LookupField) bool { return f.ID == show.Field }) {
					wrong("lookup.field", show.Field)
				}
				if show.Form != "" && !slices.Contains(keys, show.Form) {
					wrong("lookup.form", show.Form)
				}
			}
		}
	}
}

func lookupShape() *shape.Shape {
	return mapped("lookups", itemFields(), fields{
		of(shape.Words, "name", required, "Tên cơ sở dữ liệu", "What the database is called"),
		plain("partner", required, "Kết nối với hệ thống giữ dữ liệu", "The connection to the system that keeps it"),
		plain("service", required, "Tên dịch vụ ở bên kia", "What the partner calls the question"),
		plain("purpose", required, "Mục đích, theo purposes.yaml", "The purpose, of purposes.yaml"),
		plain("basis", required, "Văn bản cho phép tra cứu", "The legal document that allows it"),
		of(shape.Whole, "keep_hours", required, "Kết quả được giữ bao nhiêu giờ; 0: mỗi lần đều hỏi lại", "How many hours an answer stands; 0: it is asked anew each time"),
		of(shape.Words, "note", optional, "Điều cán bộ cần biết", "What officials have to know"),
		within(shape.Mappings, "fields", required, mapped("lookups.fields", fields{
			identityField(),
			plain("name", required, "Tên trường ở bên kia", "What the partner calls it"),
			of(shape.Words, "label", required, "Tên để cán bộ đọc", "What officials read"),
		}), "Những gì có thể hỏi", "What can be asked"),
		within(shape.Mappings, "uses", optional, mapped("lookups.uses", fields{
			identityField(),
			plain("procedure", required, "Thủ tục cần tra cứu", "The procedure that needs it"),
			of(shape.Words, "about", required, "Tra cứu về ai, về gì", "About whom or what"),
			within(shape.Mappings, "asks", required, mapped("lookups.uses.asks", fields{
				plain("name", required, "Tên trường ở bên kia", "What the partner calls it"),
				plain("from", required, "form.KHÓA, owner.number, owner.name hoặc owner.born", "form.KEY, owner.number, owner.name or owner.born"),
			}), "Hỏi theo", "By what it is asked"),
			within(shape.Mappings, "shows", required, mapped("lookups.uses.shows", fields{
				plain("field", required, "Trường được xem", "What is shown"),
				plain("form", optional, "Câu hỏi của tờ khai để đối chiếu", "The question of the form it is compared with"),
			}), "Chỉ xem những trường này", "Only these are shown"),
		}), "Thủ tục nào hỏi, hỏi gì", "Which procedure asks what"),
	})
}
