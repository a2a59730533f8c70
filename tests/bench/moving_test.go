// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

//go:build bench

package bench_test

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/modules/moving/movingtest"
	"tinhso.vn/tests/programtest"
)

// movesIn measures tinhso import: a made-up dump of an older system with the usual
// dirt, three rows of files' metadata and persons to each two dossiers, on both
// databases. The server is stopped meanwhile.
func movesIn(t *testing.T, r *report) {
	t.Helper()
	n := dossiersToLoad(t, 200_000)
	units := []string{"phuong-long-xuyen", "phuong-chau-doc", "xa-an-phu"}
	for _, on := range databases(t) {
		if on.url != "" {
			on.url = programtest.Postgres(t)
		}
		p := programtest.Start(t, on.url, programtest.NoLimits, "--year=none")
		p.Stop()
		made, err := movingtest.Write(filepath.Join(p.Data, "moving", "cu"), movingtest.Options{
			Dossiers: n, Seed: 5, Now: time.Now(), Units: units, Procedures: []string{"chung-thuc-ban-sao", "tro-cap-huu-tri-xa-hoi", "chung-thuc-chu-ky", "tro-cap-tho-cung-liet-si"},
		})
		if err != nil {
			t.Fatal(err)
		}
		command := func(args ...string) (string, time.Duration) {
			t.Helper()
			args = append(append([]string{"import"}, args...), "--as", "cntt.tinh", "--data", p.Data)
			if on.url != "" {
				args = append(args, "--database", on.url)
			}
			began := time.Now()
			out, err := exec.CommandContext(t.Context(), programtest.Binary(t), args...).CombinedOutput()
			if err != nil && !strings.Contains(string(out), "chênh lệch") { // that both sides differ is no fault
				t.Fatalf("%v\n%s", err, out)
			}
			return string(out), time.Since(began)
		}
		args := []string{"wave", "cu", "--name", "Bench"}
		for _, u := range units {
			args = append(args, "--unit", u)
		}
		wave, _ := command(args...)
		wave = strings.TrimSpace(wave)
		_, first := command("run", wave)
		_, again := command("run", wave)
		said, compared := command("compare", wave)
		good := 0
		for _, of := range made.Good {
			good += of
		}
		r.add(fmt.Sprintf("%d dossiers with %d files' metadata and %d persons come in, %s", n, made.Files, made.Persons, on.name), "< 15 min",
			fmt.Sprintf("%s (%.0f dossiers a second)", first.Round(time.Second), float64(good)/first.Seconds()), "–", "–")
		r.add(fmt.Sprintf("the same dump again: nothing changes, %s", on.name), "", again.Round(time.Second).String(), "–", "–")
		r.add(fmt.Sprintf("both sides compared, %s", on.name), "", compared.Round(time.Second).String(), "–", "–")
		t.Log(said)
	}
}
