// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"regexp"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/connectors"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/holdings"
	"tinhso.vn/internal/modules/nationalportal"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

// VaultQuestion is what the portal asks about the papers of somebody (kho dữ liệu
// điện tử, domain facts A.5).
type VaultQuestion struct {
	SoDinhDanhChuSoHuu    string
	HoTenNguoiYeuCau      string
	KenhThucHien          string
	SoDinhDanhNguoiYeuCau string
	MaThuTuc              string
	DanhSachDanhMucKetQua []VaultWant
}

// VaultWant is one kind of paper that is looked for.
type VaultWant struct {
	MaKetQua string
	SoKyHieu string `json:",omitempty"`
}

// VaultAnswer is what the portal is answered: nothing, where there is nothing or where
// nobody agreed to show it.
type VaultAnswer struct {
	DanhSachGiayToKetQua []VaultPaper
}

// VaultPaper is a paper that the portal may see.
type VaultPaper struct {
	MaKetQua           string
	TenGiayTo          string
	SoKyHieu           string
	CoQuanChuQuan      string
	DanhSachTepDinhKem []VaultFile
}

// VaultFile is where the file of a paper is fetched.
type VaultFile struct {
	TenTep   string
	DuongDan string
}

// VaultFetch asks for the file of a paper that was listed.
type VaultFetch struct {
	CoQuanChuQuan string
	DuongDan      string
	TenTep        string
}

// MaxVaultWants is how many kinds of papers one question may name.
const MaxVaultWants = 20

// pathInVault stands before the id of a paper in what the portal is told as its path.
const pathInVault = "kho/"

// check returns what is wrong with a question.
func (q VaultQuestion) check() error {
	var wrong []errs.Field
	number := regexp.MustCompile(`^[0-9]{9,14}(-[0-9]{3})?$`) // personal numbers, tax codes and those of branches
	for _, f := range []struct{ name, value string }{{"SoDinhDanhChuSoHuu", q.SoDinhDanhChuSoHuu}, {"SoDinhDanhNguoiYeuCau", q.SoDinhDanhNguoiYeuCau}} {
		if !number.MatchString(strings.TrimSpace(f.value)) {
			wrong = append(wrong, errs.Field{Name: f.name, Code: "nationalportal.number"})
		}
	}
	if text.Line(q.HoTenNguoiYeuCau) == "" {
		wrong = append(wrong, errs.Field{Name: "HoTenNguoiYeuCau", Code: "form.required"})
	}
	if n := len(q.DanhSachDanhMucKetQua); n == 0 || n > MaxVaultWants {
		wrong = append(wrong, errs.Field{Name: "DanhSachDanhMucKetQua", Code: "nationalportal.wants", Args: map[string]any{"max": MaxVaultWants}})
	}
	for _, w := range q.DanhSachDanhMucKetQua {
		if !plain(w.MaKetQua) {
			wrong = append(wrong, errs.Field{Name: "MaKetQua", Code: "nationalportal.code"})
			break
		}
	}
	return errs.BadInput(wrong)
}

// Vault answers which papers of somebody the portal may see for a procedure. What is
// kept of the question does not say whose papers it was about: the audit log does,
// where the owner finds it.
func (s *Service) Vault(ctx context.Context, actor identity.Actor, q VaultQuestion) (a VaultAnswer, err error) {
	defer errs.Wrap(&err, "answer the portal about a vault")

	a.DanhSachGiayToKetQua = []VaultPaper{}
	if _, err := access.Require(actor, holdings.PermOutside); err != nil {
		return a, err
	}
	if err := q.check(); err != nil {
		return a, err
	}
	procedure, err := s.procedure(ctx, q.MaThuTuc)
	if e, ok := errors.AsType[*errs.Error](err); ok && e.Kind == errs.Invalid {
		return a, errs.BadInput([]errs.Field{{Name: "MaThuTuc", Code: nationalportal.ErrProcedure.Code}})
	}
	if err != nil {
		return a, err
	}
	kept := struct {
		MaThuTuc, KenhThucHien string
		MaKetQua               []string
	}{MaThuTuc: string(procedure), KenhThucHien: q.KenhThucHien}
	wants := make([]holdings.Want, len(q.DanhSachDanhMucKetQua))
	for i, w := range q.DanhSachDanhMucKetQua {
		wants[i] = holdings.Want{Code: w.MaKetQua, Number: w.SoKyHieu}
		kept.MaKetQua = append(kept.MaKetQua, w.MaKetQua)
	}
	body, err := json.Marshal(kept)
	if err != nil {
		return a, err
	}
	_, _, err = s.Hub.Receive(ctx, actor, connectors.Inbound{Partner: nationalportal.Partner, Operation: opVault, Key: opVault + "/" + id.New(), Purpose: "vault", Body: body},
		func(ctx context.Context) (connectors.Reply, error) {
			given, err := s.Papers.ListOutside(ctx, actor, q.SoDinhDanhChuSoHuu, wants)
			for _, g := range given {
				code := g.Type.Code
				if code == "" {
					code = g.Type.ID
				}
				a.DanhSachGiayToKetQua = append(a.DanhSachGiayToKetQua, VaultPaper{
					MaKetQua: code, TenGiayTo: g.Type.Name.VI, SoKyHieu: g.Number, CoQuanChuQuan: g.Issuer, DanhSachTepDinhKem: []VaultFile{{g.FileName, pathInVault + g.ID}},
				})
			}
			return connectors.Reply{Status: 200}, err
		})
	return a, err
}

// VaultContent opens the file of a paper that the portal was told of. The caller closes it.
func (s *Service) VaultContent(ctx context.Context, actor identity.Actor, f VaultFetch) (g holdings.Given, content io.ReadCloser, err error) {
	defer errs.Wrap(&err, "give the portal a file of a vault")

	if _, err := access.Require(actor, holdings.PermOutside); err != nil {
		return g, nil, err
	}
	paper, listed := strings.CutPrefix(f.DuongDan, pathInVault)
	if !listed || !plain(paper) {
		return g, nil, nationalportal.ErrNotFound
	}
	_, _, err = s.Hub.Receive(ctx, actor, connectors.Inbound{Partner: nationalportal.Partner, Operation: opVaultFile, Key: opVaultFile + "/" + id.New(), Purpose: "vault", Body: []byte(paper)},
		func(ctx context.Context) (r connectors.Reply, err error) {
			g, content, err = s.Papers.OpenOutside(ctx, actor, paper)
			if errors.Is(err, holdings.ErrNotFound) {
				return connectors.Reply{Refused: true, Status: 404, Error: "not-found"}, nil
			}
			return connectors.Reply{Status: 200}, err
		})
	if err == nil && content == nil {
		err = nationalportal.ErrNotFound
	}
	if err != nil && content != nil {
		err, content = errors.Join(err, content.Close()), nil
	}
	return g, content, err
}
