// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package text

import (
	"slices"
	"strings"
)

// InWords writes a whole number as it is read aloud: "một triệu hai trăm linh năm
// nghìn". It begins with a small letter.
func InWords(n int64) string {
	switch {
	case n == 0:
		return "không"
	case n < 0:
		return "âm " + InWords(-max(n, -1<<62))
	}
	var groups []int // of three digits, the last first
	for ; n > 0; n /= 1000 {
		groups = append(groups, int(n%1000))
	}
	names := []string{"", "nghìn", "triệu", "tỷ", "nghìn tỷ", "triệu tỷ", "tỷ tỷ"}
	var said []string
	for i, group := range slices.Backward(groups) {
		if group == 0 {
			continue
		}
		said = append(said, three(group, i < len(groups)-1)...)
		name := names[i]
		if i > 3 && groups[3] > 0 { // "hai nghìn không trăm linh ba tỷ": said once, at its end
			name = strings.TrimSuffix(name, " tỷ")
		}
		if name != "" {
			said = append(said, name)
		}
	}
	return strings.Join(said, " ")
}

// three reads a group of three digits; after another group its hundreds are read
// too where there are none.
func three(n int, after bool) (said []string) {
	digits := []string{"không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"}
	hundreds, tens, ones := n/100, n/10%10, n%10
	if hundreds > 0 || after {
		said = append(said, digits[hundreds], "trăm")
	}
	switch {
	case tens == 0 && ones > 0 && len(said) > 0:
		said = append(said, "linh")
	case tens == 1:
		said = append(said, "mười")
	case tens > 1:
		said = append(said, digits[tens], "mươi")
	}
	switch {
	case ones == 0:
	case ones == 1 && tens > 1:
		said = append(said, "mốt")
	case ones == 5 && tens > 0:
		said = append(said, "lăm")
	default:
		said = append(said, digits[ones])
	}
	return said
}
