// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package door is how every simulator tells in which ways it misbehaves: GET of
// its control door answers all faults it knows by name, with the value in force.
// Making it misbehave is each simulator's own.
package door

import (
	"encoding/json"
	"net/http"
	"strconv"
	"time"
)

// Show answers the faults of a simulator; an empty value is one that is off.
func Show(w http.ResponseWriter, faults map[string]string) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(faults) // the caller has gone: nobody to tell
}

// Number is how often a fault still happens.
func Number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// Length is how long it lasts.
func Length(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return d.String()
}

// Flag is whether it happens.
func Flag(on bool) string {
	if on {
		return "1"
	}
	return ""
}
