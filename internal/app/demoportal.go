// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/modules/systems/systemsmod"
	"tinhso.vn/internal/platform/db"
)

const (
	portalName  = "Cổng Dịch vụ công quốc gia (mô phỏng)"
	portalDoor  = "/api/v1/national-portal/dossiers"
	portalCalls = 6000 // a minute: thousands of dossiers may come within minutes
	portalDays  = 365  // of a token
)

// sampleProcedure is what the button of the simulated portal files: a code that the
// domain facts name, done in every commune.
const sampleProcedure = "1.014027"

// portalAccount gives the simulated portal an account like that of any system: one
// person proposes it, another confirms it, and every start makes a new token.
func (p *Program) portalAccount(ctx context.Context, set *packs.Set, gateway string) error {
	commune := portalCommune(set)
	if !p.Province.Demo || commune == "" {
		return nil
	}
	root := set.Units[0].ID
	for _, u := range set.Units {
		if u.Parent == "" {
			root = u.ID
		}
	}
	at := identity.Place{Unit: root, Subtree: true}
	proposes, confirms := identity.Program("demo.it").Grant(systemsmod.PermManage, at), identity.Program("demo.security").Grant(systemsmod.PermConfirm, at)
	known, err := p.Parts.Systems.List(ctx, proposes, "")
	if err != nil {
		return err
	}
	i := slices.IndexFunc(known, func(one systemsmod.Listed) bool { return one.Name == portalName })
	var account systemsmod.ID
	if i >= 0 {
		account = known[i].ID
	} else {
		if account, err = p.Parts.Systems.Propose(ctx, proposes, systemsmod.Words{Name: portalName, Owner: "Mô phỏng", Contact: "Mô phỏng", Purpose: "Chuyển hồ sơ giả định về tỉnh"}, systemsmod.Wish{
			Role: "system_national_portal", Unit: orgs.ID(root), Subtree: true, PerMinute: portalCalls, Until: db.At(p.DB.Now().AddDate(1, 0, 0)),
		}); err != nil {
			return err
		}
		if err := p.Parts.Systems.Confirm(ctx, confirms, account, 1); err != nil {
			return err
		}
	}
	token, err := p.Parts.Systems.MakeToken(ctx, proposes, account, portalDays, 0)
	if err != nil {
		return err
	}
	sample, err := json.Marshal(portalSample(commune))
	if err != nil {
		return err
	}
	form := url.Values{"url": {p.Config.PublicURL + portalDoor}, "token": {token.Secret}, "sample": {string(sample)}}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, gateway+"/dvcqg/target", strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := (&http.Client{Timeout: smsTimeout}).Do(r)
	if err != nil {
		return fmt.Errorf("tell the simulated portal where we are: %w", err)
	}
	return answer.Body.Close()
}

// portalSignIn is where people of the national portal sign in: with VNeID where there
// is one.
func (p *Program) portalSignIn() string {
	if p.Config.SignOn.VNeID.Issuer != "" {
		return "/dang-nhap/ngoai/vneid"
	}
	return "/dang-nhap"
}

// portalCommune is a commune in which somebody of the demonstration receives dossiers;
// empty: there is none.
func portalCommune(set *packs.Set) string {
	for _, a := range set.Accounts {
		if a.Role == "clerk" && slices.ContainsFunc(set.Units, func(u packs.Unit) bool {
			return u.ID == a.Unit && slices.Contains([]string{"ward", "commune", "special_zone"}, string(u.Kind))
		}) {
			return a.Unit
		}
	}
	return ""
}

// portalSample is a dossier of nobody as the portal brings one.
func portalSample(commune string) map[string]any {
	const name, number, phone = "Trần Văn Mô Phỏng", "089058000017", "0900000017"
	return map[string]any{
		"MaTTHC": sampleProcedure, "MaCoQuanThucHien": commune, "TaiLieuNop": []any{},
		"ChuHoSo": map[string]any{"LoaiDoiTuong": "1", "HoTen": name, "SoDinhDanh": number, "SoDienThoai": phone},
		"NoiDungKeKhai": map[string]any{
			"applicant_name": name, "applicant_born": "1948-03-27", "applicant_sex": "male", "applicant_number": number, "applicant_phone": phone,
			"applicant_residence": map[string]any{"commune": commune, "detail": "Số 1, đường Giả Định"},
			"by_representative":   "no", "has_pension": "no", "has_allowance": "no", "household": "none", "pay_by": "post",
		},
	}
}
