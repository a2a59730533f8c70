// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"tinhso.vn/internal/modules/console/consolemod"
	"tinhso.vn/internal/simulators/agencies"
	"tinhso.vn/internal/simulators/payment"
)

// simulated knows the control doors of the simulators, which run in another
// process: where each tells how it misbehaves, and is told to.
type simulated struct{ doors []simulatorDoor }

type simulatorDoor struct {
	id, control, page string
	one               bool // misbehaves in one way at a time: fault=NAME&n=TIMES
}

// answers is how long a simulator on this machine may take to tell.
const answers = 2 * time.Second

// simulators returns the doors of a demonstration; nothing where there are none.
func (p *Program) simulators() consolemod.Simulators {
	c := p.Config
	gateway, err := url.Parse(c.SMS.URL)
	if !p.Province.Demo || err != nil || gateway.Host == "" {
		return nil
	}
	at := gateway.Scheme + "://" + gateway.Host
	s := simulated{doors: []simulatorDoor{
		{id: "sms", control: at + "/faults", page: at + "/"},
		{id: "smtp", control: at + "/mail/faults", page: at + "/mail/"},
		{id: "smartca", control: at + "/smartca/faults", page: at + "/smartca/"},
		{id: "tsa", control: at + "/tsa/faults", page: at + "/ca/", one: true},
		{id: "vneid", control: at + "/vneid/faults", page: at + "/vneid/"},
		{id: "hsm", control: at + "/hsm/faults"},
		{id: "payment", control: at + "/payment/faults", page: at + "/payment" + payment.BankPath},
		{id: "national", control: at + "/dvcqg/faults", page: at + "/dvcqg/"},
		{id: "tax", control: at + "/thue/faults", page: at + "/thue/"},
		{id: "older", control: at + olderPath + "/faults", page: at + olderPath + "/hoi"},
		{id: "bucket", control: at + "/faults-s3"},
	}}
	for _, agency := range agencies.Partners() {
		s.doors = append(s.doors, simulatorDoor{id: agency, control: at + axisPath + "/" + agency + "/faults", page: at + axisPath + "/"})
	}
	if card := c.Signing.Local.Use(); card != "" {
		s.doors = append(s.doors, simulatorDoor{id: "card", control: httpOf(card) + "/faults", page: httpOf(card) + "/pin/"})
	}
	return s
}

// List implements what the console asks of simulators.
func (s simulated) List(ctx context.Context) []consolemod.Simulator {
	all := make([]consolemod.Simulator, len(s.doors))
	var wg sync.WaitGroup
	for i, d := range s.doors {
		wg.Go(func() {
			all[i] = consolemod.Simulator{ID: d.id, Page: d.page}
			told := map[string]string{}
			if err := d.send(ctx, http.MethodGet, nil, &told); err != nil {
				return // it does not answer: that is what is shown
			}
			all[i].Up = true
			for _, name := range slices.Sorted(maps.Keys(told)) {
				all[i].Faults = append(all[i].Faults, consolemod.Fault{Name: name, Value: told[name]})
			}
		})
	}
	wg.Wait()
	return all
}

// Order implements what the console asks of simulators.
func (s simulated) Order(ctx context.Context, id string, faults map[string]string) error {
	for _, d := range s.doors {
		if d.id != id {
			continue
		}
		form := url.Values{}
		for name, value := range faults {
			if d.one {
				form = url.Values{"fault": {name}, "n": {value}}
			} else {
				form.Set(name, value)
			}
		}
		if d.one && len(faults) == 0 {
			form = url.Values{"fault": {""}, "n": {"0"}}
		}
		return d.send(ctx, http.MethodPost, form, nil)
	}
	return nil
}

func (d simulatorDoor) send(ctx context.Context, method string, form url.Values, told *map[string]string) error {
	ctx, cancel := context.WithTimeout(ctx, answers)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, d.control, strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(r)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode >= http.StatusBadRequest {
		return fmt.Errorf("%s answered %d", d.control, answer.StatusCode)
	}
	if told == nil {
		return nil
	}
	return json.NewDecoder(io.LimitReader(answer.Body, 1<<16)).Decode(told)
}
