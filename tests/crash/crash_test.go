// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package crash_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"tinhso.vn/tests/crash"
)

// office is a program in memory with the fault a test gives it.
type office struct {
	mu     sync.Mutex
	kept   map[string][]string
	asked  int
	enough func()
	fault  string
}

func (o *office) File(_ context.Context, key string) (string, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.asked++
	if o.asked == 300 {
		o.enough()
	}
	id := strconv.Itoa(o.asked)
	odd := o.asked%7 == 0
	known := o.kept[key]
	switch {
	case odd && o.fault == "loses":
		return id, nil // acknowledged, not kept
	case len(known) > 0 && o.fault != "doubles":
		return known[0], nil
	}
	o.kept[key] = append(known, id)
	switch {
	case odd && o.fault == "changes":
		return id + "0", nil
	case odd:
		return "", errors.New("the line went dead after the commit")
	}
	return id, nil
}

func TestHarnessSeesFaults(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ fault, says string }{
		{"", ""},
		{"loses", "lost: "},
		{"doubles", "doubled: "},
		{"changes", "changed: "},
	} {
		t.Run("fault "+tt.fault, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			o := &office{kept: map[string][]string{}, fault: tt.fault, enough: cancel}
			log, err := os.Create(filepath.Join(t.TempDir(), "log"))
			if err != nil {
				t.Fatal(err)
			}
			if err := crash.Submit(ctx, o, 4, log); err != nil {
				t.Fatal(err)
			}
			if _, err := log.Seek(0, 0); err != nil {
				t.Fatal(err)
			}
			promised, err := crash.Acknowledged(log)
			if err != nil || len(promised) < 100 {
				t.Fatalf("%d acknowledgements, %v", len(promised), err)
			}
			said := strings.Join(crash.Compare(promised, o.kept), "\n")
			if (said == "") != (tt.says == "") || !strings.Contains(said, tt.says) {
				t.Errorf("got %.200q, want %q", said, tt.says)
			}
		})
	}
}

func TestTornLogsAreSeen(t *testing.T) {
	t.Parallel()
	for _, torn := range []string{"key\n", "key \n", "key 1\nkey 2\n"} {
		if _, err := crash.Acknowledged(strings.NewReader(torn)); err == nil {
			t.Errorf("%q passes", torn)
		}
	}
}
