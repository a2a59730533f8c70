// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/books/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/web"
)

// certified are the certificates of a register.
func (o operations) certified() []web.Route {
	all := web.Public()
	return []web.Route{
		web.Operation("GET /api/v1/registers/{register}/records/{record}/certificates", "The certificates of a record, for those who may issue them", all, o.certificates),
		web.Operation("POST /api/v1/registers/{register}/records/{record}/certificates", "Issue a certificate with a number of its year", all, o.certify),
		web.Operation("GET /api/v1/registers/{register}/certificates/{code}", "Whether a certificate still holds, with what the caller may see of it", all, o.certificate),
		web.Operation("GET /api/v1/registers/{register}/certificates/{code}/content", "All that a certificate says, for those who may issue it; reading personal data is recorded", all, o.content),
		web.Operation("POST /api/v1/registers/{register}/certificates/{code}/withdraw", "Withdraw a certificate", all, o.withdrawCertificate),
	}
}

type certificateItem struct {
	Code   string   `json:"code"`
	Print  string   `json:"print"`
	Number int64    `json:"number"`
	Year   int      `json:"year"`
	Record string   `json:"record"`
	Unit   string   `json:"unit"`
	Issued db.Time  `json:"issued"`
	Ended  *db.Time `json:"withdrawn,omitempty"`
}

func certificateOf(c core.Issued) certificateItem {
	return certificateItem{c.Code, c.Print, c.Number, c.Year, c.Record, c.Unit, c.Issued, c.Ended}
}

type ofRecord struct {
	Register string `path:"register" maxLength:"100"`
	Record   string `path:"record" maxLength:"100"`
}

type certificatesOut struct {
	Body struct {
		Items []certificateItem `json:"items"`
	}
}

func (o operations) certificates(ctx context.Context, in *ofRecord) (*certificatesOut, error) {
	all, err := o.svc.ListCertificates(ctx, identity.From(ctx), in.Register, in.Record)
	out := &certificatesOut{}
	out.Body.Items = []certificateItem{}
	for _, c := range all {
		out.Body.Items = append(out.Body.Items, certificateOf(c))
	}
	return out, err
}

type certifyIn struct {
	Register string `path:"register" maxLength:"100"`
	Record   string `path:"record" maxLength:"100"`
	Body     struct {
		Print string `json:"print" maxLength:"100" doc:"a certificate of the register's file"`
	}
}

type certifyOut struct {
	Body struct {
		Code string `json:"code"`
	}
}

func (o operations) certify(ctx context.Context, in *certifyIn) (_ *certifyOut, err error) {
	out := &certifyOut{}
	out.Body.Code, err = o.svc.IssueCertificate(ctx, identity.From(ctx), in.Register, in.Record, in.Body.Print)
	return out, err
}

type ofCertificate struct {
	Register string `path:"register" maxLength:"100"`
	Code     string `path:"code" maxLength:"40"`
}

type checkedOut struct {
	Body struct {
		Certificate certificateItem `json:"certificate"`
		Name        i18n.Text       `json:"name"`
		State       string          `json:"state" doc:"holds, withdrawn, changed or gone"`
		Values      map[string]any  `json:"values" doc:"what the caller sees of what it certifies"`
	}
}

func checked(c core.Certificate) *checkedOut {
	out := &checkedOut{}
	values := map[string]any{}
	for _, f := range c.Shown {
		values[f.Key] = c.Record.Values[f.Key]
	}
	out.Body.Certificate, out.Body.Name, out.Body.State, out.Body.Values = certificateOf(c.Certificate), c.Print.Name, c.State, plain(values)
	return out
}

func (o operations) certificate(ctx context.Context, in *ofCertificate) (*checkedOut, error) {
	c, err := o.svc.GetCertificate(ctx, identity.From(ctx), in.Register, in.Code)
	return checked(c), err
}

func (o operations) content(ctx context.Context, in *ofCertificate) (*checkedOut, error) {
	c, err := o.svc.ReadCertificate(ctx, identity.From(ctx), in.Register, in.Code)
	return checked(c), err
}

type withdrawIn struct {
	Register string `path:"register" maxLength:"100"`
	Code     string `path:"code" maxLength:"40"`
	Body     struct {
		Reason string `json:"reason" maxLength:"2000"`
	}
}

func (o operations) withdrawCertificate(ctx context.Context, in *withdrawIn) (*nothing, error) {
	return nil, o.svc.WithdrawCertificate(ctx, identity.From(ctx), in.Register, in.Code, in.Body.Reason)
}
