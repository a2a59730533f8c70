// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Command pocketbase serves the rows of the register that the bench measures, by
// PocketBase as it comes: the same fields, indices and queries, readable and
// writable by everybody. As it comes, its commits do not wait for the disk; told to
// be durable, they do, as ours. It is a module of its own, so that the product
// depends on nothing of it.
package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase"
	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/types"
)

const batch = 2000

func main() {
	if err := run(os.Args); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run takes a folder, an address and a number of rows, which are made where the
// folder has none yet.
func run(args []string) error {
	if len(args) != 4 && (len(args) != 5 || args[4] != "durable") {
		return fmt.Errorf("usage: %s FOLDER ADDRESS ROWS [durable]", args[0])
	}
	rows, err := strconv.Atoi(args[3])
	if err != nil {
		return err
	}
	config := pocketbase.Config{DefaultDataDir: args[1], HideStartBanner: true}
	if len(args) == 5 {
		config.DBConnect = durable
	}
	app := pocketbase.NewWithConfig(config)
	if err := app.Bootstrap(); err != nil {
		return err
	}
	if err := app.RunAllMigrations(); err != nil {
		return err
	}
	if _, err := app.FindCollectionByNameOrId("stalls"); err != nil {
		if err := fill(app, rows); err != nil {
			return err
		}
	}
	fmt.Println("ready")
	return apis.Serve(app, apis.ServeConfig{HttpAddr: args[2], ShowStartBanner: false})
}

// durable connects as core.DefaultDBConnect of 0.30.4 does, but for one word.
func durable(path string) (*dbx.DB, error) {
	return dbx.Open("sqlite", path+"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=journal_size_limit(200000000)"+
		"&_pragma=synchronous(FULL)&_pragma=foreign_keys(ON)&_pragma=temp_store(MEMORY)&_pragma=cache_size(-16000)")
}

// fill makes the collection and its rows.
func fill(app core.App, rows int) error {
	c := core.NewBaseCollection("stalls")
	c.Fields.Add(
		&core.TextField{Name: "code", Required: true, Max: 20}, &core.TextField{Name: "name", Required: true, Max: 100},
		&core.SelectField{Name: "kind", Values: []string{"k0", "k1", "k2", "k3", "k4", "k5", "k6", "k7"}, MaxSelect: 1}, &core.NumberField{Name: "weight", OnlyInt: true},
	)
	c.AddIndex("stalls_code", true, "code", "")
	c.AddIndex("stalls_name", false, "name, id", "")
	c.AddIndex("stalls_kind", false, "kind", "")
	c.AddIndex("stalls_weight", false, "weight, id", "")
	everybody := types.Pointer("")
	c.ListRule, c.ViewRule, c.CreateRule, c.UpdateRule = everybody, everybody, everybody, everybody
	if err := app.Save(c); err != nil {
		return err
	}
	// By hooks and records, as by our own Insert, a million take a quarter of an hour.
	for from := 0; from < rows; from += batch {
		if err := app.RunInTransaction(func(tx core.App) error {
			var values []string
			for i := from; i < min(from+batch, rows); i++ {
				values = append(values, fmt.Sprintf("('r%014d', 'C%07d', '%s', 'k%d', %d)", i, i, name(i), i%8, i*7919%100_000))
			}
			_, err := tx.DB().NewQuery("INSERT INTO stalls (id, code, name, kind, weight) VALUES " + strings.Join(values, ", ")).Execute()
			return err
		}); err != nil {
			return err
		}
	}
	return nil
}

// name is that of the bench in internal/app: the two are compared by it.
func name(i int) string {
	family := []string{"Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý"}
	given := []string{"Mai", "An", "Bình", "Châu", "Dũng", "Em", "Giang", "Hà", "Khoa", "Lan", "Nam", "Oanh", "Phúc", "Quân", "Sơn", "Tâm", "Uyên", "Vy", "Yến"}
	return fmt.Sprintf("Sạp %s %s %d", family[i/3%len(family)], given[i/11%len(given)], i%997)
}
