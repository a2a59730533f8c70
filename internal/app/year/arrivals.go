// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package year

import (
	"fmt"
	"slices"
	"time"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/modules/procedures/proceduresmod"
)

// workdays is how many days of a year offices work, about.
const workdays = 247

// yearDays is how many days a year of a demonstration has.
const yearDays = 365

// How much more comes in while there is a rush: so much that desks are full, and not
// more in a year that has many dossiers anyway.
const (
	rushed     = 4
	rushedMany = 2
)

// much is how much comes in on a day, of the whole year.
func (w *World) much(d calendar.Date) float64 {
	if w.whole == 0 {
		if w.whole = workdays; w.Options.Rush != "" { // the year that ends with its rush
			w.whole = 0
			last, _ := calendar.ParseDate(w.Options.Rush) // a day that is none has no rush either
			for i := range yearDays {
				w.whole += w.onDay(last.AddDays(-i))
			}
		}
	}
	return w.onDay(d) / w.whole
}

func (w *World) onDay(d calendar.Date) float64 {
	switch {
	case !w.rush(d):
		return w.busy(d)
	case w.Options.MovesIn:
		return w.busy(d) * rushedMany
	}
	return w.busy(d) * rushed
}

// busy says how much more or less comes in on a day than on others: Mondays and
// the days behind holidays are full, the weeks around Tết empty out, and before
// the school year everybody needs certified copies.
func (w *World) busy(d calendar.Date) float64 {
	if !w.Calendar.Day(d).Works() {
		return 0.05 // from home alone
	}
	much := [...]float64{1, 1.25, 1.1, 1, 0.95, 0.8, 1}[d.Weekday()] // from Sunday on
	if !w.Calendar.Day(d.AddDays(-1)).Works() && d.Weekday() != time.Monday {
		much *= 1.3 // behind a holiday
	}
	if days, ok := toTet(d); ok {
		switch {
		case days > 14 && days <= 24:
			much *= 1.25
		case days > 0 && days <= 5:
			much *= 0.45
		case days > -12 && days <= 0:
			much *= 0.4
		case days > -26 && days <= -12:
			much *= 1.2
		}
	}
	if summer(d) {
		much *= 1.15
	}
	if d.Month == time.December {
		much *= 1.1
	}
	return much
}

// summer is when children are registered at schools.
func summer(d calendar.Date) bool { return d.Month >= time.June && d.Month <= time.August }

// toTet is how many days it is to the nearest first day of a lunar year; below zero
// it is over.
func toTet(d calendar.Date) (days int, ok bool) {
	first, ok := calendar.SolarOn(calendar.Lunar{Year: d.Year, Month: 1, Day: 1})
	if !ok {
		return 0, false
	}
	return int(first.At(0).Sub(d.At(0)).Hours() / 24), true
}

// arrivals returns the dossiers that are filed on a day, in the order of the day.
func (w *World) arrivals(d calendar.Date) []*Scene {
	chance := throw(w.Options.Seed, "day", d.String())
	n := int(float64(w.Options.Dossiers)*w.much(d) + chance.part())
	all := make([]*Scene, n)
	for i := range all {
		all[i] = &Scene{Day: d.String(), N: i}
	}
	return all
}

// rushDays is how long a rush takes.
const rushDays = 14

// rush reports whether a day lies in the rush.
func (w *World) rush(d calendar.Date) bool {
	last, err := calendar.ParseDate(w.Options.Rush)
	return err == nil && !last.IsZero() && !last.Before(d) && last.AddDays(-rushDays).Before(d)
}

// hourly is how many come in each hour of the day: people come early.
func hourly(online bool) []float64 {
	if online { // also in the evening
		return []float64{7: 4, 8: 8, 9: 9, 10: 7, 11: 5, 12: 4, 13: 5, 14: 6, 15: 6, 16: 5, 17: 3, 18: 3, 19: 6, 20: 8, 21: 6, 22: 2}
	}
	return []float64{7: 12, 8: 16, 9: 15, 10: 10, 11: 1, 13: 6, 14: 12, 15: 9, 16: 3}
}

// weights says how often procedures are asked for, by id; others are rare.
func weights(v proceduresmod.Version, d calendar.Date) float64 {
	much := map[proceduresmod.ID]float64{
		"chung-thuc-ban-sao": 26, "chung-thuc-chu-ky": 11, "tro-cap-huu-tri-xa-hoi": 9, "xac-dinh-muc-do-khuyet-tat": 5, "cong-nhan-ho-ngheo": 4,
		"cap-gcn-lan-dau": 5, "dang-ky-bien-dong-dat-dai": 13, "hoa-giai-tranh-chap-dat-dai": 2, "giay-phep-ban-le-ruou": 2,
		"ban-sao-van-bang": 6, "chung-chi-hanh-nghe-duoc": 3, "giay-phep-lao-dong": 3, "dang-ky-tau-ca": 4, "tro-cap-tho-cung-liet-si": 4,
		"giay-phep-moi-truong": 1.2, "dang-ky-nuoi-con-nuoi": 1,
	}[v.ID]
	switch {
	case much == 0:
		much = 2
	case summer(d) && (v.ID == "chung-thuc-ban-sao" || v.ID == "ban-sao-van-bang"):
		much *= 2
	case (d.Month == time.October || d.Month == time.November) && v.ID == "cong-nhan-ho-ngheo": // the yearly review
		much *= 3
	}
	return much
}

// plan is what a dossier is going to be. It follows from the seed, the day and the
// number of the dossier in the day alone.
type plan struct {
	v        proceduresmod.Version
	received *office
	decides  *office
	home     *office // the commune people live in
	online   bool
	who      Resident
	citizen  string // login of who files from home
	at       time.Time
	temper   float64 // how much of the time of a step people take

	refused, askedFirst, asked, askedAgain, unanswered, givenBack, withdrawn, advised bool

	dice *dice // for what is said
}

func (w *World) plan(s *Scene) (p plan, err error) {
	d, err := calendar.ParseDate(s.Day)
	if err != nil {
		return p, err
	}
	c := throw(w.Options.Seed, "dossier", s.Day, fmt.Sprint(s.N))
	p.dice = c
	shares, rush := make([]float64, len(w.versions)), w.rush(d)
	for i, v := range w.versions {
		if shares[i] = weights(v, d); rush && v.SameDay {
			shares[i] /= 4 // done the same day, they leave nothing on a desk
		}
	}
	p.v = w.versions[c.weigh(shares)]
	p.received, p.decides = w.places(c, p.v, rush)
	p.home = p.received
	if !isCommune(p.home.unit) {
		p.home = w.home(c)
	}
	p.online = p.v.Online != "none" && (!w.Calendar.Day(d).Works() || !p.v.SameDay && c.chance(0.45))
	n := c.under(max(10, w.Options.Dossiers*2/3))
	if p.online {
		n = c.under(residents(w.Options.Dossiers))
		p.citizen = citizenLogin(n)
	}
	p.who = resident(w.Options.Seed, n)
	if known := w.cast.residents(); p.online && len(known) > 0 && c.chance(0.012) { // who visits signs in as one of them
		a := pick(c, known)
		p.citizen, p.who = a.ID, Resident{Name: a.Name, Number: a.Person.Number, Phone: a.Person.Phone}
	}
	p.at = d.At(c.weigh(hourly(p.online))*60 + c.under(60)).Add(time.Duration(c.under(60)) * time.Second)
	if !p.online {
		if p.at, err = w.Calendar.Start(p.at); err != nil {
			return p, err
		}
	}
	slower := 0.0
	if rush {
		slower = 0.3
	}
	switch at := c.part() + slower*c.part(); { // most are done well before their time
	case at < 0.62:
		p.temper = c.between(0.15, 0.6)
	case at < 0.94:
		p.temper = c.between(0.6, 0.95)
	case at < 0.988:
		p.temper = c.between(1.1, 1.7)
	default:
		p.temper = c.between(2, 4)
	}
	if rush && p.decides.share >= visited {
		p.temper = max(p.temper, 0.7) // so many have a lot in hand that most things take the time they may
	}
	p.refused = c.chance(0.022)
	p.askedFirst = !p.v.SameDay && c.chance(0.035+slower/6)
	p.asked = !p.v.SameDay && c.chance(0.08+slower/2)
	p.askedAgain = p.asked && c.chance(0.07)
	p.unanswered = c.chance(0.25)
	p.givenBack = c.chance(0.03)
	p.withdrawn = p.online && c.chance(0.025)
	p.advised = !p.v.SameDay && c.chance(0.06+slower/3)
	return p, nil
}

// places chooses where a dossier is received, and finds who decides.
func (w *World) places(c *dice, v proceduresmod.Version, rush bool) (received, decides *office) {
	shares := make([]float64, len(w.offices))
	for i, o := range w.offices {
		switch {
		case isCommune(o.unit):
			shares[i] = o.share
			if rush && o.share >= visited {
				shares[i] *= 10 // the desks that are shown
			}
			if v.AuthorityUnit != "" && !slices.Contains(v.Levels, "commune") {
				shares[i] = 0 // people go to the agency itself
			}
		case string(v.AuthorityUnit) == o.unit.ID:
			shares[i] = 2
		}
	}
	received = w.offices[c.weigh(shares)]
	decides = received
	if v.AuthorityUnit != "" {
		decides = w.byUnit[string(v.AuthorityUnit)]
	}
	return received, decides
}

// home chooses a commune somebody lives in.
func (w *World) home(c *dice) *office {
	shares := make([]float64, len(w.offices))
	for i, o := range w.offices {
		if isCommune(o.unit) {
			shares[i] = o.share
		}
	}
	return w.offices[c.weigh(shares)]
}
