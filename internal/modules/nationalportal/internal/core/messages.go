// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"strconv"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/payments"
	"tinhso.vn/internal/platform/db"
)

// The services of the portal, as it calls them.
const (
	opSync      = "DongBoHoSoMC"
	opProgress  = "CapNhatTienDoHoSoMC"
	opLookUp    = "TraCuuHoSo"
	opList      = "LayDanhSachTTHC"
	opProcedure = "LayThuTuc"
	opBring     = "NhanHoSo"  // ours: what the portal brings
	opResult    = "TaiKetQua" // ours: it fetches a result
	opMoney     = "BaoThuPhi" // ours: a fee was paid there
	opVault     = "TraCuuKho" // ours: it looks for papers of somebody
	opVaultFile = "TaiGiayTo" // ours: it fetches one of them
)

// stamp is a time as the portal writes it: yyyyMMddHHmmss of Vietnam; empty where there is none.
func stamp(t db.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(calendar.Zone()).Format("20060102150405")
}

// syncing is the body of DongBoHoSoMC.
type syncing struct {
	Updating bool         `json:"isUpdating"`
	Data     []syncRecord `json:"data"`
}

// syncRecord is a dossier as the portal keeps it: domain facts A.5.
type syncRecord struct {
	MaHoSo                      string
	MaTTHC                      string
	TenTTHC                     string
	MaLinhVuc                   string
	TenLinhVuc                  string
	KenhThucHien                string
	SoGiayToChuHoSo             string
	ChuHoSo                     string
	LoaiDoiTuong                string
	MaDoiTuong                  string
	ThongTinKhac                string
	Email                       string
	Fax                         string
	SoDienThoai                 string
	TrichYeuHoSo                string
	NgayTiepNhan                string
	NgayHenTra                  string
	TrangThaiHoSo               string
	NgayTra                     string
	ThongTinTra                 string
	HinhThuc                    string
	NgayKetThucXuLy             string
	DonViXuLy                   string
	GhiChu                      string
	NoiNopHoSo                  string
	HoSoCoThanhPhanSoHoa        string
	TaiKhoanDuocXacThucVoiVNeID string
	DuocThanhToanTrucTuyen      string
	NgayTuChoi                  string
	NgayNopHoSo                 string
	DinhDanhCHS                 identifier
	DSKetNoiCSDL                []database
	TaiLieuNop                  []sentPaper
	DanhSachLePhi               []fee
	DanhSachTepDinhKemKhac      []any
	DanhSachHoSoBoSung          []supplement
	DanhSachGiayToKetQua        []resultPaper
}

// fee is what is to be paid for a dossier.
type fee struct {
	TenPhiLePhi  string
	MaPhiLePhi   string
	HinhThucThu  string
	Gia          string
	LoaiPhiLePhi string
}

type identifier struct {
	LoaiDinhDanh string
	SoDinhDanh   string
}

type database struct{ MaCSDL string }

type sentPaper struct {
	TepDinhKemID      string `json:"TepDinhKemId"`
	TenTepDinhKem     string
	IsDeleted         string
	MaThanhPhanHoSo   string
	DuongDanTaiTepTin string
	DuocSoHoa         string
	DuocTaiSuDung     string
	DuocLayTuKhoDMQG  string
	MaKetQuaThayThe   string
}

type supplement struct {
	HoSoBoSungID         string `json:"HoSoBoSungId"`
	NguoiYeuCauBoSung    string
	NoiDungBoSung        string
	NgayBoSung           string
	NguoiTiepNhanBoSung  string
	ThongTinTiepNhan     string
	NgayTiepNhanBoSung   string
	TrangThaiBoSung      string
	DanhSachGiayToBoSung []any
	DanhSachLePhiBoSung  []any
	NgayHenTraTruoc      string
	NgayHenTraMoi        string
}

type resultPaper struct {
	TenGiayTo            string
	MaThanhPhanHoSo      string
	GiayToID             string `json:"GiayToId"`
	DuongDanTepTinKetQua string
	MaGiayToKetQua       string
}

// progressing is the body of CapNhatTienDoHoSoMC.
type progressing struct {
	Data []progress `json:"data"`
}

type progress struct {
	MaHoSo                 string
	NguoiXuLy              string
	ChucDanh               string
	ThoiDiemXuLy           string
	PhongBanXuLy           string
	NoiDungXuLy            string
	TrangThai              string
	NgayBatDau             string
	NgayKetThucTheoQuyDinh string
}

// What the portal calls kinds of owners; adapters disagree, so that this is the portal's own table.
const (
	ownerPerson       = "1" // cá nhân
	ownerOrganisation = "2" // doanh nghiệp, tổ chức
)

// What the portal calls the moment at which a fee is asked for, and where it was paid.
const (
	onAcceptance = "1"
	paidThere    = "1" // on the portal
	paidHere     = "2" // over the platform of the province
)

// charge says what is to be paid, and whether it was paid online.
func (s *syncRecord) charge(fees []payments.Notice) {
	for _, f := range fees {
		if f.State == payments.Cancelled {
			continue
		}
		s.DanhSachLePhi = append(s.DanhSachLePhi, fee{TenPhiLePhi: f.Name.VI, MaPhiLePhi: f.Code, HinhThucThu: onAcceptance, Gia: strconv.FormatInt(f.Amount, 10)})
		if f.State != payments.Paid {
			continue
		}
		switch f.Way {
		case payments.WayPortal:
			s.DuocThanhToanTrucTuyen = paidThere
		case payments.WayGateway, payments.WayTransfer:
			s.DuocThanhToanTrucTuyen = paidHere
		}
	}
}

func flag(on bool) string {
	if on {
		return "1"
	}
	return "0"
}

// recordOf is a dossier under the code by which the portal knows it, at a status.
func recordOf(code string, r dossiers.Record, status dossiers.Status, unit, received string, place func(string) string) syncRecord {
	person := r.Submitter
	if person.Name == "" {
		person = r.Owner
	}
	s := syncRecord{
		MaHoSo: code, MaTTHC: r.ProcedureCode, TenTTHC: r.Name.VI, TenLinhVuc: r.Field.VI, KenhThucHien: strconv.Itoa(int(r.Channel)),
		SoGiayToChuHoSo: r.Owner.Number, ChuHoSo: r.Owner.Name, LoaiDoiTuong: ownerPerson, Email: r.Owner.Email, SoDienThoai: r.Owner.Phone,
		TrichYeuHoSo: r.Name.VI, NgayTiepNhan: stamp(r.AcceptedAt), NgayHenTra: stamp(r.Due), TrangThaiHoSo: strconv.Itoa(int(status)),
		NgayTra: stamp(r.Delivered), NgayKetThucXuLy: stamp(r.Finished), DonViXuLy: unit, NoiNopHoSo: received, NgayNopHoSo: stamp(r.SubmittedAt),
		TaiKhoanDuocXacThucVoiVNeID: flag(person.Verified), DinhDanhCHS: identifier{SoDinhDanh: r.Owner.Number},
		DSKetNoiCSDL: []database{}, TaiLieuNop: []sentPaper{}, DanhSachLePhi: []fee{}, DanhSachTepDinhKemKhac: []any{},
		DanhSachHoSoBoSung: []supplement{}, DanhSachGiayToKetQua: []resultPaper{},
	}
	if s.MaTTHC == "" {
		s.MaTTHC = string(r.Procedure)
	}
	if r.Owner.Kind == identity.Organisation {
		s.LoaiDoiTuong = ownerOrganisation
	}
	if status == dossiers.Refused {
		s.NgayTuChoi, s.GhiChu = stamp(r.Finished), r.Reason
	}
	digital := false
	for _, p := range r.Papers {
		if !p.File {
			continue
		}
		digital = true
		s.TaiLieuNop = append(s.TaiLieuNop, sentPaper{
			TepDinhKemID: p.ID, TenTepDinhKem: p.Name, IsDeleted: "0", MaThanhPhanHoSo: p.Paper, DuocSoHoa: "1", DuocTaiSuDung: flag(p.Vault), DuocLayTuKhoDMQG: flag(p.Vault),
		})
	}
	s.HoSoCoThanhPhanSoHoa = flag(digital)
	for _, a := range r.Supplements {
		one := supplement{
			HoSoBoSungID: a.ID, NgayBoSung: stamp(a.Asked), NgayTiepNhanBoSung: stamp(a.Ended), TrangThaiBoSung: flag(!a.Ended.IsZero()),
			DanhSachGiayToBoSung: []any{}, DanhSachLePhiBoSung: []any{}, NgayHenTraTruoc: stamp(a.OldDue), NgayHenTraMoi: stamp(a.NewDue),
		}
		s.DanhSachHoSoBoSung = append(s.DanhSachHoSoBoSung, one)
	}
	if r.Result != "" {
		s.DanhSachGiayToKetQua = append(s.DanhSachGiayToKetQua, resultPaper{TenGiayTo: r.Result, GiayToID: r.ResultFile, DuongDanTepTinKetQua: place(code)})
	}
	return s
}
