// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"bytes"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/web"
)

const (
	demandStop = "nghia-vu-tai-chinh" // an officer enters what another agency demands
	paidStop   = "da-nop-tien"        // people show that they have paid it
)

// dueLines is how many things one notice can ask for on the page; programs can name more.
const dueLines = 4

// demanding is the page on which a notice is entered; paying the one that shows a payment.
type (
	demanding struct {
		full  core.Full
		form  url.Values
		wrong *problem
	}
	paying struct {
		full    core.Full
		path    string
		counter bool
		largest int64
		form    url.Values
		wrong   *problem
	}
)

// last is the demand that is waited for.
func (v paying) last() core.Demand { return v.full.Demands[len(v.full.Demands)-1] }

func (s site) demand(w http.ResponseWriter, r *http.Request) error {
	id, err := idOf(r, "id")
	if err != nil {
		return err
	}
	return s.demandPage(w, r, id, url.Values{"buoc": {r.FormValue("buoc")}}, nil)
}

func (s site) demandPage(w http.ResponseWriter, r *http.Request, id dossiers.ID, form url.Values, wrong *problem) error {
	p := page.From(r.Context())
	f, err := s.svc.GetStep(r.Context(), p.Actor, id, stepIn(form), access.Handling)
	if err != nil {
		return err
	}
	if !f.Can.Demand && wrong == nil {
		return web.SeeOther(w, r, at("xu-ly", string(id)))
	}
	if wrong == nil && f.Version.FinancialDuty != nil {
		form.Set("issuer", f.Version.FinancialDuty.Issuer.VI) // people read it as it is entered
	}
	return show(w, r, page.View{
		Title: p.T("dossiers.page.demand.title"), Desk: true, Before: back(p, at("xu-ly", string(id))), Body: demandBody(p, demanding{f, form, wrong}),
	}, wrong)
}

func (s site) demanded(w http.ResponseWriter, r *http.Request) error {
	form, err := formOf(r)
	if err != nil {
		return err
	}
	id, err := idOf(r, "id")
	if err != nil {
		return err
	}
	n := core.Notice{Step: stepIn(form), Issuer: form.Get("issuer"), Number: form.Get("number"), On: isoDay(form.Get("on")), PayBy: isoDay(form.Get("pay_by"))}
	var places []string // of the lines in the form
	for i := range dueLines {
		place := strconv.Itoa(i + 1)
		if strings.TrimSpace(form.Get("what-"+place)+form.Get("amount-"+place)) != "" {
			n.Dues, places = append(n.Dues, core.Due{What: form.Get("what-" + place), Amount: dong(form.Get("amount-" + place))}), append(places, place)
		}
	}
	if err := s.svc.DemandPayment(r.Context(), page.From(r.Context()).Actor, id, n); err != nil {
		wrong, err := wrongWith(r, err, "dues")
		if err != nil {
			return err
		}
		wrong.rename("dues", "what-1")
		for i, place := range places {
			wrong.rename("dues["+strconv.Itoa(i)+"].what", "what-"+place)
			wrong.rename("dues["+strconv.Itoa(i)+"].amount", "amount-"+place)
		}
		return s.demandPage(w, r, id, form, wrong)
	}
	return page.Done(w, r, at("xu-ly", string(id)), "dossiers.page.demand.done")
}

// dong reads a sum as people write it: 2.500.000. What is none is no sum.
func dong(value string) int64 {
	n, err := strconv.ParseInt(strings.NewReplacer(".", "", " ", "", "đồng", "", "đ", "").Replace(strings.TrimSpace(value)), 10, 64)
	if err != nil {
		return -1
	}
	return n
}

func (s site) showPaid(counter bool) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		return s.payingPage(w, r, paying{counter: counter, form: url.Values{}})
	}
}

func (v paying) home() string {
	if v.counter {
		return at("xu-ly", string(v.full.ID))
	}
	return at("ho-so", string(v.full.ID))
}

func (s site) payingPage(w http.ResponseWriter, r *http.Request, v paying) error {
	id, err := idOf(r, "id")
	if err != nil {
		return err
	}
	p, why := page.From(r.Context()), access.Own
	if v.counter {
		why = access.Handling
	}
	if v.full, err = s.svc.Get(r.Context(), p.Actor, id, why); err != nil {
		return err
	}
	if !v.full.Can.ShowPaid {
		return web.SeeOther(w, r, v.home())
	}
	v.path, v.largest = r.URL.Path, s.svc.Largest()
	return show(w, r, page.View{Title: p.T("dossiers.page.demand.show"), Desk: v.counter, Before: back(p, v.home()), Body: payingBody(p, v)}, v.wrong)
}

func (s site) paid(counter bool) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		form, fileName, file, err := answerIn(r)
		if err != nil {
			return err
		}
		id, err := idOf(r, "id")
		if err != nil {
			return err
		}
		in := core.Payment{Receipt: form.Get("receipt"), PaidOn: isoDay(form.Get("paid_on")), Name: fileName}
		if len(file) > 0 {
			in.Content = bytes.NewReader(file)
		}
		v := paying{counter: counter, form: form}
		if err := s.svc.ShowPayment(r.Context(), page.From(r.Context()).Actor, id, in); err != nil {
			if v.wrong, err = wrongWith(r, err, "file"); err != nil {
				return err
			}
			return s.payingPage(w, r, v)
		}
		v.full.ID = id
		return page.Done(w, r, v.home(), "dossiers.page.demand.shown")
	}
}

// dayOf is a day as people write it.
func dayOf(p page.Page, iso string) string {
	t, err := time.Parse(time.DateOnly, iso)
	if err != nil {
		return iso
	}
	return p.Date(t)
}
