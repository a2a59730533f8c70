// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package text

import "strings"

// Words reads a number that is not negative as people write it out: 1050000 is
// "một triệu không trăm năm mươi nghìn".
func Words(n int64) string {
	if n == 0 {
		return "không"
	}
	const billion = 1_000_000_000
	var said []string
	if n >= billion {
		said = append(said, Words(n/billion), "tỷ")
		n %= billion
	}
	for _, g := range []struct {
		size int64
		name string
	}{{1_000_000, "triệu"}, {1000, "nghìn"}, {1, ""}} {
		if three := n / g.size % 1000; three > 0 {
			said = append(said, hundreds(three, len(said) > 0))
			if g.name != "" {
				said = append(said, g.name)
			}
		}
	}
	return strings.Join(said, " ")
}

// hundreds reads 1 to 999; behind greater groups also the hundreds that are none.
func hundreds(n int64, behind bool) string {
	digits := []string{"không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"}
	hundred, ten, one := n/100, n/10%10, n%10
	var said []string
	if hundred > 0 || behind {
		said = append(said, digits[hundred], "trăm")
	}
	switch {
	case ten == 0 && one > 0 && len(said) > 0:
		said = append(said, "linh")
	case ten == 1:
		said = append(said, "mười")
	case ten > 1:
		said = append(said, digits[ten], "mươi")
	}
	switch {
	case one == 0:
	case one == 1 && ten > 1:
		said = append(said, "mốt")
	case one == 4 && ten > 1:
		said = append(said, "tư")
	case one == 5 && ten > 0:
		said = append(said, "lăm")
	default:
		said = append(said, digits[one])
	}
	return strings.Join(said, " ")
}
