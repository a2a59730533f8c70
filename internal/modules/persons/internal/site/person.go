// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/persons"
	"tinhso.vn/internal/modules/persons/internal/core"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

// looking is a search as it was asked.
type looking struct {
	in    typed
	done  bool
	found core.Page[core.Found]
}

func (l looking) purpose() access.Purpose { return access.Purpose(l.in.Get("vi")) }

func (s site) find(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	return desk(w, r, p.T("persons.find.title"), nil, findBody(p, looking{in: typed{}}, nil))
}

// search looks somebody up. What was typed goes in the body: numbers of people do
// not belong into addresses, which browsers keep.
func (s site) search(w http.ResponseWriter, r *http.Request) error {
	in, _, err := received(r)
	if err != nil {
		return err
	}
	p := page.From(r.Context())
	if card := (typed{"number": in["tim"]}); card.who("").Born != "" {
		in["tim"] = card["number"]
	}
	l := looking{in: in, done: true}
	var problem *web.ProblemError
	if l.found, err = s.svc.FindPersons(r.Context(), p.Actor, in.Get("tim"), in.Get("after"), l.purpose()); err != nil {
		if problem, err = page.Refused(r, err); err != nil {
			return err
		}
		if problem.Code == access.ErrPurposeNeeded.Code {
			problem.Fields = append(problem.Fields, web.ProblemField{Name: "vi", Code: problem.Code, Detail: problem.Detail})
		}
		for i, f := range problem.Fields {
			if f.Name == "words" {
				problem.Fields[i].Name = "tim"
			}
		}
		l.done = false
	}
	return desk(w, r, p.T("persons.find.title"), problem, findBody(p, l, problem))
}

// personAt is the page of a person, for a purpose.
func personAt(person string, why access.Purpose) string {
	return findPath + "/" + url.PathEscape(person) + "?vi=" + url.QueryEscape(string(why))
}

// person shows everything that is known of somebody, to who says why.
func (s site) person(w http.ResponseWriter, r *http.Request) error {
	p, why := page.From(r.Context()), access.Purpose(r.URL.Query().Get("vi"))
	if why != access.Handling && why != access.Inspection {
		return desk(w, r, p.T("persons.purpose.title"), nil, purposeBody(p, r.PathValue("person")))
	}
	one, err := s.svc.GetPerson(r.Context(), p.Actor, r.PathValue("person"), why)
	if err != nil {
		return err
	}
	return desk(w, r, one.Name, nil, personBody(p, one))
}

func facts(p page.Page, one core.Person) []ui.SummaryRow {
	number, logins := one.Full.Number, []string{}
	if one.Contested {
		number += " (" + p.T("persons.find.contested") + ")"
	}
	for _, a := range one.Accounts {
		login := a.Login
		if a.Disabled {
			login += " (" + p.T("persons.find.closed") + ")"
		}
		logins = append(logins, login)
	}
	key := "persons.find.number"
	if one.Kind == identity.Organisation {
		key = "persons.find.tax"
	}
	all := []ui.SummaryRow{row(p.T(key), number)}
	if one.Kind != identity.Organisation {
		all = append(all, row(p.T("persons.find.born"), shownDay(one.Full.Born)))
	}
	all = append(all, row(p.T("persons.find.phone"), one.Full.Phone), row(p.T("persons.find.accounts"), strings.Join(logins, ", ")))
	for i := range all {
		if all[i].Value.Text == "" {
			all[i].Value.Text = "–"
		}
	}
	return all
}

// can are what the reader may do about a person from their page.
func can(p page.Page, one core.Person) (all []ui.DeskAction) {
	add := func(permission identity.Permission, text, href, key string) {
		if p.Actor.May(permission) && one.Full.Merged == "" {
			all = append(all, ui.DeskAction{ButtonParams: ui.ButtonParams{Text: p.T(text), Href: href, Classes: "ts-button--secondary"}, Key: key})
		}
	}
	id, alive := url.QueryEscape(one.ID), one.Death == nil || one.Death.State != core.Confirmed
	if alive {
		add(persons.PermRegister, "persons.can.represented", newRightPath+"?cho="+id, "d")
	}
	if one.Kind == identity.Individual && alive {
		add(persons.PermRegister, "persons.can.agent", newRightPath+"?boi="+id, "l")
		add(persons.PermRegister, "persons.can.care", carePath+"/moi?cho="+id, "g")
		if one.Household == nil {
			add(persons.PermRegister, "persons.can.home", homesPath+"/moi?chu-ho="+id, "h")
		}
		if one.Death == nil {
			add(persons.PermRegister, "persons.can.death", deathPath+"/"+id, "")
		}
	}
	add(persons.PermFind, "persons.can.readings", "/nguoi/ai-da-xem/"+id, "x")
	return all
}

func (s site) readings(w http.ResponseWriter, r *http.Request) error {
	p, id := page.From(r.Context()), r.PathValue("person")
	found, err := s.svc.ListReadings(r.Context(), p.Actor, id, r.URL.Query().Get("before"))
	if err != nil {
		return err
	}
	return desk(w, r, p.T("persons.readings.title"), nil, readingsBody(p, id, found))
}

func (s site) right(w http.ResponseWriter, r *http.Request) error { return s.rightPage(w, r, nil) }

func (s site) rightPage(w http.ResponseWriter, r *http.Request, problem *web.ProblemError) error {
	p := page.From(r.Context())
	one, err := s.svc.GetRight(r.Context(), p.Actor, r.PathValue("right"))
	if err != nil {
		return err
	}
	return desk(w, r, p.T("persons.right.title"), problem, rightBody(p, one, problem))
}

// decideRight confirms, refuses or ends a right from its page.
func (s site) decideRight(w http.ResponseWriter, r *http.Request) error {
	in, _, err := received(r)
	if err != nil {
		return err
	}
	p, id := page.From(r.Context()), r.PathValue("right")
	if what := in.Get("what"); what == "end" {
		err = s.svc.EndRepresentation(r.Context(), p.Actor, id, in.Get("words"))
	} else {
		err = s.svc.ConfirmRepresentation(r.Context(), p.Actor, id, what == "confirm", in.Get("words"))
	}
	if err != nil {
		problem, err := page.Refused(r, err)
		if err != nil {
			return err
		}
		return s.rightPage(w, r, problem)
	}
	return page.Done(w, r, rightPath+"/"+url.PathEscape(id), "persons.rights.done")
}

// paper gives the paper of a right or a request; that it was read is recorded.
func (s site) paper(why access.Purpose, name string) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) (err error) {
		content, f, err := s.svc.OpenPaper(r.Context(), page.From(r.Context()).Actor, r.PathValue(name), why)
		if err != nil {
			return err
		}
		defer func() {
			if closed := content.Close(); err == nil {
				err = closed
			}
		}()
		h := w.Header()
		h.Set("Content-Type", string(f.Type))
		h.Set("Content-Disposition", mime.FormatMediaType("inline", map[string]string{"filename": f.Name}))
		h.Set("Content-Length", strconv.FormatInt(f.Size, 10))
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cache-Control", "private, no-store")
		return web.SendBytes(w, r, f.Size, f.SHA256, content, content.Part)
	}
}

func (s site) checking(w http.ResponseWriter, r *http.Request) error {
	return s.checkPage(w, r, nil)
}

func (s site) checkPage(w http.ResponseWriter, r *http.Request, problem *web.ProblemError) error {
	p, q := page.From(r.Context()), r.URL.Query()
	if problem != nil { // it is about one of many
		for i := range problem.Fields {
			problem.Fields[i].Name = words(r.PathValue("right") + r.PathValue("death"))
		}
	}
	all, err := s.svc.ListChecking(r.Context(), p.Actor, q.Get("after"))
	if err != nil {
		return err
	}
	dead, err := s.svc.ListDeaths(r.Context(), p.Actor, q.Get("qua-doi"))
	if err != nil {
		return err
	}
	return desk(w, r, p.T("persons.check.title"), problem, checkBody(p, all, dead, problem))
}

func (s site) confirm(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	p := page.From(r.Context())
	if err := s.svc.ConfirmRepresentation(r.Context(), p.Actor, r.PathValue("right"), r.PostForm.Get("what") == "confirm", r.PostForm.Get("words")); err != nil {
		problem, err := page.Refused(r, err)
		if err != nil {
			return err
		}
		return s.checkPage(w, r, problem)
	}
	return page.Done(w, r, checkPath, "persons.rights.done")
}
