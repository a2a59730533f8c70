// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package nationalportal

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"time"
)

// Looked is what the province answered to a look into the vault of somebody.
type Looked struct {
	Status int          `json:"status"` // 0: it did not answer
	Answer any          `json:"answer"`
	Files  []LookedFile `json:"files"`
}

// LookedFile is a file that was fetched.
type LookedFile struct {
	Status int    `json:"status"`
	Type   string `json:"type"`
	SHA256 string `json:"sha256"`
}

// look asks the province for papers of somebody and fetches the files of what it was
// told: the words of the store of electronic data (domain facts A.5).
func (p *Portal) look(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	to := p.target
	p.mu.Unlock()
	want := map[string]string{"MaKetQua": r.FormValue("code")}
	if number := r.FormValue("number"); number != "" {
		want["SoKyHieu"] = number
	}
	body, _ := json.Marshal(map[string]any{ // it is plain
		"SoDinhDanhChuSoHuu": r.FormValue("owner"), "HoTenNguoiYeuCau": "Trần Văn Mô Phỏng", "KenhThucHien": "2", "SoDinhDanhNguoiYeuCau": r.FormValue("owner"), "MaThuTuc": r.FormValue("procedure"),
		"DanhSachDanhMucKetQua": []map[string]string{want},
	})
	at := strings.TrimSuffix(to.url, "/dossiers") + "/vault"
	done := Looked{Files: []LookedFile{}}
	status, _, raw := post(r.Context(), at, to.token, body)
	var told struct {
		Papers []struct {
			Agency string                              `json:"CoQuanChuQuan"`
			Files  []struct{ TenTep, DuongDan string } `json:"DanhSachTepDinhKem"`
		} `json:"DanhSachGiayToKetQua"`
	}
	if done.Status = status; json.Unmarshal(raw, &done.Answer) != nil || json.Unmarshal(raw, &told) != nil {
		answer(w, done)
		return
	}
	for _, one := range told.Papers {
		for _, f := range one.Files {
			fetch, _ := json.Marshal(map[string]string{"CoQuanChuQuan": one.Agency, "DuongDan": f.DuongDan, "TenTep": f.TenTep})
			status, kind, content := post(r.Context(), at+"/file", to.token, fetch)
			digest := sha256.Sum256(content)
			done.Files = append(done.Files, LookedFile{status, kind, hex.EncodeToString(digest[:])})
		}
	}
	answer(w, done)
}

// maxFetched is larger than any paper of a vault.
const maxFetched = 64 << 20

func post(ctx context.Context, to, token string, body []byte) (status int, kind string, raw []byte) {
	q, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(body))
	if err != nil {
		return 0, "", nil
	}
	q.Header.Set("Content-Type", "application/json")
	q.Header.Set("Authorization", "Bearer "+token)
	a, err := (&http.Client{Timeout: time.Minute}).Do(q)
	if err != nil {
		return 0, "", nil
	}
	defer func() { _ = a.Body.Close() }()
	raw, err = io.ReadAll(io.LimitReader(a.Body, maxFetched))
	if err != nil {
		return 0, "", nil
	}
	return a.StatusCode, a.Header.Get("Content-Type"), raw
}
