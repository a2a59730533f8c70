// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"errors"
	"net/http"
	"time"

	"tinhso.vn/internal/kernel/connectors"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/law"
	"tinhso.vn/internal/modules/dossiers/dossiersmod"
	"tinhso.vn/internal/modules/payments/paymentsmod"
	"tinhso.vn/internal/platform/fetch"
	"tinhso.vn/internal/platform/pdf"
)

// gatewayTimeout is how long the platform on which people pay may take to answer.
const gatewayTimeout = 20 * time.Second

// gatewayPartner is how that platform is called among the connections.
const gatewayPartner = "thanh-toan"

// payments is what the module of fees and charges needs.
func (p *Program) payments(fonts pdf.Fonts, mark string, work dossiersmod.Offers, parts *Parts) paymentsmod.Deps {
	return paymentsmod.Deps{
		DB: p.DB, Keys: p.Keys, Files: p.Files, Dossiers: work, Stands: parts.Acting, Gateway: p.newGateway(parts.Hub), Record: recordCalls(parts.Hub), Seal: p.sealOf, Stamp: p.trusted.stamp,
		Name: names{p.DB, p.People}.Name, Cited: p.citedLaw, Fonts: fonts, Mark: mark, Address: p.Config.PublicURL, Bank: p.simulatedBank(),
		Hub: parts.Hub, Tax: paymentsmod.Tax(p.Config.Tax),
	}
}

// citedLaw is how people cite a document: its number, or its id where nobody knows it.
func (p *Program) citedLaw(ctx context.Context, legal string) string {
	d, err := law.Get(ctx, p.DB, law.ID(legal))
	if err != nil || d.Number == "" {
		return legal
	}
	return d.Number
}

// newGateway returns the platform on which people pay, a partner of the hub; nil
// where there is none.
func (p *Program) newGateway(hub *connectors.Hub) paymentsmod.Gateway {
	g, err := p.configuredGateway(hub)
	if err != nil || g == nil {
		return nil // open has refused to start with one that is wrong
	}
	title := func(vi, en string) i18n.Text { return i18n.Text{VI: vi, EN: en} }
	client := fetch.New(fetch.Options{Timeout: gatewayTimeout, Configured: true})
	hub.Declare(connectors.Partner{
		ID: gatewayPartner, Title: title("Nền tảng thanh toán", "Payment platform"), Address: p.Config.Payments.URL, Timeout: gatewayTimeout,
		Operations: []connectors.Operation{
			{Name: paymentsmod.OpBegin, Title: title("Bắt đầu thanh toán", "A payment begins")},
			{Name: paymentsmod.OpLook, Title: title("Hỏi kết quả thanh toán", "What became of a payment")},
			{Name: paymentsmod.OpCall, Title: title("Báo có tiền", "Money has come")},
		},
		Call: func(ctx context.Context, s connectors.Saying) connectors.Answer {
			a, err := client.Call(ctx, g.Question(s.Operation, s.Body))
			switch {
			case errors.Is(err, fetch.ErrAddress):
				return connectors.Answer{Outcome: connectors.Failed, Error: "address"}
			case err != nil:
				return connectors.Answer{Outcome: connectors.Silent, Error: "silent"}
			case a.Status == http.StatusNotFound:
				return connectors.Answer{Outcome: connectors.Refused, Error: "unknown"}
			case a.Status != http.StatusOK:
				return connectors.Answer{Outcome: connectors.Failed, Error: "status"}
			}
			return connectors.Answer{Outcome: connectors.OK, Body: a.Body}
		},
	})
	return g
}

// paysOnline reports whether people can pay on a platform.
func (p *Program) paysOnline() bool { return p.Config.Payments.URL != "" }

func (p *Program) configuredGateway(hub *connectors.Hub) (paymentsmod.Gateway, error) {
	c := p.Config.Payments
	if c.URL == "" {
		return nil, nil //nolint:nilnil // none is a choice
	}
	return paymentsmod.NewGateway(paymentsmod.Options{
		Shape: c.Shape, Fields: c.Fields, URL: c.URL, Merchant: c.Merchant, Secret: c.Secret,
		Ask: func(ctx context.Context, s paymentsmod.Said) ([]byte, error) {
			a, err := hub.Ask(ctx, connectors.Question{Partner: gatewayPartner, Operation: s.Operation, Dossier: s.Dossier, Purpose: "payment", Body: s.Body})
			switch {
			case err != nil:
				return nil, err
			case a.Outcome == connectors.OK:
				return a.Body, nil
			case a.Error == "unknown":
				return nil, paymentsmod.ErrUnknownPayment
			case a.Outcome == connectors.Silent:
				return nil, fetch.ErrSilent
			}
			return nil, fetch.ErrStatus
		},
	})
}

// recordCalls has the calls of the platform written down with all others.
func recordCalls(hub *connectors.Hub) func(ctx context.Context, key string, body []byte, take func(context.Context) (dossier, reference string, err error)) error {
	return func(ctx context.Context, key string, body []byte, take func(context.Context) (dossier, reference string, err error)) error {
		_, _, err := hub.Receive(ctx, identity.Program("payments"), connectors.Inbound{Partner: gatewayPartner, Operation: paymentsmod.OpCall, Key: key, Purpose: "payment", Body: body},
			func(ctx context.Context) (connectors.Reply, error) {
				dossier, reference, err := take(ctx)
				return connectors.Reply{Status: http.StatusNoContent, Dossier: dossier, Reference: reference}, err
			})
		return err
	}
}
