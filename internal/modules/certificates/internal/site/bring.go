// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"errors"
	"io"
	"net/http"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/kernel/signing/keystore"
	"tinhso.vn/internal/modules/certificates/internal/core"
	"tinhso.vn/internal/platform/web"
)

// MaxBody is how much a request with a file may send: more than any file of a
// key has, so that somebody who sends the wrong one is told so.
const MaxBody = 16 << 20

func (s site) askFile(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	return p.Render(w, r, page.View{Title: p.T("certificates.import.title"), Desk: true, Body: importFile(p, nil)})
}

func (s site) open(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	file, err := fileOf(r)
	if err != nil {
		return err
	}
	i, err := s.svc.OpenFile(r.Context(), p.Actor, file)
	problem, err := asked(err)
	if err != nil {
		return err
	}
	if problem != nil {
		return p.Render(w, r, page.View{Title: p.T("certificates.import.title"), Desk: true, Status: problem.Status, Body: importFile(p, problem)})
	}
	return web.SeeOther(w, r, importPath+"/"+i.ID)
}

// fileOf takes file and passphrase out of a form. Nothing of either is written
// to the disk on the way.
func fileOf(r *http.Request) (f core.File, err error) {
	form, err := r.MultipartReader()
	if err != nil {
		return f, web.ErrMalformed.Because(err)
	}
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return f, nil
		}
		if err != nil {
			return f, web.ErrMalformed.Because(err)
		}
		content, err := io.ReadAll(io.LimitReader(part, keystore.MaxFile+1))
		if err != nil {
			return f, web.ErrMalformed.Because(err)
		}
		switch part.FormName() {
		case "file":
			f.Content = content
		case "passphrase":
			f.Passphrase = string(content)
		}
	}
}

func (s site) askHolder(w http.ResponseWriter, r *http.Request) error {
	return s.holder(w, r, core.Gift{}, nil)
}

func (s site) holder(w http.ResponseWriter, r *http.Request, g core.Gift, problem *web.ProblemError) error {
	p := page.From(r.Context())
	i, err := s.svc.GetImport(r.Context(), p.Actor, r.PathValue("import"))
	if err != nil {
		return err
	}
	units, err := s.svc.Units(r.Context(), p.Actor)
	if err != nil {
		return err
	}
	view := page.View{Title: p.T("certificates.give.title"), Desk: true, Body: give(p, giving{i, g, units, problem})}
	if problem != nil {
		view.Status = problem.Status
	}
	return p.Render(w, r, view)
}

func (s site) add(w http.ResponseWriter, r *http.Request) error {
	g := core.Gift{
		Import: r.PathValue("import"), Login: r.PostFormValue("login"), Unit: r.PostFormValue("unit"), Kind: r.PostFormValue("kind"),
		Provider: r.PostFormValue("provider"), Reference: r.PostFormValue("reference"), Replace: r.PostFormValue("replace") != "",
		NameSeen: r.PostFormValue("name_seen") != "", Reason: r.PostFormValue("reason"),
	}
	id, err := s.svc.Add(r.Context(), page.From(r.Context()).Actor, g)
	problem, err := asked(err)
	if err != nil {
		return err
	}
	if problem != nil {
		return s.holder(w, r, g, problem)
	}
	return page.Done(w, r, listPath+"/"+id, "certificates.added")
}

func (s site) discard(w http.ResponseWriter, r *http.Request) error {
	if err := s.svc.DiscardImport(r.Context(), page.From(r.Context()).Actor, r.PathValue("import")); err != nil {
		return err
	}
	return page.Done(w, r, listPath, "certificates.discarded")
}

// The changes of a certificate, as they stand in addresses.
const (
	suspend = "tam-dung"
	resume  = "dung-lai"
	revoke  = "thu-hoi"
)

func (s site) askChange(w http.ResponseWriter, r *http.Request) error {
	return s.changing(w, r, "", nil)
}

func (s site) changing(w http.ResponseWriter, r *http.Request, reason string, problem *web.ProblemError) error {
	p := page.From(r.Context())
	change := r.PathValue("change")
	if change != suspend && change != resume && change != revoke {
		return web.ErrNoSuchPage
	}
	d, err := s.svc.Get(r.Context(), p.Actor, r.PathValue("certificate"), "")
	if err != nil {
		return err
	}
	view := page.View{Title: p.T("certificates." + change), Desk: true, Body: changeForm(p, d, change, reason, problem)}
	if problem != nil {
		view.Status = problem.Status
	}
	return p.Render(w, r, view)
}

func (s site) change(w http.ResponseWriter, r *http.Request) error {
	do, known := map[string]func() error{
		suspend: func() error {
			return s.svc.Suspend(r.Context(), page.From(r.Context()).Actor, r.PathValue("certificate"), r.PostFormValue("reason"))
		},
		resume: func() error {
			return s.svc.Resume(r.Context(), page.From(r.Context()).Actor, r.PathValue("certificate"), r.PostFormValue("reason"))
		},
		revoke: func() error {
			return s.svc.Revoke(r.Context(), page.From(r.Context()).Actor, r.PathValue("certificate"), r.PostFormValue("reason"))
		},
	}[r.PathValue("change")]
	if !known {
		return web.ErrNoSuchPage
	}
	problem, err := asked(do())
	if err != nil {
		return err
	}
	if problem != nil {
		return s.changing(w, r, r.PostFormValue("reason"), problem)
	}
	return page.Done(w, r, listPath+"/"+r.PathValue("certificate"), "certificates.done."+r.PathValue("change"))
}
