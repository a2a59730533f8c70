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
