// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"tinhso.vn/internal/app"
	"tinhso.vn/internal/platform/db"
)

// A command waits for a database that another process holds, says so, and does not wait for ever.
func TestACommandIsPatient(t *testing.T) {
	t.Parallel()
	other := errors.New("something else")
	for _, tt := range []struct {
		name  string
		busy  int // how often the database does not answer
		then  error
		want  error
		least time.Duration
		most  time.Duration
	}{
		{"at once", 0, nil, nil, 0, 0},
		{"busy for a while", 3, nil, nil, 3 * time.Second, 3 * time.Second},
		{"another error is not repeated", 1, other, other, time.Second, time.Second},
		{"for ever", 1 << 30, nil, db.ErrUnavailable, 30 * time.Second, 30 * time.Second},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var said strings.Builder
				began, calls := time.Now(), 0
				err := app.Patient(t.Context(), &said, func() error {
					if calls++; calls <= tt.busy {
						return db.ErrUnavailable.Because(io.EOF)
					}
					return tt.then
				})
				if waited := time.Since(began); !errors.Is(err, tt.want) || waited < tt.least || waited > tt.most {
					t.Errorf("%v after %v", err, waited)
				}
				if (tt.busy > 0) != strings.Contains(said.String(), "the database is busy") {
					t.Errorf("said %q", said.String())
				}
			})
		})
	}
	ended, end := context.WithCancel(t.Context())
	end()
	if err := app.Patient(ended, io.Discard, func() error { return db.ErrUnavailable }); !errors.Is(err, db.ErrUnavailable) {
		t.Errorf("ended: %v", err)
	}
}
