// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/modules/payments/paymentsmod"
	"tinhso.vn/internal/platform/config"
	"tinhso.vn/internal/simulators/payment"
)

// The account of a demonstration. No bank has this number, so that nobody who scans
// a code of a demonstration sends money to somebody.
const (
	demoBank    = "000000"
	demoAccount = "0000000000"
)

// gatewayDoor is where the platform calls.
const gatewayDoor = "/thanh-toan/goi-ve"

// paying makes the simulated platform that of a demonstration.
func (demoCommand) paying(cfg *config.Config, gateway string) {
	cfg.Payments = config.Payments{URL: gateway + "/payment/national", Shape: "national", Merchant: payment.Merchant, Secret: payment.Secret}
}

// simulatedBank is the address at which codes of a demonstration are paid; empty:
// this is none.
func (p *Program) simulatedBank() string {
	at, simulated := strings.CutSuffix(p.Config.Payments.URL, "/national")
	if !p.Province.Demo || !simulated || p.Config.Payments.Secret != payment.Secret {
		return ""
	}
	return at + payment.BankPath
}

// payees states where money goes in every unit of a demonstration that has somebody
// who keeps its books, unless it is stated, and tells the simulated bank where we are.
func (p *Program) payees(ctx context.Context, set *packs.Set, gateway string) error {
	if !p.Province.Demo {
		return nil
	}
	for _, a := range set.Accounts {
		if a.Role != "accountant" || a.Unit == "" {
			continue
		}
		actor := identity.Program("demo.accountant").Grant(paymentsmod.PermAccount, identity.Place{Unit: a.Unit})
		actor.Unit = a.Unit
		known, err := p.Parts.Paid.GetPayee(ctx, actor)
		if err != nil {
			return err
		}
		if known.Version > 0 {
			continue
		}
		if err := p.Parts.Paid.SetPayee(ctx, actor, paymentsmod.Payee{
			Bank: demoBank, Account: demoAccount, Holder: "TAI KHOAN MO PHONG", Form: "01BLP0-001", Series: "MP-26E", Source: "Mô phỏng, không có quyết định nào",
		}); err != nil {
			return err
		}
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, gateway+"/payment/target", strings.NewReader(url.Values{"call": {p.Config.PublicURL + gatewayDoor}}.Encode()))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := (&http.Client{Timeout: smsTimeout}).Do(r)
	if err != nil {
		return fmt.Errorf("tell the simulated bank where we are: %w", err)
	}
	return answer.Body.Close()
}
