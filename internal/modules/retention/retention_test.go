// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package retention_test

import (
	"testing"
	"time"

	"tinhso.vn/internal/modules/retention"
	"tinhso.vn/internal/platform/clock"
)

// Until is the last day on which Before does not reach, for every unit and
// every day of four years.
func TestUntilAndBeforeAgree(t *testing.T) {
	t.Parallel()
	for _, r := range []retention.Rule{{Amount: 90, Unit: "days"}, {Amount: 1, Unit: "months"}, {Amount: 6, Unit: "months"}, {Amount: 5, Unit: "years"}} {
		for day := range 4 * 366 {
			began := time.Date(2024, 1, 1+day, 23, 59, 59, 0, clock.Vietnam())
			last, ends := r.Until(began)
			if !ends {
				t.Fatal("it never ends")
			}
			if began.Before(r.Before(last.Add(24*time.Hour-time.Second)).Time) || !began.Before(r.Before(last.AddDate(0, 0, 1)).Time) {
				t.Fatalf("%+v: of %v the last day is %v", r, began, last)
			}
		}
	}
	at0 := time.Date(2026, 1, 1, 0, 0, 0, 0, clock.Vietnam())
	if _, ends := (retention.Rule{Action: retention.Keep, Amount: 1, Unit: "days"}).Until(at0); ends {
		t.Error("what is kept ends")
	}
	at := time.Date(2026, 11, 22, 10, 0, 0, 0, clock.Vietnam())
	if last, _ := (retention.Rule{Amount: 90, Unit: "days"}).Until(at); last.Format("02/01/2006") != "20/02/2027" {
		t.Errorf("90 days from 22/11/2026: %v", last)
	}
}
