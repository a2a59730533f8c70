// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package connectors_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/connectors"
	"tinhso.vn/internal/kernel/identity"
)

// A call that comes in is taken once, signed by its partner, in its order, and no more
// often than the partner has.
func TestAPartnerCallsIn(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		secret, older := []byte("a secret of this one partner"), []byte("the secret that it had before")
		var mu sync.Mutex
		var taken []int64
		w.Declare(connectors.Partner{
			ID: "bo", Secrets: [][]byte{secret, older}, PerMinute: 12,
			Read: func(body []byte) (n connectors.News, err error) {
				if json.Unmarshal(body, &n) != nil || n.Place == 0 {
					return n, connectors.ErrNews
				}
				n.Operation = "Tin"
				return n, nil
			},
			Heard: func(_ context.Context, _ identity.Actor, n connectors.News, _ []byte) (connectors.Reply, error) {
				mu.Lock()
				defer mu.Unlock()
				taken = append(taken, n.Place)
				return connectors.Reply{Status: 200, Body: []byte(`{"place":` + strconv.FormatInt(n.Place, 10) + `}`)}, nil
			},
		})
		say := func(by []byte, key string, at time.Time, place int64) (connectors.Reply, bool, error) {
			body := []byte(`{"Lane":"d1","Place":` + strconv.FormatInt(place, 10) + `}`)
			return w.Called(t.Context(), "bo", connectors.Sign(by, key, at, body), body)
		}
		now := w.db.Now().Time
		for what, one := range map[string]error{
			"forged": func() error { _, _, err := say([]byte("guessed"), "k0", now, 1); return err }(),
			"stale":  func() error { _, _, err := say(secret, "k0", now.Add(-time.Hour), 1); return err }(),
			"nobody": func() error { _, _, err := w.Called(t.Context(), "nobody", connectors.Signed{}, nil); return err }(),
			"silent": func() error {
				_, _, err := w.Called(t.Context(), "portal", connectors.Sign(secret, "k", now, nil), nil)
				return err
			}(),
		} {
			if !errors.Is(one, connectors.ErrForged) {
				t.Errorf("%s: %v", what, one)
			}
		}
		if calls, err := connectors.CallsWith(t.Context(), w.db, "bo", "", 10); err != nil || len(calls) != 0 {
			t.Errorf("what is forged leaves nothing: %v %v", calls, err)
		}
		first, _, err := say(secret, "k1", now, 2)
		w.must(err)
		again, twice, err := say(older, "k1", now, 2)
		if err != nil || !twice || !bytes.Equal(first.Body, again.Body) {
			t.Errorf("the same call: %v %v %s", twice, err, again.Body)
		}
		if late, _, err := say(secret, "k2", now, 1); err != nil || !late.Late {
			t.Errorf("an earlier word: %+v %v", late, err)
		}
		if _, _, err := say(secret, "k3", now, 3); err != nil {
			t.Error(err)
		}
		if !slices.Equal(taken, []int64{2, 3}) {
			t.Errorf("taken %v", taken)
		}
		var wg sync.WaitGroup
		for i := range 4 { // at once: one after another, or told to come again
			wg.Go(func() {
				_, _, err := say(secret, "c"+strconv.Itoa(i), now, int64(4+i))
				if err != nil && !errors.Is(err, connectors.ErrRunning) {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if !slices.IsSorted(taken) {
			t.Errorf("out of order: %v", taken)
		}
		for i := range 20 {
			_, _, err = say(secret, "m"+strconv.Itoa(i), now, int64(100+i))
			if err != nil {
				break
			}
		}
		if !errors.Is(err, connectors.ErrOften) {
			t.Errorf("it calls too often: %v", err)
		}
	})
}
