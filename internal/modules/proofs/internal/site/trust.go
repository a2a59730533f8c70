// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"bytes"
	"encoding/csv"
	"encoding/pem"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/proofs"
	"tinhso.vn/internal/modules/proofs/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/web"
)

// The addresses of the trust list.
const (
	trustPath  = "/van-hanh/tin-cay"
	publicPath = "/kiem-tra/tin-cay"
)

// maxCertificate bounds a form with a certificate, maxListBody one with a list.
const (
	maxCertificate = 256 << 10
	maxListBody    = core.MaxList + 64<<10
)

func trustRoutes(s site) []web.Route {
	may := web.Needs(string(proofs.PermTrust), string(proofs.PermConfirm))
	propose, confirm := web.Needs(string(proofs.PermTrust)), web.Needs(string(proofs.PermConfirm))
	return []web.Route{
		{Pattern: "GET " + publicPath, Access: web.Public(), Handle: s.published},
		{Pattern: "GET " + publicPath + "/danh-sach.csv", Access: web.Public(), Handle: s.csv},
		{Pattern: "GET " + publicPath + "/danh-sach.pem", Access: web.Public(), Handle: s.pem},
		{Pattern: "GET " + trustPath, Access: may, Handle: s.authorities},
		{Pattern: "GET " + trustPath + "/moi", Access: propose, Handle: s.proposalForm},
		{Pattern: "POST " + trustPath + "/moi", Access: propose, MaxBody: maxCertificate, Handle: s.propose},
		{Pattern: "GET " + trustPath + "/{authority}", Access: may, Handle: s.authority},
		{Pattern: "POST " + trustPath + "/{authority}/xac-nhan", Access: confirm, Handle: s.confirm},
		{Pattern: "POST " + trustPath + "/{authority}/tu-choi", Access: confirm, Handle: s.refuse},
		{Pattern: "POST " + trustPath + "/{authority}/rut", Access: may, Handle: s.withdraw},
		{Pattern: "POST " + trustPath + "/{authority}/thu-hoi", Access: may, MaxBody: maxListBody, Handle: s.giveList},
	}
}

func (s site) published(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	list, err := s.svc.Published(r.Context())
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("proofs.trust.public.title"), Description: p.T("proofs.trust.public.lead"), Body: publishedPage(p, list)})
}

func (s site) csv(w http.ResponseWriter, r *http.Request) error {
	list, err := s.svc.Published(r.Context())
	if err != nil {
		return err
	}
	var out bytes.Buffer
	out.WriteString("\ufeff") // so that spreadsheets read Vietnamese
	c := csv.NewWriter(&out)
	rows := [][]string{{
		"sha256", "status", "subject", "issuer", "serial", "not_before", "not_after", "uses", "simulated", "source", "trusted_from", "trusted_to",
		"withdrawn_from", "withdrawn_reason",
	}}
	for _, a := range list.Authorities {
		var uses []string
		for _, u := range a.Uses {
			uses = append(uses, string(u))
		}
		simulated := "no"
		if a.Simulated {
			simulated = "yes"
		}
		rows = append(rows, []string{
			a.Fingerprint, string(a.Status), a.Cert.Subject.String(), a.Cert.Issuer.String(), a.Cert.SerialNumber.Text(16),
			stamp(a.Cert.NotBefore), stamp(a.Cert.NotAfter), strings.Join(uses, " "), simulated, safe(a.Source), stamp(a.ValidFrom.Time), stamp(a.ValidTo.Time),
			stamp(a.Withdrawn.From.Time), string(a.Withdrawn.Why),
		})
	}
	if err := c.WriteAll(rows); err != nil {
		return err
	}
	send(w, "text/csv; charset=utf-8", "danh-sach-tin-cay.csv", out.String())
	return nil
}

// safe keeps a spreadsheet from taking a text for a formula.
func safe(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

func (s site) pem(w http.ResponseWriter, r *http.Request) error {
	list, err := s.svc.Published(r.Context())
	if err != nil {
		return err
	}
	var out strings.Builder
	for _, a := range list.Authorities {
		if a.Status == proofs.Listed {
			out.Write(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.Cert.Raw}))
		}
	}
	send(w, "application/x-pem-file", "danh-sach-tin-cay.pem", out.String())
	return nil
}

func (s site) authorities(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	after := r.FormValue("after")
	found, err := s.svc.ListAuthorities(r.Context(), p.Actor, after)
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("proofs.trust.title"), Desk: true, Body: authoritiesPage(p, found)})
}

// typed is a form as it was sent.
type typed struct {
	values  url.Values
	problem *web.ProblemError
}

func (s site) proposalForm(w http.ResponseWriter, r *http.Request) error {
	return s.renderProposal(w, r, http.StatusOK, typed{values: url.Values{"uses": {string(proofs.Personal), string(proofs.Agency), string(proofs.Stamps)}, "lists": {string(proofs.ListsNeeded)}}})
}

func (s site) renderProposal(w http.ResponseWriter, r *http.Request, status int, t typed) error {
	p := page.From(r.Context())
	return p.Render(w, r, page.View{Title: p.T("proofs.trust.propose.title"), Desk: true, Status: status, Body: proposalPage(p, t)})
}

func (s site) propose(w http.ResponseWriter, r *http.Request) error {
	sent, files, err := parts(r)
	if err != nil {
		return err
	}
	in, bad := proposal(sent, files["certificate"])
	if len(bad) == 0 {
		var made proofs.Authority
		if made, err = s.svc.Propose(r.Context(), page.From(r.Context()).Actor, in); err == nil {
			return page.Done(w, r, trustPath+"/"+made.ID, "proofs.trust.proposed")
		}
	} else {
		err = badInput(in, bad)
	}
	problem, err := said(r, err)
	if err != nil {
		return err
	}
	if len(problem.Fields) == 0 { // of the certificate: the list knows it
		problem.Fields = []web.ProblemField{{Name: "certificate", Code: problem.Code}}
	}
	return s.renderProposal(w, r, problem.Status, typed{sent, problem})
}

// parts reads a form with a file.
func parts(r *http.Request) (url.Values, map[string][]byte, error) {
	form, err := r.MultipartReader()
	if err != nil {
		return nil, nil, web.ErrMalformed.Because(err)
	}
	values, files := url.Values{}, map[string][]byte{}
	for {
		part, err := form.NextPart()
		if err == io.EOF { //nolint:errorlint // the end is given as it is
			return values, files, nil
		}
		if err != nil {
			return nil, nil, web.ErrMalformed.Because(err)
		}
		content, err := io.ReadAll(part) // the route bounds the whole
		if err != nil {
			return nil, nil, web.ErrMalformed.Because(err)
		}
		if part.FileName() != "" {
			files[part.FormName()] = content
		} else {
			values.Add(part.FormName(), string(content))
		}
	}
}

func (s site) authority(w http.ResponseWriter, r *http.Request) error {
	return s.renderAuthority(w, r, http.StatusOK, "", typed{})
}

func (s site) renderAuthority(w http.ResponseWriter, r *http.Request, status int, form string, t typed) error {
	p := page.From(r.Context())
	a, err := s.svc.GetAuthority(r.Context(), p.Actor, r.PathValue("authority"))
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: commonName(a.Cert.Subject), Desk: true, Status: status, Body: authorityPage(p, a, form, t, s.who(r))})
}

// who names the people of the history.
func (s site) who(r *http.Request) func(account string) string {
	return func(account string) string {
		if s.svc.Name != nil && id.Valid(account) {
			if name := s.svc.Name(r.Context(), account); name != "" {
				return name
			}
		}
		return page.From(r.Context()).T("proofs.trust.program")
	}
}

// act runs what a form of an authority asks for, and shows the form again with
// what is wrong.
func (s site) act(w http.ResponseWriter, r *http.Request, form, done string, do func(authority string) error, field string) error {
	err := do(r.PathValue("authority"))
	if err == nil {
		return page.Done(w, r, trustPath+"/"+url.PathEscape(r.PathValue("authority")), done)
	}
	problem := web.Problem(err)
	if problem.Status == http.StatusNotFound || problem.Status == http.StatusUnauthorized || problem.Status >= http.StatusInternalServerError {
		return err
	}
	page.From(r.Context()).Site.Explain(r, problem)
	if len(problem.Fields) == 0 {
		problem.Fields = []web.ProblemField{{Name: field, Code: problem.Code}}
	}
	return s.renderAuthority(w, r, problem.Status, form, typed{r.PostForm, problem})
}

func (s site) confirm(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	return s.act(w, r, "confirm", "proofs.trust.confirmed", func(authority string) error {
		return s.svc.Confirm(r.Context(), page.From(r.Context()).Actor, authority, r.PostForm.Get("fingerprint"))
	}, "fingerprint")
}

func (s site) refuse(w http.ResponseWriter, r *http.Request) error {
	return s.act(w, r, "confirm", "proofs.trust.refused", func(authority string) error {
		return s.svc.Refuse(r.Context(), page.From(r.Context()).Actor, authority)
	}, "fingerprint")
}

func (s site) withdraw(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	return s.act(w, r, "withdraw", "proofs.trust.withdrawn", func(authority string) error {
		from, ok := day(r.PostForm.Get("from"))
		l := core.Leaving{From: from, Why: proofs.Why(r.PostForm.Get("why")), Note: r.PostForm.Get("note")}
		if !ok {
			return wrongDate("from")
		}
		return s.svc.Withdraw(r.Context(), page.From(r.Context()).Actor, authority, l)
	}, "why")
}

func (s site) giveList(w http.ResponseWriter, r *http.Request) error {
	_, files, err := parts(r)
	if err != nil {
		return err
	}
	return s.act(w, r, "list", "proofs.trust.list_taken", func(authority string) error {
		_, err := s.svc.GiveList(r.Context(), page.From(r.Context()).Actor, authority, files["list"])
		return err
	}, "list")
}

// day reads a date as people write it, 21/11/2026; nothing is no date.
func day(text string) (db.Time, bool) {
	text = strings.TrimSpace(text)
	if text == "" {
		return db.Time{}, true
	}
	t, err := time.ParseInLocation("2/1/2006", text, calendar.Zone())
	return db.At(t), err == nil
}
