// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/books/internal/core"
	"tinhso.vn/internal/platform/text"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

// visitsPath is where the pages of records stand for visitors: short, since it is
// printed and scanned.
const visitsPath = "/xem"

// What a page for visitors is asked for.
const (
	askWords  = "q"
	askSpoken = "tieng" // a language of the file, or of these pages
)

func (s site) visiting() []web.Route {
	anybody := web.Public()
	return []web.Route{
		{Pattern: "GET " + visitsPath, Access: anybody, Handle: s.doors},
		{Pattern: "GET " + visitsPath + "/{register}", Access: anybody, Handle: s.seek},
		{Pattern: "GET " + visitsPath + "/{register}/{code...}", Access: anybody, Handle: s.visit},
	}
}

func doorPath(d registers.Definition) string { return visitsPath + "/" + url.PathEscape(d.ID) }

// visitPath is the page of a record; false where the reader does not see its code.
// A code may have slashes: its parts stand as they are.
func visitPath(d registers.Definition, r registers.Record) (string, bool) {
	if d.Public == nil {
		return "", false
	}
	code, _ := r.Values[d.Public.Code].(string)
	if code == "" {
		return "", false
	}
	parts := strings.Split(code, "/")
	if slices.ContainsFunc(parts, func(s string) bool { return s == "" || s == "." || s == ".." }) {
		parts = []string{code}
	}
	for i, part := range parts {
		parts[i] = url.PathEscape(part)
	}
	return doorPath(d) + "/" + strings.Join(parts, "/"), true
}

// tongue is the language in which a visitor reads what a file says in several.
type tongue struct {
	id   string               // "vi", "en", or one that only the file speaks
	only *registers.Speaking  // the last; nil: the page speaks it as well
	all  []registers.Speaking // that can be chosen
}

// tongues returns the language that the reader asks for, or that their browser
// does where they have not chosen one, and the page in it.
func (s site) tongues(w http.ResponseWriter, r *http.Request, d registers.Definition) (tongue, page.Page) {
	p := page.From(r.Context())
	all := []registers.Speaking{{ID: string(i18n.VI), Name: "Tiếng Việt"}, {ID: string(i18n.EN), Name: "English"}}
	for _, one := range d.Public.Speaking {
		if !slices.ContainsFunc(all, func(x registers.Speaking) bool { return x.ID == one.ID }) {
			all = append(all, one)
		}
	}
	t := tongue{id: string(p.Lang()), all: all}
	asked, chosen := r.URL.Query().Get(askSpoken), true
	if asked == "" {
		if _, err := r.Cookie(page.LanguageCookie); err == nil {
			return t, p
		}
		asked, chosen = preferred(r), false
	}
	for i, one := range all {
		switch {
		case one.ID != asked:
		case i >= 2:
			t.id, t.only = one.ID, &all[i]
		case chosen:
			t.id, p = one.ID, p.Speak(w, one.ID)
		default:
			t.id, p.Printer = one.ID, p.Site.Catalogue.Printer(i18n.ParseLang(one.ID))
		}
	}
	return t, p
}

// preferred is the first language of a browser: "km" of "km-KH,km;q=0.9,en".
func preferred(r *http.Request) string {
	parts := strings.FieldsFunc(r.Header.Get("Accept-Language"), func(c rune) bool { return c == ',' || c == '-' || c == ';' || c == ' ' })
	if len(parts) == 0 {
		return ""
	}
	return strings.ToLower(parts[0])
}

// choices are links to the same page in each language; OnText is the language.
func (t tongue) choices(path string) (items []ui.Chip) {
	path, _, _ = strings.Cut(path, "?")
	for _, one := range t.all {
		items = append(items, ui.Chip{Text: one.Name, Href: path + "?" + url.Values{askSpoken: {one.ID}}.Encode(), On: one.ID == t.id, OnText: one.ID})
	}
	return items
}

// words is a text of a record in the language of the reader, with the language in
// which it is written: Vietnamese where there is none in theirs.
func (t tongue) words(v core.Visit, key string, unit unitName, p page.Page) (said, lang string) {
	f, _ := v.Definition.In(key, t.id)
	if said = value(p, f, v.Record, v.Named, unit); said != "" && f.Language != "" {
		return said, f.Language
	}
	f, _ = v.Definition.Field(key)
	said = value(p, f, v.Record, v.Named, unit)
	if f.Type == registers.Line || f.Type == registers.LongText {
		return said, string(i18n.VI)
	}
	return said, string(p.Lang())
}

// label is what a field is called in the language of the reader.
func (t tongue) label(p page.Page, f registers.Field) (said, lang string) {
	if t.only != nil {
		if said, ok := t.only.Label(f.Key); ok {
			return said, t.id
		}
	}
	return p.Text(f.Label), string(p.Lang())
}

// visit shows the page of a record to whoever has scanned its code.
func (s site) visit(w http.ResponseWriter, r *http.Request) error {
	code := r.PathValue("code")
	if text.Line(code) == "" {
		http.Redirect(w, r, visitsPath+"/"+url.PathEscape(r.PathValue("register")), http.StatusSeeOther)
		return nil
	}
	p := page.From(r.Context())
	v, err := s.svc.Visit(r.Context(), p.Actor, r.PathValue("register"), code)
	if err != nil {
		return err
	}
	t, p := s.tongues(w, r, v.Definition)
	unit := s.names(r.Context(), p)
	title, _ := t.words(v, v.Definition.Public.Title, unit, p)
	body := visitBody{Visit: v, tongue: t, unit: unit, page: p}
	if place := v.Definition.Public.Place; place != "" && v.Reaches(registers.View, place) && v.Record.Values[place] != nil {
		if body.land, err = s.svc.Land(r.Context()); err != nil {
			return err
		}
		if at, ok := body.placed(); ok {
			if body.near, err = s.towns(r.Context(), around(at)); err != nil {
				return err
			}
		}
	}
	w.Header().Add("Vary", "Accept-Language")
	return p.Render(w, r, page.View{Title: title, Description: p.Text(v.Definition.Title), Wide: true, Body: visitPage(p, body)})
}

// visitBody is a page of a record with the language in which it is read.
type visitBody struct {
	core.Visit
	tongue

	page page.Page
	unit unitName
	land [][2]float64
	near []ui.MapLabel // communes around it
}

// phrase is a text with the language in which it is written.
type phrase struct{ text, lang string }

func (b visitBody) title() phrase {
	text, lang := b.words(b.Visit, b.Definition.Public.Title, b.unit, b.page)
	return phrase{text, lang}
}

func (b visitBody) lead() phrase {
	if b.Definition.Public.Lead == "" {
		return phrase{}
	}
	text, lang := b.words(b.Visit, b.Definition.Public.Lead, b.unit, b.page)
	return phrase{text, lang}
}

// code is how the record is named.
func (b visitBody) code() string {
	code, _ := b.Record.Values[b.Definition.Public.Code].(string)
	return code
}

// stories are the texts that are read, each in its paragraphs; missing says that
// one of them is not there in the language of the reader.
func (b visitBody) stories() (all []phrase, missing bool) {
	for _, key := range b.Definition.Public.Texts {
		text, lang := b.words(b.Visit, key, b.unit, b.page)
		if text == "" {
			continue
		}
		missing = missing || lang != b.id
		for line := range strings.SplitSeq(text, "\n") {
			if line = strings.TrimSpace(line); line != "" {
				all = append(all, phrase{line, lang})
			}
		}
	}
	return all, missing
}

// factOf is a label with a value, each in its language.
type factOf struct {
	label, value phrase
	href         string
}

// facts are what the file names, as far as the reader sees it and there is any.
func (b visitBody) facts() (all []factOf) {
	for _, key := range b.Definition.Public.Facts {
		f, _ := b.Definition.Field(key)
		text, lang := b.words(b.Visit, key, b.unit, b.page)
		if text == "" {
			continue
		}
		one := factOf{value: phrase{text, lang}}
		one.label.text, one.label.lang = b.label(b.page, f)
		if f.Type == registers.Reference {
			id, _ := b.Record.Values[key].(string)
			to, known := b.Named[id]
			if !known {
				continue // there is one, which the reader does not see
			}
			one.href = pathOf(to.Definition, to.Records[0])
		}
		all = append(all, one)
	}
	return all
}

// pathOf is where a record is read: its page for visitors, or that of the register.
func pathOf(d registers.Definition, r registers.Record) string {
	if path, ok := visitPath(d, r); ok {
		return path
	}
	return recordPath(d.ID, r.ID)
}

// placed is where the record is.
func (b visitBody) placed() (registers.Point, bool) {
	place := b.Definition.Public.Place
	if place == "" {
		return registers.Point{}, false
	}
	at, ok := b.Record.Values[place].(registers.Point)
	return at, ok && len(b.land) > 0
}

// picture is the record on the map.
func (b visitBody) picture() ui.MapParams {
	at, _ := b.placed()
	name := b.title().text
	return ui.MapParams{
		ID: "map", Label: b.page.T("books.visit.map", "name", name), Labels: seaLabels(b.page), Land: b.land, Inland: true, Towns: b.near, Span: aroundPlace,
		Points: []ui.MapPoint{{Lat: float64(at.Lat) / 1e6, Lon: float64(at.Lon) / 1e6, Title: name, Main: true}},
	}
}

// aroundPlace is how much of the earth is shown around a place, in degrees.
const aroundPlace = 0.3

// around is the part of the earth that is shown around a place.
func around(at registers.Point) registers.Box {
	const half = int64(aroundPlace * 1e6)
	return registers.Box{West: at.Lon - half, South: at.Lat - half, East: at.Lon + half, North: at.Lat + half}
}

// towns are the communes in a part of the earth, as a map names them.
func (s site) towns(ctx context.Context, in registers.Box) ([]ui.MapLabel, error) {
	all, err := s.svc.Towns(ctx, in)
	if err != nil {
		return nil, err
	}
	labels := make([]ui.MapLabel, len(all))
	for i, one := range all {
		labels[i] = ui.MapLabel{Lat: one.Lat, Lon: one.Lon, Text: one.Name}
	}
	return labels, nil
}

// whereTitle is the title above the map, in the language of the reader.
func (b visitBody) whereTitle() phrase {
	if b.only != nil {
		if said, ok := b.only.Label(b.Definition.Public.Place); ok {
			return phrase{said, b.id}
		}
	}
	return phrase{b.page.T("books.visit.where"), string(b.page.Lang())}
}

// mapLink opens a place in the map of the device, which finds the way.
func mapLink(at registers.Point) string { return "geo:" + strings.ReplaceAll(point(at), " ", "") }

// verdict is whether the record holds: its words, what they mean, and how it looks.
type verdict struct{ words, more, look string }

func (b visitBody) verdict() (verdict, bool) {
	d := b.Definition
	if !b.Said || d.Public.Holds.VI == "" {
		return verdict{}, false
	}
	v := verdict{words: b.page.Text(d.Public.Fails), look: "invalid"}
	switch b.Stands {
	case registers.StandsHolds:
		v.words, v.look = b.page.Text(d.Public.Holds), "valid"
		if d.Valid != nil {
			if until, _ := b.Record.Values[d.Valid.Until].(string); until != "" {
				v.more = b.page.T("books.visit.until", "day", turn(until))
			}
		}
		return v, true
	case registers.StandsExpired:
		until, _ := b.Record.Values[d.Valid.Until].(string)
		v.more = b.page.T("books.visit.expired", "day", turn(until))
	case registers.StandsEarly:
		from, _ := b.Record.Values[d.Valid.From].(string)
		v.more, v.look = b.page.T("books.visit.early", "day", turn(from)), "unconfirmed"
	case registers.StandsDraft, registers.StandsSuspended, registers.StandsEnded:
		state, _ := b.Record.Values[registers.LifeKey].(string)
		v.more = b.page.T("books.visit.state", "state", stateName(b.page, d, state))
		if b.Stands != registers.StandsEnded {
			v.look = "unconfirmed"
		}
	}
	return v, true
}

// seek is the page on which visitors look for a record.
func (s site) seek(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	typed := text.Line(r.URL.Query().Get(askWords))
	f, err := s.svc.Seek(r.Context(), p.Actor, r.PathValue("register"), typed)
	if err != nil {
		return err
	}
	_, p = s.tongues(w, r, f.Definition)
	return p.Render(w, r, page.View{
		Title: p.Text(f.Definition.Title), Description: p.Text(f.Definition.Public.Ask), Wide: true, Body: seekPage(p, f, typed, r.URL.Query().Has(askWords), s.names(r.Context(), p)),
	})
}

// doors lists what can be looked up.
func (s site) doors(w http.ResponseWriter, r *http.Request) error {
	_, p := s.tongues(w, r, registers.Definition{Public: &registers.Public{}})
	all, err := s.svc.Doors(r.Context(), p.Actor)
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("books.doors.title"), Description: p.T("books.doors.lead"), Body: doorsPage(p, all)})
}

// foundName is what a record is called in a list for visitors, in a language where
// it has a name there, and what stands beneath.
func foundName(p page.Page, st registers.Standing, r registers.Record, unit unitName, language string) (name, more string) {
	v := st.Definition.Public
	f, _ := st.Definition.In(v.Title, language)
	if name = show(p, f, r.Values[f.Key], unit); name == "" {
		f, _ = st.Definition.Field(v.Title)
		name = show(p, f, r.Values[f.Key], unit)
	}
	var parts []string
	for _, key := range []string{v.Code, v.Lead} {
		f, ok := st.Definition.Field(key)
		if ok && f.Type != registers.Reference && key != v.Title {
			parts = append(parts, show(p, f, r.Values[key], unit))
		}
	}
	return name, join(" · ", parts...)
}

// standing is the tag of a record that was found; none where nothing is said of it.
func standing(p page.Page, st registers.Standing, r registers.Record, stands registers.Stands) (words, look string) {
	if st.Definition.Public.Holds.VI == "" || stands == "" {
		return "", ""
	}
	if stands == registers.StandsHolds {
		return p.Text(st.Definition.Public.Holds), "ts-tag--ok"
	}
	if state, ok := r.Values[registers.LifeKey].(string); ok && stands != registers.StandsExpired && stands != registers.StandsEarly {
		return stateName(p, st.Definition, state), "ts-tag--late"
	}
	return p.Text(st.Definition.Public.Fails), "ts-tag--late"
}
