// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package packs

import (
	"slices"

	"tinhso.vn/internal/platform/shape"
)

// Deciding is the decision (quyết định công bố) by which a procedure is made known.
type Deciding struct {
	Number    string
	Signed    Date // the day it bears
	Effective Date // from which it is in force; empty: the day it was signed
	Issuer    Text
}

// Case is a case of a procedure (trường hợp). What it does not say is said by
// the procedure.
type Case struct {
	ID      string
	Name    Text
	Note    Text
	Papers  []Paper // none: those of the procedure
	Fee     Fee     // without a kind: that of the procedure
	Times   Times
	SameDay bool
	Flow    string // empty: that of the procedure
	Origin  Origin
}

// Times are how long an office may take, by law and as the province has
// shortened it, at the counter and for what comes online where that differs.
type Times struct{ Statutory, Reduced, OnlineStatutory, OnlineReduced Duration }

// All returns the durations that are stated.
func (t Times) All() []Duration {
	return slices.DeleteFunc([]Duration{t.Statutory, t.Reduced, t.OnlineStatutory, t.OnlineReduced}, func(d Duration) bool { return d == Duration{} })
}

// Routing says from which day a procedure is received here or elsewhere.
type Routing struct {
	From  Date
	Route string // LOCAL or MINISTRY:<code>
	Where Text   // where people go: the name and the address of the other system
}

func timesShape(name string) *shape.Shape {
	return mapped(name, fields{
		within(shape.Mapping, "statutory", optional, durationShape(name+".statutory"), "Theo quy định", "Of the law"),
		within(shape.Mapping, "reduced", optional, durationShape(name+".reduced"), "Đã cắt giảm", "Shortened"),
		within(shape.Mapping, "online_statutory", optional, durationShape(name+".online_statutory"), "Theo quy định, khi nộp trực tuyến", "Of the law, for what comes online"),
		within(shape.Mapping, "online_reduced", optional, durationShape(name+".online_reduced"), "Đã cắt giảm, khi nộp trực tuyến", "Shortened, for what comes online"),
	})
}

func feeField(name string, n need) shape.Field {
	fee := within(shape.Mapping, "fee", n, feeShape(name), "Phí, lệ phí", "Fee")
	fee.Values = []string{"none", "unverified"}
	return fee
}

func papersField(name string) shape.Field {
	return within(shape.Mappings, "papers", optional, mapped(name, fields{
		identityField(),
		of(shape.Words, "name", required, "Tên giấy tờ", "Name of the paper"),
		of(shape.Whole, "original", optional, "Số bản chính", "Originals"),
		of(shape.Whole, "copy", optional, "Số bản sao", "Copies"),
		of(shape.Whole, "certified", optional, "Số bản sao chứng thực", "Certified copies"),
		of(shape.Truth, "required", optional, "Bắt buộc", "It must be there"),
		plain("form", optional, "Biểu mẫu tạo ra giấy này", "The form that makes it"),
		plain("type", optional, "Loại giấy tờ: có trong kho thì không phải nộp", "Type of paper: one that is in the vault need not be brought"),
		of(shape.Words, "note", optional, "Ghi chú", "Note"),
	}, unverifiedFields()), "Thành phần hồ sơ", "Papers")
}

// moreFields are what a procedure may say besides, and most do not.
func moreFields() fields {
	return fields{
		within(shape.Mapping, "decision", optional, mapped("procedures.decision", fields{
			plain("number", required, "Số, ký hiệu", "Number"),
			of(shape.Day, "signed", required, "Ngày ký", "The day it was signed"),
			of(shape.Day, "effective", optional, "Ngày có hiệu lực", "From which it is in force"),
			of(shape.Words, "issuer", optional, "Cơ quan ban hành", "Who issued it"),
		}), "Quyết định công bố", "The decision by which it is made known"),
		within(shape.Mappings, "cases", optional, mapped("procedures.cases", fields{
			identityField(),
			of(shape.Words, "name", required, "Tên trường hợp", "Name of the case"),
			of(shape.Words, "note", optional, "Khi nào thuộc trường hợp này", "When it is this case"),
			papersField("procedures.cases.papers"),
			feeField("procedures.cases.fee", optional),
			within(shape.Mapping, "durations", optional, timesShape("procedures.cases.durations"), "Thời hạn giải quyết", "How long it may take"),
			of(shape.Truth, "same_day", optional, "Xong trong ngày tiếp nhận", "Ends the day it is accepted"),
			plain("flow", optional, "Quy trình", "Flow"),
		}), "Các trường hợp", "Cases"),
		within(shape.Mappings, "routes", optional, mapped("procedures.routes", fields{
			of(shape.Day, "from", required, "Từ ngày", "From this day"),
			shaped("route", required, routeForm, "Làm tại đây hay trên hệ thống của bộ", "Here, or in a system of a ministry"),
			of(shape.Words, "where", optional, "Nơi nộp", "Where people file"),
		}), "Nơi tiếp nhận theo thời gian", "Where it is received, by day"),
		of(shape.Truth, "paperless", optional, "Thủ tục không dùng giấy", "Done without paper"),
		choice("pay_before", optional, []string{"decision"}, "Chưa nộp phí thì chưa giải quyết: thời hạn tạm dừng", "Nothing is decided until the fee is paid: the clock stands"),
		of(shape.Truth, "boundary_free", optional, "Tiếp nhận không phụ thuộc địa giới", "Received anywhere in the province"),
		within(shape.Mapping, "after_death", optional, mapped("procedures.after_death", fields{
			choice("outcome", optional, deathOutcomes(), "goes_on: giải quyết tiếp; heirs: người thừa kế đứng tên mới giải quyết tiếp; ends: chấm dứt", "goes_on: as it is; heirs: with an heir alone; ends: it ends"),
			plain("legal", optional, "Văn bản", "The legal document"),
			of(shape.Words, "note", required, "Quy định, bằng lời", "The rule in words"),
		}, unverifiedFields()), "Khi chủ hồ sơ chết", "When its owner has died"),
		within(shape.Mapping, "financial_duty", optional, mapped("procedures.financial_duty", fields{
			of(shape.Words, "issuer", required, "Cơ quan thông báo nộp tiền", "Who demands the money"),
			plain("legal", optional, "Văn bản", "The legal document"),
			of(shape.Words, "note", required, "Quy định, bằng lời", "The rule in words"),
		}, unverifiedFields()), "Chờ nộp tiền cho cơ quan khác, tạm dừng tính thời hạn", "It waits until another agency is paid, and its clock stands"),
	}
}

// times reads the durations; lawful: that of the law is written.
func (r *record) times() (t Times, lawful bool) {
	s := r.sub("durations")
	if s == nil {
		return t, false
	}
	t, lawful = Times{s.duration("statutory"), s.duration("reduced"), s.duration("online_statutory"), s.duration("online_reduced")}, s.has("statutory")
	s.done()
	return t, lawful
}

// deathOutcomes are what becomes of a dossier whose owner has died.
func deathOutcomes() []string { return []string{"goes_on", "heirs", "ends"} }

func (r *record) afterDeath() (a *AfterDeath) {
	s := r.sub("after_death")
	if s == nil {
		return nil
	}
	a = &AfterDeath{
		Outcome: s.oneOf("outcome", false, deathOutcomes()...), Legal: s.str("legal"), Note: s.text("note", required), Source: s.str("source", required), Status: Status(s.oneOf("status", false, string(Unverified))),
	}
	s.done()
	return a
}

func (r *record) financialDuty() (f *FinancialDuty) {
	s := r.sub("financial_duty")
	if s == nil {
		return nil
	}
	f = &FinancialDuty{
		Issuer: s.text("issuer", required), Legal: s.str("legal"), Note: s.text("note", required), Source: s.str("source", required),
		Status: Status(s.oneOf("status", false, string(Unverified))),
	}
	s.done()
	return f
}

func (r *record) deciding() (d *Deciding) {
	s := r.sub("decision")
	if s == nil {
		return nil
	}
	d = &Deciding{Number: s.str("number", required), Signed: s.date("signed", required), Effective: s.date("effective"), Issuer: s.text("issuer")}
	if d.Effective != "" && d.Effective < d.Signed {
		s.problem("effective", "period.reversed", string(d.Signed), string(d.Effective))
	}
	s.done()
	return d
}

func (r *record) cases() (all []Case) {
	for _, s := range r.subs("cases") {
		c := Case{ID: s.shape("id", r.book.shapes.slug, required), Name: s.text("name", required), Note: s.text("note"), SameDay: s.boolean("same_day"), Flow: s.str("flow"), Origin: r.book.origin(s.node)}
		for _, paper := range s.subs("papers") {
			c.Papers = append(c.Papers, readPaper(paper))
		}
		if s.has("fee") {
			c.Fee = s.fee()
		}
		c.Times, _ = s.times()
		s.done()
		all = append(all, c)
	}
	return all
}

// routes reads where a procedure is received by day, the earliest first.
func (r *record) routes() (all []Routing) {
	for _, s := range r.subs("routes") {
		one := Routing{From: s.date("from", required), Route: s.shape("route", r.book.shapes.route, required), Where: s.text("where")}
		if slices.ContainsFunc(all, func(o Routing) bool { return o.From >= one.From }) {
			s.problem("from", "procedure.routes_order", string(one.From))
		}
		if one.Route != "LOCAL" && one.Where.IsZero() {
			s.problem("where", "field.required", "where")
		}
		s.done()
		all = append(all, one)
	}
	return all
}

// checkCases looks at what the cases of a procedure refer to.
func checkCases(s *Set, p Procedure, flows map[string]Flow, tables map[string]Decision, docs map[string]LegalDoc, units map[string]Unit, b *book) {
	for _, c := range p.Cases {
		missing := func(id string, known bool, code string) {
			if id != "" && !known {
				b.addOrigin(c.Origin, p.ID, code, id)
			}
		}
		drawing, drawn := s.Drawing(c.Flow)
		missing(c.Flow, drawn || has(flows, c.Flow), "procedure.flow")
		missing(c.Fee.Legal, has(docs, c.Fee.Legal), "legal.unknown")
		missing(c.Fee.Table, has(tables, c.Fee.Table), "procedure.fee_table")
		checkShares(c.Fee, func(id string) bool { return has(units, id) }, func(id string) bool { return has(docs, id) }, missing)
		for _, paper := range c.Papers {
			checkPaper(s, p, paper, b)
		}
		of := p
		of.Times = c.Times.over(p.Times)
		flow, there := flows[c.Flow]
		switch {
		case c.Flow == "":
			flow, there = flows[p.Flow]
		case drawn:
			flow, there = drawing.Flow(), true
		}
		if there && (c.Flow != "" || len(c.Times.All()) > 0) {
			of.Origin = c.Origin
			checkHours(of, flow, b)
		}
	}
}

// over lays the times of a case over those of the procedure. A case that says
// how long it takes says it all: nothing of the procedure is mixed in.
func (t Times) over(under Times) Times {
	if len(t.All()) == 0 {
		return under
	}
	return t
}
