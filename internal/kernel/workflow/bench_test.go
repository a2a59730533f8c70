// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

//go:build bench

package workflow

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

// TestBenchTasks measures the list of tasks among 100,000 running cases and a
// million tasks. tests/bench reads its lines.
func TestBenchTasks(t *testing.T) { //nolint:paralleltest // it measures
	each(t, func(t *testing.T, o office) {
		o.fill(100_000)
		now := o.d.Now()
		measure := func(name string, once func(i int) error) {
			took := make([]time.Duration, 400)
			for i := range 20 { // what is read the first time is not counted
				if err := once(i); err != nil {
					t.Fatal(err)
				}
			}
			for i := range took {
				began := time.Now()
				if err := once(i); err != nil {
					t.Fatal(err)
				}
				took[i] = time.Since(began)
			}
			slices.Sort(took)
			fmt.Printf("BENCH|%s, %s|%.2f ms|%.2f ms\n", name, o.d.Dialect(), ms(took[200]), ms(took[380]))
		}
		measure("my tasks, 3 posts and what I hold", func(i int) error {
			seats := []Seat{{fmt.Sprint("unit-", i), "officer"}, {fmt.Sprint("unit-", i), "leader"}, {"unit-0", "officer"}}
			all, err := Mine(t.Context(), o.d, fmt.Sprint("acc-", i*30%900), seats, now, Key{}, 50)
			if err == nil && len(all) != 50 {
				return fmt.Errorf("only %d tasks", len(all))
			}
			return err
		})
		var after Key
		measure("my tasks, one page after the other of a pile", func(int) error {
			all, err := Mine(t.Context(), o.d, "acc-1", []Seat{{"unit-0", "officer"}}, now, after, 50)
			if len(all) == 50 {
				after = all[49].After()
			} else {
				after = Key{}
			}
			return err
		})
	})
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
