// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/forms"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/moving/internal/core/dump"
	"tinhso.vn/internal/modules/moving/internal/core/mapping"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/text"
)

// refusal is why a row is not taken: Field is a field of the mapping.
type refusal struct{ Field, Code, Said string }

func (r *refusal) Error() string { return r.Code }

// cells reads fields of a row, and remembers the first that cannot be read.
type cells struct {
	rows  *dump.Rows
	table mapping.Table
	wrong *refusal
}

func (c *cells) refuse(field, code, said string) {
	if c.wrong == nil {
		c.wrong = &refusal{field, code, said}
	}
}

func (c *cells) get(field string) string {
	said, err := c.rows.Get(field)
	if err != nil {
		c.refuse(field, "moving.reject.letters", "")
	}
	return said
}

func (c *cells) need(field string) string {
	said := c.get(field)
	if said == "" {
		c.refuse(field, "moving.reject.empty", "")
	}
	return said
}

// earliest is before every dossier that was kept by a computer.
func earliest() time.Time { return time.Date(1995, 1, 1, 0, 0, 0, 0, time.UTC) }

// day reads a date; until is the last moment that makes sense.
func (c *cells) day(field string, until time.Time) db.Time {
	said := c.get(field)
	if said == "" {
		return db.Time{}
	}
	t, ok := c.table.Columns[field].Date(said)
	switch {
	case !ok:
		c.refuse(field, "moving.reject.date", "")
	case t.Before(earliest()) || t.After(until):
		c.refuse(field, "moving.reject.date_far", "")
	}
	return db.At(t)
}

// among turns a value of the older system into ours by a table of the mapping.
func (c *cells) among(field string, table map[string]string, code string) string {
	said := c.need(field)
	to, known := table[said]
	if !known && said != "" {
		c.refuse(field, code, short(said))
	}
	return to
}

// short keeps of a value what a person needs to find it.
func short(said string) string {
	if r := []rune(said); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return said
}

// word is a code as it is looked for: capitals, no spaces.
func word(said string) string { return strings.ToUpper(strings.ReplaceAll(said, " ", "")) }

const maxWord = 60

// party reads a person of the dump.
func party(rows *dump.Rows, m mapping.File) (key string, n dossiers.Named, wrong *refusal) {
	c := &cells{rows: rows, table: m.Tables[mapping.Persons]}
	key = c.need(mapping.Key)
	n = dossiers.Named{Kind: identity.Individual, Name: c.need(mapping.Name), Number: digits(c.get(mapping.Number)), Phone: digits(c.get(mapping.Phone)), Email: strings.ToLower(c.get(mapping.Email)), Address: c.get(mapping.Address)}
	if kind := c.get(mapping.Kind); kind != "" {
		to, known := m.Kinds[kind]
		if !known {
			c.refuse(mapping.Kind, "moving.reject.kind", short(kind))
		}
		n.Kind = identity.PersonKind(to)
	}
	if born := c.get(mapping.Born); born != "" {
		switch t, ok := c.table.Columns[mapping.Born].Date(born); {
		case ok:
			n.Born = t.Format(time.DateOnly)
		case len(born) == 4 && strings.Trim(born, "0123456789") == "":
			n.Born = born
		default:
			c.refuse(mapping.Born, "moving.reject.date", "")
		}
	}
	is := clean(contact{n.Number, n.Phone, n.Email}, n.Kind)
	n.Number, n.Phone, n.Email = is.number, is.phone, is.email
	return key, n, c.wrong
}

// contact is by what somebody is known and found.
type contact struct{ number, phone, email string }

// clean leaves out what is no number of today, and what is no phone: nobody is refused
// for it, and nobody is taken for somebody else.
func clean(c contact, kind identity.PersonKind) contact {
	_, tax := forms.ParseTaxCode(c.number)
	if kind == identity.Individual && (len(c.number) != 12 || !numeric(c.number)) || kind == identity.Organisation && !tax {
		c.number = ""
	}
	if !numeric(c.phone) || len(c.phone) < 10 || len(c.phone) > 11 || c.phone[0] != '0' {
		c.phone = ""
	}
	if !strings.Contains(c.email, "@") {
		c.email = ""
	}
	return c
}

func digits(s string) string {
	return strings.NewReplacer(" ", "", ".", "", "-", "", "'", "").Replace(s)
}

func numeric(s string) bool { return strings.Trim(s, "0123456789") == "" }

// legacy is a dossier of the dump, in our words.
type legacy struct {
	dossiers.FromElsewhere
	Word, OwnerKey, SubmitterKey string
	Line                         int `json:"-"` // in a newer dump the same row may stand elsewhere
	Sum                          string
}

// dossierRow reads a dossier of the dump.
func dossierRow(rows *dump.Rows, m mapping.File, now time.Time) (l legacy, wrong *refusal) {
	c := &cells{rows: rows, table: m.Tables[mapping.Dossiers]}
	l.Line = rows.Line()
	l.Word = word(c.need(mapping.Key))
	if len([]rune(l.Word)) > maxWord {
		c.refuse(mapping.Key, "moving.reject.code", "")
	}
	l.Code = l.Word
	if qr := c.get(mapping.QR); qr != "" {
		l.Formerly = []string{qr}
	}
	l.Unit = orgs.ID(c.among(mapping.Unit, m.Units, "moving.reject.unit"))
	l.Procedure = procedures.ID(c.among(mapping.Procedure, m.Procedures, "moving.reject.procedure"))
	status, _ := strconv.Atoi(c.among(mapping.Status, m.Statuses, "moving.reject.status"))
	l.Status, l.Channel = dossiers.Status(status), dossiers.Counter
	if ch := c.get(mapping.Channel); ch != "" {
		n, err := strconv.Atoi(m.Channels[ch])
		if err != nil {
			c.refuse(mapping.Channel, "moving.reject.channel", short(ch))
		}
		l.Channel = dossiers.Channel(n)
	}
	l.OwnerKey, l.SubmitterKey = c.get(mapping.Owner), c.get(mapping.Submitter)
	if l.OwnerKey == "" {
		c.refuse(mapping.Owner, "moving.reject.no_owner", "")
	}
	if l.SubmitterKey == "" {
		l.SubmitterKey = l.OwnerKey
	}
	l.Submitted, l.Accepted = c.day(mapping.Submitted, now), c.day(mapping.Accepted, now)
	l.Due, l.Asked = c.day(mapping.Due, now.AddDate(10, 0, 0)), c.day(mapping.Asked, now)
	l.Finished, l.Delivered = c.day(mapping.Finished, now), c.day(mapping.Delivered, now)
	l.AskedFor, l.Reason = text.Line(c.get(mapping.AskedFor)), text.Line(c.get(mapping.Reason))
	if step := c.get(mapping.Step); step != "" {
		if l.Step = m.Steps[step]; l.Step == "" {
			c.refuse(mapping.Step, "moving.reject.step", short(step))
		}
	}
	l.said(c, m)
	if c.wrong == nil {
		l.settle(c)
	}
	raw, err := json.Marshal(l)
	if err != nil {
		c.refuse(mapping.Key, "moving.reject.code", "")
	}
	sum := sha256.Sum256(raw)
	l.Sum = hex.EncodeToString(sum[:])
	return l, c.wrong
}

// settle fills in what follows from the rest, and refuses days in the wrong order.
func (l *legacy) settle(c *cells) {
	if l.Submitted.IsZero() {
		l.Submitted = l.Accepted
	}
	if l.Submitted.IsZero() {
		c.refuse(mapping.Submitted, "moving.reject.empty", "")
		return
	}
	switch l.Status {
	case dossiers.Submitted:
		l.Accepted, l.Due, l.Finished, l.Delivered = db.Time{}, db.Time{}, db.Time{}, db.Time{}
		return
	case dossiers.Refused:
		l.Accepted, l.Due = db.Time{}, db.Time{}
	default:
		if l.Accepted.IsZero() {
			l.Accepted = l.Submitted
		}
	}
	if l.Accepted.Before(l.Submitted.Time) && !l.Accepted.IsZero() {
		if l.Submitted.Sub(l.Accepted.Time) > 24*time.Hour { // of one day the one may have a time and the other none
			c.refuse(mapping.Accepted, "moving.reject.order", "")
		}
		l.Submitted = l.Accepted
	}
	ended := l.Status == dossiers.Refused || l.Status == dossiers.Withdrawn || l.Status == dossiers.Stopped || l.Status >= dossiers.Finished
	if !ended {
		l.Finished, l.Delivered = db.Time{}, db.Time{}
		if l.Status == dossiers.Supplement && l.Asked.IsZero() {
			l.Asked = l.Accepted
		}
		return
	}
	l.Asked = db.Time{}
	if l.Finished.IsZero() {
		l.Finished = l.Delivered
	}
	if l.Finished.IsZero() {
		c.refuse(mapping.Finished, "moving.reject.empty", "")
		return
	}
	if l.Status == dossiers.Delivered && l.Delivered.IsZero() {
		l.Delivered = l.Finished
	}
	if l.Status != dossiers.Delivered {
		l.Delivered = db.Time{}
	}
	first := l.Accepted
	if first.IsZero() {
		first = l.Submitted
	}
	if l.Finished.Before(first.Time) {
		if first.Sub(l.Finished.Time) > 24*time.Hour {
			c.refuse(mapping.Finished, "moving.reject.order", "")
		}
		l.Finished = first
	}
	if !l.Delivered.IsZero() && l.Delivered.Before(l.Finished.Time) {
		l.Delivered = l.Finished
	}
}

// said reads answers by the mapping, and what is no field for the annex.
func (l *legacy) said(c *cells, m mapping.File) {
	if len(m.Answers) == 0 && !c.table.Rest {
		return
	}
	answered := map[string]bool{}
	for _, of := range []string{c.get(mapping.Procedure), "*"} {
		for _, column := range slices.Sorted(maps.Keys(m.Answers[of])) {
			if answered[column] {
				continue
			}
			said, err := c.rows.Column(column)
			if err != nil {
				c.refuse(mapping.Key, "moving.reject.letters", short(column))
			}
			answered[column] = true
			if said != "" {
				l.Answers = append(l.Answers, dossiers.Noted{Name: m.Answers[of][column], Value: said})
			}
		}
	}
	if !c.table.Rest {
		return
	}
	rest, err := c.rows.Rest()
	if err != nil {
		c.refuse(mapping.Key, "moving.reject.letters", "")
	}
	for _, one := range rest {
		if !answered[one[0]] {
			l.Annex = append(l.Annex, dossiers.Noted{Name: one[0], Value: one[1]})
		}
	}
}
