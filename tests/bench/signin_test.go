// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

//go:build bench

package bench_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
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
// minute. Everybody signs in rightly, over the accounts of the demonstration, from
// a browser of their own that has been used before, all behind the address of one
// office. The doors have their limits.
const (
	atOnce    = 150
	inAMinute = 2000
	office    = "TINHSO_OFFICES=127.0.0.1/32"
)

// signIns measures signing in over pages, and what it takes of memory and
// processor. The baseline is the bare computation of as many passwords on this
// machine, in the same run: what no program can do without.
func signIns(t *testing.T, p *programtest.Program, r *report) {
	t.Helper()
	all := browsers(t, p.URL, atOnce)
	together := arrivals(t, p.URL, all, atOnce, 0)
	bare := barePasswords(atOnce)
	r.add(fmt.Sprintf("%d sign-ins in the same second, until the last is in", atOnce), "< 5 s", seconds(together[len(together)-1]), seconds(bare)+" (bare argon2id)", ratio(together[len(together)-1].Seconds(), bare.Seconds()))
	before := p.CPU(t)
	paced := arrivals(t, p.URL, all, inAMinute, time.Minute/inAMinute)
	used := (p.CPU(t) - before) / inAMinute
	one := barePasswords(1)
	p95 := paced[len(paced)*95/100]
	r.add(fmt.Sprintf("%d sign-ins in a minute, p95", inAMinute), "< 1 s", millis(p95), millis(one)+" (bare argon2id)", ratio(p95.Seconds(), one.Seconds()))
	r.add("processor time of one sign-in", "< 60 ms", millis(used), millis(one)+" (bare argon2id)", ratio(used.Seconds(), one.Seconds()))
	r.add("memory at most while they sign in", "< 300 MB", megabytes(p.Peak(t)), "–", "–")
}

// browser is somebody's: it keeps its cookies.
type browser struct {
	client *http.Client
	login  string
}

// browsers are those of so many people, who have all signed in before: their
// devices are known, their connections stand.
func browsers(t *testing.T, base string, people int) []browser {
	t.Helper()
	var logins []string // those of the demonstration: five at once of each are not yet slowed down
	for _, m := range regexp.MustCompile(`name="login" value="([^"]+)"`).FindAllStringSubmatch(string(fetch(t, base+"/dang-nhap")), -1) {
		logins = append(logins, m[1])
	}
	if len(logins)*5 < people {
		t.Fatalf("%d accounts are too few", len(logins))
	}
	lines := &http.Transport{MaxIdleConnsPerHost: people, MaxIdleConns: people}
	all := make([]browser, people)
	var wg sync.WaitGroup
	turns := make(chan struct{}, 4)
	for i := range all {
		jar, err := cookiejar.New(nil)
		if err != nil {
			t.Fatal(err)
		}
		all[i] = browser{login: logins[i%len(logins)], client: &http.Client{
			Timeout: time.Minute, Transport: lines, Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		}}
		turns <- struct{}{}
		wg.Go(func() {
			if err := all[i].signIn(t.Context(), base); err != nil {
				t.Error(err)
			}
			<-turns
		})
	}
	wg.Wait()
	return all
}

// arrivals lets so many people sign in, one after each pause whatever became of
// those before, and returns how long each took, sorted.
func arrivals(t *testing.T, base string, all []browser, people int, pause time.Duration) []time.Duration {
	t.Helper()
	took := make([]time.Duration, people)
	var wg sync.WaitGroup
	start := time.Now()
	for i := range people {
		time.Sleep(time.Until(start.Add(time.Duration(i) * pause)))
		wg.Go(func() {
			began := time.Now()
			if err := all[i%len(all)].signIn(t.Context(), base); err != nil {
				t.Error(err)
			}
			took[i] = time.Since(began)
		})
	}
	wg.Wait()
	slices.Sort(took)
	return took
}

func (b browser) signIn(ctx context.Context, base string) error {
	form := url.Values{"login": {b.login}, "password": {"tinhso-demo-2026"}}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/dang-nhap", strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := b.client.Do(req)
	if err != nil {
		return err
	}
	_, _ = io.Copy(io.Discard, res.Body) // so that the connection stands
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
	signIns(t, programtest.Start(t, "", office), &r)
	t.Log("\n" + strings.Join(r.rows, "\n"))
}
