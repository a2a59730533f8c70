// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/platform/config"
	"tinhso.vn/internal/simulators/vneid"
)

// national has the people of a demonstration sign in with the simulated VNeID. A
// province of the past does not: tokens are of today.
func (d demoCommand) national(ctx context.Context, cfg *config.Config, set *packs.Set, gateway string) error {
	if !set.Meta.Clock.IsZero() {
		return nil
	}
	post := func(path string, form url.Values) error {
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, gateway+"/vneid"+path, strings.NewReader(form.Encode()))
		if err != nil {
			return err
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		answer, err := (&http.Client{Timeout: smsTimeout}).Do(r)
		if err != nil {
			return fmt.Errorf("tell the simulated VNeID: %w", err)
		}
		if err := answer.Body.Close(); err != nil || answer.StatusCode != http.StatusNoContent {
			return fmt.Errorf("tell the simulated VNeID: %s", answer.Status)
		}
		return nil
	}
	for _, a := range set.Accounts {
		if a.Person.Number == "" || a.Person.Organisation != "" {
			continue
		}
		if err := post("/citizens", url.Values{"number": {a.Person.Number}, "name": {a.Name}}); err != nil {
			return err
		}
	}
	if err := post("/clients", url.Values{"redirect": {strings.TrimSuffix(cfg.PublicURL, "/") + "/dang-nhap/ngoai/vneid/ve"}}); err != nil {
		return err
	}
	v := &cfg.SignOn.VNeID
	v.Issuer, v.ClientID, v.Secret, v.IssParam = gateway+"/vneid", vneid.ClientID, vneid.Secret, true
	v.Number, v.FullName, v.Level = vneid.ClaimNumber, vneid.ClaimName, vneid.ClaimLevel
	cfg.SignOn.Inside = append(cfg.SignOn.Inside, netip.MustParsePrefix("127.0.0.0/8").String()) // applications to try beside it
	return nil
}
