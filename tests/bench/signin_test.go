// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

//go:build bench

package bench_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/tests/programtest"
)

// How many people come: all in one second before the offices open, and over a
// minute. Everybody signs in rightly, over the accounts of the demonstration.
const (
	atOnce    = 150
	inAMinute = 2000
)

// signIns measures signing in over pages, and the memory it takes at most. The
// baseline is the bare computation of as many passwords on this machine, in the
// same run: what no program can do without.
func signIns(t *testing.T, p *programtest.Program, r *report) {
	t.Helper()
	all := arrivals(t, p.URL, atOnce, 0)
	bare := barePasswords(atOnce)
	r.add(fmt.Sprintf("%d sign-ins in the same second, until the last is in", atOnce), "< 5 s", seconds(all[len(all)-1]), seconds(bare)+" (bare argon2id)", ratio(all[len(all)-1].Seconds(), bare.Seconds()))
	paced := arrivals(t, p.URL, inAMinute, time.Minute/inAMinute)
	one := barePasswords(1)
	p95 := paced[len(paced)*95/100]
	r.add(fmt.Sprintf("%d sign-ins in a minute, p95", inAMinute), "< 1 s", millis(p95), millis(one)+" (bare argon2id)", ratio(p95.Seconds(), one.Seconds()))
	r.add("memory at most while they sign in", "< 300 MB", megabytes(p.Peak(t)), "–", "–")
}

// arrivals lets so many people sign in, one after each pause, and returns how
// long each took, sorted.
func arrivals(t *testing.T, base string, people int, pause time.Duration) []time.Duration {
	t.Helper()
	client := &http.Client{
		Timeout: time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: atOnce},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	var logins []string // those of the demonstration: five at once of each are not yet slowed down
	for _, m := range regexp.MustCompile(`name="login" value="([^"]+)"`).FindAllStringSubmatch(string(fetch(t, base+"/dang-nhap")), -1) {
		logins = append(logins, m[1])
	}
	if len(logins)*5 < atOnce {
		t.Fatalf("%d accounts are too few", len(logins))
	}
	took := make([]time.Duration, people)
	var wg sync.WaitGroup
	for i := range people {
		wg.Go(func() {
			began := time.Now()
			if err := signIn(t.Context(), client, base, logins[i%len(logins)]); err != nil {
				t.Error(err)
			}
			took[i] = time.Since(began)
		})
		time.Sleep(pause)
	}
	wg.Wait()
	slices.Sort(took)
	return took
}

func signIn(ctx context.Context, client *http.Client, base, login string) error {
	form := url.Values{"login": {login}, "password": {"tinhso-demo-2026"}}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/dang-nhap", strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := client.Do(req)
	if err != nil {
		return err
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusSeeOther {
		return fmt.Errorf("signing in answered %d", res.StatusCode)
	}
	return nil
}

// barePasswords computes so many passwords, as many at once as there are
// processors, with the product's cost.
func barePasswords(n int) time.Duration {
	began := time.Now()
	var wg sync.WaitGroup
	turns := make(chan struct{}, runtime.GOMAXPROCS(0))
	for range n {
		turns <- struct{}{}
		wg.Go(func() {
			crypt.Stretch([]byte("tinhso-demo-2026"), make([]byte, 16), 2, 19*1024, 32)
			<-turns
		})
	}
	wg.Wait()
	return time.Since(began)
}

// TestBenchSignIn measures signing in alone, without writing the document.
func TestBenchSignIn(t *testing.T) { //nolint:paralleltest // it measures
	var r report
	signIns(t, programtest.Start(t, "", programtest.NoLimits), &r)
	t.Log("\n" + strings.Join(r.rows, "\n"))
}
