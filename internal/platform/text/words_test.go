// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package text_test

import (
	"testing"

	"tinhso.vn/internal/platform/text"
)

func TestWords(t *testing.T) {
	t.Parallel()
	for n, want := range map[int64]string{
		0: "không", 1: "một", 10: "mười", 15: "mười lăm", 21: "hai mươi mốt", 24: "hai mươi tư", 55: "năm mươi lăm", 100: "một trăm", 105: "một trăm linh năm", 110: "một trăm mười",
		111: "một trăm mười một", 1000: "một nghìn", 1005: "một nghìn không trăm linh năm", 8000: "tám nghìn", 150000: "một trăm năm mươi nghìn",
		1050000: "một triệu không trăm năm mươi nghìn", 2000001: "hai triệu không trăm linh một", 3_000_000_000: "ba tỷ",
		1_234_567_891:     "một tỷ hai trăm ba mươi tư triệu năm trăm sáu mươi bảy nghìn tám trăm chín mươi mốt",
		5_000_000_000_000: "năm nghìn tỷ",
	} {
		if got := text.Words(n); got != want {
			t.Errorf("%d is %q, want %q", n, got, want)
		}
	}
}
