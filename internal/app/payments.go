// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"time"

	"tinhso.vn/internal/kernel/law"
	"tinhso.vn/internal/modules/dossiers/dossiersmod"
	"tinhso.vn/internal/modules/payments/paymentsmod"
	"tinhso.vn/internal/platform/config"
	"tinhso.vn/internal/platform/fetch"
	"tinhso.vn/internal/platform/pdf"
	"tinhso.vn/internal/simulators/payment"
)

// gatewayTimeout is how long the platform on which people pay may take to answer.
const gatewayTimeout = 20 * time.Second

// payments is what the module of fees and charges needs.
func (p *Program) payments(fonts pdf.Fonts, mark string, work dossiersmod.Offers, parts *Parts) paymentsmod.Deps {
	return paymentsmod.Deps{
		DB: p.DB, Keys: p.Keys, Files: p.Files, Dossiers: work, Stands: parts.Acting, Gateway: p.newGateway(), Seal: p.sealOf, Stamp: p.trusted.stamp,
		Name: names{p.DB, p.People}.Name, Cited: p.citedLaw, Fonts: fonts, Mark: mark, Address: p.Config.PublicURL,
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

// newGateway returns the platform on which people pay; nil where there is none.
func (p *Program) newGateway() paymentsmod.Gateway {
	g, err := p.configuredGateway()
	if err != nil {
		return nil // open has refused to start with it
	}
	return g
}

func (p *Program) configuredGateway() (paymentsmod.Gateway, error) {
	c := p.Config.Payments
	if c.URL == "" {
		return nil, nil //nolint:nilnil // none is a choice
	}
	client := fetch.New(fetch.Options{Timeout: gatewayTimeout, Configured: true})
	return paymentsmod.NewGateway(paymentsmod.Options{Shape: c.Shape, Fields: c.Fields, URL: c.URL, Merchant: c.Merchant, Secret: c.Secret, Ask: client.Call})
}

// paying makes the simulated platform that of a demonstration.
func (demoCommand) paying(cfg *config.Config, gateway string) {
	cfg.Payments = config.Payments{URL: gateway + "/payment/national", Shape: "national", Merchant: payment.Merchant, Secret: payment.Secret}
}
