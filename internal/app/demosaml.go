// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/platform/config"
	"tinhso.vn/internal/simulators/samlidp"
)

// mostDescription bounds how a provider describes itself, in bytes.
const mostDescription = 1 << 20

// ministry has the officials of a demonstration sign in with the simulated sign-on
// of a ministry. A province of the past does not: answers are of today.
func (d demoCommand) ministry(ctx context.Context, cfg *config.Config, set *packs.Set, gateway string) error {
	if !set.Meta.Clock.IsZero() {
		return nil
	}
	client := &http.Client{Timeout: smsTimeout}
	ask := func(method, path string, form url.Values) ([]byte, error) {
		r, err := http.NewRequestWithContext(ctx, method, gateway+"/bo"+path, strings.NewReader(form.Encode()))
		if err != nil {
			return nil, err
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		answer, err := client.Do(r)
		if err != nil {
			return nil, fmt.Errorf("tell the simulated ministry: %w", err)
		}
		defer func() { _ = answer.Body.Close() }()
		if answer.StatusCode/100 != 2 {
			return nil, fmt.Errorf("tell the simulated ministry: %s", answer.Status)
		}
		return io.ReadAll(io.LimitReader(answer.Body, mostDescription))
	}
	for _, a := range set.Accounts {
		if a.Unit == "" {
			continue
		}
		if _, err := ask(http.MethodPost, "/people", url.Values{"login": {a.ID}, "number": {a.Person.Number}, "name": {a.Name}}); err != nil {
			return err
		}
	}
	about, err := ask(http.MethodGet, "/metadata", nil)
	if err != nil {
		return err
	}
	file := filepath.Join(cfg.Data, "simulators", "bo.xml")
	if err := os.WriteFile(file, about, 0o600); err != nil {
		return fmt.Errorf("keep what describes the simulated ministry: %w", err)
	}
	cfg.SignOn.Sources = append(cfg.SignOn.Sources, config.Source{
		Protocol: config.SAML, For: config.ForOfficials, MetadataFile: file, Provider: config.Provider{
			ID: "bo", Name: "hệ thống của Bộ (mô phỏng)", NameEN: "the ministry's system (simulated)",
			Login: "NameID", Number: samlidp.AttrNumber, FullName: samlidp.AttrName, MinLevel: 2,
		},
	})
	return nil
}
