// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package smartca

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"tinhso.vn/internal/simulators/door"
)

// faults is how the provider misbehaves.
type faults struct {
	Lose      int           // how many of the next transactions are taken and not answered
	Fail      int           // how many of the next questions get 500
	Hang      int           // how many of the next questions are not answered at all
	Late      time.Duration // how long after the approval the answer is given out
	Clock     time.Duration // how far the provider's clock is ahead
	Wrong     bool          // signatures are damaged
	Other     bool          // signatures are of another certificate
	Reverse   bool          // signatures come in another order
	Double    bool          // notices come twice
	Suspended bool          // the credential is suspended
}

// notice is where approvals are told.
type notice struct{ URL, Token string }

const maxBody = 1 << 20

type signAsked struct {
	SPID        string `json:"sp_id"`
	Password    string `json:"sp_password"`
	User        string `json:"user_id"`
	Serial      string `json:"serial_number"`
	Transaction string `json:"transaction_id"`
	Words       string `json:"transaction_desc"`
	At          string `json:"time_stamp"`
	Files       []struct {
		ID       string `json:"doc_id"`
		Type     string `json:"file_type"`
		SignType string `json:"sign_type"`
		Hash     string `json:"data_to_be_signed"`
	} `json:"sign_files"`
}

type signedFile struct {
	ID        string `json:"doc_id"`
	Signature string `json:"signature_value"`
	Stamp     string `json:"timestamp_signature"`
}

// Handler serves the API, the phone's page, and what tests need:
// POST /users?user_id=…&name=…, GET /phone (JSON), POST /faults?lose=1&…,
// POST /notices?url=…&token=….
func (p *Provider) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/credentials/get_certificate", p.asked(p.certificates))
	mux.HandleFunc("POST /v1/signatures/sign", p.asked(p.sign))
	mux.HandleFunc("POST /v1/signatures/sign/{number}/status", p.asked(p.status))
	mux.HandleFunc("GET /{$}", p.page)
	mux.HandleFunc("GET /phone", p.phone)
	mux.HandleFunc("POST /phone/{number}/{answer}", p.press)
	mux.HandleFunc("POST /users", p.enrol)
	mux.HandleFunc("POST /faults", p.misbehave)
	mux.HandleFunc("GET /faults", p.showFaults)
	mux.HandleFunc("POST /notices", p.notices)
	return mux
}

// asked reads a question of the API, checks who asks, and misbehaves.
func (p *Provider) asked(do func(w http.ResponseWriter, r *http.Request, a signAsked)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var a signAsked
		if err := json.NewDecoder(io.LimitReader(r.Body, maxBody)).Decode(&a); err != nil {
			say(w, http.StatusBadRequest, "BAD_REQUEST")
			return
		}
		p.mu.Lock()
		defer p.mu.Unlock()
		w.Header().Set("Date", p.clock.Now().Add(p.faults.Clock).UTC().Format(http.TimeFormat))
		switch {
		case a.SPID != SPID || a.Password != Password:
			say(w, http.StatusUnauthorized, "SP_CREDENTIAL_INVALID")
		case p.faults.Hang > 0:
			p.faults.Hang--
			p.mu.Unlock()
			<-r.Context().Done()
			p.mu.Lock()
		case p.faults.Fail > 0:
			p.faults.Fail--
			say(w, http.StatusInternalServerError, "INTERNAL_SERVER_ERROR")
		default:
			do(w, r, a)
		}
	}
}

func say(w http.ResponseWriter, status int, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]string{"message": message}) // the caller has gone: nobody to tell
}

func give(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v) // as above
}

func (p *Provider) certificates(w http.ResponseWriter, r *http.Request, a signAsked) {
	u := p.users[a.User]
	if u == nil {
		say(w, http.StatusNotFound, "USER_NOT_FOUND")
		return
	}
	cert, _, err := u.key.Certificate(r.Context())
	if err != nil {
		say(w, http.StatusInternalServerError, "INTERNAL_SERVER_ERROR")
		return
	}
	serial := hex.EncodeToString(cert.SerialNumber.Bytes())
	if a.Serial != "" && a.Serial != serial {
		give(w, map[string]any{"user_certificates": []any{}})
		return
	}
	give(w, map[string]any{"user_certificates": []any{map[string]any{
		"cert_id": serial, "serial_number": serial, "cert_data": base64.StdEncoding.EncodeToString(cert.Raw),
		"chain_data": map[string]string{"ca_cert": base64.StdEncoding.EncodeToString(p.ca.Root().Raw)},
	}}})
}

func (p *Provider) sign(w http.ResponseWriter, r *http.Request, a signAsked) {
	u := p.users[a.User]
	if u == nil {
		say(w, http.StatusNotFound, "USER_NOT_FOUND")
		return
	}
	cert, _, err := u.key.Certificate(r.Context())
	at, wrong := time.Parse("20060102150405Z", a.At)
	switch {
	case err != nil:
		say(w, http.StatusInternalServerError, "INTERNAL_SERVER_ERROR")
		return
	case p.faults.Suspended, a.Serial != hex.EncodeToString(cert.SerialNumber.Bytes()):
		say(w, http.StatusForbidden, "CREDENTIAL_STATUS_INVALID")
		return
	case wrong != nil || at.Sub(p.clock.Now().Add(p.faults.Clock)).Abs() > life:
		say(w, http.StatusBadRequest, "TIME_STAMP_INVALID")
		return
	case a.Transaction == "" || len(a.Files) == 0 || len(a.Files) > 100:
		say(w, http.StatusBadRequest, "BAD_REQUEST")
		return
	}
	t, same := p.take(a)
	if !same {
		say(w, http.StatusConflict, "TRANSACTION_EXISTED")
		return
	}
	if p.save() != nil {
		say(w, http.StatusInternalServerError, "INTERNAL_SERVER_ERROR")
		return
	}
	if p.faults.Lose > 0 {
		p.faults.Lose--
		panic(http.ErrAbortHandler) // taken, and the answer gets lost
	}
	give(w, map[string]string{"tran_code": t.Number, "message": waiting})
}

func (p *Provider) status(w http.ResponseWriter, r *http.Request, _ signAsked) {
	t := p.find(r.PathValue("number"))
	if t == nil {
		say(w, http.StatusNotFound, "TRANSACTION_NOT_FOUND")
		return
	}
	give(w, p.told(t))
}

// told is what the provider says about a transaction.
func (p *Provider) told(t *transaction) map[string]any {
	out := map[string]any{"tran_code": t.Number, "transaction_id": t.Asked, "message": t.Message}
	if t.Message != "sig_signed" {
		return out
	}
	if p.clock.Now().Before(t.ReadyAt) {
		out["message"] = waiting
		return out
	}
	files := make([]signedFile, len(t.Documents))
	for i, d := range t.Documents {
		files[i] = signedFile{d.ID, base64.StdEncoding.EncodeToString(d.Signature), t.ReadyAt.UTC().Format("20060102150405Z")}
	}
	if p.faults.Reverse {
		slices.Reverse(files)
	}
	out["signed_files"] = files
	return out
}

// press is the person with the phone.
func (p *Provider) press(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	t := p.find(r.PathValue("number"))
	if t == nil {
		p.mu.Unlock()
		w.WriteHeader(http.StatusNotFound)
		return
	}
	err := p.answer(r.Context(), t, r.PathValue("answer") == "approve")
	to, times, body := p.notice, 1, p.told(t)
	if p.faults.Double {
		times = 2
	}
	p.mu.Unlock()
	if err != nil {
		say(w, http.StatusInternalServerError, err.Error())
		return
	}
	for range times {
		p.notify(r.Context(), to, body)
	}
	w.Header().Set("Location", "../../") // whatever this is mounted under
	w.WriteHeader(http.StatusSeeOther)
}

// notify tells a program of an answer; whether it hears is its own affair.
func (p *Provider) notify(ctx context.Context, to notice, body map[string]any) {
	raw, err := json.Marshal(body)
	if err != nil || to.URL == "" {
		return
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, to.URL, bytes.NewReader(raw))
	if err != nil {
		return
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+to.Token)
	if answer, err := p.client.Do(r); err == nil {
		_ = answer.Body.Close()
	}
}

func (p *Provider) enrol(w http.ResponseWriter, r *http.Request) {
	if err := p.Enrol(r.FormValue("user_id"), r.FormValue("name")); err != nil {
		say(w, http.StatusBadRequest, err.Error())
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func (p *Provider) misbehave(w http.ResponseWriter, r *http.Request) {
	number := func(name string) int { n, _ := strconv.Atoi(r.FormValue(name)); return n }
	length := func(name string) time.Duration { d, _ := time.ParseDuration(r.FormValue(name)); return d }
	on := func(name string) bool { return r.FormValue(name) != "" }
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults = faults{
		Lose: number("lose"), Fail: number("fail"), Hang: number("hang"), Late: length("late"), Clock: length("clock"),
		Wrong: on("wrong"), Other: on("other"), Reverse: on("reverse"), Double: on("double"), Suspended: on("suspended"),
	}
	w.WriteHeader(http.StatusNoContent)
}

func (p *Provider) showFaults(w http.ResponseWriter, _ *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f := p.faults
	door.Show(w, map[string]string{
		"lose": door.Number(f.Lose), "fail": door.Number(f.Fail), "hang": door.Number(f.Hang), "late": door.Length(f.Late), "clock": door.Length(f.Clock),
		"wrong": door.Flag(f.Wrong), "other": door.Flag(f.Other), "reverse": door.Flag(f.Reverse), "double": door.Flag(f.Double), "suspended": door.Flag(f.Suspended),
	})
}

// notices says where approvals are told: on this machine only.
func (p *Provider) notices(w http.ResponseWriter, r *http.Request) {
	u, err := url.Parse(r.FormValue("url"))
	if err != nil || !net.ParseIP(u.Hostname()).IsLoopback() {
		say(w, http.StatusBadRequest, "not on this machine")
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.notice = notice{u.String(), r.FormValue("token")}
	w.WriteHeader(http.StatusNoContent)
}

func pemOf(der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}
