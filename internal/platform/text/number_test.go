// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package text_test

import (
	"testing"

	"tinhso.vn/internal/platform/text"
)

func TestANumberInWords(t *testing.T) {
	t.Parallel()
	for n, want := range map[int64]string{
		0: "không", 5: "năm", 10: "mười", 11: "mười một", 15: "mười lăm", 21: "hai mươi mốt", 24: "hai mươi bốn", 105: "một trăm linh năm",
		1000: "một nghìn", 1005: "một nghìn không trăm linh năm", 150_000: "một trăm năm mươi nghìn", 1_250_000: "một triệu hai trăm năm mươi nghìn",
		2_000_015: "hai triệu không trăm mười lăm", 1_000_000_000: "một tỷ", 5_000_000_000_000: "năm nghìn tỷ",
		1_050_000: "một triệu không trăm năm mươi nghìn", 2_000_001: "hai triệu không trăm linh một",
		1_234_567_891:     "một tỷ hai trăm ba mươi bốn triệu năm trăm sáu mươi bảy nghìn tám trăm chín mươi mốt",
		2_003_000_000_000: "hai nghìn không trăm linh ba tỷ", -7: "âm bảy",
	} {
		if got := text.InWords(n); got != want {
			t.Errorf("%d is %q, want %q", n, got, want)
		}
	}
}
