// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/holdings"
	"tinhso.vn/internal/modules/nationalportal/internal/core"
	"tinhso.vn/internal/platform/web"
)

// vault are the operations with which the portal looks into the vault of somebody.
func (o operations) vault() []web.Route {
	outside := web.Needs(string(holdings.PermOutside))
	return []web.Route{
		web.Operation("POST /api/v1/national-portal/vault", "Papers of a person or organisation that the portal may see: valid, and such as the owner agreed to show or the law lets it see. Nothing to show is an empty list, whatever the reason",
			outside, o.look),
		web.RawOperation("POST /api/v1/national-portal/vault/file", "The file of a paper that was listed", outside,
			web.Raw{Takes: []string{"application/json"}, TakesJSON: vaultFetch{}, Gives: []string{string(files.PDF), string(files.PNG), string(files.JPEG)}, Status: http.StatusOK}, o.vaultFile),
	}
}

// VaultWant is a kind of paper that is looked for.
type VaultWant struct {
	Code   string `json:"MaKetQua" maxLength:"60" doc:"of the national list of results, or our name of a type without one"`
	Number string `json:"SoKyHieu,omitempty" maxLength:"100" doc:"missing: any"`
}

type vaultIn struct {
	Body struct {
		Owner         string      `json:"SoDinhDanhChuSoHuu" maxLength:"20" doc:"personal number or tax code"`
		AskedBy       string      `json:"HoTenNguoiYeuCau" maxLength:"200"`
		Channel       string      `json:"KenhThucHien,omitempty" enum:"1,2,3"`
		AskedByNumber string      `json:"SoDinhDanhNguoiYeuCau" maxLength:"20"`
		Procedure     string      `json:"MaThuTuc" maxLength:"60" doc:"for which the papers are needed"`
		Wants         []VaultWant `json:"DanhSachDanhMucKetQua" maxItems:"20"`
	}
}

// VaultFile is where the file of a paper is fetched.
type VaultFile struct {
	Name string `json:"TenTep"`
	Path string `json:"DuongDan"`
}

// VaultPaper is a paper that the portal may see.
type VaultPaper struct {
	Code   string      `json:"MaKetQua"`
	Name   string      `json:"TenGiayTo"`
	Number string      `json:"SoKyHieu"`
	Agency string      `json:"CoQuanChuQuan"`
	Files  []VaultFile `json:"DanhSachTepDinhKem"`
}

type vaultOut struct {
	Body struct {
		Papers []VaultPaper `json:"DanhSachGiayToKetQua"`
	}
}

func (o operations) look(ctx context.Context, in *vaultIn) (*vaultOut, error) {
	b := in.Body
	q := core.VaultQuestion{SoDinhDanhChuSoHuu: b.Owner, HoTenNguoiYeuCau: b.AskedBy, KenhThucHien: b.Channel, SoDinhDanhNguoiYeuCau: b.AskedByNumber, MaThuTuc: b.Procedure}
	for _, w := range b.Wants {
		q.DanhSachDanhMucKetQua = append(q.DanhSachDanhMucKetQua, core.VaultWant{MaKetQua: w.Code, SoKyHieu: w.Number})
	}
	a, err := o.svc.Vault(ctx, identity.From(ctx), q)
	out := &vaultOut{}
	out.Body.Papers = []VaultPaper{}
	for _, p := range a.DanhSachGiayToKetQua {
		one := VaultPaper{Code: p.MaKetQua, Name: p.TenGiayTo, Number: p.SoKyHieu, Agency: p.CoQuanChuQuan}
		for _, f := range p.DanhSachTepDinhKem {
			one.Files = append(one.Files, VaultFile{f.TenTep, f.DuongDan})
		}
		out.Body.Papers = append(out.Body.Papers, one)
	}
	return out, err
}

type vaultFetch struct {
	Agency string `json:"CoQuanChuQuan" maxLength:"300"`
	Path   string `json:"DuongDan" maxLength:"100" doc:"as it was listed"`
	Name   string `json:"TenTep" maxLength:"300"`
}

// maxVaultFetch is larger than any request for a file.
const maxVaultFetch = 8 << 10

func (o operations) vaultFile(w http.ResponseWriter, r *http.Request) (err error) {
	var in vaultFetch
	d := json.NewDecoder(io.LimitReader(r.Body, maxVaultFetch))
	d.DisallowUnknownFields()
	if err := d.Decode(&in); err != nil {
		return web.ErrMalformed.Because(err)
	}
	g, content, err := o.svc.VaultContent(r.Context(), identity.From(r.Context()), core.VaultFetch{CoQuanChuQuan: in.Agency, DuongDan: in.Path, TenTep: in.Name})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, content.Close()) }()
	h := w.Header()
	h.Set("Content-Type", g.FileType)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "private, no-store")
	_, err = io.Copy(w, content)
	return err
}
