// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	numbers "tinhso.vn/internal/kernel/sequence"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// The parts of a serial: the year, and the number within it or, without a year,
// within the register.
const (
	serialYear   = "{year}"
	serialNumber = "{number}"
)

// maxSerial bounds the form of a serial, in bytes; maxTaken how many numbers that
// people have given by hand are passed over at once.
const (
	maxSerial = 40
	maxTaken  = 1_000
)

// serial checks the form of the numbers that the program gives.
func (c *checker) serial(f Field) {
	if f.Serial == "" {
		return
	}
	rest := strings.Replace(strings.Replace(f.Serial, serialNumber, "", 1), serialYear, "", 1)
	plain := regexp.MustCompile(`^[0-9A-Za-zĐđ./ -]*$`).MatchString(rest)
	if f.Type != Line || !f.Unique || f.Required || f.Compute != "" || f.personal() || !strings.Contains(f.Serial, serialNumber) || !plain || len(f.Serial) > maxSerial {
		c.add(f.line, f.Key, "registers.definition.serial", f.Serial)
	}
}

// serials are the fields of a new record that have no value and get the next number.
func (d Definition) serials(values map[string]any) []Field {
	return slices.DeleteFunc(d.Visible(), func(f Field) bool { return f.Serial == "" || values[f.Key] != nil })
}

// numbered gives a new record its numbers: in the transaction that adds it, so that
// no number is lost. One that somebody has entered by hand is passed over.
func (k *Keeper) numbered(ctx context.Context, tx *db.Tx, d Definition, values map[string]any) error {
	for _, f := range d.serials(values) {
		year := strconv.Itoa(tx.Now.In(clock.Vietnam()).Year())
		period := "all"
		if strings.Contains(f.Serial, serialYear) {
			period = year
		}
		for range maxTaken {
			n, err := numbers.Next(ctx, tx, "register "+d.ID+" "+f.Key, period)
			if err != nil {
				return err
			}
			said := strings.NewReplacer(serialYear, year, serialNumber, fmt.Sprintf("%04d", n)).Replace(f.Serial)
			var taken int
			if err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM `+ident(d.Table())+` WHERE `+ident(f.base())+` = $1`, said).Scan(&taken); err != nil {
				return err
			}
			if taken == 0 {
				values[f.Key] = said
				break
			}
		}
		if values[f.Key] == nil {
			return errs.BadInput([]errs.Field{f.problem("taken")})
		}
	}
	return nil
}
