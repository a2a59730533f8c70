// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package packs

import (
	"tinhso.vn/internal/platform/yaml"
)

// Procedure is one administrative procedure in one version.
type Procedure struct {
	Item
	Code          string // of the national database, only as a source gives it
	Name          Text
	Field         Text // lĩnh vực
	Levels        []string
	Authority     []UnitKind // kinds of unit that decide
	AuthorityUnit string     // the one unit that decides, where the province names it
	Audience      []string
	Route         string // LOCAL or MINISTRY:<code>
	Online        string // full, partial, none
	Times
	SameDay        bool
	Fee            Fee
	Papers         []Paper
	Form           string
	Flow           string
	ResultTemplate string
	ResultName     Text
	ResultType     string // a type of paper: what the result is in the vault
	Conditions     Text
	Steps          Text // how it is done, in the words of the catalogue
	LegalBases     []string
	Valid          Period
	Keywords       []string
	LifeEvents     []string
	SameBecause    Text // why form and flow are those of another procedure
	Decision       *Deciding
	Cases          []Case
	Routes         []Routing // where it is received from a day on; before: Route
	Paperless      bool
	BoundaryFree   bool
	AfterDeath     *AfterDeath    // it goes on when its owner has died
	FinancialDuty  *FinancialDuty // it waits until another agency is paid
	PayBefore      string         // decision: nothing is decided until the fee is paid
}

// FinancialDuty is the rule by which a dossier waits for money that another agency demands.
type FinancialDuty struct {
	Issuer Text
	Legal  string
	Note   Text
	Source string
	Status Status
}

// AfterDeath is the rule for a dossier whose owner has died.
type AfterDeath struct {
	Outcome string // goes_on: as it is; heirs: with an heir alone; ends: it ends. Empty: goes_on
	Legal   string
	Note    Text
	Source  string
	Status  Status
}

// Duration is how long an office may take.
type Duration struct {
	Amount  int
	Unit    string // days, hours; empty: not stated
	Working bool   // working days, else calendar days
	Source  string
	Status  Status
}

// Hours returns the working hours of a duration counted in working time.
func (d Duration) Hours() (hours int, ok bool) {
	switch {
	case d.Unit == "hours":
		return d.Amount, true
	case d.Unit == "days" && d.Working:
		return d.Amount * hoursADay, true
	}
	return 0, false
}

const hoursADay = 8

// Fee is what a procedure costs.
type Fee struct {
	Kind   string // none, amount, table, unverified
	Amount int    // đồng
	Table  string // a decision, whose first output is the fee
	Per    Text   // trang, bản
	Note   Text
	Legal  string
	Shares []Share
	Source string
	Status Status
}

// Paper is one required paper.
type Paper struct {
	ID        string
	Name      Text
	Original  int
	Copy      int
	Certified int
	Required  bool
	Form      string // the form that makes this paper
	Type      string // a type of paper: one that is in the vault need not be brought
	Note      Text
	Source    string
	Status    Status
	Origin    Origin
}

func readProcedure(r *record) Procedure {
	p := Procedure{
		Item:           r.item(),
		Code:           r.shape("code", r.book.shapes.procedureCode),
		Name:           r.text("name", required),
		Field:          r.text("field", required),
		Levels:         r.someOf("levels", "commune", "district", "province"),
		AuthorityUnit:  r.str("authority_unit"),
		Audience:       r.someOf("audience", "individual", "organisation"),
		Route:          r.shape("route", r.book.shapes.route, required),
		Online:         r.oneOf("online", required, "full", "partial", "none"),
		SameDay:        r.boolean("same_day"),
		Fee:            r.fee(),
		Form:           r.str("form"),
		Flow:           r.str("flow"),
		ResultTemplate: r.str("result_template"),
		ResultName:     r.text("result_name", required),
		ResultType:     r.str("result_type"),
		Conditions:     r.text("conditions"),
		Steps:          r.text("steps"),
		LegalBases:     r.strs("legal_bases"),
		Valid:          r.period(),
		Keywords:       r.strs("keywords"),
		LifeEvents:     r.strs("life_events"),
		SameBecause:    r.text("same_because"),
		Decision:       r.deciding(),
		Cases:          r.cases(),
		Routes:         r.routes(),
		Paperless:      r.boolean("paperless"),
		BoundaryFree:   r.boolean("boundary_free"),
		AfterDeath:     r.afterDeath(),
		FinancialDuty:  r.financialDuty(),
		PayBefore:      r.oneOf("pay_before", false, "decision"),
	}
	for _, k := range r.someOf("authority", unitKinds()...) {
		p.Authority = append(p.Authority, UnitKind(k))
	}
	var lawful bool
	if p.Times, lawful = r.times(); !p.SameDay && !lawful {
		r.problem("durations", "procedure.no_duration")
	}
	for _, s := range r.subs("papers") {
		p.Papers = append(p.Papers, readPaper(s))
	}
	if p.Code != "" && p.Source == "" {
		r.problem("code", "code.no_source", p.Code)
	}
	return p
}

func readPaper(s *record) Paper {
	p := Paper{
		ID:        s.shape("id", s.book.shapes.slug, required),
		Name:      s.text("name", required),
		Original:  s.integer("original"),
		Copy:      s.integer("copy"),
		Certified: s.integer("certified"),
		Required:  s.boolean("required"),
		Form:      s.str("form"),
		Type:      s.str("type"),
		Note:      s.text("note"),
		Source:    s.str("source"),
		Status:    Status(s.oneOf("status", false, string(Unverified))),
		Origin:    s.book.origin(s.node),
	}
	if p.Status == Unverified && p.Source == "" {
		s.problem("status", "mark.no_source")
	}
	if p.Original+p.Copy+p.Certified == 0 {
		s.book.add(s.node, s.id, "paper.no_copies", p.ID)
	}
	s.done()
	return p
}

func (r *record) duration(name string) Duration {
	s := r.sub(name)
	if s == nil {
		return Duration{}
	}
	d := Duration{Source: s.str("source"), Status: Status(s.oneOf("status", false, string(Unverified)))}
	days, hours := s.has("days"), s.has("hours")
	switch {
	case days == hours:
		s.book.add(s.node, s.id, "duration.unit")
	case days:
		d.Amount, d.Unit = s.integer("days"), "days"
		d.Working = s.oneOf("count", required, "working", "calendar") == "working"
	default:
		d.Amount, d.Unit, d.Working = s.integer("hours"), "hours", true
	}
	if d.Status == Unverified && d.Source == "" {
		s.problem("status", "mark.no_source")
	}
	s.done()
	return d
}

// fee reads `none`, `unverified`, {amount, per, note, legal, source, status} or
// the same with table, the decision that works it out, instead of amount.
func (r *record) fee() Fee {
	v := r.field("fee", required)
	if v == nil {
		return Fee{}
	}
	if v.Kind == yaml.ScalarNode {
		return Fee{Kind: r.oneOf("fee", required, "none", "unverified")}
	}
	s := r.sub("fee")
	if s == nil {
		return Fee{}
	}
	f := Fee{Kind: "table", Table: s.str("table")}
	if f.Table == "" {
		f.Kind, f.Amount = "amount", s.integer("amount", required)
	}
	f.Per, f.Note, f.Legal = s.text("per"), s.text("note"), s.str("legal")
	f.Source, f.Status = s.str("source", required), Status(s.oneOf("status", false, string(Unverified)))
	f.Shares = s.shares()
	s.done()
	return f
}
