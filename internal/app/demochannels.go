// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"

	"tinhso.vn/internal/platform/config"
	"tinhso.vn/internal/simulators/sms"
	"tinhso.vn/internal/simulators/zalo"
)

// channels makes the simulated gateways those of a demonstration. Prices,
// templates and codes are made up.
func (demoCommand) channels(ctx context.Context, cfg *config.Config, gateway string) error {
	cfg.SMS = config.SMS{Enabled: true, URL: gateway + "/sms/v1/messages", Token: "simulated", Webhook: sms.Token, Price: 350}
	cfg.ZNS = config.ZNS{
		URL: gateway + "/zalo/message/template", Token: zalo.Token, App: zalo.App, Secret: zalo.Secret, Price: 200,
		Templates: []string{"dossiers.asked=300001", "dossiers.issued=300002"}, NoZalo: []string{zalo.NoZalo}, Quota: []string{zalo.Quota}, Never: []string{zalo.Never},
	}
	cfg.Push = config.Push{Services: []string{gateway}, Contact: "mailto:cntt@tinh.example.vn"}
	folder, err := filepath.Abs(filepath.Join(cfg.Data, "simulators", bouncesFolder))
	if err != nil {
		return err
	}
	cfg.SMTP.Bounces = folder
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, gateway+"/zalo/faults?callback="+url.QueryEscape(cfg.PublicURL+znsDoor), http.NoBody)
	if err != nil {
		return err
	}
	answer, err := (&http.Client{Timeout: smsTimeout}).Do(r)
	if err != nil {
		return fmt.Errorf("tell the simulated Zalo where we are: %w", err)
	}
	return answer.Body.Close()
}
