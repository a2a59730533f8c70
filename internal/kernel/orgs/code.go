// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package orgs

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// maxLevels is how many numbers stand behind the first level in the older form.
const maxLevels = 3

// ParseCode reads an identifier of an organisation in either form and returns it
// in the form of Decision 20/2020/QĐ-TTg: Hxx.12.5, from which the older
// DDD.DD.DD.HHH (000.05.12.Hxx) is read from right to left without zeros.
func ParseCode(s string) (string, error) {
	s = strings.ToUpper(strings.TrimSpace(s))
	if regexp.MustCompile(`^[GH][0-9]{2}(\.[1-9][0-9]{0,3}){0,6}$`).MatchString(s) {
		return s, nil
	}
	if !regexp.MustCompile(`^[0-9]{3}\.[0-9]{2}\.[0-9]{2}\.[GH][0-9]{2}$`).MatchString(s) {
		return "", ErrCode.With("code", s)
	}
	parts := strings.Split(s, ".")
	slices.Reverse(parts)
	code, over := parts[0], false
	for _, p := range parts[1:] {
		n, err := strconv.Atoi(p)
		if err != nil || (n > 0 && over) { // a level under one that is not there
			return "", ErrCode.With("code", s)
		}
		if n == 0 {
			over = true
			continue
		}
		code += "." + strconv.Itoa(n)
	}
	return code, nil
}

// OldCode writes an identifier in the older form, which edXML still carries;
// false where it has no room for it.
func OldCode(code string) (string, bool) {
	parts := strings.Split(code, ".")
	levels := []int{0, 0, 0}
	if len(parts)-1 > maxLevels || len(parts[0]) != 3 {
		return "", false
	}
	for i, p := range parts[1:] {
		n, err := strconv.Atoi(p)
		if err != nil || n < 1 || n > 999 || (i < 2 && n > 99) {
			return "", false
		}
		levels[i] = n
	}
	return fmt.Sprintf("%03d.%02d.%02d.%s", levels[2], levels[1], levels[0], parts[0]), true
}
