// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"
	"slices"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/notices/internal/core"
	"tinhso.vn/internal/platform/web"
)

func (s site) settings(w http.ResponseWriter, r *http.Request) error {
	return s.settingsPage(w, r, nil, nil)
}

// settingsPage shows how somebody is told; typed is what a refused form had.
func (s site) settingsPage(w http.ResponseWriter, r *http.Request, typed *notify.Choices, problem *web.ProblemError) error {
	p := page.From(r.Context())
	found, err := s.svc.GetSettings(r.Context(), p.Actor)
	if err != nil {
		return err
	}
	if typed != nil {
		found.Choices = *typed
	}
	return p.Render(w, r, page.View{Title: p.T("notices.set.title"), Desk: p.Actor.Official(), Status: status(problem), Body: settingsPage(p, found, r.FormValue("phone"), r.FormValue("mail"), problem)})
}

// refused shows the page again with what is wrong.
func (s site) refused(w http.ResponseWriter, r *http.Request, typed *notify.Choices, err error) error {
	problem, err := problemOf(r, err)
	if err != nil {
		return err
	}
	return s.settingsPage(w, r, typed, problem)
}

func (s site) save(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	p := page.From(r.Context())
	found, err := s.svc.GetSettings(r.Context(), p.Actor)
	if err != nil {
		return err
	}
	c := chosen(found, r)
	if err := s.svc.SaveChoices(r.Context(), p.Actor, c); err != nil {
		return s.refused(w, r, &c, err)
	}
	return page.Done(w, r, setPath, "notices.set.saved")
}

// chosen reads the form: what can be chosen here and is not ticked is off; what
// cannot be chosen stays as it was.
func chosen(found core.Settings, r *http.Request) notify.Choices {
	c := notify.Choices{
		Language: i18n.ParseLang(r.PostForm.Get("language")), Digest: r.PostForm.Get("digest"), QuietFrom: r.PostForm.Get("quiet_from"), Until: r.PostForm.Get("quiet_to"),
		Off: map[string][]notify.ChannelID{},
	}
	for topic, off := range found.Choices.Off {
		c.Off[topic] = slices.Clone(off)
	}
	for _, t := range found.Topics {
		ticked := r.PostForm["on-"+t.ID]
		c.Off[t.ID] = slices.DeleteFunc(c.Off[t.ID], func(ch notify.ChannelID) bool { return slices.Contains(t.Channels, ch) })
		for _, ch := range t.Channels {
			if !slices.Contains(ticked, string(ch)) {
				c.Off[t.ID] = append(c.Off[t.ID], ch)
			}
		}
	}
	return c
}

func (s site) contact(w http.ResponseWriter, r *http.Request) error {
	kind := notify.ContactKind(r.PathValue("kind"))
	if err := s.svc.BeginContact(r.Context(), page.From(r.Context()).Actor, kind, r.FormValue(string(kind))); err != nil {
		return s.refused(w, r, nil, err)
	}
	return page.Done(w, r, setPath+"#"+string(kind), "notices.set.code_sent")
}

func (s site) prove(w http.ResponseWriter, r *http.Request) error {
	kind := notify.ContactKind(r.PathValue("kind"))
	if err := s.svc.ProveContact(r.Context(), page.From(r.Context()).Actor, kind, r.FormValue("code")); err != nil {
		problem, err := problemOf(r, err)
		if err != nil {
			return err
		}
		if len(problem.Fields) == 0 {
			problem.Fields = []web.ProblemField{{Name: "code-" + string(kind), Code: problem.Code, Detail: problem.Detail}}
		}
		return s.settingsPage(w, r, nil, problem)
	}
	return page.Done(w, r, setPath, "notices.set.proven")
}

func (s site) forget(w http.ResponseWriter, r *http.Request) error {
	if err := s.svc.RemoveContact(r.Context(), page.From(r.Context()).Actor, notify.ContactKind(r.PathValue("kind"))); err != nil {
		return err
	}
	return page.Done(w, r, setPath, "notices.set.removed")
}

func (s site) addDevice(w http.ResponseWriter, r *http.Request) error {
	sub := notify.Subscription{Endpoint: r.FormValue("endpoint")}
	sub.Keys.P256DH, sub.Keys.Auth = r.FormValue("p256dh"), r.FormValue("auth")
	if _, err := s.svc.AddDevice(r.Context(), page.From(r.Context()).Actor, web.Browser(r.UserAgent()), sub); err != nil {
		return s.refused(w, r, nil, err)
	}
	return page.Done(w, r, setPath, "notices.set.device_added")
}

func (s site) removeDevice(w http.ResponseWriter, r *http.Request) error {
	if err := s.svc.RemoveDevice(r.Context(), page.From(r.Context()).Actor, r.PathValue("device")); err != nil {
		return err
	}
	return page.Done(w, r, setPath, "notices.set.removed")
}
