// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/signing/keystore"
	"tinhso.vn/internal/modules/certificates/internal/core"
	"tinhso.vn/internal/platform/db"
)

type openIn struct {
	Body struct {
		File       []byte `json:"file" doc:"a key file (PKCS#12) or a certificate, base64"`
		Passphrase string `json:"passphrase,omitempty" maxLength:"1000" doc:"opens the key file; kept nowhere"`
	}
}

type imported struct {
	ID        string  `json:"id"`
	Name      string  `json:"name" doc:"whom the certificate names"`
	Issuer    string  `json:"issuer"`
	Serial    string  `json:"serial"`
	NotBefore db.Time `json:"not_before"`
	NotAfter  db.Time `json:"not_after"`
	HasKey    bool    `json:"has_key"`
	Expires   db.Time `json:"expires" doc:"until then it waits"`
}

type importOut struct{ Body imported }

func shownImport(i keystore.Import) *importOut {
	c := i.Opened.Cert
	return &importOut{imported{
		ID: i.ID, Name: c.Subject.CommonName, Issuer: c.Issuer.CommonName, Serial: c.SerialNumber.Text(16), NotBefore: db.At(c.NotBefore), NotAfter: db.At(c.NotAfter),
		HasKey: i.HasKey, Expires: i.Expires,
	}}
}

func (o operations) open(ctx context.Context, in *openIn) (*importOut, error) {
	i, err := o.svc.OpenFile(ctx, identity.From(ctx), core.File{Content: in.Body.File, Passphrase: in.Body.Passphrase})
	if err != nil {
		return nil, err
	}
	return shownImport(i), nil
}

type importIn struct {
	Import string `path:"import" maxLength:"100"`
}

func (o operations) imported(ctx context.Context, in *importIn) (*importOut, error) {
	i, err := o.svc.GetImport(ctx, identity.From(ctx), in.Import)
	if err != nil {
		return nil, err
	}
	return shownImport(i), nil
}

func (o operations) discard(ctx context.Context, in *importIn) (*nothing, error) {
	return nil, o.svc.DiscardImport(ctx, identity.From(ctx), in.Import)
}

type addIn struct {
	Body struct {
		Import    string `json:"import" maxLength:"100"`
		Login     string `json:"login,omitempty" maxLength:"100" doc:"of the official; or unit"`
		Unit      string `json:"unit,omitempty" maxLength:"100" doc:"the agency whose seal it is"`
		Kind      string `json:"kind" maxLength:"20" doc:"soft with a key; remote or local without"`
		Provider  string `json:"provider,omitempty" maxLength:"1000" doc:"of remote"`
		Reference string `json:"reference,omitempty" maxLength:"1000" doc:"of remote: what the provider calls it"`
		Replace   bool   `json:"replace,omitempty" doc:"take the place of the active one of this kind"`
		NameSeen  bool   `json:"name_seen,omitempty" doc:"the name in it is another than the holder's, and that is right"`
		Reason    string `json:"reason,omitempty" maxLength:"1000"`
	}
}

type idOut struct {
	Body struct {
		ID string `json:"id"`
	}
}

func (o operations) add(ctx context.Context, in *addIn) (*idOut, error) {
	id, err := o.svc.Add(ctx, identity.From(ctx), core.Gift(in.Body))
	out := &idOut{}
	out.Body.ID = id
	return out, err
}

type changeIn struct {
	Certificate string `path:"certificate" maxLength:"100"`
	Body        struct {
		Reason string `json:"reason" maxLength:"1000"`
	}
}

func (o operations) suspend(ctx context.Context, in *changeIn) (*nothing, error) {
	return nil, o.svc.Suspend(ctx, identity.From(ctx), in.Certificate, in.Body.Reason)
}

func (o operations) resume(ctx context.Context, in *changeIn) (*nothing, error) {
	return nil, o.svc.Resume(ctx, identity.From(ctx), in.Certificate, in.Body.Reason)
}

func (o operations) revoke(ctx context.Context, in *changeIn) (*nothing, error) {
	return nil, o.svc.Revoke(ctx, identity.From(ctx), in.Certificate, in.Body.Reason)
}
