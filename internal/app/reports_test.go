// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"fmt"
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/sheet"
)

const smsReports, znsReports = "/thong-bao/bao-lai/sms", "/thong-bao/bao-lai/zns"

// What gateways say later is taken only from who shows the token or signs, ends
// a message once, and says nothing about messages that are none.
func TestReportsOfGateways(t *testing.T) {
	t.Parallel()
	w := worldOf(t, "", "", "TINHSO_SMS_WEBHOOK=gateway-token", "TINHSO_ZNS_SECRET=zns-secret")
	if err := w.DB.Write(t.Context(), func(tx *db.Tx) error {
		for _, m := range [][2]string{{"m-sms", "sms"}, {"m-zns", "zns"}, {"m-way", "sms"}} {
			if _, err := tx.Exec(t.Context(), `INSERT INTO notify_messages (id, channel, about, recipient, text, state, created_at, sent_at) VALUES ($1, $2, 'a', '', '', 'sent', $3, $3)`, m[0], m[1], tx.Now); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	state := func(id string) (s string) {
		t.Helper()
		if err := w.DB.QueryRow(t.Context(), `SELECT state FROM notify_messages WHERE id = $1`, id).Scan(&s); err != nil {
			t.Fatal(err)
		}
		return s
	}
	sms := func(token, body string, want int) {
		t.Helper()
		if got := w.send(t, "", http.MethodPost, smsReports, body, "Authorization", token); got.status != want {
			t.Errorf("%s with %q: %d, want %d: %.200s", body, token, got.status, want, got.body)
		}
	}
	const right = "Bearer gateway-token"
	for _, wrong := range []string{"", "Bearer ", "Bearer gateway-tokem", "gateway-token", "Basic gateway-token"} {
		sms(wrong, `{"key":"m-sms","state":"delivered"}`, http.StatusNotFound)
	}
	sms(right, `{"key":"m-way","state":"sending"}`, http.StatusNoContent)
	if state("m-sms") != "sent" || state("m-way") != "sent" {
		t.Fatalf("it is %s, on its way is %s", state("m-sms"), state("m-way"))
	}
	sms(right, `{`, http.StatusBadRequest)
	sms(right, `{"key":"nothing","state":"delivered"}`, http.StatusNoContent)
	for _, said := range []string{"delivered", "delivered", "failed"} { // replayed, and too late
		sms(right, `{"key":"m-sms","state":"`+said+`"}`, http.StatusNoContent)
		if state("m-sms") != "delivered" {
			t.Errorf("after %s it is %s", said, state("m-sms"))
		}
	}

	zns := func(event, secret, signed string, want int) {
		t.Helper()
		body := fmt.Sprintf(`{"event_name":%q,"timestamp":"1","message":{"tracking_id":"m-zns","msg_id":"z"}}`, event)
		if signed == "" {
			signed = body
		}
		sum := sha256.Sum256([]byte(w.Config.ZNS.App + signed + "1" + secret))
		if got := w.send(t, "", http.MethodPost, znsReports, body, "X-ZEvent-Signature", "mac="+hex.EncodeToString(sum[:])); got.status != want {
			t.Errorf("%s: %d, want %d", event, got.status, want)
		}
	}
	zns("zns_failed", "another", "", http.StatusNotFound)
	zns("zns_failed", "zns-secret", "{}", http.StatusNotFound) // the body was changed
	zns("oa_follow", "zns-secret", "", http.StatusNoContent)
	if state("m-zns") != "sent" {
		t.Errorf("Zalo: it is %s", state("m-zns"))
	}
	for range 2 {
		zns("user_received_message", "zns-secret", "", http.StatusNoContent)
	}
	zns("zns_failed", "zns-secret", "", http.StatusNoContent)
	if state("m-zns") != "delivered" {
		t.Errorf("Zalo: in the end it is %s", state("m-zns"))
	}
}

var nextLink = regexp.MustCompile(`href="([^"]+)" rel="next"`)

// The pages of operators with nothing, a little and much on them, and the costs as files.
func TestOperatorsSeeMessages(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		const who, messages, costs = "cntt.tinh", "/van-hanh/thong-bao", "/van-hanh/thong-bao/chi-phi"
		look := func(path string) string {
			t.Helper()
			got := w.send(t, who, http.MethodGet, path, "")
			if got.status != http.StatusOK {
				t.Fatalf("%s: %d %.300s", path, got.status, got.body)
			}
			return got.body
		}
		rows := func(path string) int { t.Helper(); return strings.Count(look(path), `data-ts-row`) }
		if err := w.DB.Write(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `DELETE FROM notify_messages`)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{messages, costs} {
			if body := look(path); rows(path) != 0 || !strings.Contains(body, "ts-empty") {
				t.Errorf("%s with nothing: %d rows", path, rows(path))
			}
		}
		add := func(from, to int) {
			t.Helper()
			if err := w.DB.Write(t.Context(), func(tx *db.Tx) error {
				for i := from; i < to; i++ {
					if _, err := tx.Exec(t.Context(), `INSERT INTO notify_messages (id, channel, event, about, recipient, text, state, created_at) VALUES ($1, 'sms', 'dossiers.accepted', $1, '', '', 'failed', $2)`, fmt.Sprintf("m-%04d", i), tx.Now); err != nil {
						return err
					}
					if _, err := tx.Exec(t.Context(), `INSERT INTO notify_unit_costs (month, channel, unit_id, n, cost) VALUES ($1, 'sms', $2, 3, 1500)`, fmt.Sprintf("%04d-%02d", 2010+i/12, 1+i%12), fmt.Sprintf("unit-%03d", i/2)); err != nil {
						return err
					}
				}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
		}
		add(0, 2)
		if a, b := rows(messages), rows(costs); a != 2 || b != 2 {
			t.Errorf("%d and %d rows of two", a, b)
		}
		add(2, 200)
		seen, path := 0, messages+"?state=failed"
		for pages := 0; path != "" && pages < 10; pages++ {
			body := look(path)
			seen += strings.Count(body, `data-ts-row`)
			path = ""
			if found := nextLink.FindStringSubmatch(body); found != nil {
				path = html.UnescapeString(found[1])
			}
		}
		if seen != 200 {
			t.Errorf("%d of 200 rows are seen", seen)
		}

		file := w.send(t, who, http.MethodGet, costs+"?kieu=csv", "")
		table, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(file.body, "\ufeff"))).ReadAll()
		if err != nil || len(table) != 49 || len(table[1]) != 5 || table[1][2] != "3" || table[1][3] != "500" || table[1][4] != "1500" {
			t.Errorf("the table: %v, %.3v", err, table)
		}
		book := w.send(t, who, http.MethodGet, costs+"?kieu=xlsx", "")
		if all, err := sheet.Read([]byte(book.body)); err != nil || len(all) != 1 || all[0].At(1, 4) != "1500" || !strings.Contains(book.header.Get("Content-Disposition"), ".xlsx") {
			t.Errorf("the book: %v, %v", err, all)
		}
		if got := w.send(t, "motcua.longxuyen", http.MethodGet, costs+"?kieu=csv", ""); got.status != http.StatusForbidden {
			t.Errorf("a clerk gets %d", got.status)
		}
	})
}
