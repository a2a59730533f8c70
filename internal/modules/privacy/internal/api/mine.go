// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/privacy/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/web"
)

type category struct {
	Name      i18n.Text `json:"name"`
	Sensitive bool      `json:"sensitive"`
}

// Purpose is why personal data is processed, as programs see it.
type Purpose struct {
	ID         string      `json:"id"`
	Name       i18n.Text   `json:"name"`
	Text       i18n.Text   `json:"text"`
	Consent    bool        `json:"consent" doc:"people agree; otherwise the law says so"`
	Basis      []string    `json:"basis"`
	Subjects   i18n.Text   `json:"subjects"`
	Data       []category  `json:"data"`
	Holders    []i18n.Text `json:"holders"`
	Recipients i18n.Text   `json:"recipients"`
	Kept       i18n.Text   `json:"kept"`
	Agreed     i18n.Text   `json:"agreed,omitzero" doc:"what people agree to"`
	Version    int         `json:"version,omitempty"`
	SHA256     string      `json:"sha256,omitempty" doc:"of what people agree to"`
	Unverified bool        `json:"unverified,omitempty" doc:"the law's detail is not certain"`
}

func purposeOf(p core.Registered) Purpose {
	out := Purpose{
		ID: p.ID, Name: p.Name, Text: p.Text, Consent: p.Consent, Basis: append([]string{}, p.Laws...), Subjects: p.Subjects, Recipients: p.Recipients, Kept: p.Kept,
		Agreed: p.Agreed, Version: p.Version, Unverified: p.Unverified, Data: []category{}, Holders: []i18n.Text{},
	}
	if p.Consent {
		out.SHA256 = core.TextHash(p.Purpose)
	}
	for _, c := range p.Data {
		out.Data = append(out.Data, category{c.Name, c.Sensitive})
	}
	for _, h := range p.Holders {
		out.Holders = append(out.Holders, h.Name)
	}
	return out
}

type book struct {
	ID    string     `json:"id" doc:"of the register"`
	Title i18n.Text  `json:"title"`
	Text  i18n.Text  `json:"text"`
	Basis []string   `json:"basis"`
	Data  []category `json:"data"`
}

func bookOf(b core.Book) book {
	out := book{ID: b.ID, Title: b.Title, Text: b.Text, Basis: append([]string{}, b.Laws...), Data: []category{}}
	for _, c := range b.Data {
		out.Data = append(out.Data, category{c.Name, c.Sensitive})
	}
	return out
}

type purposesOut struct {
	Body struct {
		Items     []Purpose `json:"items"`
		Registers []book    `json:"registers" doc:"what registers of the province have personal data for"`
	}
}

func (o operations) purposes(ctx context.Context, _ *struct{}) (*purposesOut, error) {
	all, err := o.svc.ListPurposes(ctx)
	out := &purposesOut{}
	out.Body.Items = []Purpose{}
	for _, p := range all {
		out.Body.Items = append(out.Body.Items, purposeOf(p))
	}
	if err != nil {
		return nil, err
	}
	books, err := o.svc.ListBooks(ctx)
	out.Body.Registers = []book{}
	for _, b := range books {
		out.Body.Registers = append(out.Body.Registers, bookOf(b))
	}
	return out, err
}

type place struct {
	Holder   i18n.Text `json:"holder"`
	Category category  `json:"category"`
	Purpose  string    `json:"purpose"`
	Kept     i18n.Text `json:"kept"`
	Rule     i18n.Text `json:"rule,omitzero" doc:"of retention"`
}

type span struct {
	Amount int    `json:"amount"`
	Unit   string `json:"unit" enum:"hours,days,working_days,"`
}

type term struct {
	What       string    `json:"what"`
	Name       i18n.Text `json:"name"`
	Within     span      `json:"within"`
	Extend     span      `json:"extend,omitzero"`
	Basis      string    `json:"basis"`
	Unverified bool      `json:"unverified,omitempty"`
}

type mapOut struct {
	Body struct {
		Items []place `json:"items"`
		Terms []term  `json:"terms"`
	}
}

func (o operations) dataMap(ctx context.Context, _ *struct{}) (*mapOut, error) {
	all, terms, err := o.svc.MapData(ctx, identity.From(ctx))
	out := &mapOut{}
	out.Body.Items, out.Body.Terms = []place{}, []term{}
	for _, v := range all {
		out.Body.Items = append(out.Body.Items, place{v.Holder.Name, category{v.Category.Name, v.Category.Sensitive}, v.Purpose.ID, v.Purpose.Kept, v.Rule})
	}
	for _, t := range terms {
		out.Body.Terms = append(out.Body.Terms, term{t.What, t.Name, span(t.Within), span(t.Extend), t.Basis, t.Unverified})
	}
	return out, err
}

type consent struct {
	ID          string    `json:"id"`
	Purpose     string    `json:"purpose"`
	Name        i18n.Text `json:"name"`
	Text        i18n.Text `json:"text" doc:"as it was shown"`
	Version     int       `json:"version"`
	SHA256      string    `json:"sha256"`
	Channel     string    `json:"channel" enum:"online,counter"`
	GivenAt     db.Time   `json:"given_at"`
	WithdrawnAt db.Time   `json:"withdrawn_at,omitzero"`
	Old         bool      `json:"old,omitempty" doc:"the register has another text now"`
}

func consentOf(r core.Receipt) consent {
	return consent{r.ID, r.Purpose, r.Name, r.Text, r.Version, r.SHA, r.Channel, r.Given, r.Withdrawn, r.Old}
}

type consentsIn struct {
	Before string `query:"before" maxLength:"100" doc:"next of the page before"`
}

type consentsOut struct {
	Body struct {
		Items []consent `json:"items"`
		Next  string    `json:"next,omitempty" doc:"send it as before"`
	}
}

func (o operations) consents(ctx context.Context, in *consentsIn) (*consentsOut, error) {
	page, err := o.svc.ListConsents(ctx, identity.From(ctx), in.Before)
	out := &consentsOut{}
	out.Body.Items, out.Body.Next = []consent{}, page.Next
	for _, r := range page.Items {
		out.Body.Items = append(out.Body.Items, consentOf(r))
	}
	return out, err
}

type consentOut struct{ Body consent }

func (o operations) consent(ctx context.Context, in *oneIn) (*consentOut, error) {
	r, err := o.svc.GetReceipt(ctx, identity.From(ctx), in.ID)
	return &consentOut{consentOf(r)}, err
}

type giveIn struct {
	Body struct {
		Purpose string `json:"purpose" maxLength:"100"`
		SHA256  string `json:"sha256" maxLength:"64" doc:"of the text that was shown, as the purposes say"`
		Lang    string `json:"lang,omitempty" enum:"vi,en" doc:"in which it was read"`
	}
}

func (o operations) give(ctx context.Context, in *giveIn) (*idOut, error) {
	lang := i18n.Lang(in.Body.Lang)
	if lang == "" {
		lang = i18n.Lang("vi")
	}
	return newID(o.svc.GiveConsent(ctx, identity.From(ctx), in.Body.Purpose, in.Body.SHA256, lang))
}

type withdrawIn struct {
	Body struct {
		Purpose string `json:"purpose" maxLength:"100"`
	}
}

func (o operations) withdraw(ctx context.Context, in *withdrawIn) (*nothing, error) {
	return nil, o.svc.WithdrawConsent(ctx, identity.From(ctx), in.Body.Purpose)
}

func (o operations) lift(ctx context.Context, _ *struct{}) (*nothing, error) {
	return nil, o.svc.LiftRestriction(ctx, identity.From(ctx))
}

type archive struct {
	ID        string  `json:"id"`
	State     string  `json:"state" enum:"making,ready,gone"`
	Done      int     `json:"done" doc:"holders that have been asked"`
	Total     int     `json:"total"`
	Again     bool    `json:"again,omitempty" doc:"it was cut off and begun anew"`
	Size      int64   `json:"size,omitempty"`
	AskedAt   db.Time `json:"asked_at"`
	EndsAt    db.Time `json:"ends_at,omitzero"`
	Downloads int     `json:"downloads"`
}

func archivesOf(found []core.Archive) []archive {
	all := []archive{}
	for _, a := range found {
		all = append(all, archive{a.ID, a.State, a.Done, a.Total, a.Again, a.Size, a.Asked, a.Ends, a.Downloads})
	}
	return all
}

type archivesOut struct {
	Body struct {
		Items []archive `json:"items"`
	}
}

func (o operations) archives(ctx context.Context, _ *struct{}) (*archivesOut, error) {
	found, err := o.svc.ListArchives(ctx, identity.From(ctx))
	out := &archivesOut{}
	out.Body.Items = archivesOf(found)
	return out, err
}

func (o operations) askArchive(ctx context.Context, _ *struct{}) (*idOut, error) {
	return newID(o.svc.AskArchive(ctx, identity.From(ctx)))
}

type overviewOut struct {
	Body struct {
		Holders    []holder  `json:"holders"`
		Consents   []consent `json:"consents"`
		Requests   []Request `json:"requests"`
		Archives   []archive `json:"archives"`
		Restricted db.Time   `json:"restricted_since,omitzero"`
	}
}

type holder struct {
	Name i18n.Text `json:"name"`
	What i18n.Text `json:"what"`
}

func (o operations) overview(ctx context.Context, _ *struct{}) (*overviewOut, error) {
	v, err := o.svc.Overview(ctx, identity.From(ctx))
	out := &overviewOut{}
	b := &out.Body
	b.Holders, b.Consents, b.Requests, b.Archives, b.Restricted = []holder{}, []consent{}, []Request{}, archivesOf(v.Archives), v.Restricted
	for _, h := range v.Holders {
		b.Holders = append(b.Holders, holder(h))
	}
	for _, r := range v.Receipts {
		b.Consents = append(b.Consents, consentOf(r))
	}
	for _, r := range v.Requests {
		b.Requests = append(b.Requests, requestOf(r))
	}
	return out, err
}

// give sends something that was made for this answer.
func give(w http.ResponseWriter, r *http.Request, name, kind string, body []byte) error {
	headers(w, name, kind, int64(len(body)))
	sum := sha256.Sum256(body)
	return web.SendBytes(w, r, int64(len(body)), hex.EncodeToString(sum[:]), bytes.NewReader(body), func(from, length int64) (io.Reader, error) {
		return io.NewSectionReader(bytes.NewReader(body), from, length), nil
	})
}

func headers(w http.ResponseWriter, name, kind string, size int64) {
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Length", strconv.FormatInt(size, 10))
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "private, no-store")
}

func (o operations) archive(w http.ResponseWriter, r *http.Request) (err error) {
	content, f, err := o.svc.OpenArchive(r.Context(), identity.From(r.Context()), r.PathValue("id"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, content.Close()) }()
	headers(w, "du-lieu-cua-toi.zip", "application/zip", f.Size)
	return web.SendBytes(w, r, f.Size, f.SHA256, content, content.Part)
}

func (o operations) receipt(w http.ResponseWriter, r *http.Request) error {
	body, err := o.svc.PrintReceipt(r.Context(), identity.From(r.Context()), r.PathValue("id"))
	if err != nil {
		return err
	}
	return give(w, r, "bien-nhan-dong-y.pdf", "application/pdf", body)
}
