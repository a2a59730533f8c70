// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/events"
	"tinhso.vn/internal/platform/db"
)

// TestWhatRunsIsShown shows the configuration in force and what has not left, to
// those who run the installation and to nobody else.
func TestWhatRunsIsShown(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		must(t, w.DB.Write(t.Context(), func(tx *db.Tx) error {
			return events.Publish(t.Context(), tx, "trial.happened.v1", map[string]string{})
		}))
		for path, want := range map[string][]string{
			"/van-hanh/cau-hinh": {"TINHSO_LIMITS", "khác mặc định", "Cổng tin nhắn SMS", "Chưa khai báo"},
			"/van-hanh/thu-di":   {"trial.happened.v1", "Mọi tin nhắn đã gửi đi"},
			"/api/v1/settings":   {`"key":"limits","variable":"TINHSO_LIMITS","value":"false","default":"true"`, `"id":"sms"`},
			"/api/v1/outgoing":   {`"waiting":1`, "trial.happened.v1"},
		} {
			a := w.send(t, "cntt.tinh", "GET", path, "")
			for _, text := range want {
				if a.status != 200 || !strings.Contains(a.body, text) {
					t.Errorf("%s: %d without %q", path, a.status, text)
				}
			}
			if a := w.send(t, "motcua.longxuyen", "GET", path, ""); a.status != 403 {
				t.Errorf("%s: the clerk gets %d", path, a.status)
			}
		}
	})
}
