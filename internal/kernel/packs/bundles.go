// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package packs

import (
	"slices"
	"strings"

	"tinhso.vn/internal/platform/shape"
)

// Bundle is a life event that several agencies deal with after one declaration
// (nhóm thủ tục liên thông): a dossier here, and legs in the systems of others.
type Bundle struct {
	Item
	Name      Text
	Procedure string // whose form is the declaration, and whose result is the first part
	Basis     string // a legal id
	Waiting   Text   // what people read while the first part is on its way
	Done      Text   // and when it is there
	Legs      []Leg
}

// Leg is what one other system does of a bundle.
type Leg struct {
	ID                  string
	Name, Waiting, Done Text
	Partner             string // a connection
	Service             string // by which the partner knows what is asked
	Needs               []string
	When                LegWhen
	Days                int    // that the partner has; 0: nobody states it
	Count               string // working, calendar
	Fields              []LegField
	Gives               []LegGift
}

// LegWhen says that a leg is only for declarations with one of some answers.
type LegWhen struct {
	Field string // of the form; empty: always
	Is    []string
}

// LegField is one thing that a partner is told, and where it is known from:
// form.KEY, result.number, result.date, result.KEY, dossier.code or LEG.GIFT.
type LegField struct {
	Name  string // by which the partner knows it
	Label Text
	From  string
}

// LegGift is one thing that a partner answers in the end.
type LegGift struct {
	ID    string
	Name  string // by which the partner calls it
	Label Text
}

// What a field of a leg can come from, before the point.
const (
	FromForm    = "form"
	FromResult  = "result"
	FromDossier = "dossier"
)

func readBundle(r *record) Bundle {
	b := Bundle{
		Item: r.item(), Name: r.text("name", required), Procedure: r.str("procedure", required), Basis: r.str("basis", required),
		Waiting: r.text("waiting", required), Done: r.text("done", required),
	}
	for _, l := range r.subs("legs", required) {
		leg := Leg{
			ID: l.shape("id", r.book.shapes.slug, required), Name: l.text("name", required), Waiting: l.text("waiting", required), Done: l.text("done", required),
			Partner: l.str("partner", required), Service: l.str("service", required), Needs: l.strs("needs"), Count: l.oneOf("count", !required, "working", "calendar"),
		}
		if l.has("days") {
			leg.Days = l.integer("days")
		}
		if w := l.sub("when"); w != nil {
			leg.When = LegWhen{Field: w.str("field", required), Is: w.strs("is")}
			w.done()
		}
		for _, f := range l.subs("fields", required) {
			leg.Fields = append(leg.Fields, LegField{Name: f.str("name", required), Label: f.text("label", required), From: f.str("from", required)})
			f.done()
		}
		for _, g := range l.subs("gives") {
			leg.Gives = append(leg.Gives, LegGift{ID: g.shape("id", r.book.shapes.slug, required), Name: g.str("name", required), Label: g.text("label", required)})
			g.done()
		}
		b.Legs = append(b.Legs, leg)
		l.done()
	}
	return b
}

// checkBundles makes sure that whatever a leg tells is known by then: from the
// declaration, from the result, or from a leg that comes before. What is known twice,
// or from nowhere, would have to be asked again.
func checkBundles(s *Set, b *book) {
	docs := byID(s.Legal, LegalDoc.itemID)
	procedures, forms, templates := byID(s.Procedures, Procedure.itemID), byID(s.Forms, Form.itemID), byID(s.Templates, Template.itemID)
	for _, one := range s.Bundles {
		wrong := func(code string, args ...string) { b.addOrigin(one.Origin, one.ID, code, args...) }
		if one.Basis != "" && !has(docs, one.Basis) {
			wrong("legal.unknown", one.Basis)
		}
		procedure, known := procedures[one.Procedure]
		if !known {
			wrong("bundle.procedure", one.Procedure)
			continue
		}
		results := []string{"number", "date"}
		for _, f := range templates[procedure.ResultTemplate].Fields {
			results = append(results, f.Key)
		}
		keys := forms[procedure.Form].Keys
		given := map[string][]string{}
		for _, leg := range one.Legs {
			if slices.Contains([]string{FromForm, FromResult, FromDossier}, leg.ID) {
				wrong("bundle.leg_name", leg.ID)
			}
			if leg.When.Field != "" && (!slices.Contains(keys, leg.When.Field) || len(leg.When.Is) == 0) {
				wrong("bundle.when", leg.ID)
			}
			for _, n := range leg.Needs {
				if _, before := given[n]; !before {
					wrong("bundle.needs", leg.ID, n)
				}
			}
			names := map[string]bool{}
			for _, f := range leg.Fields {
				from, key, _ := strings.Cut(f.From, ".")
				switch {
				case names[f.Name]:
					wrong("bundle.field_twice", leg.ID, f.Name)
				case from == FromForm && slices.Contains(keys, key), from == FromDossier && key == "code":
				case from == FromResult && (slices.Contains(results, key) || procedure.Route != "LOCAL"): // elsewhere the result is not ours to know
				case slices.Contains(leg.Needs, from) && slices.Contains(given[from], key):
				default:
					wrong("bundle.from", leg.ID, f.From)
				}
				names[f.Name] = true
			}
			gifts := []string{}
			for _, g := range leg.Gives {
				gifts = append(gifts, g.ID)
			}
			given[leg.ID] = gifts
		}
	}
}

func bundleShape() *shape.Shape {
	return mapped("bundles", itemFields(), fields{
		of(shape.Words, "name", required, "Tên nhóm thủ tục", "What the bundle is called"),
		plain("procedure", required, "Thủ tục mà tờ khai là của nó; kết quả của nó là phần đầu", "The procedure whose form is the declaration and whose result is the first part"),
		plain("basis", required, "Văn bản quy định", "The legal document that states it"),
		of(shape.Words, "waiting", required, "Lời cho người dân khi phần đầu chưa có", "What people read while the first part is on its way"),
		of(shape.Words, "done", required, "Lời cho người dân khi phần đầu đã có", "What people read when the first part is there"),
		within(shape.Mappings, "legs", required, mapped("bundles.legs", fields{
			identityField(),
			of(shape.Words, "name", required, "Tên việc", "What the leg is called"),
			of(shape.Words, "waiting", required, "Lời cho người dân khi đang chờ", "What people read while it is waited for"),
			of(shape.Words, "done", required, "Lời cho người dân khi đã xong", "What people read when it is done"),
			plain("partner", required, "Kết nối với hệ thống làm việc này", "The connection to the system that does it"),
			plain("service", required, "Tên dịch vụ ở bên kia", "What the partner calls it"),
			of(shape.Plains, "needs", optional, "Các việc phải xong trước", "Legs that have to be done before"),
			within(shape.Mapping, "when", optional, mapped("bundles.legs.when", fields{
				plain("field", required, "Câu hỏi của tờ khai", "A question of the declaration"),
				of(shape.Plains, "is", required, "Một trong các câu trả lời này", "One of these answers"),
			}), "Chỉ làm khi tờ khai trả lời như vậy", "Only for declarations that answer so"),
			of(shape.Whole, "days", optional, "Số ngày bên kia có", "How many days the partner has"),
			choice("count", optional, []string{"working", "calendar"}, "Cách tính ngày", "How days are counted"),
			within(shape.Mappings, "fields", required, mapped("bundles.legs.fields", fields{
				plain("name", required, "Tên trường ở bên kia", "What the partner calls it"),
				of(shape.Words, "label", required, "Tên để cán bộ đọc", "What officials read"),
				plain("from", required, "form.KHÓA, result.number, result.date, result.KHÓA, dossier.code hoặc VIỆC.KẾT-QUẢ", "form.KEY, result.number, result.date, result.KEY, dossier.code or LEG.GIFT"),
			}), "Những gì bên kia được biết", "What the partner is told"),
			within(shape.Mappings, "gives", optional, mapped("bundles.legs.gives", fields{
				identityField(),
				plain("name", required, "Tên trường ở bên kia", "What the partner calls it"),
				of(shape.Words, "label", required, "Tên để người dân và cán bộ đọc", "What people and officials read"),
			}), "Những gì bên kia trả lời khi xong", "What the partner answers in the end"),
		}), "Việc của các hệ thống khác", "What other systems do"),
	})
}
