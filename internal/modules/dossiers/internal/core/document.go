// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/papers"
	"tinhso.vn/internal/kernel/sequence"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/pdf"
)

// blank makes the document that is signed: drawn, with all its free places as
// fields, since the first signature allows no new ones. The places come back as
// they are kept.
func (s *Service) blank(ctx context.Context, d store.Dossier, p store.Personal, r store.Result, signer SignerChoice) ([]byte, string, error) {
	paper, err := s.draw(ctx, d, p, r, signer, false, s.DB.Now().Time)
	if err != nil {
		return nil, "", err
	}
	document, err := reserved(paper)
	if err != nil {
		return nil, "", err
	}
	areas, err := json.Marshal(paper.Areas)
	return document, string(areas), err
}

// draw draws the result from the template.
func (s *Service) draw(ctx context.Context, d store.Dossier, p store.Personal, r store.Result, signer SignerChoice, draft bool, made time.Time) (papers.Paper, error) {
	v, err := s.follows(ctx, d)
	if err != nil {
		return papers.Paper{}, err
	}
	if paper, written, err := s.drawWords(ctx, d, p, r, v, signer, draft, made); err != nil || written {
		return paper, err
	}
	fill, err := s.filler(ctx, d, p, r, v, signer)
	if err != nil {
		return papers.Paper{}, err
	}
	t := v.Template
	digits, err := s.likelyDigits(ctx, d, v)
	if err != nil {
		return papers.Paper{}, err
	}
	l := papers.Letter{
		Digits:   digits,
		Notation: fill(t.NumberSuffix), Place: fill(t.Place), Bases: bare(fillAll(fill, t.LegalBases)), Recipients: bare(fillAll(fill, t.Recipients)), Draft: draft,
		Signer: papers.Signer{Post: signer.Post, Name: signer.Name}, Tracking: s.trackingAddress(d.Code),
	}
	lines := fillAll(fill, t.AgencyLines)
	if len(lines) > 1 {
		l.Agency.Parent = strings.Join(lines[:len(lines)-1], " ")
	}
	if len(lines) > 0 {
		l.Agency.Name = lines[len(lines)-1]
	}
	heading := fillAll(fill, t.Heading)
	if len(heading) > 0 {
		l.Kind = heading[0]
	}
	switch {
	case t.Subject != "":
		l.Subject = fill(t.Subject)
	case len(heading) > 1:
		l.Subject = strings.Join(heading[1:], " ")
	default:
		l.Subject = "Hồ sơ số " + d.Code
	}
	l.Authority, l.Resolves = fill(t.Authority), fill(t.Resolves)
	for _, line := range t.SignerLines { // the post of who signs has its own lines
		if !strings.Contains(line, "{signer_") && l.Signer.Form == "" {
			l.Signer.Form = fill(line)
		}
	}
	for _, line := range t.Body {
		l.Body = append(l.Body, papers.Block{Text: fill(line)})
	}
	if m, again, err := s.renewing(ctx, s.DB, d); err != nil {
		return papers.Paper{}, err
	} else if again {
		l.Body = append(l.Body, papers.Block{Text: replacing(m)})
	}
	if gap := firstGap(l); gap != "" && !draft {
		return papers.Paper{}, dossiers.ErrTemplateGap.With("name", gap)
	}
	return s.press(made).Letter(l)
}

// likelyDigits is how many figures the number of a result is going to have, as far as
// one can know before it is given: some others may be numbered first.
func (s *Service) likelyDigits(ctx context.Context, d store.Dossier, v procedures.Version) (int, error) {
	const others = 20
	agency, err := agencyCode(ctx, s.DB, d.Authority)
	if err != nil {
		return 0, err
	}
	last, err := sequence.Last(ctx, s.DB, "documents "+agency+" "+docType(v.Template), strconv.Itoa(s.DB.Now().In(zone()).Year()))
	return len(strconv.FormatInt(last+others, 10)), err
}

// firstGap returns a {name} that nobody has filled: nobody signs such a paper.
func firstGap(l papers.Letter) string {
	gap := regexp.MustCompile(`\{[a-z][a-z0-9_.]*\}`)
	texts := append([]string{l.Notation, l.Place, l.Kind, l.Subject, l.Authority, l.Resolves, l.Agency.Name, l.Agency.Parent, l.Signer.Form}, l.Bases...)
	for _, b := range l.Body {
		texts = append(texts, b.Text)
	}
	for _, text := range append(texts, l.Recipients...) {
		if found := gap.FindString(strings.ToLower(text)); found != "" {
			return found
		}
	}
	return ""
}

func fillAll(fill func(string) string, lines []string) []string {
	out := make([]string, len(lines))
	for i, line := range lines {
		out[i] = fill(line)
	}
	return out
}

// bare takes the sign at the end of each line away: the paper sets its own.
func bare(lines []string) []string {
	for i := range lines {
		lines[i] = strings.TrimRight(strings.TrimSpace(lines[i]), ";.,")
	}
	return lines
}

// filler returns what puts facts into the {names} of a template. A name that
// nobody knows stays as it is, to be seen in the preview.
func (s *Service) filler(ctx context.Context, d store.Dossier, p store.Personal, r store.Result, v procedures.Version, signer SignerChoice) (func(string) string, error) {
	filed, err := s.filedUnder(ctx, d)
	if err != nil {
		return nil, err
	}
	form, err := s.forms.get(filed)
	if err != nil {
		return nil, err
	}
	answers, err := form.DecodeJSON([]byte(p.Answers))
	if err != nil {
		return nil, err
	}
	w, err := s.world(ctx)
	if err != nil {
		return nil, err
	}
	above, err := orgs.Above(ctx, s.DB, d.Authority)
	if err != nil {
		return nil, err
	}
	facts := map[string]string{
		"owner": d.OwnerName, "owner_upper": strings.ToUpper(d.OwnerName), "dossier_code": d.Code, "procedure": d.Name.VI,
		"signer_title": signer.Post, "signer": signer.Name, "place": placeName(above),
	}
	if len(above) > 0 {
		name := agencyName(above[0])
		facts["agency"], facts["agency_upper"], facts["agency_short"] = name, strings.ToUpper(name), short(above[0])
	}
	if len(above) > 1 {
		name := agencyName(above[1])
		facts["parent_agency"], facts["parent_agency_upper"] = name, strings.ToUpper(name)
	}
	for _, row := range form.Summarise(answers, new(i18n.Catalogue).Printer(i18n.VI), w) {
		facts["form."+row.Key] = inSentence(row.Value)
	}
	var said map[string]string
	if err := json.Unmarshal([]byte(r.Fields), &said); err != nil {
		return nil, err
	}
	for _, f := range v.Template.Fields {
		facts[f.Key] = said[f.Key]
		if n, err := strconv.ParseInt(said[f.Key], 10, 64); err == nil && f.Type == "money" {
			facts[f.Key] = new(i18n.Catalogue).Printer(i18n.VI).Number(n)
		}
		for _, o := range f.Options {
			if o.Value == said[f.Key] {
				facts[f.Key] = o.Label.VI
			}
		}
	}
	pairs := make([]string, 0, 2*len(facts))
	for name, value := range facts {
		pairs = append(pairs, "{"+name+"}", strings.ReplaceAll(value, "\n", ", "))
	}
	return strings.NewReplacer(pairs...).Replace, nil
}

// inSentence writes the kinds of places in small letters where they stand inside
// a line: "Số 1, phường Một, tỉnh Hai".
func inSentence(said string) string {
	for _, kind := range []string{"Phường ", "Xã ", "Đặc khu ", "Tỉnh ", "Thành phố "} {
		said = strings.ReplaceAll(said, ", "+kind, ", "+strings.ToLower(kind))
	}
	return said
}

// short is how an agency is written in the notation of its documents: the first
// letters of its name.
func short(u orgs.Unit) string {
	switch {
	case u.Short != "":
		return u.Short
	case committee(u.Kind):
		return "UBND"
	}
	var out strings.Builder
	for word := range strings.FieldsSeq(u.Name.VI) {
		if first := []rune(word)[0]; first != '-' {
			out.WriteString(strings.ToUpper(string(first)))
		}
	}
	return out.String()
}

// mm is one millimetre in the points of a rectangle.
const mm = 72 / 25.4

// rect reads one place of a document.
func rect(r store.Result, a papers.Area) (pdf.Rect, error) {
	var areas map[papers.Area]pdf.Rect
	err := json.Unmarshal([]byte(r.Areas), &areas)
	return areas[a], err
}
