// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/payments"
	"tinhso.vn/internal/platform/db"
)

// The names and shapes of DongBoHoSoMC are those of the national adapter: a message
// that was written down once. Whoever changes it changes what the portal is told.
func TestTheMessageOfADossierIsAsRecorded(t *testing.T) {
	t.Parallel()
	at := func(day, hour int) db.Time { return db.At(time.Date(2026, time.March, day, hour, 5, 9, 0, time.UTC)) }
	r := dossiers.Record{
		Summary: dossiers.Summary{
			ID: "d1", Code: "H01.2-260302-0001", Procedure: "chung-thuc", Name: i18n.Text{VI: "Chứng thực bản sao"}, Channel: dossiers.Online, SubmittedAt: at(2, 1), AcceptedAt: at(2, 2), Due: at(4, 9),
		},
		ProcedureCode: "2.000815", Field: i18n.Text{VI: "Chứng thực"}, Owner: dossiers.Named{Kind: identity.Organisation, Name: "Công ty Mô Phỏng", Number: "1600000000", Phone: "0900000001", Verified: true},
		Finished: at(3, 3), Delivered: at(3, 4), DeliveryMode: "electronic", Papers: []dossiers.SentPaper{{ID: "p1", Paper: "ban-chinh", Name: "Bản chính", Vault: true, File: true}, {ID: "p2", Paper: "giay", Name: "Giấy"}},
		Supplements: []dossiers.SentSupplement{{ID: "s1", Asked: at(2, 3), Ended: at(2, 8), OldDue: at(3, 9), NewDue: at(4, 9)}}, Result: "01/CT", ResultFile: "f1",
	}
	record := recordOf("G22.99-0001", r, dossiers.Delivered, "UBND xã Mô Phỏng", "Một cửa xã Mô Phỏng", func(id string) string { return "https://tinh.example.vn/ho-so/" + id + "/ket-qua.pdf" })
	got, err := json.MarshalIndent(syncing{Updating: true, Data: []syncRecord{record}}, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	const file = "testdata/DongBoHoSoMC.json"
	if os.Getenv("UPDATE_DOCS") == "1" {
		if err := os.WriteFile(file, append(got, '\n'), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil || !bytes.Equal(bytes.TrimSpace(want), got) {
		t.Errorf("%v\n%s", err, got)
	}
}

// The numbers of the national system are ours, one by one: domain facts A.4. Dates are
// yyyyMMddHHmmss of Vietnam, and nothing where there is none.
func TestTheNumbersAndDatesOfTheNationalSystem(t *testing.T) {
	t.Parallel()
	record := func(r dossiers.Record, status dossiers.Status) syncRecord {
		return recordOf("X", r, status, "", "", func(string) string { return "" })
	}
	for said, status := range map[string]dossiers.Status{
		"1": dossiers.Submitted, "2": dossiers.Accepted, "3": dossiers.Refused, "4": dossiers.Processing, "5": dossiers.Supplement,
		"6": dossiers.Paying, "7": dossiers.Withdrawn, "8": dossiers.Stopped, "9": dossiers.Finished, "10": dossiers.Delivered,
	} {
		if got := record(dossiers.Record{}, status).TrangThaiHoSo; got != said {
			t.Errorf("TrangThaiHoSo of %d is %q", status, got)
		}
	}
	for said, channel := range map[string]dossiers.Channel{"1": dossiers.Counter, "2": dossiers.Online, "3": dossiers.Post} {
		if got := record(dossiers.Record{Summary: dossiers.Summary{Channel: channel}}, dossiers.Accepted).KenhThucHien; got != said {
			t.Errorf("KenhThucHien of %d is %q", channel, got)
		}
	}
	for said, kind := range map[string]identity.PersonKind{"1": identity.Individual, "2": identity.Organisation} {
		if got := record(dossiers.Record{Owner: dossiers.Named{Kind: kind}}, dossiers.Accepted).LoaiDoiTuong; got != said {
			t.Errorf("LoaiDoiTuong of %s is %q", kind, got)
		}
	}
	for _, yes := range []bool{false, true} {
		r := record(dossiers.Record{Owner: dossiers.Named{Verified: yes}, Papers: []dossiers.SentPaper{{File: true, Vault: yes}}}, dossiers.Accepted)
		if r.TaiKhoanDuocXacThucVoiVNeID != flag(yes) || r.TaiLieuNop[0].DuocLayTuKhoDMQG != flag(yes) || r.TaiLieuNop[0].DuocTaiSuDung != flag(yes) || r.TaiLieuNop[0].DuocSoHoa != "1" || r.HoSoCoThanhPhanSoHoa != "1" {
			t.Errorf("%v: %+v", yes, r)
		}
	}
	if r := record(dossiers.Record{Papers: []dossiers.SentPaper{{ID: "on paper"}}}, dossiers.Accepted); r.HoSoCoThanhPhanSoHoa != "0" || len(r.TaiLieuNop) != 0 {
		t.Errorf("paper alone: %+v", r)
	}
	for way, said := range map[string]string{payments.WayPortal: "1", payments.WayGateway: "2", payments.WayTransfer: "2", payments.WayCash: ""} {
		var r syncRecord
		r.charge([]payments.Notice{{Code: "P1", Amount: 150_000, State: payments.Paid, Way: way}, {Code: "P2", Amount: 1, State: payments.Cancelled}})
		if r.DuocThanhToanTrucTuyen != said || len(r.DanhSachLePhi) != 1 || r.DanhSachLePhi[0].HinhThucThu != "1" || r.DanhSachLePhi[0].Gia != "150000" {
			t.Errorf("%s: %+v", way, r)
		}
	}
	if got := stamp(db.At(time.Date(2026, time.December, 31, 17, 0, 1, 0, time.UTC))); got != "20270101000001" {
		t.Errorf("the first second of the year is %s", got)
	}
	if got := stamp(db.Time{}); got != "" {
		t.Errorf("no time is %q", got)
	}
}
